//! An error scaled as it is written is the error written and then scaled, to the bit.

use costate_norms::linear::Combination;
use costate_norms::{
    BeforeStep, ErrorScale, PerBlock, PerElement, Relative, Space, Threshold, Tolerance,
};
use proptest::prelude::*;

type State = (Vec<f64>, [f64; 3]);

/// Also values that are not finite, and zeros, on which scales vanish.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => -1e3..1e3_f64,
        2 => Just(0.0),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
    ]
}

fn bits(v: &State) -> Vec<u64> {
    // The sign of a NaN is the machine's choice.
    let bits = |x: &f64| if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() };
    v.0.iter().chain(&v.1).map(bits).collect()
}

fn check<T: ErrorScale<State>>(
    scale: &T,
    row: &Combination<3>,
    h: f64,
    k: &[State],
    [y0, y1]: [&State; 2],
) -> Result<(), TestCaseError> {
    let (mut separately, mut together) = (y0.zeros_like(), y0.zeros_like());
    row.write_where(&mut separately, h, k, |_| true);
    for l in 0..State::LEAVES {
        scale.scale_leaf(l, 2.0, separately.leaf_mut(l), y0.leaf(l), y1.leaf(l));
        let elements = row.elements(l, h, k);
        scale.write_leaf(l, 2.0, elements, together.leaf_mut(l), y0.leaf(l), y1.leaf(l));
    }
    prop_assert_eq!(bits(&separately), bits(&together));
    Ok(())
}

proptest! {
    #[test]
    fn scaled_as_written(
        (n, numbers) in (0..20_usize).prop_flat_map(|n| {
            (Just(n), prop::collection::vec(prop::collection::vec(number(), n + 3), 5))
        }),
        weights in prop::array::uniform3(prop_oneof![Just(0.0), -1.0..1.0_f64]),
        h in -1.0..1.0_f64,
        rtol in 0.0..1.0_f64,
        atol in prop_oneof![Just(0.0), 1e-9..1.0_f64],
    ) {
        let state = |v: &Vec<f64>| -> State { (v[..n].to_vec(), [v[n], v[n + 1], v[n + 2]]) };
        let states: Vec<State> = numbers.iter().map(state).collect();
        let ([y0, y1], k) = ([&states[0], &states[1]], &states[2..]);
        let row = Combination::new(&weights);
        let one = Tolerance { rtol, atol };
        let each = PerElement { rtol: vec![rtol; n], atol: vec![atol; n] };
        check(&one, &row, h, k, [y0, y1])?;
        check(&(one, one), &row, h, k, [y0, y1])?;
        check(&Relative { tolerance: one, size: 8.0 }, &row, h, k, [y0, y1])?;
        check(&BeforeStep(one), &row, h, k, [y0, y1])?;
        check(&Threshold { rtol, atol }, &row, h, k, [y0, y1])?;
        check(&(each, PerBlock { blocks: vec![(1, one), (2, one)] }), &row, h, k, [y0, y1])?;
    }
}
