//! Norms of chosen coordinates.

use costate_norms::strategies::{extreme, factor, same_shape, vectors, wide, zeros};
use costate_norms::{
    ElementNorm, L1, LInf, Lp, Masked, MeasureError, Mixed, PowerMean, Rms, Seminorm, Weighted,
    laws,
};
use proptest::{prelude::*, test_runner::TestCaseResult};

type State = (Vec<f64>, f64, Vec<f64>);

fn shapes() -> impl Strategy<Value = State> {
    (zeros(0..70), Just(0.0), zeros(0..9))
}

/// Two vectors and a mask of their shape.
fn masked() -> impl Strategy<Value = ([State; 2], State)> {
    shapes().prop_flat_map(|shape| {
        let entry = prop_oneof![Just(0.0), Just(1.0), Just(-0.5)];
        (wide(Just(shape.clone())), vectors(Just(shape), entry))
    })
}

/// Those that count, one after the other.
fn chosen(v: &State, mask: &State) -> Vec<f64> {
    let flat = |v: &State| [v.0.clone(), vec![v.1], v.2.clone()].concat();
    flat(v).into_iter().zip(flat(mask)).filter(|(_, m)| *m != 0.0).map(|(x, _)| x).collect()
}

/// As the norm of a vector that has only those. Leaves and blocks are summed in another order: each of the 80 sums rounds.
fn same_as_chosen<E>(norm: E, v: &State, mask: &State) -> TestCaseResult
where
    E: ElementNorm + Copy + Seminorm<Vec<f64>>,
{
    let expected = norm.measure(&chosen(v, mask));
    let found = Masked { mask: mask.clone(), norm }.measure(v);
    prop_assert!(
        (found - expected).abs() <= 100.0 * f64::EPSILON * expected,
        "{found} against {expected}"
    );
    Ok(())
}

proptest! {
    #[test]
    fn only_what_counts_is_there(([v, _], mask) in masked()) {
        same_as_chosen(Rms, &v, &mask)?;
        same_as_chosen(L1, &v, &mask)?;
        same_as_chosen(LInf, &v, &mask)?;
        same_as_chosen(PowerMean::new(3.0).unwrap(), &v, &mask)?;
    }

    #[test]
    fn axioms(([u, v], mask) in masked(), c in factor()) {
        laws::check_seminorm(&Masked { mask: mask.clone(), norm: Rms }, &u, &v, c)?;
        laws::check_seminorm(&Masked { mask: mask.clone(), norm: LInf }, &u, &v, c)?;
        laws::check_seminorm(&Masked { mask, norm: Lp::new(1.5).unwrap() }, &u, &v, c)?;
    }

    #[test]
    fn in_single_precision([u, v, mask] in same_shape(zeros::<f32>(0..20), (-2..=2_i8).prop_map(f32::from)), c in factor()) {
        laws::check_seminorm(&Masked { mask, norm: Rms }, &u, &v, c)?;
    }

    #[test]
    fn what_does_not_count_may_be_nan(([v, _], mask) in masked()) {
        let mut hidden = v.clone();
        for (x, m) in hidden.0.iter_mut().zip(&mask.0).chain(hidden.2.iter_mut().zip(&mask.2)) {
            if *m == 0.0 {
                *x = f64::NAN;
            }
        }
        let norm = Masked { mask, norm: Rms };
        prop_assert_eq!(norm.measure(&hidden).to_bits(), norm.measure(&v).to_bits());
    }

    #[test]
    fn an_empty_mask_measures_nothing(v in extreme(shapes())) {
        let none = Masked::at(&v, [], Rms).unwrap();
        prop_assert_eq!(none.measure(&v), 0.0);
        prop_assert!((0..4).all(|l| !Seminorm::<State>::reads(&none, l)));
    }

    #[test]
    fn leaves_that_count(([_, _], mask) in masked()) {
        let norm = Masked { mask: mask.clone(), norm: Rms };
        let expected = [mask.0.iter().any(|m| *m != 0.0), mask.1 != 0.0, mask.2.iter().any(|m| *m != 0.0), false];
        prop_assert_eq!([0, 1, 2, 3].map(|l| Seminorm::<State>::reads(&norm, l)), expected);
        // So do those of weights.
        let norm = Weighted { weights: mask, norm: Rms };
        prop_assert_eq!([0, 1, 2, 3].map(|l| Seminorm::<State>::reads(&norm, l)), expected);
    }

    /// By positions, in any order and more than once.
    #[test]
    fn by_position(v in extreme(shapes()), places in prop::collection::vec(any::<prop::sample::Index>(), 0..9)) {
        let flat = [v.0.clone(), vec![v.1], v.2.clone()].concat();
        let places: Vec<usize> = places.iter().map(|i| i.index(flat.len())).collect();
        let norm = Masked::at(&v, places.clone(), LInf).unwrap();
        let expected = places.iter().fold(0.0, |m: f64, &i| m.max(flat[i].abs()));
        prop_assert_eq!(norm.measure(&v), expected);
        let past = Masked::at(&v, [flat.len()], LInf).unwrap_err();
        prop_assert_eq!(past, MeasureError::Position { position: flat.len(), dimension: flat.len() });
    }

    #[test]
    fn bad_weights_are_named(n in 1..20_usize, i in any::<prop::sample::Index>(), bad in prop_oneof![
        -1e300..-1e-300_f64, Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY),
    ]) {
        let (i, mut weights) = (i.index(n), vec![0.5; n]);
        prop_assert!(Weighted::new(weights.clone(), Rms).is_ok());
        weights[i] = bad;
        let error = Weighted::new((0.0, weights), Rms).unwrap_err();
        let found = match error {
            MeasureError::Weight { weight, position } => (weight.to_bits(), position),
            other => return Err(TestCaseError::fail(other.to_string())),
        };
        prop_assert_eq!(found, (bad.to_bits(), i + 1));
    }
}

#[test]
fn a_mask_of_another_shape() {
    let error = Masked { mask: vec![1.0; 3], norm: Rms }.check(&vec![0.0; 2]).unwrap_err();
    assert_eq!((error.expected, error.found), (3, 2));
    let norm = Mixed { parts: (Rms, Masked { mask: vec![1.0; 3], norm: Rms }), by: L1 };
    assert!(norm.check(&(1.0, vec![0.0; 2])).is_err());
    assert!(norm.check(&(1.0, vec![0.0; 3])).is_ok());
}
