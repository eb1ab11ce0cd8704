//! The bookkeeping of a backward pass: observations, drift, the gross gradient and the error of the loss.

use super::layout::{Layout, Parts};
use crate::{BackwardAttempt, DifferentiableField, Problem, Report, StateOf};
use core::ops::Range;
use costate_solver::norms::{ErrorScale, Float, L2, Rms, Scalar, Seminorm, Space, SumOfSquares};
use num_traits::Zero;

/// What a backward pass meets at observation times, and what it learns on the way.
pub(crate) struct Ledger<'a, F: DifferentiableField, T> {
    pub(crate) problem: &'a Problem<'a, F>,
    pub(crate) times: &'a [f64],
    pub(crate) observed: &'a [StateOf<F>],
    /// The state at the end of the forward solve.
    pub(crate) final_state: &'a StateOf<F>,
    pub(crate) cotangents: &'a [StateOf<F>],
    pub(crate) first_slope: &'a StateOf<F>,
    pub(crate) tolerance: &'a T,
    /// The weights of the method, for the gross gradient.
    pub(crate) weights: &'a [f64],
    /// The largest RMS of the state on the way forwards.
    pub(crate) peak: f64,
    /// The ends of forward steps and the sizes of their errors; those not met yet.
    pub(crate) errors: &'a [(f64, f64)],
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
    /// Where the way back begins: the recorded state there, and a costate of the cotangents of its observations.
    pub(crate) fn begin<B: Layout<F>>(&mut self, t: f64, z: &mut B::State) {
        z.fill(Zero::zero());
        let recorded = self.times[..self.left].iter().position(|s| *s == t);
        let recorded = recorded.map_or(self.final_state, |i| &self.observed[i]);
        if let Some(y) = B::parts_mut(z).y {
            y.assign(recorded);
        }
        let direction = self.direction();
        let met = self.errors.partition_point(|(end, _)| (end - t) * direction <= 0.0);
        self.errors = &self.errors[..met];
        self.take_up::<B>(t, z);
    }

    fn direction(&self) -> f64 {
        if self.problem.t1 >= self.problem.t0 { 1.0 } else { -1.0 }
    }

    /// The time of the next observation on the way back, or `t0` when there is none.
    pub(crate) fn next_stop(&self) -> f64 {
        self.left.checked_sub(1).map_or(self.problem.t0, |last| self.times[last])
    }

    /// At `t`, which the backward solve has reached: measures how far the state has strayed, resets it to the recorded one,
    /// and adds the cotangents of the observations there to the costate.
    pub(crate) fn take_up<B: Layout<F>>(&mut self, t: f64, z: &mut B::State) {
        let parts = B::parts_mut(z);
        let at_start = t == self.problem.t0;
        let first = self.times[..self.left].partition_point(|&s| s != t);
        let group = first..self.left;
        let recorded = if at_start {
            Some(self.problem.y0)
        } else {
            group.clone().next().map(|i| &self.observed[i])
        };
        if let (Some(y), Some(recorded)) = (parts.y, recorded) {
            let drift = self.drift(y, recorded);
            self.note_drift(drift, t);
            y.assign(recorded);
        }
        let a = parts.a;
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
        self.owed = if at_start || !B::CARRIES_STATE { 0..0 } else { group };
    }

    /// Looks at an attempt: the field's value at observations, the gross gradient, the error of the loss, and the state's
    /// bounds. `fraction` is the part of the step that lies before the end. Returns the step's part of the gross gradient.
    pub(crate) fn see<B: Layout<F>>(
        &mut self,
        attempt: &BackwardAttempt<'_, F, B>,
        fraction: f64,
    ) -> f64 {
        for i in core::mem::take(&mut self.owed) {
            if let Some(slope) = B::parts(&attempt.stages[0]).y {
                self.time_gradients[i] = self.cotangents[i].dot(slope);
            }
        }
        if !attempt.accepted {
            return 0.0;
        }
        let (start, end) = (B::parts(attempt.y0), B::parts(attempt.y1));
        let part = self.gross::<B>(attempt, &start, &end) * fraction;
        self.report.gross += part;
        self.weigh_errors(attempt.step.end, start.a, end.a);
        // Beyond its end a solve may meet what the forward solve never saw.
        if let (Some(y), true) = (end.y, fraction == 1.0) {
            self.note_size(attempt.step.end, y);
        }
        part
    }

    fn gross<B: Layout<F>>(
        &self,
        attempt: &BackwardAttempt<'_, F, B>,
        start: &Parts<'_, F>,
        end: &Parts<'_, F>,
    ) -> f64 {
        let (Some(g0), Some(g1)) = (start.g, end.g) else { return 0.0 };
        let parts: f64 = (self.weights.iter().zip(attempt.stages))
            .filter(|(b, _)| **b != 0.0)
            .filter_map(|(b, k)| B::parts(k).g.map(|k| b * L2.measure(k)))
            .sum();
        // Weights may be negative; a sum of parts is never smaller than the whole.
        distance(g0, g1).max(attempt.step.h.abs() * parts)
    }

    /// The errors of the forward steps that end inside a backward step, times the larger costate of its two ends, as if the two
    /// stood at a random angle: of two vectors of n coordinates the product is then about that of the sizes over sqrt(n).
    fn weigh_errors(&mut self, until: f64, a0: &StateOf<F>, a1: &StateOf<F>) {
        let direction = self.direction();
        let (mut rest, mut sum) = (self.errors, 0.0);
        while let Some(((end, size), before)) = rest.split_last()
            && (end - until) * direction > 0.0
        {
            sum += size;
            rest = before;
        }
        if rest.len() < self.errors.len() {
            self.report.loss_error += sum * Rms.measure(a0).max(Rms.measure(a1));
            self.errors = rest;
        }
    }

    /// A reconstructed state ten times as large as the forward solve ever was has strayed, by most of its size: it need not
    /// reach the next observation to be refused. (Ten times, since between its steps the forward solve was not looked at.)
    fn note_size(&mut self, t: f64, y: &StateOf<F>) {
        let excess = Rms.measure(y) - 10.0 * self.peak;
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
pub(super) fn distance<V: Space<Scalar: Float>>(u: &V, v: &V) -> f64 {
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
