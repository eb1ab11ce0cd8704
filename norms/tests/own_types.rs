//! A space and a seminorm of one's own, put to the public laws.

use costate_norms::{Float, Rms, Seminorm, Space, Tolerance, laws, linear::combine};
use proptest::prelude::*;

/// A rigid body in the plane and the record of its fuel: three leaves, one of them of a length known at run time.
#[derive(Debug, Clone, PartialEq)]
struct Craft {
    position: [f64; 2],
    angle: f64,
    fuel: Vec<f64>,
}

impl Space for Craft {
    type Scalar = f64;
    const LEAVES: usize = 3;
    fn leaf(&self, index: usize) -> &[f64] {
        match index {
            0 => &self.position,
            1 => core::slice::from_ref(&self.angle),
            2 => &self.fuel,
            _ => &[],
        }
    }
    fn leaf_mut(&mut self, index: usize) -> &mut [f64] {
        match index {
            0 => &mut self.position,
            1 => core::slice::from_mut(&mut self.angle),
            2 => &mut self.fuel,
            _ => &mut [],
        }
    }
    fn zeros_like(&self) -> Self {
        Craft { position: [0.0; 2], angle: 0.0, fuel: vec![0.0; self.fuel.len()] }
    }
}

/// Where the craft is and how it stands; fuel is only booked.
struct Pose;

impl Seminorm<Craft> for Pose {
    fn measure(&self, v: &Craft) -> f64 {
        let distance = v.position[0].hypot(v.position[1]);
        // Infinity beside NaN is infinity to `hypot`: add what must not be lost.
        distance + v.angle.abs() + 0.0 * v.position[0] + 0.0 * v.position[1]
    }
    fn reads(&self, leaf: usize) -> bool {
        leaf < 2
    }
}

/// The difference of two coordinates: its kernel is not made of coordinates.
struct Difference;

impl<V: Space> Seminorm<V> for Difference {
    fn measure(&self, v: &V) -> f64
    where
        V::Scalar: Float,
    {
        let leaf = v.leaf(0);
        let difference: f64 = (leaf[0] - leaf[1]).into();
        difference.abs()
    }
}

fn crafts() -> impl Strategy<Value = (Craft, Craft)> {
    let craft = |n| {
        let x = -1e6..1e6_f64;
        ([x.clone(), x.clone()], x.clone(), prop::collection::vec(x, n))
            .prop_map(|(position, angle, fuel)| Craft { position, angle, fuel })
    };
    (0..5_usize).prop_flat_map(move |n| (craft(n), craft(n)))
}

proptest! {
    #[test]
    fn a_space_of_ones_own((u, v) in crafts(), c in -10.0..10.0_f64) {
        laws::check_space(&u, &v, c).unwrap();
        laws::check_norm(&Rms, &u, &v, c).unwrap();
        // And inside a tuple.
        let (u, v) = ((u, 1.0), (v, -2.0));
        laws::check_space(&u, &v, c).unwrap();
        laws::check_seminorm(&(Pose, Rms), &u, &v, c).unwrap();
    }

    #[test]
    fn a_seminorm_of_ones_own((u, v) in crafts(), c in -10.0..10.0_f64) {
        laws::check_seminorm(&Pose, &u, &v, c).unwrap();
    }

    /// Integers, so that the difference is exact: the tolerance of a law is that of a sum of absolute values.
    #[test]
    fn a_kernel_that_is_no_set_of_coordinates(u in any::<[i16; 3]>(), v in any::<[i16; 3]>(), c in -100..100_i8) {
        let (u, v) = (u.map(f64::from), v.map(f64::from));
        laws::check_seminorm(&Difference, &u, &v, c.into()).unwrap();
    }

    #[test]
    fn everything_works_on_it((u, v) in crafts()) {
        use costate_norms::ErrorScale;
        let mut sum = u.zeros_like();
        combine(&mut sum, &u, [(1.0, &v), (-1.0, &v)].into_iter());
        prop_assert!(sum.is_finite() && sum.same_shape(&u));
        let t = Tolerance { rtol: 0.0, atol: 1.0 };
        let mut error = u.clone();
        t.scale_where(&mut error, &u, &v, |leaf| Pose.reads(leaf));
        prop_assert_eq!(error, u);
    }
}
