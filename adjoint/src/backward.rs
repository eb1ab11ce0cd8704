//! The backward state `(y, a, g)`, its field, and the bookkeeping of a backward pass.

use crate::{DifferentiableField, ParamsOf, Problem, Report, ScalarOf, StateOf, Vjp};
use core::ops::{Neg, Range};
use costate_solver::controller::StepControl;
use costate_solver::norms::{ErrorScale, Float, L2, Rms, Scalar, Seminorm, Space, SumOfSquares};
use costate_solver::{self as solver, Attempt, End, Field, Plan, SolveError, Solver, Statistics};
use num_traits::Zero;

/// The backward state of a field: `((y, a, g), a_t)`, where the time cotangent `a_t` has `K` = 0 or 1 channels.
///
/// Nothing reads `g` and `a_t`: they are integrals. The derivatives in `t0`, `t1` and the observation times need no channel
/// of their own; `a_t` is there for those libraries that carry one and let it reject steps.
pub type Augmented<F, const K: usize> = ((StateOf<F>, StateOf<F>, ParamsOf<F>), [ScalarOf<F>; K]);

/// `y' = f`, `a' = -(df/dy)^T a`, `g' = -(df/dp)^T a`, `a_t' = -a . df/dt`.
///
/// (Pontryagin; Chen et al., "Neural Ordinary Differential Equations", NeurIPS 2018, appendix B.) One call of the field's VJP
/// gives all of them.
pub(crate) struct BackwardField<'a, F: DifferentiableField> {
    pub(crate) field: &'a mut F,
    pub(crate) p: &'a ParamsOf<F>,
}

impl<F: DifferentiableField, const K: usize> Field<Augmented<F, K>> for &mut BackwardField<'_, F> {
    #[inline]
    fn eval(&mut self, t: f64, z: &Augmented<F, K>, dz: &mut Augmented<F, K>) {
        (**self).eval(t, z, dz);
    }
}

impl<F: DifferentiableField, const K: usize> Field<Augmented<F, K>> for BackwardField<'_, F> {
    #[inline]
    fn eval(&mut self, t: f64, z: &Augmented<F, K>, dz: &mut Augmented<F, K>) {
        let ((y, a, _), _) = z;
        let ((dy, da, dg), da_t) = dz;
        let out = Vjp { value: Some(dy), y: Some(da), p: Some(dg), t: da_t.first_mut() };
        self.field.vjp(t, y, self.p, a, out);
        negate(da);
        negate(dg);
        da_t.iter_mut().for_each(|x| *x = -*x);
    }
}

#[inline]
fn negate<V: Space>(v: &mut V) {
    for l in 0..V::LEAVES {
        v.leaf_mut(l).iter_mut().for_each(|x| *x = x.neg());
    }
}

/// What a backward pass meets at observation times, and what it learns on the way.
pub(crate) struct Ledger<'a, F: DifferentiableField, T> {
    pub(crate) problem: &'a Problem<'a, F>,
    pub(crate) times: &'a [f64],
    pub(crate) observed: &'a [StateOf<F>],
    pub(crate) cotangents: &'a [StateOf<F>],
    pub(crate) first_slope: &'a StateOf<F>,
    pub(crate) tolerance: &'a T,
    /// The weights of the method, for the gross gradient.
    pub(crate) weights: &'a [f64],
    /// The largest RMS of the state on the way forwards.
    pub(crate) peak: f64,
    pub(crate) difference: &'a mut StateOf<F>,
    pub(crate) reference: &'a mut StateOf<F>,
    /// dL/dt_i, filled as the field's value at each observation is seen.
    pub(crate) time_gradients: &'a mut [f64],
    pub(crate) start_time_gradient: &'a mut f64,
    pub(crate) report: &'a mut Report,
    /// Where the drift was largest.
    pub(crate) worst: f64,
    /// Observations not taken up yet: all with an index below this.
    pub(crate) left: usize,
    /// Observations taken up whose field value has not been seen yet.
    pub(crate) owed: Range<usize>,
}

