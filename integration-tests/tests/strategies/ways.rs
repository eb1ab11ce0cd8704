//! Every strategy on one case.

use costate_adjoint::norms::Rms;
use costate_adjoint::{
    Adjoint, AtTimes, Backsolve, Discrete, Equation, Gradient, GradientError, Interpolating, Keep,
    Policy, Problem, Quadrature, RunningCost,
};
use costate_integration_tests::any_field::AnyField;
use costate_integration_tests::smooth::Case;

pub(crate) type Outcome = Result<Gradient<Vec<f64>, Vec<f64>>, GradientError>;
pub(crate) type Cost<'a> = &'a dyn RunningCost<Vec<f64>, Vec<f64>>;

/// One strategy on one case.
pub(crate) fn run<E, A>(case: &Case<E>, cost: Option<Cost<'_>>, mut method: A) -> Outcome
where
    E: Equation + Copy + 'static,
    A: Adjoint<AnyField>,
{
    let mut field = AnyField::new(case.equation, &case.y0, &case.p);
    let problem = Problem { running: cost, ..Problem::new(case.t0, case.t1, &case.y0, &case.p) };
    let loss =
        AtTimes { times: &case.times, loss: |y: &[Vec<f64>], a: &mut [Vec<f64>]| case.loss(y, a) };
    method.gradient(&mut field, &problem, &loss)
}

/// All strategies at `rtol = atol = r` under one policy, by name.
pub(crate) fn all<E: Equation + Copy + 'static>(
    case: &Case<E>,
    cost: Option<Cost<'_>>,
    r: f64,
    policy: Policy,
) -> Vec<(&'static str, Outcome)> {
    vec![
        ("discrete", run(case, cost, Discrete::new(r, r))),
        ("discrete, checkpoints", run(case, cost, Discrete::new(r, r).keeping(Keep::Every(4)))),
        ("backsolve", run(case, cost, Backsolve::new(r, r).with_policy(policy))),
        (
            "backsolve, default norm",
            run(case, cost, Backsolve::new(r, r).with_norm((Rms, Rms, Rms)).with_policy(policy)),
        ),
        ("quadrature", run(case, cost, Quadrature::new(r, r).with_policy(policy))),
        (
            "quadrature, refined",
            run(case, cost, Quadrature::new(r, r).refined(r, r).with_policy(policy)),
        ),
        ("interpolating", run(case, cost, Interpolating::new(r, r).with_policy(policy))),
        (
            "interpolating, seminorm",
            run(case, cost, Interpolating::seminorm(r, r).with_policy(policy)),
        ),
        ("interpolating, norm", run(case, cost, Interpolating::norm(r, r).with_policy(policy))),
        (
            "interpolating, checkpoints",
            run(case, cost, Interpolating::new(r, r).keeping(Keep::Every(4)).with_policy(policy)),
        ),
    ]
}

/// The Euclidean distance.
pub(crate) fn distance(u: &[f64], v: &[f64]) -> f64 {
    u.iter().zip(v).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// The Euclidean norm.
pub(crate) fn size(u: &[f64]) -> f64 {
    u.iter().map(|x| x * x).sum::<f64>().sqrt()
}
