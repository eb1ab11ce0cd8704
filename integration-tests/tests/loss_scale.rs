//! The unit of the loss: a gradient is linear in the loss, and so are its steps.

mod cases;

use cases::cases;
use costate_adjoint::norms::{Null, Pooled, Rms, Seminorm};
use costate_adjoint::{
    AtTimes, Augmented, Backsolve, Counts, DifferentiableField, Gradient, Loss, Policy, Problem,
    Report, Workspace,
};
use costate_integration_tests::any_field::AnyField;
use costate_integration_tests::fields::LotkaVolterra;
use costate_integration_tests::smooth::Case;
use proptest::prelude::*;

/// An attempt of the backward pass: the bits of t, h and the error ratio, and whether it was accepted.
type Seen = (u64, u64, u64, bool);
/// A gradient, and every attempt of its backward pass.
type Watched<Y, P> = (Gradient<Y, P>, Vec<Seen>);

fn watched<N, F, L>(
    method: Backsolve<N>,
    field: &mut F,
    problem: &Problem<'_, F>,
    loss: &L,
) -> Watched<F::State, F::Params>
where
    F: DifferentiableField,
    L: Loss<F::State>,
    N: Seminorm<(F::State, F::State, F::Params)>,
{
    let mut workspace = Workspace::new(problem.y0, problem.p);
    let mut attempts = Vec::new();
    let mut watch = |a: &costate_adjoint::solver::Attempt<'_, Augmented<F, 0>>| {
        attempts.push((a.step.t.to_bits(), a.step.h.to_bits(), a.ratio.to_bits(), a.accepted));
    };
    let gradient = method
        .with_policy(Policy::Report)
        .gradient_watched(&mut workspace, field, problem, loss, &mut watch)
        .unwrap()
        .clone();
    (gradient, attempts)
}

/// The gradient of a case's loss times `scale`.
fn scaled<N>(case: &Case, method: Backsolve<N>, scale: f64) -> Watched<Vec<f64>, Vec<f64>>
where
    N: Seminorm<(Vec<f64>, Vec<f64>, Vec<f64>)>,
{
    let mut field = AnyField::new(case.equation, &case.y0, &case.p);
    let problem = Problem::new(case.t0, case.t1, &case.y0, &case.p);
    let loss = |y: &[Vec<f64>], a: &mut [Vec<f64>]| {
        let value = case.loss(y, a);
        a.iter_mut().flatten().for_each(|a| *a *= scale);
        value * scale
    };
    watched(method, &mut field, &problem, &AtTimes { times: &case.times, loss })
}

fn times(scale: f64, numbers: &[f64]) -> Vec<f64> {
    numbers.iter().map(|x| x * scale).collect()
}

/// Everything that is linear in the loss is multiplied exactly, everything else is the same to the last bit.
fn check_exact<N>(case: &Case, method: Backsolve<N>, scale: f64) -> Result<(), TestCaseError>
where
    N: Seminorm<(Vec<f64>, Vec<f64>, Vec<f64>)> + Clone,
{
    let (one, steps) = scaled(case, method.clone(), 1.0);
    let (other, other_steps) = scaled(case, method, scale);
    prop_assert_eq!(steps, other_steps);
    prop_assert_eq!(one.loss * scale, other.loss);
    prop_assert_eq!(times(scale, &one.y0), other.y0);
    prop_assert_eq!(times(scale, &one.p), other.p);
    prop_assert_eq!((one.t0 * scale, one.t1 * scale), (other.t0, other.t1));
    prop_assert_eq!(times(scale, &one.times), other.times);
    let [gross, loss_error] = [one.report.gross, one.report.loss_error].map(|x| x * scale);
    prop_assert_eq!(Report { gross, loss_error, ..one.report }, other.report);
    Ok(())
}

/// A factor that rounds: the same steps, counted.
fn check_counts<N>(case: &Case, method: Backsolve<N>, scale: f64) -> Result<(), TestCaseError>
where
    N: Seminorm<(Vec<f64>, Vec<f64>, Vec<f64>)> + Clone,
{
    let r = method.forward.control.tolerance.rtol;
    let (one, _) = scaled(case, method.clone(), 1.0);
    let (other, _) = scaled(case, method, scale);
    prop_assert_eq!(one.report.forward, other.report.forward);
    prop_assert_eq!(one.report.backward, other.report.backward);
    // The error ratios differ by rounding, which is a large part of an estimate that is small, and the steps follow. Either set
    // of steps is good for the tolerance; the sums round besides.
    for (a, b) in one.p.iter().zip(&other.p) {
        prop_assert!((a * scale - b).abs() <= (r + 1e-12) * scale * one.report.gross);
    }
    Ok(())
}

