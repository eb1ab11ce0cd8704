//! The first step size: symmetries, and a usable answer whatever the field.

use costate_controller::{
    Controller, I, Start, StepControl, first_step,
    norms::{ErrorScale, Float, Null, Pooled, Relative, Rms, Seminorm, Space, Tolerance},
    strategies::tolerance,
};
use proptest::prelude::*;

/// The first step of `y' = f(t, y)` from `y0` at `t0`.
fn first<V: Space<Scalar: Float>>(
    norm: &impl Seminorm<V>,
    tolerance: &impl ErrorScale<V>,
    y0: &V,
    (t0, span): (f64, f64),
    mut f: impl FnMut(f64, &V, &mut V),
) -> f64 {
    let (mut f0, mut a, mut b) = (y0.zeros_like(), y0.zeros_like(), y0.zeros_like());
    f(t0, y0, &mut f0);
    first_step(norm, tolerance, 5, Start { t0, span, y0, f0: &f0 }, &mut f, [&mut a, &mut b])
}

/// A linear field in the plane, by its matrix.
fn linear(m: [f64; 4]) -> impl Fn(f64, &[f64; 2], &mut [f64; 2]) {
    move |_, y, dy| *dy = [m[0] * y[0] + m[1] * y[1], m[2] * y[0] + m[3] * y[1]]
}

fn usable(h: f64, span: f64) -> Result<(), TestCaseError> {
    prop_assert!(h.is_finite() && h != 0.0 && h.signum() == span.signum(), "{h} for {span}");
    Ok(())
}

fn span() -> impl Strategy<Value = f64> {
    (any::<bool>(), 1.0..10.0, -9..6_i32)
        .prop_map(|(s, m, d)| if s { -1.0 } else { 1.0 } * m * 10_f64.powi(d))
}

/// Numbers of every size, and zero.
fn any_size() -> impl Strategy<Value = f64> {
    let finite = any::<f64>().prop_filter("finite", |x| x.is_finite());
    prop_oneof![4 => finite, 2 => -10.0..10.0, 1 => Just(0.0), 1 => Just(f64::MAX)]
}

