//! The ways to a gradient behind one face, so that a run can choose among them by name.

use super::norms::{Channels, Labels, Literal, literal};
use super::record::Tried;
use super::task::Element;
use super::way::{Norm, Strategy, Way};
use costate_adjoint::norms::{Rms, Space, Tolerance};
use costate_adjoint::solver::Attempt;
use costate_adjoint::{
    Adjoint, Backsolve, DifferentiableField, Discrete, Gradient, GradientError, Interpolating,
    Loss, Problem, Quadrature, StateCostate, StateCostateGradient, Workspace,
};
use costate_neural::GraphField;

/// A gradient of a field of arrays, whose parameters are one list.
pub type Found<Y> = Gradient<Y, Vec<<Y as Space>::Scalar>>;

/// A way to the gradients of a field.
pub trait Gradients<Y: Space<Scalar: Element>> {
    /// The gradient. Where `attempts` is given, the attempted steps of the backward pass are put there.
    ///
    /// # Errors
    /// A [`GradientError`] that names what was wrong, where, and what to do.
    fn gradient(
        &mut self,
        field: &mut GraphField<Y>,
        problem: &Problem<'_, GraphField<Y>>,
        loss: &dyn Loss<Y>,
        attempts: Option<&mut Vec<Tried>>,
    ) -> Result<Found<Y>, GradientError>;
}

/// A way that was chosen by name.
pub type Chosen<Y> = Box<dyn Gradients<Y>>;

/// The way of a norm, at the paper's settings; for the quadrature, which the paper does not have, at Costate's.
pub fn under<Y: Space<Scalar: Element> + 'static>(
    norm: Norm,
    field: &GraphField<Y>,
    observations: usize,
    (rtol, atol): (f64, f64),
) -> Chosen<Y> {
    let labels = Labels::of(field);
    match Channels::of(norm, field, observations) {
        Some(channels) => {
            let solve = literal(channels.clone(), rtol, atol);
            Box::new(UnderNorm { solve, channels, labels, workspace: None })
        }
        None => {
            let solve = Quadrature::new(rtol, atol);
            Box::new(WithoutGradient { solve, labels, workspace: None })
        }
    }
}

/// The strategies that are compared at their own settings.
pub const OWN: [Way; 6] = [
    Way::under(Norm::Seminorm),
    Way::under(Norm::Pooled),
    Way::under(Norm::Quadrature),
    Way { strategy: Strategy::Interpolating, norm: None },
    Way::DISCRETE,
    Way { strategy: Strategy::DiscreteInterpolant, norm: None },
];

/// A strategy at its own defaults, but for the tolerance of a backward solve, which is so many times that of the forward one; none for
/// a norm that is no choice there.
pub fn own<Y: Space<Scalar: Element> + 'static>(
    way: Way,
    (rtol, atol): (f64, f64),
    backward: f64,
) -> Option<Chosen<Y>> {
    let back = Tolerance { rtol: backward * rtol, atol: backward * atol };
    let backsolve = Backsolve::new(rtol, atol).with_backward_tolerance(back, back);
    Some(match (way.strategy, way.norm) {
        (Strategy::Backsolve, Some(Norm::Seminorm)) => Box::new(Plain(backsolve)),
        (Strategy::Backsolve, Some(Norm::Pooled)) => {
            Box::new(Plain(backsolve.with_norm((Rms, Rms, Rms))))
        }
        (Strategy::Quadrature, _) => {
            let quadrature = Quadrature::new(rtol, atol);
            Box::new(Plain(quadrature.with_backward_tolerance(back)))
        }
        (Strategy::Interpolating, _) => {
            let interpolating = Interpolating::new(rtol, atol);
            Box::new(Plain(interpolating.with_backward_tolerance(back, back)))
        }
        (Strategy::Discrete, _) => Box::new(Plain(Discrete::new(rtol, atol))),
        (Strategy::DiscreteInterpolant, _) => {
            Box::new(Plain(Discrete { stop_at_observations: false, ..Discrete::new(rtol, atol) }))
        }
        _ => return None,
    })
}

/// The discrete adjoint, whose error is that of the forward solve alone.
pub fn discrete<Y: Space<Scalar: Element> + 'static>(tolerance: f64) -> Chosen<Y> {
    Box::new(Plain(Discrete::new(tolerance, tolerance)))
}

fn tried<V>(attempt: &Attempt<'_, V>, channel: Option<String>) -> Tried {
    let Attempt { step, ratio, accepted, .. } = attempt;
    Tried { t: step.t, h: step.h, ratio: *ratio, accepted: *accepted, channel }
}

/// torchdiffeq's adjoint under a norm.
struct UnderNorm<Y: Space<Scalar: Element>> {
    solve: Literal,
    channels: Channels,
    labels: Labels,
    workspace: Option<Workspace<GraphField<Y>, 7, StateCostateGradient<1>>>,
}

impl<Y: Space<Scalar: Element>> Gradients<Y> for UnderNorm<Y> {
    fn gradient(
        &mut self,
        field: &mut GraphField<Y>,
        problem: &Problem<'_, GraphField<Y>>,
        loss: &dyn Loss<Y>,
        mut attempts: Option<&mut Vec<Tried>>,
    ) -> Result<Found<Y>, GradientError> {
        let UnderNorm { solve, channels, labels, workspace } = self;
        let workspace = workspace.get_or_insert_with(|| Workspace::new(problem.y0, problem.p));
        let found = solve.gradient_watched(workspace, field, problem, loss, &mut |attempt| {
            if let Some(attempts) = &mut attempts {
                let finite = attempt.ratio.is_finite();
                let channel = labels.loudest(channels, attempt.scaled_error).filter(|_| finite);
                attempts.push(tried(attempt, channel));
            }
        });
        found.cloned()
    }
}

/// The continuous adjoint without the parameter gradient.
struct WithoutGradient<Y: Space<Scalar: Element>> {
    solve: Quadrature,
    labels: Labels,
    workspace: Option<Workspace<GraphField<Y>, 7, StateCostate>>,
}

impl<Y: Space<Scalar: Element>> Gradients<Y> for WithoutGradient<Y> {
    fn gradient(
        &mut self,
        field: &mut GraphField<Y>,
        problem: &Problem<'_, GraphField<Y>>,
        loss: &dyn Loss<Y>,
        mut attempts: Option<&mut Vec<Tried>>,
    ) -> Result<Found<Y>, GradientError> {
        let WithoutGradient { solve, labels, workspace } = self;
        let workspace = workspace.get_or_insert_with(|| Workspace::new(problem.y0, problem.p));
        let found = solve.gradient_watched(workspace, field, problem, loss, &mut |attempt| {
            if let Some(attempts) = &mut attempts {
                let finite = attempt.ratio.is_finite();
                let channel = labels.loudest_of_path(attempt.scaled_error).filter(|_| finite);
                attempts.push(tried(attempt, channel));
            }
        });
        found.cloned()
    }
}

/// Any strategy, unwatched and in new memory each time: for gradients that are made once.
struct Plain<A>(A);

impl<Y, A> Gradients<Y> for Plain<A>
where
    Y: Space<Scalar: Element>,
    GraphField<Y>: DifferentiableField<State = Y, Params = Vec<Y::Scalar>>,
    A: Adjoint<GraphField<Y>>,
{
    fn gradient(
        &mut self,
        field: &mut GraphField<Y>,
        problem: &Problem<'_, GraphField<Y>>,
        loss: &dyn Loss<Y>,
        _: Option<&mut Vec<Tried>>,
    ) -> Result<Found<Y>, GradientError> {
        self.0.gradient(field, problem, &loss)
    }
}
