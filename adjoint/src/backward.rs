//! The way back as a solve: what the strategies that integrate the costate have in common.

mod failure;
mod field;
mod integral;
mod layout;
mod ledger;
mod nested;
mod pass;
mod rule;
mod simpson;
mod slots;
mod tolerance;
mod workspace;

pub(crate) use integral::Rule;
pub use layout::{
    Augmented, BackwardAttempt, CostateAlone, CostateGradient, Layout, Parts, PartsMut,
    StateCostate, StateCostateGradient,
};
pub use tolerance::CostateTolerance;
pub use workspace::Workspace;

use simpson::Simpson;

use crate::discrete::{SweepMemory, repair};
use crate::forward::Found;
use crate::guard::Guard;
use crate::observations::slopes_at_observations;
use crate::running::Rates;
use crate::trajectory::Keep;
use crate::{DifferentiableField, GradientError, Loss, Policy, Problem, Report, StateOf};
use core::marker::PhantomData;
use costate_solver::controller::StepControl;
use costate_solver::norms::{ErrorScale, L2, Seminorm, Space};
use costate_solver::{End, Plan, SolveError, Solver, Stepper};
use failure::Failure;
use field::{BackwardField, Past};
use integral::Integral;
use ledger::Ledger;
use pass::{Pass, Stuck, Way};
use slots::Slots;

/// What the backward solve does at an observation time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Between {
    /// Goes on with the step size it had.
    #[default]
    Continue,
    /// Begins a fresh solve, with a first step of its own (torchdiffeq).
    Restart,
}

/// The forward half of a strategy that solves backwards: checks both controls, solves, and judges the loss.
///
/// Both controls before either solve: a long forward solve should not end in "the backward tolerance is negative".
#[allow(clippy::too_many_arguments)]
pub(crate) fn go_forward<F, B, C, D, L, const S: usize>(
    forward: &mut Solver<C, S>,
    backward: &D,
    workspace: &mut Workspace<F, S, B>,
    field: &mut F,
    problem: &Problem<'_, F>,
    loss: &L,
    plan: Plan<'_>,
    keep: Keep,
) -> Result<Found, GradientError>
where
    F: DifferentiableField,
    B: Layout<F>,
    C: StepControl<StateOf<F>>,
    D: StepControl<B::State>,
    L: Loss<StateOf<F>> + ?Sized,
{
    workspace.fit(problem.y0, problem.p);
    StepControl::check(&forward.control, problem.y0).map_err(SolveError::from)?;
    let checked = StepControl::check(backward, &workspace.state);
    checked.map_err(|source| GradientError::Settings { source })?;
    let plan = plan.save_at(loss.times(&problem.t1));
    let course = workspace.forward.run(forward, field, problem, plan, keep, true)?;
    workspace.forward.judge(&course, field, problem, loss)
}

/// A way back, as a strategy has set it up.
pub(crate) struct WayBack<'a, C, T, const S: usize> {
    pub(crate) solver: &'a mut Solver<C, S>,
    /// Of the forward solve: the unit of the drift.
    pub(crate) tolerance: &'a T,
    pub(crate) between: Between,
    pub(crate) end: End,
    pub(crate) rule: Rule,
    pub(crate) guard: Guard,
}

