//! Settings that make no sense are named, with their position, before they do harm.

use costate_norms::{
    Blocks, ErrorScale, L2, PerElement, Relative, Rms, Seminorm, Tolerance, ToleranceError,
    Weighted,
};
use proptest::prelude::*;

fn bad() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        (-300..300_i32).prop_map(|d| -10_f64.powi(d)),
    ]
}

/// NaN is not equal to itself, so the value is compared by its bits.
fn is_invalid(found: Result<(), ToleranceError>, which: &str, bad: f64, at: usize) -> bool {
    matches!(found, Err(ToleranceError::Invalid { name, value, index })
        if name == which && value.to_bits() == bad.to_bits() && index == at)
}

proptest! {
    #[test]
    fn a_bad_tolerance_is_named(bad in bad(), good in 0.0..1.0) {
        let y = [1.0, 2.0];
        let t = Tolerance { rtol: bad, atol: good };
        prop_assert!(is_invalid(t.check(&y), "rtol", bad, 0));
        let fine = Tolerance { rtol: 1.0, atol: 1.0 };
        prop_assert!(is_invalid((fine, t).check(&(y, y)), "rtol", bad, 0));
        let t = Tolerance { rtol: good, atol: bad };
        prop_assert!(is_invalid(t.check(&y), "atol", bad, 0));
        let t = Relative { tolerance: t, size: 1.0 };
        prop_assert!(is_invalid(t.check(&y), "atol", bad, 0));
        let t = Relative { tolerance: fine, size: bad };
        prop_assert!(is_invalid(t.check(&y), "the reference size of a Relative tolerance", bad, 0));
    }

    #[test]
    fn a_bad_element_is_named_with_its_position(bad in bad(), n in 1..20_usize, i in any::<prop::sample::Index>()) {
        let i = i.index(n);
        let (good, y) = (vec![1e-3; n], vec![0.0; n]);
        let mut one = good.clone();
        one[i] = bad;
        let t = PerElement { rtol: one.clone(), atol: good.clone() };
        prop_assert!(is_invalid(t.check(&y), "rtol", bad, i));
        let t = PerElement { rtol: good.clone(), atol: one };
        prop_assert!(is_invalid(t.check(&y), "atol", bad, i));

        let mut zero = good.clone();
        zero[i] = 0.0;
        let t = PerElement { rtol: zero.clone(), atol: zero };
        prop_assert_eq!(t.check(&y), Err(ToleranceError::BothZero { index: i }));
    }

    #[test]
    fn a_wrong_shape_is_named(n in 0..20_usize, m in 0..20_usize) {
        prop_assume!(n != m);
        let (made, y) = (vec![1e-3; n], vec![0.0; m]);
        let t = PerElement { rtol: made.clone(), atol: made.clone() };
        let shape = match t.check(&y) {
            Err(ToleranceError::Shape(shape)) => shape,
            other => return Err(TestCaseError::fail(format!("{other:?}"))),
        };
        prop_assert_eq!((shape.what, shape.expected, shape.found), ("rtol", n, m));
        let words = format!("{n} coordinates");
        prop_assert!(shape.to_string().contains(&words));

        let weighted = Weighted { weights: made, norm: Rms };
        let shape = weighted.check(&y).unwrap_err();
        prop_assert_eq!((shape.expected, shape.found), (n, m));
        prop_assert!((Rms, &weighted).check(&(1.0, y.clone())).is_err());
        let shape = Blocks { lengths: vec![n], norm: L2 }.check(&y).unwrap_err();
        prop_assert_eq!((shape.expected, shape.found), (n, m));
        let blocks = Blocks { lengths: vec![m, 0], norm: L2 };
        prop_assert!(blocks.check(&y).is_ok());
    }
}

#[test]
fn both_zero() {
    let zero = Tolerance { rtol: 0.0, atol: 0.0 };
    assert_eq!(zero.check(&1.0), Err(ToleranceError::BothZero { index: 0 }));
    assert_eq!(Tolerance { rtol: 0.0, atol: 1e-300 }.check(&1.0), Ok(()));
    // In the precision of the state they are.
    let tiny = Tolerance { rtol: 0.0, atol: 1e-300 };
    assert_eq!(tiny.check(&1.0_f32), Err(ToleranceError::BothZero { index: 0 }));
    let huge = Tolerance { rtol: 0.0, atol: 1e300 };
    assert!(is_invalid(huge.check(&1.0_f32), "atol", 1e300, 0));
}

#[test]
fn a_reference_size_of_zero() {
    let t = Relative { tolerance: Tolerance { rtol: 1e-3, atol: 1e-6 }, size: 0.0 };
    assert!(is_invalid(t.check(&1.0), "the reference size of a Relative tolerance", 0.0, 0));
}

#[test]
fn lengths_that_overflow_fit_nothing() {
    let norm = Blocks { lengths: vec![usize::MAX, 2], norm: Rms };
    assert!(norm.check(&vec![0.0; 1]).is_err());
    // Even then a measure does not panic.
    assert_eq!(norm.measure(&vec![3.0; 1]), 3.0);
}

#[cfg(feature = "nalgebra")]
#[test]
fn a_matrix_of_another_shape_and_the_same_length() {
    use nalgebra::DMatrix;
    let norm = Weighted { weights: DMatrix::<f64>::zeros(2, 3), norm: Rms };
    assert!(norm.check(&DMatrix::zeros(3, 2)).is_err());
    assert!(norm.check(&DMatrix::zeros(2, 3)).is_ok());
}
