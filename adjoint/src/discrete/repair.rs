//! A gradient computed once more, from the recorded forward steps.

use super::sweep::SweepMemory;
use crate::forward::{Forward, Found};
use crate::{DifferentiableField, Gradient, GradientError, ParamsOf, Problem, StateOf};
use costate_solver::Stepper;

/// Replaces a gradient that went wrong on a solve backwards by the discrete adjoint of the same forward steps.
///
/// What stands in the gradient's report is kept and added to. Of a way back that held nothing, the steps are taken again with
/// checkpoints at about the distance that takes least memory.
#[allow(clippy::too_many_arguments)]
pub(crate) fn repair<F: DifferentiableField, const S: usize>(
    forward: &mut Forward<F, S>,
    sweep: &mut SweepMemory<F, S>,
    stepper: &Stepper<'_, S>,
    field: &mut F,
    problem: &Problem<'_, F>,
    times: &[f64],
    found: &Found,
    gradient: &mut Gradient<StateOf<F>, ParamsOf<F>>,
) -> Result<(), GradientError> {
    let Problem { y0, p, .. } = *problem;
    let mut report = gradient.report;
    let steps = forward.trajectory.steps().len();
    if !forward.trajectory.is_whole() {
        let apart = (steps as f64 / (2 * S) as f64).sqrt().ceil() as usize;
        let mut eval = |t: f64, y: &StateOf<F>, dy: &mut StateOf<F>| field.eval(t, y, p, dy);
        let retaken = forward.trajectory.retake(apart, stepper, &mut eval, y0);
        retaken.map_err(|source| GradientError::Backward { source, report: Box::new(report) })?;
        report.backward.f += steps * S;
        report.backward.calls += steps * S;
    }
    sweep.strands_for(1, y0, p);
    let strand = &mut sweep.strands[0];
    strand.take_up(forward, times, found);
    strand.gradient.report.backward = report.backward;
    sweep.run(stepper, forward, field, problem, times)?;
    let strand = &mut sweep.strands[0];
    core::mem::swap(gradient, &mut strand.gradient);
    let again = &mut gradient.report;
    (again.drift, again.steps_refined, again.redone) = (report.drift, report.steps_refined, true);
    Ok(())
}
