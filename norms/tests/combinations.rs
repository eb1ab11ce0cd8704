//! Rows of weights made ready: the same bits as the terms added one by one.

use costate_norms::Space;
use costate_norms::linear::{Combination, combine, combine_where};
use proptest::prelude::*;

const S: usize = 12;

type State = (Vec<f64>, [f64; 3]);

/// Twelve vectors of two leaves, one shorter and one longer than what is added up in registers, or both short.
fn vectors() -> impl Strategy<Value = (Vec<State>, State)> {
    let number = || -1e3..1e3_f64;
    (0..40_usize).prop_flat_map(move |n| {
        let state = || (prop::collection::vec(number(), n), [number(), number(), number()]);
        (prop::collection::vec(state(), S), state())
    })
}

/// Any of the weights may be zero.
fn weights() -> impl Strategy<Value = [f64; S]> {
    prop::array::uniform12(prop_oneof![Just(0.0), -2.0..2.0_f64])
}

fn terms(
    weights: [f64; S],
    h: f64,
    vectors: &[State],
) -> impl Iterator<Item = (f64, &State)> + Clone {
    weights.into_iter().zip(vectors).filter(|(w, _)| *w != 0.0).map(move |(w, v)| (h * w, v))
}

proptest! {
    #[test]
    fn a_row_is_the_sum_of_its_terms((vectors, base) in vectors(), weights in weights(), h in -1.0..1.0_f64) {
        let row = Combination::new(&weights);
        let (mut expected, mut found) = (base.zeros_like(), base.zeros_like());
        combine(&mut expected, &base, terms(weights, h, &vectors));
        row.write(&mut found, &base, h, &vectors);
        prop_assert_eq!(&found, &expected);

        for wanted in 0..2 {
            let (mut expected, mut found) = (base.clone(), base.clone());
            combine_where(&mut expected, terms(weights, h, &vectors), |l| l == wanted);
            row.write_where(&mut found, h, &vectors, |l| l == wanted);
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn what_is_weighted_with_zero_is_not_read((mut vectors, base) in vectors(), weights in weights()) {
        for (v, _) in vectors.iter_mut().zip(weights).filter(|(_, w)| *w == 0.0) {
            v.0.fill(f64::NAN);
            v.1.fill(f64::INFINITY);
        }
        let mut out = base.zeros_like();
        Combination::new(&weights).write(&mut out, &base, 1.0, &vectors);
        prop_assert!(out.is_finite());
    }

    #[test]
    fn vectors_may_end_where_only_zeros_follow((vectors, base) in vectors(), weights in weights(), end in 0..=S) {
        let mut weights = weights;
        weights[end..].fill(0.0);
        let (mut expected, mut found) = (base.zeros_like(), base.zeros_like());
        let row = Combination::new(&weights);
        row.write(&mut expected, &base, 1.0, &vectors);
        row.write(&mut found, &base, 1.0, &vectors[..end]);
        prop_assert_eq!(found, expected);
    }
}

#[test]
#[should_panic(expected = "has no vector")]
fn a_missing_vector_is_not_passed_over() {
    Combination::new(&[0.0, 1.0]).write(&mut 0.0, &0.0, 1.0, &[1.0]);
}
