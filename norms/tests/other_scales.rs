//! Scales by the state at one end of a step, and by the larger of two tolerances.

use costate_norms::strategies::{not_finite, number, same_shape, zeros};
use costate_norms::{
    AfterStep, BeforeStep, ErrorScale, PerElement, Relative, Threshold, Tolerance, ToleranceError,
};
use proptest::prelude::*;

fn scaled(t: &impl ErrorScale<Vec<f64>>, error: &[f64], y0: &[f64], y1: &[f64]) -> Vec<f64> {
    let mut out = error.to_vec();
    t.scale_where(&mut out, &y0.to_vec(), &y1.to_vec(), |_| true);
    out
}

/// The quotient, with its corner cases spelled out.
fn quotient(error: f64, allowed: f64) -> f64 {
    match (error, allowed) {
        (0.0, _) => 0.0,
        (e, 0.0) => f64::INFINITY.copysign(e),
        (e, allowed) => e / allowed,
    }
}

fn tolerance() -> impl Strategy<Value = f64> {
    prop_oneof![1 => Just(0.0), 6 => 1e-12..1.0_f64]
}

/// Numbers from 1e-17 to 1e17, whose products with tolerances are normal.
fn step() -> impl Strategy<Value = [Vec<f64>; 3]> {
    same_shape(zeros(0..20), number::<f32>().prop_map(f64::from).boxed())
}

proptest! {
    #[test]
    fn the_formulas([error, y0, y1] in step(), rtol in tolerance(), atol in tolerance()) {
        let t = Tolerance { rtol, atol };
        let (before, after) = (scaled(&BeforeStep(t), &error, &y0, &y1), scaled(&AfterStep(t), &error, &y0, &y1));
        let larger = scaled(&Threshold { rtol, atol }, &error, &y0, &y1);
        for i in 0..error.len() {
            prop_assert_eq!(before[i], quotient(error[i], atol + rtol * y0[i].abs()));
            prop_assert_eq!(after[i], quotient(error[i], atol + rtol * y1[i].abs()));
            let size = y0[i].abs().max(y1[i].abs());
            prop_assert_eq!(larger[i], quotient(error[i], atol.max(rtol * size)));
        }
    }

    /// The larger is between half the sum and the sum.
    #[test]
    fn larger_and_sum([error, y0, y1] in step(), rtol in 1e-9..1.0_f64, atol in 1e-9..1.0_f64) {
        let sum = scaled(&Tolerance { rtol, atol }, &error, &y0, &y1);
        let larger = scaled(&Threshold { rtol, atol }, &error, &y0, &y1);
        // Each quotient and each sum rounds once.
        let slack = 1.0 + 4.0 * f64::EPSILON;
        for (sum, larger) in sum.iter().zip(&larger) {
            prop_assert!(sum.abs() <= larger.abs() * slack && larger.abs() <= 2.0 * sum.abs() * slack);
        }
    }

    /// Whatever they are put around, and whatever is put around them.
    #[test]
    fn around_other_tolerances([error, y0, y1] in step(), rtol in tolerance(), atol in tolerance(), k in -20..20_i32) {
        let n = error.len();
        let each = PerElement { rtol: vec![rtol; n], atol: vec![atol; n] };
        let (plain, size) = (Tolerance { rtol, atol }, 2_f64.powi(k));
        prop_assert_eq!(scaled(&BeforeStep(each), &error, &y0, &y1), scaled(&BeforeStep(plain), &error, &y0, &y1));
        let inside = Relative { tolerance: AfterStep(plain), size };
        let outside = AfterStep(Relative { tolerance: plain, size });
        prop_assert_eq!(scaled(&inside, &error, &y0, &y1), scaled(&outside, &error, &y0, &y1));
        let scaled_atol = Threshold { rtol, atol: atol * size };
        let relative = Relative { tolerance: Threshold { rtol, atol }, size };
        prop_assert_eq!(scaled(&relative, &error, &y0, &y1), scaled(&scaled_atol, &error, &y0, &y1));
    }

    #[test]
    fn nan_anywhere_gives_nan_there_alone([error, y0, y1] in step(), rtol in tolerance(), atol in tolerance(), i in any::<prop::sample::Index>()) {
        prop_assume!(!error.is_empty());
        let (t, i) = (Tolerance { rtol, atol }, i.index(error.len()));
        for which in 0..3 {
            let mut parts = [error.clone(), y0.clone(), y1.clone()];
            parts[which][i] = f64::NAN;
            let [error, y0, y1] = &parts;
            for found in [
                scaled(&BeforeStep(t), error, y0, y1),
                scaled(&AfterStep(t), error, y0, y1),
                scaled(&Threshold { rtol, atol }, error, y0, y1),
            ] {
                let place = found.iter().position(|x| x.is_nan());
                prop_assert_eq!(place, Some(i));
                prop_assert!(found[i + 1..].iter().all(|x| !x.is_nan()));
            }
        }
    }

    #[test]
    fn bad_tolerances_are_named(bad in prop_oneof![not_finite::<f64>(), -1e3..-1e-3_f64]) {
        let invalid = |found: Result<(), ToleranceError>, which: &str| matches!(found,
            Err(ToleranceError::Invalid { name, value, .. }) if name == which && value.to_bits() == bad.to_bits());
        let t = Tolerance { rtol: bad, atol: 1.0 };
        prop_assert!(invalid(BeforeStep(t).check(&1.0), "rtol") && invalid(AfterStep(t).check(&1.0), "rtol"));
        let t = Threshold { rtol: 1.0, atol: bad };
        prop_assert!(invalid(t.check(&1.0), "atol"));
    }
}

#[test]
fn both_zero() {
    let nothing = Threshold { rtol: 0.0, atol: 0.0 };
    assert_eq!(nothing.check(&1.0), Err(ToleranceError::BothZero { index: 0 }));
}
