//! The forward half of a gradient: the solve, the observed states, the loss and its cotangents.

use crate::observations::{evaluate, not_finite};
use crate::{Counts, DifferentiableField, GradientError, Loss, Problem, StateOf};
use costate_solver::controller::StepControl;
use costate_solver::norms::{Rms, Seminorm, Space};
use costate_solver::{self as solver, Plan, SolveError, Solver, Statistics};

/// What the forward half found.
#[derive(Debug)]
pub(crate) struct Forward {
    /// The loss.
    pub(crate) loss: f64,
    /// The largest RMS of a cotangent.
    pub(crate) size: f64,
    /// The last observation with a cotangent that is not zero: where the way back begins. None when the gradient is zero.
    pub(crate) last: Option<usize>,
    /// The largest RMS of the state.
    pub(crate) peak: f64,
    /// The same until the last observation that matters.
    pub(crate) peak_until_last: f64,
    /// What it cost.
    pub(crate) counts: Counts,
}

/// Solves forwards by `plan`, whose save times are the loss's, and evaluates the loss. `first_slope` becomes the field at
/// (t0, y0), which dL/dt0 needs.
pub(crate) fn solve_forward<F, C, L, const S: usize>(
    solver: &mut Solver<C, S>,
    workspace: &mut solver::Workspace<StateOf<F>, S>,
    (cotangents, peaks, first_slope): (&mut Vec<StateOf<F>>, &mut Vec<f64>, &mut StateOf<F>),
    field: &mut F,
    problem: &Problem<'_, F>,
    loss: &L,
    plan: Plan<'_>,
) -> Result<Forward, GradientError>
where
    F: DifferentiableField,
    C: StepControl<StateOf<F>>,
    L: Loss<StateOf<F>> + ?Sized,
{
    let Problem { t0, y0, p, .. } = *problem;
    field.check(y0, p)?;
    if let Some((index, value)) = not_finite(p) {
        return Err(GradientError::Parameters { index, value });
    }
    // First what is the problem's own, then what the loss asks of it.
    Plan { save: &[], ..plan }.check()?;
    plan.check().map_err(|source| GradientError::Observations { source })?;

    let mut peak = Rms.measure(y0);
    let mut seen_first = false;
    peaks.clear();
    peaks.resize(plan.save.partition_point(|&t| t == t0), peak);
    let solution = solver.solve_watched(
        workspace,
        |t: f64, y: &StateOf<F>, dy: &mut StateOf<F>| field.eval(t, y, p, dy),
        y0,
        plan,
        &mut |attempt| {
            // The first attempt begins with the field at (t0, y0).
            if !core::mem::replace(&mut seen_first, true) {
                first_slope.assign(&attempt.stages[0]);
            }
            if attempt.accepted {
                peak = peak.max(Rms.measure(attempt.y1));
                let reached = |&t: &f64| (t - attempt.step.end) * plan.direction() <= 0.0;
                peaks.resize(plan.save.partition_point(reached), peak);
            }
        },
    )?;
    let mut counts = Counts::forward(solution.statistics);
    let (loss, size) = evaluate(loss, plan.save, &solution.saved, cotangents, y0)?;
    // Late observations that the loss does not depend on leave the costate at zero: nothing to solve.
    let last = cotangents.iter().rposition(|a| Rms.measure(a) > 0.0);
    if last.is_some() && !seen_first {
        // Nothing was solved, but an observation that moves sees the field.
        field.eval(t0, y0, p, first_slope);
        counts.f += 1;
        counts.calls += 1;
        if let Some((index, value)) = not_finite(first_slope) {
            let what = "the field's first value";
            return Err(SolveError::NotFinite { what, index, value, t: t0 }.into());
        }
    }
    let peak_until_last = last.and_then(|last| peaks.get(last).copied()).unwrap_or(peak);
    Ok(Forward { loss, size, last, peak, peak_until_last, counts })
}

impl Counts {
    /// A solve of the field alone.
    pub(crate) fn forward(statistics: Statistics) -> Self {
        let Statistics { evaluations, accepted, rejected, .. } = statistics;
        Counts { f: evaluations, calls: evaluations, accepted, rejected, ..Counts::default() }
    }

    /// A solve of the backward field, each call of which is one of f and one VJP in each argument.
    pub(crate) fn backward(statistics: Statistics) -> Self {
        let Statistics { evaluations, .. } = statistics;
        Counts { vjp_y: evaluations, vjp_p: evaluations, ..Counts::forward(statistics) }
    }
}