fn tolerances() -> impl Strategy<Value = f64> {
    (-8.0..-3.0_f64).prop_map(|e| 10.0_f64.powf(e))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn a_power_of_two_changes_no_step((case, r) in (cases(2.0), tolerances())) {
        for scale in [2.0_f64.powi(26), 2.0_f64.powi(-26)] {
            let method = Backsolve::new(r, r);
            check_exact(&case, method.clone(), scale)?;
            check_exact(&case, method.clone().with_norm((Rms, Rms, Rms)), scale)?;
            check_exact(&case, method.clone().with_norm(Pooled((Rms, Rms, Null))), scale)?;
            check_exact(&case, method.with_norm(Pooled((Rms, Rms, Rms))), scale)?;
        }
    }

    /// Also where squares of cotangents overflow or underflow. There the root mean square that sets the unit of the costate is
    /// taken over scaled numbers and rounds in another place, so that counts are the same and not bits.
    #[test]
    fn a_loss_of_any_size_takes_the_same_steps(
        (case, r, exponent) in (cases(2.0), tolerances(), -700..700_i32)
    ) {
        let scale = 2.0_f64.powi(exponent);
        check_counts(&case, Backsolve::new(r, r), scale)?;
        let (one, _) = scaled(&case, Backsolve::new(r, r), 1.0);
        let (other, _) = scaled(&case, Backsolve::new(r, r), scale);
        let (a, b) = (one.report, other.report);
        prop_assert!((b.gross / scale / a.gross - 1.0).abs() <= 1e-9, "{} {}", a.gross, b.gross);
        prop_assert!(
            (b.conditioning / a.conditioning - 1.0).abs() <= 1e-9,
            "conditioning {} and {}", a.conditioning, b.conditioning
        );
    }

    #[test]
    fn another_factor_changes_no_count((case, r) in (cases(2.0), tolerances())) {
        for scale in [1e8, 1e-8] {
            let method = Backsolve::new(r, r);
            check_counts(&case, method.clone(), scale)?;
            check_counts(&case, method.clone().with_norm((Rms, Rms, Rms)), scale)?;
            check_counts(&case, method.clone().with_norm(Pooled((Rms, Rms, Null))), scale)?;
            check_counts(&case, method.with_norm(Pooled((Rms, Rms, Rms))), scale)?;
        }
    }

    /// The backward pass begins where the loss looks last: observations after it with a zero cotangent cost nothing backwards
    /// and change not one bit.
    #[test]
    fn late_observations_without_cotangent_cost_nothing(
        (case, r, later) in (cases(2.0), tolerances(), 0.96..1.0_f64)
    ) {
        let (alone, steps) = scaled(&case, Backsolve::new(r, r), 1.0);
        let last = case.times[case.times.len() - 1];
        prop_assert_eq!(f64::from_bits(steps[0].0), last);
        let mut extended = case.clone();
        let n = case.y0.len();
        extended.times.extend([case.t0 + later * (case.t1 - case.t0), case.t1]);
        extended.weights.extend([(vec![0.0; n], vec![0.0; n]), (vec![0.0; n], vec![0.0; n])]);
        let (with, with_steps) = scaled(&extended, Backsolve::new(r, r), 1.0);
        prop_assert_eq!(steps, with_steps);
        prop_assert_eq!((&alone.y0, &alone.p, alone.t0, alone.t1), (&with.y0, &with.p, with.t0, with.t1));
        prop_assert_eq!(&with.times[..case.times.len()], &alone.times[..]);
        prop_assert_eq!(&with.times[case.times.len()..], &[0.0, 0.0][..]);
        prop_assert_eq!(alone.report.backward, with.report.backward);
        // The loss does not look at the end.
        prop_assert_eq!(with.t1, 0.0);
    }
}

/// Lotka-Volterra from 0 to 2, with a loss linear in the states at `times`.
fn linear_loss(times: &[f64], weights: &[[f64; 2]]) -> Watched<Vec<f64>, Vec<f64>> {
    let (y0, p) = (vec![1.0, 1.0], vec![1.5, 1.0, 3.0, 1.0]);
    let mut field = AnyField::new(LotkaVolterra, &y0, &p);
    let problem = Problem::new(0.0, 2.0, &y0, &p);
    let loss = |y: &[Vec<f64>], a: &mut [Vec<f64>]| {
        a.iter_mut().zip(weights).for_each(|(a, c)| a.copy_from_slice(c));
        y.iter().zip(weights).map(|(y, c)| y[0] * c[0] + y[1] * c[1]).sum()
    };
    watched(Backsolve::new(1e-8, 1e-8), &mut field, &problem, &AtTimes { times, loss })
}

