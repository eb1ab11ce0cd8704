//! Fused linear combinations against the naive sum in the same order, to the bit.

use costate_norms::{
    Space,
    linear::{combine, combine_where},
};
use proptest::prelude::*;

/// A base and up to twelve terms of one length. Every finite number is allowed, and what it overflows to.
fn problem() -> impl Strategy<Value = (Vec<f64>, Vec<(f64, Vec<f64>)>)> {
    let x = || prop_oneof![-1e3..1e3_f64, any::<f64>().prop_filter("not NaN", |x| !x.is_nan())];
    (0..100_usize, 0..13_usize).prop_flat_map(move |(n, terms)| {
        let vector = move || prop::collection::vec(x(), n);
        (vector(), prop::collection::vec((-2.0..2.0_f64, vector()), terms))
    })
}

fn bits(v: &[f64]) -> Vec<u64> {
    // Infinity minus infinity gives a NaN whose sign is the machine's choice.
    v.iter().map(|x| if x.is_nan() { f64::NAN } else { *x }.to_bits()).collect()
}

fn naive(base: f64, terms: &[(f64, Vec<f64>)], i: usize) -> f64 {
    let mut sum = base;
    for (c, k) in terms {
        sum += c * k[i];
    }
    sum
}

proptest! {
    #[test]
    fn combine_is_the_naive_sum((base, terms) in problem(), garbage in any::<f64>()) {
        let mut out = vec![garbage; base.len()];
        combine(&mut out, &base, terms.iter().map(|(c, k)| (*c, k)));
        let expected: Vec<f64> = (0..base.len()).map(|i| naive(base[i], &terms, i)).collect();
        prop_assert_eq!(bits(&out), bits(&expected));
    }

    #[test]
    fn combine_acts_on_every_leaf((base, terms) in problem()) {
        let tuple = |v: &Vec<f64>| ((v.clone(), [0.5]), v.clone());
        let (start, vectors) = (tuple(&base), terms.iter().map(|(_, k)| tuple(k)).collect::<Vec<_>>());
        let mut out = start.zeros_like();
        combine(&mut out, &start, terms.iter().zip(&vectors).map(|((c, _), k)| (*c, k)));
        let mut alone = base.clone();
        combine(&mut alone, &base, terms.iter().map(|(c, k)| (*c, k)));
        prop_assert_eq!(bits(&out.0.0), bits(&alone));
        prop_assert_eq!(bits(&out.1), bits(&alone));
        let middle = terms.iter().fold(0.5, |sum, (c, _)| sum + c * 0.5);
        prop_assert_eq!(out.0.1[0], middle);
    }

    #[test]
    fn combine_where_leaves_the_unwanted_alone(
        (base, terms) in problem(), wanted in any::<[bool; 2]>(), garbage in any::<f64>(),
    ) {
        let vectors: Vec<_> = terms.iter().map(|(_, k)| (k.clone(), k.clone())).collect();
        let n = base.len();
        let mut out = (vec![garbage; n], vec![garbage; n]);
        let pairs = terms.iter().zip(&vectors).map(|((c, _), k)| (*c, k));
        combine_where(&mut out, pairs, |leaf| wanted[leaf]);
        let sum: Vec<f64> = (0..n).map(|i| naive(0.0, &terms, i)).collect();
        for l in 0..2 {
            let expected = if wanted[l] { sum.clone() } else { vec![garbage; n] };
            prop_assert_eq!(bits(out.leaf(l)), bits(&expected));
        }
    }

    #[test]
    fn add_scaled_is_one_term((base, terms) in problem()) {
        for (c, k) in &terms {
            let mut out = base.clone();
            out.add_scaled(*c, k);
            let expected: Vec<f64> = (0..base.len()).map(|i| base[i] + c * k[i]).collect();
            prop_assert_eq!(bits(&out), bits(&expected));
        }
    }

    /// In `f32` coefficients are rounded once, then everything is in `f32`.
    #[test]
    fn in_single_precision(base in -1e3..1e3_f32, terms in prop::collection::vec((-2.0..2.0_f64, -1e3..1e3_f32), 0..13)) {
        let mut out = 0.0;
        combine(&mut out, &base, terms.iter().map(|(c, k)| (*c, k)));
        let expected = terms.iter().fold(base, |sum, (c, k)| sum + *c as f32 * k);
        prop_assert_eq!(out.to_bits(), expected.to_bits());
    }
}
