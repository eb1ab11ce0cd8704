//! What a controller makes of an attempt.

use costate_controller::{
    ControlError, Controller, Filter, Fixed, I, Law, LawError, Pi, Pid, StepControl, Verdict,
    norms::{Blocks, LInf, Null, Rms, Tolerance, ToleranceError, Weighted},
    strategies::{self, step},
};
use proptest::prelude::*;

type Channels = ([f64; 2], [f64; 3]);

fn not_finite() -> impl Strategy<Value = f64> {
    prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY)]
}

/// A preset of each law, each judging by the first channel alone.
fn presets(
    mut judge: impl FnMut(
        &mut dyn FnMut(f64, &Channels, &mut Channels) -> Verdict,
    ) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    fn one<L: Law>(law: L) -> impl FnMut(f64, &Channels, &mut Channels) -> Verdict {
        let mut controller =
            Controller::new((Rms, Null), law, Tolerance { rtol: 1e-3, atol: 1e-6 });
        let y0 = ([1.0, 2.0], [0.0; 3]);
        move |h, y1, error| controller.judge(h, &y0, y1, error)
    }
    judge(&mut one(I::CLASSIC))?;
    judge(&mut one(I::TORCHDIFFEQ))?;
    judge(&mut one(Pi::HAIRER_DOPRI5))?;
    judge(&mut one(Pid::DIFFRAX))?;
    judge(&mut one(Filter::H211B))?;
    judge(&mut one(Filter::H312B))
}

fn rejected_and_shorter(verdict: Verdict, h: f64) -> Result<(), TestCaseError> {
    prop_assert!(!verdict.accepted);
    prop_assert!(verdict.next.abs() < h.abs() && verdict.next.signum() == h.signum());
    Ok(())
}

proptest! {
    #[test]
    fn an_error_that_is_not_finite_rejects(h in step(), bad in not_finite(), i in 0..2_usize) {
        presets(|judge| {
            let mut error = ([0.0; 2], [0.0; 3]);
            error.0[i] = bad;
            let verdict = judge(h, &([1.0; 2], [0.0; 3]), &mut error);
            prop_assert_eq!(verdict.ratio.is_nan(), bad.is_nan());
            rejected_and_shorter(verdict, h)
        })?;
    }

    /// Even in the channel that the norm does not read, whose error nobody computes.
    #[test]
    fn a_candidate_that_is_not_finite_rejects(h in step(), bad in not_finite(), i in 0..5_usize) {
        presets(|judge| {
            let mut y1 = ([1.0; 2], [0.0; 3]);
            if i < 2 { y1.0[i] = bad } else { y1.1[i - 2] = bad }
            let verdict = judge(h, &y1, &mut ([0.0; 2], [0.0; 3]));
            prop_assert!(verdict.ratio.is_nan());
            rejected_and_shorter(verdict, h)
        })?;
    }

    #[test]
    fn an_error_that_nobody_reads_changes_nothing(
        h in step(), e in any::<[i8; 2]>(), rest in any::<[f64; 3]>(), y1 in -1e3..1e3_f64,
    ) {
        let e = e.map(|e| f64::from(e) * 1e-5);
        presets(|judge| {
            // A first attempt makes a history, then the same attempt twice would make another: compare fresh ones.
            let verdict = judge(h, &([y1; 2], [0.0; 3]), &mut (e, rest));
            let size = f64::max(1.0, y1.abs()) * 1e-3 + 1e-6;
            let larger = f64::max(2.0, y1.abs()) * 1e-3 + 1e-6;
            let expected = ((e[0] / size).powi(2) / 2.0 + (e[1] / larger).powi(2) / 2.0).sqrt();
            // A dozen roundings, of which the root halves some.
            prop_assert!((verdict.ratio - expected).abs() <= 8.0 * f64::EPSILON * expected);
            prop_assert_eq!(verdict.accepted, verdict.ratio <= 1.0);
            Ok(())
        })?;
    }

    #[test]
    fn no_step_is_longer_than_the_longest(h in step(), error in 0.0..10.0_f64, max_step in 1e-9..1e9_f64) {
        let mut controller = Controller::hairer_dopri5(Rms, 0.0, 1.0).with_max_step(max_step);
        let next = controller.judge(h, &1.0, &1.0, &mut error.clone()).next;
        prop_assert!(next.abs() <= max_step && next.signum() == h.signum());
        let free = Controller::hairer_dopri5(Rms, 0.0, 1.0).judge(h, &1.0, &1.0, &mut error.clone()).next;
        prop_assert_eq!(next, free.clamp(-max_step, max_step));
    }

    #[test]
    fn fixed_steps_are_judged_by_nothing(h in step(), step in 1e-3..1e3_f64, e in any::<f64>(), bad in not_finite()) {
        let mut fixed = Fixed { step };
        let verdict = fixed.judge(h, &1.0, &1.0, &mut e.clone());
        prop_assert_eq!(verdict, Verdict { ratio: 0.0, accepted: true, next: step.copysign(h) });
        let verdict = fixed.judge(h, &1.0, &bad, &mut e.clone());
        prop_assert!(!verdict.accepted && verdict.ratio.is_nan());
        prop_assert!(!StepControl::<f64>::reads(&fixed, 0));
    }

    /// To judge is to measure and to decide: a loop may do the two apart, as one with two estimates must.
    #[test]
    fn measured_and_decided_is_judged(
        mut whole in strategies::controller(strategies::pid()), h in step(), errors in strategies::attempts(), y1 in -1e3..1e3_f64,
    ) {
        let mut halves = whole.clone();
        for error in errors {
            let error = error.min(1e3) * 1e-6;
            let (mut a, mut b) = ([error, 0.0], [error, 0.0]);
            let judged = whole.judge(h, &[1.0, 2.0], &[y1, 2.0], &mut a);
            let ratio = StepControl::measure(&halves, &[1.0, 2.0], &[y1, 2.0], &mut b);
            prop_assert_eq!(judged, StepControl::<f64>::decide(&mut halves, h, ratio));
            prop_assert_eq!((a, &whole), (b, &halves));
        }
    }

    #[test]
    fn bad_limits_are_named(bad in prop_oneof![Just(f64::NAN), Just(0.0), -1e9..0.0_f64]) {
        let controller = Controller::torchdiffeq(Rms, 1e-3, 1e-6).with_max_step(bad);
        let named = |found, which| matches!(found, Err(ControlError::NotPositive { name, value })
            if name == which && value.to_bits() == bad.to_bits());
        prop_assert!(named(controller.check(&1.0), "max_step"));
        let fixed = Fixed { step: bad };
        prop_assert!(named(fixed.check(&1.0), "the fixed step"));
    }
}

