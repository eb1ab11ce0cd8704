//! Identities of dual arithmetic.

use costate_autodiff::{Dual, Real, dual};
use num_traits::{FromPrimitive, One, Zero};
use proptest::prelude::*;

type D = Dual<f64, 2>;

fn numbers() -> impl Strategy<Value = D> {
    (0.2..3.0, prop::array::uniform2(-2.0..2.0))
        .prop_map(|(value, tangent)| Dual { value, tangent })
}

/// Equal up to some roundings, in each part on the scale of the largest numbers that cancel in it.
fn close(a: D, b: D, scale: f64) -> bool {
    // The identities below take at most ten operations, each within two units in the last place of numbers up to `scale`.
    let bound = 20.0 * f64::EPSILON * scale;
    (a.value - b.value).abs() <= bound
        && a.tangent.iter().zip(b.tangent).all(|(a, b)| (a - b).abs() <= bound)
}

proptest! {
    /// With operands from 0.2 to 3, tangents up to 2: no intermediate value or tangent exceeds 2000 (1/0.2^4 = 625 times
    /// tangents up to 2, at worst).
    #[test]
    fn identities_hold(x in numbers(), y in numbers()) {
        let one = D::constant(1.0);
        prop_assert!(close(x * y / y, x, 2000.0));
        prop_assert!(close(x * (y + one), x * y + x, 2000.0));
        prop_assert!(close(x.exp().ln(), x, 2000.0));
        prop_assert!(close(x.sqrt().square(), x, 2000.0));
        prop_assert!(close(x.sin().square() + x.cos().square(), one, 2000.0));
        prop_assert!(close((x + y).sin(), x.sin() * y.cos() + x.cos() * y.sin(), 2000.0));
        prop_assert!(close(x.powi(3), x * x * x, 2000.0));
        prop_assert!(close(x.powi(-2), (x * x).recip(), 2000.0));
        prop_assert!(close(x.powf(0.5), x.sqrt(), 2000.0));
        prop_assert!(close(x.tanh(), (x + x).sigmoid() * D::constant(2.0) - one, 2000.0));
        prop_assert!(close(x.softplus(), (one + x.exp()).ln(), 2000.0));
        prop_assert!(close(x.max(y) + x.min(y), x + y, 2000.0));
        prop_assert!(close((-x).abs(), x, 2000.0));
        prop_assert_eq!(D::select(x - y, x, y), x.max(y));
    }

    /// The second derivatives of a monomial, by nesting, in closed form.
    #[test]
    fn nested_duals_give_second_derivatives(x in 0.2..3.0, y in 0.2..3.0) {
        type DD = Dual<Dual<f64, 2>, 2>;
        let nested = |value: f64, i: usize| DD::variable(Dual::variable(value, i), i);
        let f = nested(x, 0).powi(3) * nested(y, 1).square();
        let hessian = f.tangent.map(|t| t.tangent);
        let expected = [[6.0 * x * y * y, 6.0 * x * x * y], [6.0 * x * x * y, 2.0 * x.powi(3)]];
        for i in 0..2 {
            for j in 0..2 {
                // Ten roundings of positive products.
                let bound = 10.0 * f64::EPSILON * expected[i][j];
                prop_assert!((hessian[i][j] - expected[i][j]).abs() <= bound);
            }
        }
    }

    #[test]
    fn from_primitive_takes_every_number(x in any::<f64>(), n in any::<i64>(), m in any::<u64>()) {
        let constant = |value: f64| Dual { value, tangent: [0.0, 0.0] };
        prop_assert_eq!(D::from_f64(x).map(|d| d.value.to_bits()), Some(x.to_bits()));
        prop_assert_eq!(D::from_i64(n), Some(constant(n as f64)));
        prop_assert_eq!(D::from_u64(m), Some(constant(m as f64)));
        prop_assert_eq!(Dual::<f32, 1>::from_f64(x).map(|d| d.value.to_bits()), Some((x as f32).to_bits()));
    }
}

#[test]
fn zero_and_one_are_constants() {
    assert!(D::zero().is_zero());
    assert!(!Dual { value: 0.0, tangent: [0.0, 1.0] }.is_zero());
    assert!(D::one().is_one());
    assert_eq!(D::variable(3.0, 1), Dual { value: 3.0, tangent: [0.0, 1.0] });
    assert_eq!(D::variable(3.0, 2), D::fixed(3.0));
}

/// NaN is not lost, and kinks are as documented.
/// The value is what floats give, zeros of either sign included.
#[test]
fn the_value_of_abs_is_that_of_floats() {
    for x in [-0.0, 0.0, -2.0, 2.0] {
        let y = Dual::<f64, 1>::variable(x, 0).abs();
        assert_eq!(y.value.to_bits(), f64::abs(x).to_bits());
        assert_eq!(y.tangent, [if x >= 0.0 { 1.0 } else { -1.0 }]);
    }
    assert!(Dual::<f64, 1>::variable(f64::NAN, 0).abs().tangent[0].is_nan());
}

#[test]
fn special_values() {
    let nan = f64::NAN;
    assert!(Real::max(nan, 1.0).is_nan() && Real::max(1.0, nan).is_nan());
    assert!(Real::min(nan, 1.0).is_nan() && Real::min(1.0, nan).is_nan());
    assert!(<f64 as Real>::select(nan, 1.0, 1.0).is_nan());
    let x = Dual { value: 0.0, tangent: [1.0] };
    assert_eq!(x.abs().tangent, [1.0]);
    assert_eq!(x.max(Dual::fixed(0.0)).tangent, [1.0]);
    assert_eq!(Dual::fixed(0.0).max(x).tangent, [0.0]);
    assert_eq!(x.powi(0).tangent, [0.0]);
    assert_eq!(x.powf(0.0).tangent, [0.0]);
    assert_eq!(x.sqrt().tangent, [f64::INFINITY]);
    // An even power: its derivative is odd.
    assert_eq!(Dual { value: -1.0, tangent: [1.0] }.powi(i32::MIN).tangent, [-f64::from(i32::MIN)]);
    for (x, sigmoid, softplus) in [
        (f64::INFINITY, 1.0, f64::INFINITY),
        (f64::NEG_INFINITY, 0.0, 0.0),
        (800.0, 1.0, 800.0),
        (-800.0, 0.0, 0.0),
    ] {
        assert_eq!((Real::sigmoid(x), Real::softplus(x)), (sigmoid, softplus));
    }
}

#[test]
fn conveniences_agree_with_hand_written_derivatives() {
    let f = |[x, y]: [Dual<f64, 2>; 2]| [x * y, x.sin() + y];
    let (values, jacobian) = dual::jacobian(f, [0.5, 2.0]);
    assert_eq!(values, [1.0, 0.5_f64.sin() + 2.0]);
    assert_eq!(jacobian, [[2.0, 0.5], [0.5_f64.cos(), 1.0]]);
    assert_eq!(dual::gradient(|[x, y]| x / y, [3.0, 2.0]), (1.5, [0.5, -0.75]));
    let (_, slopes) = dual::jvp(|x| vec![x[0] * x[1]], &[3.0, 2.0], &[1.0]);
    assert_eq!(slopes, [2.0]);
}
