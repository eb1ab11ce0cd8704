//! Whether a vector is finite, and where it is not.

use costate_norms::Space;
use costate_norms::strategies::{extreme, spoiled, zeros};
use proptest::prelude::*;

proptest! {
    #[test]
    fn finite_numbers_are(v in extreme(zeros::<f64>(0..100))) {
        prop_assert!(v.is_finite());
        prop_assert_eq!(v.first_not_finite(), None);
    }

    #[test]
    fn as_coordinate_by_coordinate(
        a in prop::collection::vec(any::<f64>(), 0..6),
        b in prop::collection::vec(any::<f64>(), 0..6),
        c in any::<[f64; 2]>(),
    ) {
        let all = [a.clone(), b.clone(), c.to_vec()].concat();
        let expected = all.iter().position(|x| !x.is_finite());
        let v = ((a, b), c);
        prop_assert_eq!(v.first_not_finite(), expected);
        prop_assert_eq!(v.is_finite(), expected.is_none());
    }

    #[test]
    fn one_bad_coordinate_is_found_anywhere((v, place) in spoiled(extreme((zeros::<f32>(0..200), zeros(1..9))))) {
        prop_assert!(!v.is_finite());
        prop_assert_eq!(v.first_not_finite(), Some(place));
    }
}

#[test]
fn a_vector_without_coordinates_is_finite() {
    assert!(Vec::<f64>::new().is_finite());
    assert_eq!((Vec::<f64>::new(), [0.0; 0]).first_not_finite(), None);
}