#[test]
fn settings_are_checked() {
    let y = vec![1.0, 2.0];
    let good = Controller::hairer_dopri5(Rms, 1e-3, 1e-6);
    assert_eq!(good.check(&y), Ok(()));
    let error = good.clone().with_tolerance(Tolerance { rtol: 0.0, atol: 0.0 }).check(&y);
    assert_eq!(error, Err(ControlError::Tolerance(ToleranceError::BothZero { index: 0 })));
    let short = Weighted { weights: vec![1.0], norm: LInf };
    assert!(matches!(good.clone().with_norm(short).check(&y), Err(ControlError::Norm(_))));
    let eager = good.clone().with_law(I { safety: 1.1, ..I::CLASSIC }).check(&y);
    assert!(matches!(eager, Err(ControlError::Law(LawError::OutOfRange { name: "safety", .. }))));
    let blocks = Blocks { lengths: vec![1, 1], norm: Rms };
    assert_eq!(good.with_norm(blocks).check(&y), Ok(()));
    assert!(StepControl::<f64>::check(&Fixed { step: f64::INFINITY }, &1.0).is_err());
}

#[test]
fn a_new_solve_forgets_the_last() {
    let mut controller = Controller::hairer_dopri5(Rms, 0.0, 1.0);
    let fresh = controller.judge(0.1, &1.0, &1.0, &mut 0.5);
    controller.judge(0.1, &1.0, &1.0, &mut 9.0);
    assert_ne!(controller.judge(0.1, &1.0, &1.0, &mut 0.5), fresh);
    StepControl::<f64>::begin(&mut controller, 5);
    assert_eq!(controller.judge(0.1, &1.0, &1.0, &mut 0.5), fresh);
    StepControl::<f64>::begin(&mut controller, 3);
    assert_eq!(controller.order, 3);
}

#[test]
fn reads_what_the_norm_reads() {
    let controller = Controller::torchdiffeq((Rms, Null), 1e-3, 1e-6);
    assert!(StepControl::<Channels>::reads(&controller, 0));
    assert!(!StepControl::<Channels>::reads(&controller, 1));
}

/// A control can be any that is chosen at run time.
#[test]
fn controls_are_dyn_compatible() {
    let mut control: Box<dyn StepControl<f64>> = Box::new(Controller::hairer_dopri5(Rms, 0.0, 1.0));
    assert!(control.judge(0.1, &1.0, &1.0, &mut 0.5).accepted);
}

/// A law that remembers logarithms may follow on one that does not.
#[test]
fn a_law_may_be_changed_in_mid_solve() {
    use costate_controller::{Filter, I, Pi};
    let mut classic = Controller::hairer_dopri5(Rms, 0.0, 1.0).with_law(I::CLASSIC);
    for _ in 0..4 {
        classic.decide(0.1, 0.5);
    }
    let by_filter = classic.clone().with_law(Filter::H211B).decide(0.1, 0.5);
    let by_pi = classic.with_law(Pi::HAIRER_DOPRI5).decide(0.1, 0.5);
    // The steps and the ratios were the same, so the next is near them: within the safety and a fifth root of 2.
    for verdict in [by_filter, by_pi] {
        assert!(verdict.next > 0.05 && verdict.next < 0.2, "{verdict:?}");
    }
}
