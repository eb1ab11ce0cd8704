//! NaN in gives NaN out, at every position and beside everything.

use costate_norms::{Blocks, L1, L2, LInf, Null, Pooled, Rms, Seminorm, Weighted};
use proptest::prelude::*;

/// All measures of a vector with NaN at one place are NaN, whichever part of a chunked loop meets it.
fn nan_at(v: &[f64], i: usize) -> Result<(), TestCaseError> {
    let n = v.len();
    let mut bad = v.to_vec();
    bad[i] = f64::NAN;
    prop_assert!(Rms.measure(&bad).is_nan());
    prop_assert!(L1.measure(&bad).is_nan());
    prop_assert!(L2.measure(&bad).is_nan());
    prop_assert!(LInf.measure(&bad).is_nan());
    let first = Blocks { lengths: vec![i, n - i], norm: Rms };
    let last = Blocks { lengths: vec![i + 1, n - i - 1], norm: LInf };
    prop_assert!(first.measure(&bad).is_nan() && last.measure(&bad).is_nan());

    // Under a weight that is not zero it is seen, under one that is it is not.
    let ones = vec![1.0; n];
    let mut zero_there = ones.clone();
    zero_there[i] = 0.0;
    let mean = Weighted { weights: ones.clone(), norm: Rms };
    let largest = Weighted { weights: ones, norm: LInf };
    prop_assert!(mean.measure(&bad).is_nan() && largest.measure(&bad).is_nan());
    let mut without = v.to_vec();
    without[i] = 0.0;
    let hidden = Weighted { weights: zero_there, norm: L2 };
    prop_assert_eq!(hidden.measure(&bad).to_bits(), hidden.measure(&without).to_bits());

    // As a member, before and after members that are larger, infinite or zero.
    for rest in [0.0, 1e300, f64::INFINITY] {
        let (first, last) = ((bad.clone(), rest), (rest, bad.clone()));
        prop_assert!((Rms, Rms).measure(&first).is_nan() && (Rms, LInf).measure(&last).is_nan());
        prop_assert!(Rms.measure(&first).is_nan() && Rms.measure(&last).is_nan());
        prop_assert!(Pooled((Rms, Rms)).measure(&first).is_nan());
        prop_assert!(Pooled((Rms, Rms)).measure(&last).is_nan());
        prop_assert!((Rms, Null).measure(&first).is_nan() && (Null, Rms).measure(&last).is_nan());
        prop_assert!(!(Null, Rms).measure(&first).is_nan() && !(Rms, Null).measure(&last).is_nan());
        prop_assert!(!Pooled((Null, Rms)).measure(&first).is_nan());
    }
    Ok(())
}

#[test]
fn every_position_of_every_length() {
    // Through a lane of 8 and its tail, and through a block of 64 and its tail.
    for n in (1..20).chain(62..67).chain([128, 131]) {
        for i in 0..n {
            nan_at(&vec![1.0; n], i).unwrap();
        }
    }
}

proptest! {
    /// Whatever else is there: zeros, subnormal numbers, infinities, other NaN.
    #[test]
    fn beside_anything(v in prop::collection::vec(any::<f64>(), 1..40), i in any::<prop::sample::Index>()) {
        let v: Vec<f64> = v.into_iter().map(|x| if x.is_nan() { f64::INFINITY } else { x }).collect();
        let i = i.index(v.len());
        let mut bad = v.clone();
        bad[i] = -f64::NAN;
        prop_assert!(Rms.measure(&bad).is_nan() && L1.measure(&bad).is_nan());
        prop_assert!(L2.measure(&bad).is_nan() && LInf.measure(&bad).is_nan());
        let narrow: Vec<f32> = bad.iter().map(|&x| x as f32).collect();
        prop_assert!(Rms.measure(&narrow).is_nan() && LInf.measure(&narrow).is_nan());
    }

    #[test]
    fn after_squares_that_overflowed(a in prop::collection::vec(1e160..1e300_f64, 1..20)) {
        prop_assert!(Rms.measure(&(a.clone(), f64::NAN)).is_nan());
        prop_assert!(Rms.measure(&(f64::NAN, a.clone())).is_nan());
        prop_assert!(Rms.measure(&(f64::INFINITY, (f64::NAN, a))).is_nan());
    }
}
