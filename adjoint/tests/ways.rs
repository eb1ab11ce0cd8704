//! Products by a program and by dual numbers are the same, whichever of them are wanted.

use costate_adjoint::autodiff::Real;
use costate_adjoint::{DifferentiableField, Equation, Traced, Vjp};
use proptest::prelude::*;

/// A forced oscillator, `y'' = -p0 sin(y) - p1 y' + p2 cos(p3 t)`: everything varies it, time included.
struct Forced;

impl Equation for Forced {
    #[inline(always)]
    fn eval<R: Real>(&self, t: R, y: &[R], p: &[R], dy: &mut [R]) {
        dy[0] = y[1];
        dy[1] = p[2] * (p[3] * t).cos() - p[0] * y[0].sin() - p[1] * y[1];
    }
}

/// Value, a . df/dt, (df/dy)^T a, (df/dp)^T a, of which some are wanted and the rest stay as they are.
type Products = ([f64; 2], f64, [f64; 2], [f64; 4]);

fn products(
    field: &mut Traced<Forced, [f64; 2], [f64; 4]>,
    (t, y, p, a): (f64, [f64; 2], [f64; 4], [f64; 2]),
    wanted: [bool; 4],
) -> Products {
    let (mut value, mut to_t, mut to_y, mut to_p) = ([7.0; 2], 7.0, [7.0; 2], [7.0; 4]);
    let out = Vjp {
        value: wanted[0].then_some(&mut value),
        t: wanted[1].then_some(&mut to_t),
        y: wanted[2].then_some(&mut to_y),
        p: wanted[3].then_some(&mut to_p),
    };
    field.vjp(t, &y, &p, &a, out);
    (value, to_t, to_y, to_p)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn every_way_gives_the_same(
        t in -3.0..3.0_f64, y: [i8; 2], p: [i8; 4], a: [i8; 2], wanted in any::<[bool; 4]>(),
    ) {
        let number = |x: i8| f64::from(x) / 50.0;
        let at = (t, y.map(number), p.map(number), a.map(number));
        let field = || Traced::new(Forced, &at.1, &at.2).unwrap();
        let found = products(&mut field(), at, wanted);
        let by_program = products(&mut field().by_program(), at, wanted);
        let by_duals = products(&mut field().by_duals(), at, wanted);
        let flat = |(value, to_t, to_y, to_p): Products| [&value[..], &[to_t], &to_y, &to_p].concat();
        for other in [by_program, by_duals] {
            for (x, z) in flat(found).into_iter().zip(flat(other)) {
                // Sums of up to three products of up to four numbers below 3, in another order.
                prop_assert!((x - z).abs() <= 3.0 * 81.0 * 8.0 * f64::EPSILON, "{x} and {z}");
            }
        }
        // What is not wanted is not touched, and asking again at another time gives the products there.
        let mut again = field();
        products(&mut again, (t + 1.0, at.1, at.2, at.3), wanted);
        prop_assert_eq!(flat(products(&mut again, at, wanted)), flat(found));
    }
}