proptest! {
    /// A linear field has no unit: the state, the field and the tolerance in another one give the same step, to the bit.
    #[test]
    fn scale_invariance(
        m in any::<[i8; 4]>(), y in any::<[i8; 2]>(), t in tolerance(), span in span(), k in -60..60_i32,
    ) {
        let f = linear(m.map(|x| f64::from(x) / 16.0));
        let y = y.map(f64::from);
        let size = 2_f64.powi(k);
        let h = first(&Rms, &t, &y, (0.0, span), &f);
        let scaled = first(&Rms, &Relative { tolerance: t, size }, &y.map(|y| y * size), (0.0, span), &f);
        prop_assert_eq!(h.to_bits(), scaled.to_bits());
        let scaled = first(&Rms, &Tolerance { atol: t.atol * size, ..t }, &y.map(|y| y * size), (0.0, span), &f);
        prop_assert_eq!(h.to_bits(), scaled.to_bits());
    }

    /// Time runs backwards as it runs forwards.
    #[test]
    fn reversal(m in any::<[i8; 4]>(), y in any::<[i8; 2]>(), t in tolerance(), span in span()) {
        let y = y.map(f64::from);
        let forwards = linear(m.map(f64::from));
        let turn = |t: f64, y: &[f64; 2], dy: &mut [f64; 2]| {
            forwards(-t, y, dy);
            *dy = dy.map(|d| -d);
        };
        let h = first(&Rms, &t, &y, (0.5, span), &forwards);
        prop_assert_eq!(first(&Rms, &t, &y, (-0.5, -span), turn), -h);
    }

    /// The trial is the only call of the field, and lies between the start and the end.
    #[test]
    fn one_trial_within_the_span(m in any::<[i8; 4]>(), y in any_size(), t in tolerance(), span in span()) {
        let f = linear(m.map(f64::from));
        let (y0, mut f0) = ([y, 1.0], [0.0; 2]);
        f(0.0, &y0, &mut f0);
        prop_assume!(f0.is_finite());
        let mut calls = Vec::new();
        let mut field = |t: f64, y: &[f64; 2], dy: &mut [f64; 2]| {
            calls.push(t);
            f(t, y, dy);
        };
        let start = Start { t0: 0.0, span, y0: &y0, f0: &f0 };
        let h = first_step(&Rms, &t, 5, start, &mut field, [&mut [f64::NAN; 2], &mut [f64::NAN; 2]]);
        usable(h, span)?;
        prop_assert_eq!(calls.len(), 1);
        prop_assert!(calls[0] * span > 0.0 && calls[0].abs() <= span.abs());
        // Nor is the step longer than a hundred trials.
        prop_assert!(h.abs() <= 100.0 * calls[0].abs());
    }

    /// Whatever is finite at the start gives a step: no field, huge fields, fields that break at the trial.
    #[test]
    fn always_usable(
        y0 in [any_size(), any_size()], f0 in [any_size(), any_size()], f1 in any::<[f64; 2]>(),
        t in tolerance(), exact in any::<bool>(), span in span(), order in 0..12_u32,
    ) {
        let t = if exact { Tolerance { atol: 0.0, ..t } } else { t };
        let mut field = |_: f64, _: &[f64; 2], dy: &mut [f64; 2]| *dy = f1;
        let start = || Start { t0: 1.0, span, y0: &y0, f0: &f0 };
        let (mut a, mut b) = ([0.0; 2], [0.0; 2]);
        usable(first_step(&Rms, &t, order, start(), &mut field, [&mut a, &mut b]), span)?;
        usable(first_step(&Null, &t, order, start(), &mut field, [&mut a, &mut b]), span)?;

        let narrow = |x: [f64; 2]| x.map(|x| (x as f32).clamp(f32::MIN, f32::MAX));
        let (y0, f0, f1) = (narrow(y0), narrow(f0), f1.map(|x| x as f32));
        let mut field = |_: f64, _: &[f32; 2], dy: &mut [f32; 2]| *dy = f1;
        let start = Start { t0: 1.0, span, y0: &y0, f0: &f0 };
        usable(first_step(&Rms, &t, order, start, &mut field, [&mut [0.0; 2], &mut [0.0; 2]]), span)?;
    }

    /// A field that is not a number at the trial says nothing but "shorter": the trial itself is the answer.
    #[test]
    fn not_finite_at_the_trial(y in 1.0..10.0_f64, t in tolerance(), span in span(), bad in prop_oneof![Just(f64::NAN), Just(f64::INFINITY)]) {
        let mut trial = f64::NAN;
        let mut field = |t: f64, _: &f64, dy: &mut f64| {
            trial = t;
            *dy = bad;
        };
        let start = Start { t0: 0.0, span, y0: &y, f0: &1.0 };
        let h = first_step(&Rms, &t, 5, start, &mut field, [&mut 0.0, &mut 0.0]);
        prop_assert_eq!(h, trial);
    }

    /// A channel that the seminorm does not read, and nothing else reads, has no say, whatever it holds.
    #[test]
    fn unread_channels_have_no_say(
        m in any::<[i8; 4]>(), y in any::<[i8; 2]>(), g in any_size(), rate in any::<f64>(), t in tolerance(), span in span(),
    ) {
        let (f, y) = (linear(m.map(f64::from)), y.map(f64::from));
        let alone = first(&Rms, &t, &y, (0.0, span), &f);
        let both = |t: f64, v: &([f64; 2], f64), dv: &mut ([f64; 2], f64)| {
            f(t, &v.0, &mut dv.0);
            dv.1 = rate;
        };
        prop_assert_eq!(first(&(Rms, Null), &t, &(y, g), (0.0, span), both), alone);
        prop_assert_eq!(first(&Pooled((Rms, Null)), &t, &(y, g), (0.0, span), both), alone);
    }

    /// On y' = l y the rule is a formula: d0 = 1/s, d1 = |l|/s, d2 = l^2/s near y = 1 with scale s, and 0.01/|l| the trial.
    #[test]
    fn the_formula_on_a_linear_problem(l in prop_oneof![0.1..100.0_f64, -100.0..-0.1_f64], tol in 1e-12..1e-4_f64) {
        let t = Tolerance { rtol: 0.0, atol: tol };
        let h = first(&Rms, &t, &1.0, (0.0, 1e6), |_, y: &f64, dy| *dy = l * y);
        let steepest = f64::max(l.abs(), l * l) / tol;
        let expected = f64::min((0.01 / steepest).powf(0.2), 1.0 / l.abs());
        // d2 is a difference of values 0.01 apart: two digits are lost to cancellation.
        prop_assert!((h / expected - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_longest_step_holds_for_trial_and_answer(y in any::<[i8; 2]>(), m in any::<[i8; 4]>(), span in span(), max_step in 1e-9..1.0_f64) {
        let controller = Controller::new(Rms, I::CLASSIC, Tolerance { rtol: 1e-3, atol: 1e-6 }).with_max_step(max_step);
        let (f, y0, mut f0) = (linear(m.map(f64::from)), y.map(f64::from), [0.0; 2]);
        f(0.0, &y0, &mut f0);
        let mut longest = 0.0;
        let mut field = |t: f64, y: &[f64; 2], dy: &mut [f64; 2]| {
            longest = f64::max(longest, t.abs());
            f(t, y, dy);
        };
        let start = Start { t0: 0.0, span, y0: &y0, f0: &f0 };
        let (h, calls) = controller.first_step(start, &mut field, [&mut [0.0; 2], &mut [0.0; 2]]);
        usable(h, span)?;
        prop_assert!(h.abs() <= max_step && longest <= max_step && calls == 1);
    }
}
