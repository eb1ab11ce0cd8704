//! The bookkeeping of a backward pass: observations, drift, and the gross gradient.

use crate::{Augmented, BackwardAttempt, DifferentiableField, Problem, Report, StateOf};
use core::ops::Range;
use costate_solver::norms::{ErrorScale, Float, L2, Rms, Scalar, Seminorm, Space, SumOfSquares};
use num_traits::Zero;

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
        attempt: &BackwardAttempt<'_, F, K>,
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