impl<C, T, const S: usize> WayBack<'_, C, T, S> {
    /// Computes the gradient of a loss that was judged, into the workspace.
    pub(crate) fn run<F, B>(
        self,
        workspace: &mut Workspace<F, S, B>,
        field: &mut F,
        problem: &Problem<'_, F>,
        times: &[f64],
        found: &Found,
        watch: &mut dyn FnMut(&BackwardAttempt<'_, F, B>),
    ) -> Result<(), GradientError>
    where
        F: DifferentiableField,
        B: Layout<F>,
        C: StepControl<B::State>,
        T: ErrorScale<StateOf<F>>,
    {
        workspace.gradient.begin(times.len(), found);
        workspace.gradient.report.states_held = if B::CARRIES_STATE {
            workspace.forward.observed().len()
        } else {
            workspace.forward.trajectory.most_held()
        };
        if found.start.is_none() {
            return Ok(());
        }
        let policy = self.guard.policy;
        let tableau = self.solver.tableau.clone();
        let stepper = Stepper::new(&tableau);
        let outcome = self.solve(&stepper, workspace, field, problem, times, found, watch);
        match outcome {
            Ok(()) => {}
            Err(failure) if policy == Policy::Repair && failure.can_be_mended() => {
                let report = workspace.gradient.report;
                workspace.gradient.begin(times.len(), found);
                workspace.gradient.report = report;
                let Workspace { forward, sweep, gradient, .. } = workspace;
                let sweep = sweep.get_or_insert_with(|| {
                    Box::new(SweepMemory::new(problem.y0, problem.p, &tableau))
                });
                repair(forward, sweep, &stepper, field, problem, times, found, gradient)?;
            }
            Err(failure) => return Err(failure.with(workspace.gradient.report)),
        }
        let Workspace { forward, gradient, .. } = workspace;
        gradient.finish(problem, times, &forward.solve.solution.y);
        gradient.check()
    }

    #[allow(clippy::too_many_arguments)]
    fn solve<F, B>(
        self,
        stepper: &Stepper<'_, S>,
        workspace: &mut Workspace<F, S, B>,
        field: &mut F,
        problem: &Problem<'_, F>,
        times: &[f64],
        found: &Found,
        watch: &mut dyn FnMut(&BackwardAttempt<'_, F, B>),
    ) -> Result<(), Failure>
    where
        F: DifferentiableField,
        B: Layout<F>,
        C: StepControl<B::State>,
        T: ErrorScale<StateOf<F>>,
    {
        let Problem { t0, t1, y0, p, jumps, running } = *problem;
        let Some(from) = found.start else { return Ok(()) };
        let Workspace {
            forward,
            backward,
            state,
            integral,
            difference,
            reference,
            gradient,
            rates,
            ..
        } = workspace;
        let mut report = gradient.report;
        let mut counts = report.backward;
        if !B::CARRIES_STATE {
            slopes_at_observations(
                forward,
                field,
                problem,
                times,
                found,
                &mut counts,
                &mut gradient.times,
            );
        }
        let observed = forward.solve.solution.saved.as_slice();
        let mut ledger = Ledger {
            problem,
            times,
            observed,
            final_state: &forward.solve.solution.y,
            cotangents: &forward.cotangents,
            first_slope: &forward.first_slope,
            tolerance: self.tolerance,
            weights: &stepper.tableau().b,
            peak: found.peak,
            errors: &forward.errors,
            difference,
            reference,
            time_gradients: &mut gradient.times,
            start_time_gradient: &mut gradient.t0,
            report: &mut report,
            worst: t0,
            left: found.observations,
            owed: 0..0,
        };
        ledger.report.loss_error = found.running_error;
        ledger.begin::<B>(from, state);
        workspace.jumps.clear();
        workspace.jumps.extend(jumps.iter().rev());
        workspace.times.clear();
        workspace.times.extend(times[..ledger.left].iter().rev());
        let way = Way { from, to: t0, stops: &workspace.times, jumps: &workspace.jumps };

        let Guard { policy, drift_bound, witness } = self.guard;
        // What the norm looks at needs no witness.
        let control = &self.solver.control;
        let of_gradient = B::PATH..B::PATH + <crate::ParamsOf<F> as Space>::LEAVES;
        let unseen = of_gradient.into_iter().any(|leaf| !control.reads(leaf));
        let witness = witness.filter(|_| unseen || !B::CARRIES_GRADIENT);
        let bound = if policy == Policy::Report { f64::INFINITY } else { drift_bound };
        let simpson = Simpson::new(stepper.tableau());
        let mut integral = Integral {
            simpson: &simpson,
            memory: integral,
            stepper,
            rule: self.rule,
            witness,
            repair: policy == Policy::Repair,
            unit: found.unit(),
            length: (t1 - t0).abs(),
            covered: 0.0,
            doubt: 0.0,
            halvings: 0,
        };
        integral.begin();
        let past = (!B::CARRIES_STATE).then_some(Past {
            trajectory: &mut forward.trajectory,
            stepper,
            now: &mut forward.scratch,
        });
        let pass = Pass {
            solver: self.solver,
            workspace: backward,
            field: BackwardField {
                field,
                p,
                rates: Rates { cost: running, to_y: &mut rates.0, to_p: &mut rates.1 },
                past,
                counts: &mut counts,
                slots: Slots::new(stepper.tableau(), !B::CARRIES_GRADIENT),
                layout: PhantomData::<B>,
            },
            ledger: &mut ledger,
            integral: &mut integral,
            bound,
            watch,
        };
        let outcome = match self.between {
            Between::Continue => pass.continuing(state, way),
            Between::Restart => pass.restarting(state, way, self.end),
        };
        let (worst, doubt) = (ledger.worst, integral.doubt);
        let statistics = match &outcome {
            Ok(statistics) => *statistics,
            Err(Stuck::Solve(source)) => source.statistics(),
            Err(Stuck::Integral(_)) => Default::default(),
        };
        counts.accepted += statistics.accepted;
        counts.rejected += statistics.rejected;
        report.backward = counts;
        if !B::CARRIES_STATE {
            report.states_held = report.states_held.max(forward.trajectory.most_held());
        }
        gradient.report = report;
        let mut gave_up = |failure: Failure| {
            // The way back ended early, and what was summed up on it means nothing.
            let Report { conditioning, witness, loss_error, .. } = &mut gradient.report;
            (*conditioning, *witness, *loss_error) = (f64::NAN, f64::NAN, f64::NAN);
            Err(failure)
        };
        match outcome {
            Ok(_) => {}
            Err(Stuck::Solve(SolveError::NotFinite { index, value, t, .. })) => {
                let n = y0.dimension();
                return Err(Failure::Product { carries: B::CARRIES_STATE, index, n, value, t });
            }
            Err(Stuck::Solve(source)) => return gave_up(Failure::Solve(source)),
            Err(Stuck::Integral(unsettled)) => {
                return gave_up(Failure::Integral(unsettled));
            }
        }
        // Not `>`: a bound that is NaN lets nothing pass.
        if !(report.drift <= bound) {
            return gave_up(Failure::Drift { drift: report.drift, t: worst, bound });
        }
        let parts = B::parts(state);
        gradient.y0.assign(parts.a);
        gradient.p.assign(&integral.memory.sum);
        if let Some(g) = parts.g {
            gradient.p.add_scaled(1.0, g);
        }
        if report.gross > 0.0 {
            report.conditioning = report.gross / L2.measure(&gradient.p);
        }
        if let Some(witness) = witness {
            let unit = witness.rtol * report.gross + witness.atol * found.unit();
            report.witness = if doubt > 0.0 { doubt / unit } else { doubt };
            if policy != Policy::Report && !(report.witness <= witness.bound) {
                gradient.report = report;
                return Err(Failure::Witness { said: report.witness, bound: witness.bound });
            }
        }
        gradient.report = report;
        Ok(())
    }
}