#[test]
fn a_perfect_fit_has_no_gradient_and_no_backward_pass() {
    let (gradient, attempts) = linear_loss(&[0.0, 0.5, 2.0], &[[0.0; 2]; 3]);
    assert!(attempts.is_empty());
    assert_eq!(gradient.report.backward, Counts::default());
    assert_eq!((gradient.y0, gradient.p), (vec![0.0; 2], vec![0.0; 4]));
    assert_eq!((gradient.t0, gradient.t1, &gradient.times[..]), (0.0, 0.0, &[0.0; 3][..]));
    assert_eq!((gradient.report.drift, gradient.report.conditioning), (0.0, 1.0));
    assert!(gradient.report.forward.calls > 0);
}

#[test]
fn a_loss_without_observations_has_no_gradient() {
    let (gradient, attempts) = linear_loss(&[], &[]);
    assert!(attempts.is_empty());
    assert_eq!((gradient.loss, gradient.y0, gradient.p), (0.0, vec![0.0; 2], vec![0.0; 4]));
    assert_eq!((gradient.t0, gradient.t1, gradient.times.len()), (0.0, 0.0, 0));
}

#[test]
fn a_loss_at_the_start_alone_is_its_own_gradient() {
    let c = [0.75, -2.0];
    let (gradient, attempts) = linear_loss(&[0.0], &[c]);
    assert!(attempts.is_empty());
    assert_eq!(gradient.report.backward.calls, 0);
    assert_eq!((gradient.y0, gradient.p), (c.to_vec(), vec![0.0; 4]));
    // y0 stays what it is when t0 moves; when the observation moves, f(0, (1, 1)) = (0.5, -2) moves it.
    assert_eq!((gradient.t0, gradient.t1), (0.0, 0.0));
    assert_eq!(gradient.times, [0.75 * 0.5 + 2.0 * 2.0]);
}

/// Two observations at one time are one with both cotangents. All weights are dyadic, so that sums of them are exact, and the
/// largest, which sets the unit of the costate, is not among the split ones.
#[test]
fn observations_may_repeat() {
    let (a, b, c) = ([0.5, -0.25], [0.125, 0.75], [4.0, -2.0]);
    let (once, steps) = linear_loss(&[0.0, 1.0, 2.0], &[a, [a[0] + b[0], a[1] + b[1]], c]);
    let (twice, repeated) = linear_loss(&[0.0, 0.0, 1.0, 1.0, 2.0], &[a, [0.0; 2], a, b, c]);
    assert_eq!(steps, repeated);
    assert_eq!((once.y0, once.p, once.t0, once.t1), (twice.y0, twice.p, twice.t0, twice.t1));
    assert_eq!((once.times[0], once.times[2]), (twice.times[0], twice.times[4]));
    // A sum in another order.
    let sum = twice.times[2] + twice.times[3];
    let size = twice.times[2].abs() + twice.times[3].abs();
    assert!((once.times[1] - sum).abs() <= 8.0 * f64::EPSILON * size);
    assert_eq!(twice.times[1], 0.0);

    // At the end, too: there the pass begins with both.
    let (once, steps) = linear_loss(&[1.0, 2.0], &[c, [a[0] + b[0], a[1] + b[1]]]);
    let (twice, repeated) = linear_loss(&[1.0, 2.0, 2.0], &[c, a, b]);
    assert_eq!(steps, repeated);
    assert_eq!((once.y0, once.p), (twice.y0, twice.p));
    assert!((once.t1 - twice.t1).abs() <= 8.0 * f64::EPSILON * once.t1.abs().max(1.0));
}

/// An observation of the start adds its cotangent to dL/dy0 and does nothing else.
#[test]
fn an_observation_of_the_start_is_added_last() {
    let (at_start, at_end) = ([0.5, -0.25], [4.0, -2.0]);
    let (both, steps) = linear_loss(&[0.0, 2.0], &[at_start, at_end]);
    let (end, end_steps) = linear_loss(&[2.0], &[at_end]);
    assert_eq!(steps, end_steps);
    assert_eq!(both.y0, [end.y0[0] + 0.5, end.y0[1] - 0.25]);
    assert_eq!((both.p, both.t0, both.t1), (end.p, end.t0, end.t1));
    assert_eq!(both.times, [0.5 * 0.5 + 0.25 * 2.0, end.times[0]]);
}
