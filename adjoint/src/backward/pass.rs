//! The way back, as one solve or as one for each interval between observations.

use super::field::BackwardField;
use super::integral::Integral;
use super::layout::Layout;
use super::ledger::Ledger;
use super::nested::Unsettled;
use crate::{BackwardAttempt, DifferentiableField, StateOf};
use costate_solver::controller::StepControl;
use costate_solver::norms::{ErrorScale, Space};
use costate_solver::{self as solver, End, Integration, Plan, SolveError, Solver, Statistics};

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

/// Why a way back ended before its end.
pub(crate) enum Stuck {
    Solve(SolveError),
    Integral(Unsettled),
}

impl From<SolveError> for Stuck {
    fn from(source: SolveError) -> Self {
        Stuck::Solve(source)
    }
}

impl From<Unsettled> for Stuck {
    fn from(unsettled: Unsettled) -> Self {
        Stuck::Integral(unsettled)
    }
}

/// The backward pass: a solver, its memory, the field, and what is learned on the way.
pub(crate) struct Pass<'a, 'l, 'i, F: DifferentiableField, B: Layout<F>, C, T, const S: usize> {
    pub(crate) solver: &'a mut Solver<C, S>,
    pub(crate) workspace: &'a mut solver::Workspace<B::State, S>,
    pub(crate) field: BackwardField<'a, F, B, S>,
    pub(crate) ledger: &'a mut Ledger<'l, F, T>,
    pub(crate) integral: &'a mut Integral<'i, F, B::State, S>,
    /// The drift past which it is not worth going on.
    pub(crate) bound: f64,
    pub(crate) watch: &'a mut dyn FnMut(&BackwardAttempt<'_, F, B>),
}

impl<F, B, C, T, const S: usize> Pass<'_, '_, '_, F, B, C, T, S>
where
    F: DifferentiableField,
    B: Layout<F>,
    C: StepControl<B::State>,
    T: ErrorScale<StateOf<F>>,
{
    /// One solve all the way, edited at the observations. It ends early when the drift passes the bound.
    pub(crate) fn continuing(
        self,
        state: &mut B::State,
        way: Way<'_>,
    ) -> Result<Statistics, Stuck> {
        let Pass { solver, workspace, field, ledger, integral, bound, watch } = self;
        let plan = way.plan(way.from, way.to).save_at(way.stops).stop_at_saves();
        let fsal = solver.tableau.fsal();
        let mut integration = solver.start(workspace, field, state, plan)?;
        integration.field_mut().slots.begin();
        while let Some(attempt) = integration.attempt()? {
            watch(&attempt);
            let part = ledger.see::<B>(&attempt, 1.0);
            let (accepted, t) = (attempt.accepted, attempt.step.end);
            let jumps = attempt.step.jump_at_end;
            if accepted {
                absorb(&mut integration, integral, part, ledger)?;
                let stops = t == ledger.next_stop() || t == way.to;
                if stops {
                    integration.edit(|z| ledger.take_up::<B>(t, z));
                }
                integration.field_mut().slots.accepted(fsal && !jumps && !stops);
            } else {
                integration.field_mut().slots.rejected();
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
        state: &mut B::State,
        way: Way<'_>,
        end: End,
    ) -> Result<Statistics, Stuck> {
        let Pass { solver, workspace, mut field, ledger, integral, bound, watch } = self;
        let mut total = Statistics::default();
        let mut from = way.from;
        while from != way.to && ledger.report.drift <= bound {
            let to = ledger.next_stop();
            let plan = way.plan(from, to).end(end);
            let mut integration = solver.start(workspace, &mut field, state, plan)?;
            while let Some(attempt) = integration.attempt()? {
                watch(&attempt);
                let fraction = ((to - attempt.step.t) / attempt.step.h).min(1.0);
                let part = ledger.see::<B>(&attempt, fraction);
                // Of a step beyond the end the channel is interpolated, and no rule of the whole step can judge that.
                if attempt.accepted && fraction == 1.0 {
                    absorb(&mut integration, integral, part, ledger)?;
                }
            }
            integration.interpolate(to, state);
            total += integration.statistics();
            ledger.take_up::<B>(to, state);
            from = to;
        }
        Ok(total)
    }
}

/// A backward field, by value or by reference.
pub(crate) trait AsBackward<'f, F: DifferentiableField, B, const S: usize> {
    fn backward(&mut self) -> &mut BackwardField<'f, F, B, S>;
}

impl<'f, F: DifferentiableField, B, const S: usize> AsBackward<'f, F, B, S>
    for BackwardField<'f, F, B, S>
{
    fn backward(&mut self) -> &mut BackwardField<'f, F, B, S> {
        self
    }
}

impl<'f, F: DifferentiableField, B, const S: usize> AsBackward<'f, F, B, S>
    for &mut BackwardField<'f, F, B, S>
{
    fn backward(&mut self) -> &mut BackwardField<'f, F, B, S> {
        self
    }
}

/// Lets the integral take up the step just accepted.
fn absorb<'f, F, B, G, C, T, const S: usize>(
    integration: &mut Integration<'_, '_, B::State, G, C, S>,
    integral: &mut Integral<'_, F, B::State, S>,
    part: f64,
    ledger: &mut Ledger<'_, F, T>,
) -> Result<(), Unsettled>
where
    F: DifferentiableField + 'f,
    B: Layout<F> + 'f,
    G: costate_solver::Field<B::State> + AsBackward<'f, F, B, S>,
    C: StepControl<B::State>,
{
    if integral.idle::<B>() {
        return Ok(());
    }
    let taken = if integral.looks_inside() { integration.inside() } else { integration.taken() };
    match taken {
        Some((span, field)) => integral.absorb(&span, field.backward(), part, ledger.report),
        None => Ok(()),
    }
}
