//! Time runs both ways: a solve forwards and back returns, and a problem told backwards has the same gradient.

mod cases;

use cases::cases;
use costate_adjoint::autodiff::Real;
use costate_adjoint::norms::{Rms, Seminorm};
use costate_adjoint::solver::{Plan, Solver};
use costate_adjoint::{AtTimes, Backsolve, Equation, Gradient, Policy, Problem};
use costate_integration_tests::any_field::AnyField;
use costate_integration_tests::smooth::Case;
use proptest::prelude::*;

/// The same motion in the time s = -t: `dy/ds = -f(-s, y, p)`.
#[derive(Debug, Clone, Copy)]
struct Mirrored<E>(E);

impl<E: Equation> Equation for Mirrored<E> {
    fn eval<R: Real>(&self, s: R, y: &[R], p: &[R], dy: &mut [R]) {
        self.0.eval(-s, y, p, dy);
        dy.iter_mut().for_each(|dy| *dy = -*dy);
    }
}

/// A gradient, and every attempt of its backward pass as (t, h, error ratio, accepted).
type Watched = (Gradient<Vec<f64>, Vec<f64>>, Vec<(f64, f64, f64, bool)>);

fn gradient<E: Equation + 'static>(equation: E, case: &Case, sign: f64, r: f64) -> Watched {
    let mut field = AnyField::new(equation, &case.y0, &case.p);
    let problem = Problem::new(sign * case.t0, sign * case.t1, &case.y0, &case.p);
    let times: Vec<f64> = case.times.iter().map(|t| sign * t).collect();
    let loss = AtTimes { times, loss: |y: &[Vec<f64>], a: &mut [Vec<f64>]| case.loss(y, a) };
    let mut workspace = costate_adjoint::Workspace::new(&case.y0, &case.p);
    let mut attempts = Vec::new();
    let gradient = Backsolve::new(r, r)
        .with_policy(Policy::Report)
        .gradient_watched(&mut workspace, &mut field, &problem, &loss, &mut |attempt| {
            let step = attempt.step;
            attempts.push((sign * step.t, sign * step.h, attempt.ratio, attempt.accepted));
        })
        .unwrap()
        .clone();
    (gradient, attempts)
}

fn tolerances() -> impl Strategy<Value = f64> {
    (-10.0..-3.0_f64).prop_map(|e| 10.0_f64.powf(e))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// Each accepted step adds an error whose RMS is at most `r (1 + peak)` (the ratio is at most 1, and the fifth-order
    /// result is better than the estimate for the fourth), and the flow multiplies it by at most e^reach until t0: by
    /// Grönwall the way there and back ends within `steps r (1 + peak) e^reach`. The Euclidean bound on the growth costs one
    /// factor sqrt(n) in the RMS of the start.
    #[test]
    fn a_solve_forwards_and_back_returns((case, r) in (cases(2.0), tolerances())) {
        let field = |t: f64, y: &Vec<f64>, dy: &mut Vec<f64>| case.equation.eval(t, y, &case.p, dy);
        let mut solver = Solver::dormand_prince(r, r);
        let mut peak = Rms.measure(&case.y0);
        let mut workspace = costate_adjoint::solver::Workspace::new(&case.y0);
        let there = solver
            .solve_watched(&mut workspace, field, &case.y0, Plan::new(case.t0, case.t1), &mut |a| {
                peak = peak.max(Rms.measure(a.y1));
            })
            .unwrap()
            .clone();
        let back = solver.solve(field, &there.y, Plan::new(case.t1, case.t0)).unwrap();
        let error: Vec<f64> = back.y.iter().zip(&case.y0).map(|(a, b)| a - b).collect();
        let steps = (there.statistics.accepted + back.statistics.accepted) as f64;
        let n = case.y0.len() as f64;
        let bound = steps * r * (1.0 + peak) * 2.0_f64.exp() * n.sqrt();
        prop_assert!(Rms.measure(&error) <= bound, "{:e} over {bound:e}", Rms.measure(&error));
    }

    /// Negation is exact, so the mirrored problem takes the mirrored steps and every number is the same, bit for bit, but for
    /// the sign of derivatives in time.
    #[test]
    fn a_problem_told_backwards_has_the_same_gradient((case, r) in (cases(3.0), tolerances())) {
        let (told, steps) = gradient(case.equation, &case, 1.0, r);
        let (mirrored, mirrored_steps) = gradient(Mirrored(case.equation), &case, -1.0, r);
        prop_assert_eq!(steps, mirrored_steps);
        prop_assert_eq!(told.loss, mirrored.loss);
        prop_assert_eq!(&told.y0, &mirrored.y0);
        prop_assert_eq!(&told.p, &mirrored.p);
        prop_assert_eq!(told.t0, -mirrored.t0);
        prop_assert_eq!(told.t1, -mirrored.t1);
        prop_assert_eq!(&told.times, &mirrored.times.iter().map(|d| -d).collect::<Vec<_>>());
        prop_assert_eq!(told.report, mirrored.report);
    }
}
