//! A tolerance for each block of a leaf is the tolerance for each of its coordinates.

use costate_norms::{ErrorScale, PerBlock, PerElement, Tolerance, ToleranceError};
use proptest::prelude::*;

fn tolerance() -> impl Strategy<Value = Tolerance> {
    (0.0..1.0_f64, 1e-9..1.0_f64).prop_map(|(rtol, atol)| Tolerance { rtol, atol })
}

proptest! {
    #[test]
    fn a_block_is_its_coordinates(
        blocks in prop::collection::vec((0..5_usize, tolerance()), 0..5),
        seed in prop::collection::vec((-1e3..1e3_f64, -1e3..1e3_f64, -1.0..1.0_f64), 20),
        factor in 0.1..10.0_f64,
    ) {
        let coordinates: Vec<Tolerance> =
            blocks.iter().flat_map(|&(n, tolerance)| vec![tolerance; n]).collect();
        let n = coordinates.len();
        let column = |pick: fn(&(f64, f64, f64)) -> f64| seed[..n].iter().map(pick).collect::<Vec<_>>();
        let (y0, y1, error) = (column(|s| s.0), column(|s| s.1), column(|s| s.2));
        let reference = PerElement {
            rtol: coordinates.iter().map(|t| t.rtol).collect::<Vec<_>>(),
            atol: coordinates.iter().map(|t| t.atol).collect::<Vec<_>>(),
        };
        let per_block = PerBlock { blocks };
        prop_assert_eq!(per_block.check(&y0), Ok(()));

        let (mut expected, mut found) = (error.clone(), error);
        ErrorScale::<Vec<f64>>::scale_leaf(&reference, 0, factor, &mut expected, &y0, &y1);
        ErrorScale::<Vec<f64>>::scale_leaf(&per_block, 0, factor, &mut found, &y0, &y1);
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn what_cannot_be_is_named() {
    let good = Tolerance { rtol: 1e-3, atol: 1e-6 };
    let short = PerBlock { blocks: vec![(1, good), (1, good)] };
    let ToleranceError::Shape(error) = short.check(&[0.0; 3]).unwrap_err() else {
        panic!("a matter of lengths")
    };
    assert_eq!((error.expected, error.found), (2, 3));
    let overflowing = PerBlock { blocks: vec![(usize::MAX, good), (usize::MAX, good)] };
    assert!(overflowing.check(&[0.0; 3]).is_err());
    let negative = Tolerance { rtol: -1.0, ..good };
    let error = PerBlock { blocks: vec![(2, good), (1, negative)] }.check(&[0.0; 3]).unwrap_err();
    assert!(matches!(error, ToleranceError::Invalid { name: "rtol", index: 2, .. }));
}
