//! Errors divided by what is allowed.

use costate_norms::strategies::{wide, zeros};
use costate_norms::{ErrorScale, PerElement, Relative, Space, Tolerance};
use proptest::prelude::*;

/// Error, state before and state after, of one length.
fn step() -> impl Strategy<Value = [Vec<f64>; 3]> {
    wide(zeros(0..40))
}

fn tolerance() -> impl Strategy<Value = Tolerance> {
    let positive =
        || prop_oneof![Just(0.0), (1.0..10.0, -12..0_i32).prop_map(|(m, d)| m * 10_f64.powi(d))];
    (positive(), positive()).prop_map(|(rtol, atol)| Tolerance { rtol, atol })
}

fn scaled<V: Space<Scalar = f64>>(t: &impl ErrorScale<V>, error: &V, y0: &V, y1: &V) -> V {
    let mut out = error.clone();
    t.scale_where(&mut out, y0, y1, |_| true);
    out
}

fn bits(v: &[f64]) -> Vec<u64> {
    v.iter().map(|x| x.to_bits()).collect()
}

proptest! {
    /// The formula, written a second time, with its corner cases spelled out.
    #[test]
    fn the_formula([error, y0, y1] in step(), t in tolerance()) {
        let found = scaled(&t, &error, &y0, &y1);
        for i in 0..error.len() {
            let allowed = t.atol + t.rtol * f64::max(y0[i].abs(), y1[i].abs());
            let expected = match (error[i], allowed) {
                (0.0, _) => 0.0,
                (e, 0.0) => f64::INFINITY.copysign(e),
                (e, allowed) => e / allowed,
            };
            prop_assert_eq!(found[i], expected);
        }
    }

    #[test]
    fn state_block_and_element_agree([error, y0, y1] in step(), t in tolerance(), size in 1e-6..1e6_f64) {
        let n = error.len();
        let each = PerElement { rtol: vec![t.rtol; n], atol: vec![t.atol; n] };
        let whole = scaled(&t, &error, &y0, &y1);
        prop_assert_eq!(bits(&scaled(&each, &error, &y0, &y1)), bits(&whole));

        let pair = |v: &Vec<f64>| (v.clone(), v.clone());
        let blocks = scaled(&(t, each.clone()), &pair(&error), &pair(&y0), &pair(&y1));
        prop_assert_eq!(bits(&blocks.0), bits(&whole));
        prop_assert_eq!(bits(&blocks.1), bits(&whole));

        let whole = scaled(&Relative { tolerance: t, size }, &error, &y0, &y1);
        let each = Relative { tolerance: each, size };
        prop_assert_eq!(bits(&scaled(&each, &error, &y0, &y1)), bits(&whole));
        let blocks = Relative { tolerance: (t, each.tolerance), size };
        let blocks = scaled(&blocks, &pair(&error), &pair(&y0), &pair(&y1));
        prop_assert_eq!(bits(&blocks.0), bits(&whole));
        prop_assert_eq!(bits(&blocks.1), bits(&whole));
    }

    /// Multiplying everything that has a unit by a power of two changes not one bit.
    #[test]
    fn a_power_of_two_changes_nothing([error, y0, y1] in step(), t in tolerance(), k in -100..100_i32) {
        let size = 2_f64.powi(k);
        let times = |v: &Vec<f64>| v.iter().map(|x| x * size).collect::<Vec<f64>>();
        let found = scaled(&Relative { tolerance: t, size }, &times(&error), &times(&y0), &times(&y1));
        prop_assert_eq!(bits(&found), bits(&scaled(&t, &error, &y0, &y1)));
        // Sizes multiply when nested.
        let nested = Relative { tolerance: Relative { tolerance: t, size }, size: 1.0 / size };
        prop_assert_eq!(bits(&scaled(&nested, &error, &y0, &y1)), bits(&scaled(&t, &error, &y0, &y1)));
    }

    #[test]
    fn nan_anywhere_gives_nan_there([error, y0, y1] in step(), t in tolerance(), i in any::<prop::sample::Index>()) {
        prop_assume!(!error.is_empty());
        let i = i.index(error.len());
        let clean = scaled(&t, &error, &y0, &y1);
        let each = PerElement { rtol: vec![t.rtol; error.len()], atol: vec![t.atol; error.len()] };
        for which in 0..3 {
            let mut parts = [error.clone(), y0.clone(), y1.clone()];
            parts[which][i] = f64::NAN;
            let [error, y0, y1] = &parts;
            let found = scaled(&t, error, y0, y1);
            prop_assert!(found[i].is_nan(), "NaN in part {} was dropped", which);
            prop_assert_eq!(bits(&found[..i]), bits(&clean[..i]));
            prop_assert_eq!(bits(&found[i + 1..]), bits(&clean[i + 1..]));
            prop_assert!(scaled(&each, error, y0, y1)[i].is_nan());
        }
    }

    #[test]
    fn unwanted_leaves_keep_what_they_hold([error, y0, y1] in step(), t in tolerance()) {
        let mut parts = (error.clone(), error.clone());
        t.scale_where(&mut parts, &(y0.clone(), y0.clone()), &(y1.clone(), y1.clone()), |leaf| leaf == 1);
        prop_assert_eq!(bits(&parts.0), bits(&error));
        prop_assert_eq!(bits(&parts.1), bits(&scaled(&t, &error, &y0, &y1)));
    }
}

#[test]
fn nothing_allowed() {
    let exact = Tolerance { rtol: 1e-3, atol: 0.0 };
    assert_eq!(scaled(&exact, &[0.0, -0.0], &[0.0; 2], &[0.0; 2]), [0.0, 0.0]);
    assert_eq!(scaled(&exact, &[5e-324], &[0.0], &[0.0]), [f64::INFINITY]);
    // An error of zero does not hide a state that is not a number.
    assert!(scaled(&exact, &[0.0], &[f64::NAN], &[0.0])[0].is_nan());
    assert!(scaled(&exact, &[0.0], &[0.0], &[f64::NAN])[0].is_nan());
}

/// A reference size beyond the range of the state's scalar multiplies tolerances all the same.
#[test]
fn a_large_reference_size_in_single_precision() {
    let (rtol, atol) = ([0.5_f32, 0.5], [0.0_f32, 2_f32.powi(-20)]);
    let tolerance = Relative { tolerance: PerElement { rtol, atol }, size: 2_f64.powi(130) };
    let mut error = [1.0_f32, 2_f32.powi(110)];
    tolerance.scale_where(&mut error, &[2.0, 0.0], &[2.0, 0.0], |_| true);
    assert_eq!(error, [1.0, 1.0]);
}
