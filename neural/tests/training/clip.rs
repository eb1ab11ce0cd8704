use costate_adjoint::norms::{L2, Seminorm};
use costate_neural::clip;
use proptest::prelude::*;

proptest! {
    #[test]
    fn shortens_what_is_longer_and_turns_nothing(
        gradient in prop::collection::vec(-100.0..100.0, 0..20),
        longest in 0.0..100.0,
    ) {
        let mut clipped: Vec<f64> = gradient.clone();
        let length = clip(&mut clipped, longest);
        prop_assert_eq!(length, L2.measure(&gradient));
        if length <= longest {
            prop_assert_eq!(clipped, gradient);
        } else {
            prop_assert!((L2.measure(&clipped) - longest).abs() <= 1e-14 * length);
            for (a, b) in clipped.iter().zip(&gradient) {
                prop_assert!((a * length - b * longest).abs() <= 1e-14 * length * longest);
            }
        }
    }
}

#[test]
fn what_is_not_finite_stays() {
    let mut gradient = vec![1.0, f64::INFINITY];
    assert_eq!(clip(&mut gradient, 1.0), f64::INFINITY);
    assert_eq!(gradient, [1.0, f64::INFINITY]);
    assert!(clip(&mut vec![f64::NAN], 1.0).is_nan());
}
