//! The way back, as one solve or as one for each interval between observations.

use super::augmented::BackwardField;
use super::ledger::Ledger;
use crate::{Augmented, BackwardAttempt, DifferentiableField, StateOf};
use costate_solver::controller::StepControl;
use costate_solver::norms::{ErrorScale, Space};
use costate_solver::{self as solver, End, Plan, SolveError, Solver, Statistics};

/// The way back: where from, where to, and the observations and jumps in between, in its direction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way<'a> {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) stops: &'a [f64],
    pub(crate) jumps: &'a [f64],
}

impl<'a> Way<'a> {
    /// The part of it up to `to`, with the jumps inside.
    fn plan(&self, from: f64, to: f64) -> Plan<'a> {
        let plan = Plan::new(from, to);
        let direction = plan.direction();
        let first = self.jumps.partition_point(|j| (j - from) * direction < 0.0);
        let last = self.jumps.partition_point(|j| (j - to) * direction <= 0.0);
        plan.jumps_at(&self.jumps[first..last.max(first)])
    }
}

/// The backward pass: a solver, its memory, the field, and what is learned on the way.
pub(crate) struct Pass<'a, 'l, F: DifferentiableField, C, T, const S: usize, const K: usize> {
    pub(crate) solver: &'a mut Solver<C, S>,
    pub(crate) workspace: &'a mut solver::Workspace<Augmented<F, K>, S>,
    pub(crate) field: BackwardField<'a, F>,
    pub(crate) ledger: &'a mut Ledger<'l, F, T>,
    /// The drift past which it is not worth going on.
    pub(crate) bound: f64,
    pub(crate) watch: &'a mut dyn FnMut(&BackwardAttempt<'_, F, K>),
}

impl<F, C, T, const S: usize, const K: usize> Pass<'_, '_, F, C, T, S, K>
where
    F: DifferentiableField,
    C: StepControl<Augmented<F, K>>,
    T: ErrorScale<StateOf<F>>,
{
    /// One solve all the way, edited at the observations. It ends early when the drift passes the bound.
    pub(crate) fn continuing(
        self,
        state: &mut Augmented<F, K>,
        way: Way<'_>,
    ) -> Result<Statistics, SolveError> {
        let Pass { solver, workspace, field, ledger, bound, watch } = self;
        let plan = way.plan(way.from, way.to).save_at(way.stops).stop_at_saves();
        let mut integration = solver.start(workspace, field, state, plan)?;
        while let Some(attempt) = integration.attempt()? {
            watch(&attempt);
            ledger.see(&attempt, 1.0);
            let (accepted, t) = (attempt.accepted, attempt.step.end);
            if accepted && (t == ledger.next_stop() || t == way.to) {
                integration.edit(|z| ledger.take_up(t, z));
            }
            if !(ledger.report.drift <= bound) {
                break;
            }
        }
        state.assign(integration.y());
        Ok(integration.statistics())
    }

    /// A fresh solve for every interval between observations. It ends early when the drift passes the bound.
    pub(crate) fn restarting(
        self,
        state: &mut Augmented<F, K>,
        way: Way<'_>,
        end: End,
    ) -> Result<Statistics, SolveError> {
        let Pass { solver, workspace, mut field, ledger, bound, watch } = self;
        let mut total = Statistics::default();
        let mut from = way.from;
        while from != way.to && ledger.report.drift <= bound {
            let to = ledger.next_stop();
            let plan = way.plan(from, to).end(end);
            let mut integration = solver.start(workspace, &mut field, state, plan)?;
            while let Some(attempt) = integration.attempt()? {
                watch(&attempt);
                let fraction = ((to - attempt.step.t) / attempt.step.h).min(1.0);
                ledger.see(&attempt, fraction);
            }
            integration.interpolate(to, state);
            total += integration.statistics();
            ledger.take_up(to, state);
            from = to;
        }
        Ok(total)
    }
}