impl<F, T> Ledger<'_, F, T>
where
    F: DifferentiableField,
    T: ErrorScale<StateOf<F>>,
{
    /// At the last observation that matters: its state, and a costate of its cotangents.
    pub(crate) fn begin<const K: usize>(&mut self, t: f64, last: usize, z: &mut Augmented<F, K>) {
        let ((y, a, g), a_t) = z;
        y.assign(&self.observed[last]);
        a.fill(Zero::zero());
        g.fill(Zero::zero());
        *a_t = [Zero::zero(); K];
        self.take_up(t, z);
    }

    /// The time of the next observation on the way back, or `t0` when there is none.
    pub(crate) fn next_stop(&self) -> f64 {
        self.left.checked_sub(1).map_or(self.problem.t0, |last| self.times[last])
    }

    /// At `t`, which the backward solve has reached: measures how far the state has strayed, resets it to the recorded one,
    /// and adds the cotangents of the observations there to the costate.
    pub(crate) fn take_up<const K: usize>(&mut self, t: f64, z: &mut Augmented<F, K>) {
        let ((y, a, _), _) = z;
        let at_start = t == self.problem.t0;
        let first = self.times[..self.left].partition_point(|&s| s != t);
        let group = first..self.left;
        let recorded = if at_start { self.problem.y0 } else { &self.observed[first] };
        let drift = self.drift(y, recorded);
        self.note_drift(drift, t);
        y.assign(recorded);
        if at_start {
            *self.start_time_gradient = -a.dot(self.first_slope);
        }
        for i in group.clone() {
            a.add_scaled(1.0, &self.cotangents[i]);
            if at_start {
                self.time_gradients[i] = self.cotangents[i].dot(self.first_slope);
            }
        }
        self.left = first;
        self.owed = if at_start { 0..0 } else { group };
    }

    /// Looks at an attempt: the field's value at observations, the gross gradient, and the state's bounds. `fraction` is the
    /// part of the step that lies before the end.
    pub(crate) fn see<const K: usize>(
        &mut self,
        attempt: &Attempt<'_, Augmented<F, K>>,
        fraction: f64,
    ) {
        for i in core::mem::take(&mut self.owed) {
            self.time_gradients[i] = self.cotangents[i].dot(&attempt.stages[0].0.0);
        }
        if !attempt.accepted {
            return;
        }
        let h = attempt.step.h.abs();
        let parts: f64 = (self.weights.iter().zip(attempt.stages))
            .filter(|(b, _)| **b != 0.0)
            .map(|(b, k)| b * L2.measure(&k.0.2))
            .sum();
        // Weights may be negative; a sum of parts is never smaller than the whole.
        let whole = distance(&attempt.y0.0.2, &attempt.y1.0.2);
        self.report.gross += fraction * whole.max(h * parts);
        // Beyond its end a solve may meet what the forward solve never saw.
        if fraction == 1.0 {
            self.note_size(attempt.step.end, &attempt.y1.0.0);
        }
    }

    /// A reconstructed state that is larger than the forward solve ever was has strayed by at least the excess.
    fn note_size(&mut self, t: f64, y: &StateOf<F>) {
        let excess = Rms.measure(y) - self.peak;
        if excess > 0.0 {
            self.difference.fill(Scalar::of(excess));
            let drift = self.scaled_difference();
            self.note_drift(drift, t);
        }
    }

    /// RMS of the difference over `atol + rtol * peak`.
    fn drift(&mut self, y: &StateOf<F>, recorded: &StateOf<F>) -> f64 {
        self.difference.assign(y);
        self.difference.add_scaled(-1.0, recorded);
        self.scaled_difference()
    }

    fn scaled_difference(&mut self) -> f64 {
        self.reference.fill(Scalar::of(self.peak));
        self.tolerance.scale_where(self.difference, self.reference, self.reference, |_| true);
        Rms.measure(self.difference)
    }

    fn note_drift(&mut self, drift: f64, t: f64) {
        // A drift that is NaN is no small drift.
        let drift = if drift.is_nan() { f64::INFINITY } else { drift };
        if drift > self.report.drift {
            self.report.drift = drift;
            self.worst = t;
        }
    }
}

/// The Euclidean distance, guarded against overflow.
fn distance<V: Space<Scalar: Float>>(u: &V, v: &V) -> f64 {
    // A block at a time on the stack: no vector for the difference.
    const BLOCK: usize = 64;
    let mut sum = SumOfSquares::default();
    for l in 0..V::LEAVES {
        for (u, v) in u.leaf(l).chunks(BLOCK).zip(v.leaf(l).chunks(BLOCK)) {
            let mut block = [V::Scalar::zero(); BLOCK];
            block.iter_mut().zip(u).zip(v).for_each(|((d, &u), &v)| *d = u - v);
            sum.absorb(&block[..u.len()]);
        }
    }
    sum.root()
}

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
    pub(crate) watch: &'a mut dyn FnMut(&Attempt<'_, Augmented<F, K>>),
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
            if ledger.report.drift > bound {
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
