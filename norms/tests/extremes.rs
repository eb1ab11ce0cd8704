//! Subnormal numbers and numbers near the largest, against a reference that scales by powers of two.

use costate_norms::{L2, LInf, Pooled, Rms, Seminorm, Weighted};
use proptest::prelude::*;

/// `x 2^e`, in factors that neither overflow nor round on the way to a normal result.
fn scaled(mut x: f64, mut e: i32) -> f64 {
    while e != 0 {
        let step = e.clamp(-500, 500);
        x *= 2_f64.powi(step);
        e -= step;
    }
    x
}

/// The mantissa and binary exponent of the Euclidean norm: all is brought near 1 by an exact power of two and taken with
/// `hypot`.
fn reference(v: &[f64]) -> (f64, i32) {
    let largest = v.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    let mut e = 0;
    while scaled(largest, -e) >= 2.0 {
        e += 1;
    }
    while largest > 0.0 && scaled(largest, -e) < 1.0 {
        e -= 1;
    }
    // Far smaller ones underflow here; they are under 2^-1074 of the largest and cannot be felt.
    (v.iter().fold(0.0, |sum: f64, &x| sum.hypot(scaled(x, -e))), e)
}

/// Each `hypot` and each sum rounds once, and a subnormal result is a multiple of 2^-1074.
fn agrees(measure: f64, (mantissa, e): (f64, i32), n: usize) -> Result<(), TestCaseError> {
    let tolerance = mantissa * f64::EPSILON * (2.0 * n as f64 + 8.0) + scaled(1.0, -1074 - e);
    let found = scaled(measure, -e);
    prop_assert!((found - mantissa).abs() <= tolerance, "{found} against {mantissa} times 2^{e}");
    Ok(())
}

fn any_finite() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>().prop_filter("finite", |x| x.is_finite()),
        (1..1000_u64).prop_map(f64::from_bits),
        (1..1000_u64).prop_map(|n| f64::from_bits(f64::MAX.to_bits() - n)),
        prop::num::f64::SUBNORMAL,
        // Around the thresholds at which plain squares are given up.
        (any::<bool>(), 1.0..10.0, prop_oneof![-142..-138_i32, 143..156_i32])
            .prop_map(|(s, m, d)| if s { -1.0 } else { 1.0 } * m * 10_f64.powi(d)),
        Just(0.0),
    ]
}

/// As many numbers of one extreme, or of all of them.
fn extreme() -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        prop::collection::vec(any_finite(), 1..30),
        (any_finite(), 1..100_usize).prop_map(|(x, n)| vec![x; n]),
        prop::collection::vec(prop::num::f64::SUBNORMAL, 1..30),
        prop::collection::vec(1e307..f64::MAX, 1..100),
        prop::collection::vec(1e153..2e154, 1..100),
    ]
}

fn mean((root, e): (f64, i32), n: usize) -> (f64, i32) {
    (root / (n as f64).sqrt(), e)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn rms_of_one_leaf(v in extreme()) {
        agrees(Rms.measure(&v), mean(reference(&v), v.len()), v.len())?;
    }

    /// Leaves are merged, and so are the blocks of a weighted norm: neither may overflow where the whole does not.
    #[test]
    fn rms_of_many_leaves(a in extreme(), b in extreme(), c in extreme(), d in extreme()) {
        let all = [a.clone(), b.clone(), c.clone(), d.clone()].concat();
        let n = all.len();
        let expected = mean(reference(&all), n);
        let leaves = (a, b, c, d);
        agrees(Rms.measure(&leaves), expected, n)?;
        agrees(Pooled((Rms, Rms, Rms, Rms)).measure(&leaves), expected, n)?;
        agrees(Weighted { weights: vec![1.0; n], norm: Rms }.measure(&all), expected, n)?;
    }

    #[test]
    fn rms_is_finite_and_between_zero_and_the_largest(v in extreme()) {
        let (rms, largest) = (Rms.measure(&v), LInf.measure(&v));
        // The root of a mean, times the largest, rounds three times.
        prop_assert!(rms.is_finite() && rms <= largest * (1.0 + 2.0 * f64::EPSILON) || rms == f64::MAX);
        prop_assert_eq!(rms > 0.0, largest > 0.0);
    }

    #[test]
    fn euclidean_norm(v in extreme()) {
        let (mantissa, e) = reference(&v);
        let norm = L2.measure(&v);
        // Where the true value is beyond the largest number, or within rounding of it, infinity is the answer.
        if e < 1023 && mantissa < 2_f64.powi(1023 - e) {
            agrees(norm, (mantissa, e), v.len())?;
        } else if norm.is_finite() {
            agrees(norm * 2_f64.powi(-20), (mantissa, e - 20), v.len())?;
        }
    }

    /// Definite however small: one subnormal coordinate among many zeros.
    #[test]
    fn one_subnormal_among_zeros(bits in 1..20_u64, n in 1..300_usize, i in any::<prop::sample::Index>()) {
        let mut v = vec![0.0; n];
        v[i.index(n)] = f64::from_bits(bits);
        prop_assert!(Rms.measure(&v) > 0.0);
        prop_assert_eq!(L2.measure(&v), f64::from_bits(bits));
        let mut v = vec![0.0_f32; n];
        v[i.index(n)] = f32::from_bits(bits as u32);
        prop_assert!(Rms.measure(&v) > 0.0);
        prop_assert_eq!(L2.measure(&v), f64::from(f32::from_bits(bits as u32)));
    }

    /// Infinity without NaN is infinity, wherever it stands and whatever else there is.
    #[test]
    fn infinity_is_infinite(a in extreme(), mut b in extreme(), i in any::<prop::sample::Index>()) {
        let i = i.index(b.len());
        b[i] = f64::NEG_INFINITY;
        prop_assert_eq!(Rms.measure(&b), f64::INFINITY);
        prop_assert_eq!(Rms.measure(&(a.clone(), b.clone())), f64::INFINITY);
        prop_assert_eq!(L2.measure(&(b, a)), f64::INFINITY);
    }
}
