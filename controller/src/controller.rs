//! The adaptive controller: tolerances, a seminorm and a law.

use crate::{Accepted, ControlError, History, I, Law, Pi, Start, StepControl, Verdict, first_step};
use costate_norms::linear::Combination;
use costate_norms::{ErrorScale, Float, Rms, Seminorm, Space, Tolerance};
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

/// Accepts a step when its error, scaled by the tolerances `T` and measured by the seminorm `N`, is at most 1, and asks
/// the law `L` for the next step size.
///
/// **The norm is a type parameter: that is the paper.** Change `N` from `(Rms, Rms, Rms)` to `(Rms, Rms, Null)`, change
/// nothing else, and a backward solve no longer rejects steps for the sake of a channel that nothing reads.
///
/// ```
/// use costate_controller::{Controller, norms::Rms};
/// let mut controller = Controller::hairer_dopri5(Rms, 1e-3, 0.0);
/// let verdict = controller.judge(0.1, &[1.0], &[1.0], &mut [2e-3]);
/// assert!(!verdict.accepted && verdict.ratio == 2.0 && verdict.next < 0.1);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Controller<N = Rms, L = Pi, T = Tolerance> {
    /// What an error is measured by.
    pub norm: N,
    /// How a ratio becomes a factor.
    pub law: L,
    /// How large an error may be.
    pub tolerance: T,
    /// The power of h that the error estimate falls with: one more than the order of the embedded method. A solver sets it
    /// from its tableau.
    pub order: u32,
    /// No step is longer; infinite by default.
    pub max_step: f64,
    /// The attempts so far. [`StepControl::begin`] forgets them; in a loop of your own put the default here before the next
    /// solve.
    pub history: History,
}

impl<N> Controller<N, Pi, Tolerance> {
    /// Hairer's DOPRI5: the PI law of [`Pi::HAIRER_DOPRI5`] for an error that falls with h^5.
    pub fn hairer_dopri5(norm: N, rtol: f64, atol: f64) -> Self {
        Controller::new(norm, Pi::HAIRER_DOPRI5, Tolerance { rtol, atol })
    }
}

impl<N> Controller<N, I, Tolerance> {
    /// torchdiffeq's dopri5: the I law of [`I::TORCHDIFFEQ`] for an error that falls with h^5.
    pub fn torchdiffeq(norm: N, rtol: f64, atol: f64) -> Self {
        Controller::new(norm, I::TORCHDIFFEQ, Tolerance { rtol, atol })
    }

    /// Hairer's DOP853: the I law of [`I::HAIRER_DOP853`] for an error that falls with h^8.
    pub fn hairer_dop853(norm: N, rtol: f64, atol: f64) -> Self {
        Controller::new(norm, I::HAIRER_DOP853, Tolerance { rtol, atol }).with_order(8)
    }
}

impl<N, L, T> Controller<N, L, T> {
    /// From its parts, for an error that falls with h^5 and without a limit on the step.
    pub fn new(norm: N, law: L, tolerance: T) -> Self {
        Controller {
            norm,
            law,
            tolerance,
            order: 5,
            max_step: f64::INFINITY,
            history: History::default(),
        }
    }

    /// The same with another power of h.
    pub fn with_order(self, order: u32) -> Self {
        Controller { order, ..self }
    }

    /// The same with a longest step.
    pub fn with_max_step(self, max_step: f64) -> Self {
        Controller { max_step, ..self }
    }

    /// The same with another seminorm.
    pub fn with_norm<M>(self, norm: M) -> Controller<M, L, T> {
        let Controller { law, tolerance, order, max_step, history, .. } = self;
        Controller { norm, law, tolerance, order, max_step, history }
    }

    /// The same with another law.
    pub fn with_law<M>(self, law: M) -> Controller<N, M, T> {
        let Controller { norm, tolerance, order, max_step, history, .. } = self;
        // A law that reads no logarithms has left none.
        let again = |a: Accepted| Accepted::new(a.step, a.ratio);
        let (previous, before_previous) =
            (history.previous.map(again), history.before_previous.map(again));
        let history = History { previous, before_previous, ..history };
        Controller { norm, law, tolerance, order, max_step, history }
    }

    /// The same with other tolerances: a tuple for the members of a tuple, and all else that [`ErrorScale`] knows.
    ///
    /// ```
    /// use costate_controller::{Controller, norms::{Rms, Tolerance}};
    /// // A position in kilometres and a temperature in kelvin, each with an accuracy of its own.
    /// let mut controller = Controller::hairer_dopri5((Rms, Rms), 0.0, 1.0).with_tolerance((
    ///     Tolerance { rtol: 0.0, atol: 1e-3 },
    ///     Tolerance { rtol: 1e-2, atol: 0.0 },
    /// ));
    /// let state = ([7000.0, 0.0], 300.0);
    /// let ratio = controller.measure(&state, &state, &mut ([1e-3, 1e-3], 6.0));
    /// // The position is just accurate enough; the temperature is 6 K off, and 3 K are allowed.
    /// assert_eq!(ratio, 2.0);
    /// ```
    pub fn with_tolerance<U>(self, tolerance: U) -> Controller<N, L, U> {
        let Controller { norm, law, order, max_step, history, .. } = self;
        Controller { norm, law, tolerance, order, max_step, history }
    }

    /// Judges the step of size `h` from `y0` to `y1`; see [`StepControl::judge`].
    #[inline]
    pub fn judge<V>(&mut self, h: f64, y0: &V, y1: &V, error: &mut V) -> Verdict
    where
        V: Space<Scalar: Float>,
        N: Seminorm<V>,
        L: Law,
        T: ErrorScale<V>,
    {
        let ratio = self.measure(y0, y1, error);
        self.decide(h, ratio)
    }

    /// The error ratio of the step from `y0` to `y1`: the error, scaled by the tolerances, in the seminorm; see
    /// [`StepControl::measure`].
    ///
    /// A candidate that is not finite anywhere, read by the norm or not, has a ratio of NaN: a trial stage may have left the
    /// domain of the field, and a shorter step may not.
    #[inline]
    pub fn measure<V>(&self, y0: &V, y1: &V, error: &mut V) -> f64
    where
        V: Space<Scalar: Float>,
        N: Seminorm<V>,
        T: ErrorScale<V>,
    {
        if !y1.is_finite() {
            return f64::NAN;
        }
        self.tolerance.scale_where(error, y0, y1, |leaf| self.norm.reads(leaf));
        self.norm.measure(error)
    }

    /// Accepts an attempt of size `h` if its ratio is at most 1, and asks the law for the next; see
    /// [`StepControl::decide`].
    #[inline]
    pub fn decide(&mut self, h: f64, ratio: f64) -> Verdict
    where
        L: Law,
    {
        let accepted = ratio <= 1.0;
        let seen = if ratio.is_nan() { f64::INFINITY } else { ratio };
        // The law takes the same logarithm; inlined, the two are one.
        let log_ratio = if L::READS_LOGARITHMS { seen.ln() } else { f64::NAN };
        self.history.step = h;
        let factor = self.law.factor(seen, self.order, &self.history);
        self.history.conclude(Accepted { step: h, ratio: seen, log_ratio }, accepted);
        let next = h * factor;
        let next = if next.abs() > self.max_step { self.max_step.copysign(h) } else { next };
        Verdict { ratio, accepted, next }
    }
}

impl<V, N, L, T> StepControl<V> for Controller<N, L, T>
where
    V: Space<Scalar: Float>,
    N: Seminorm<V>,
    L: Law,
    T: ErrorScale<V>,
{
    fn check(&self, y0: &V) -> Result<(), ControlError> {
        self.tolerance.check(y0)?;
        self.norm.check(y0)?;
        self.law.check(self.order)?;
        if !(self.max_step > 0.0) {
            return Err(ControlError::NotPositive { name: "max_step", value: self.max_step });
        }
        Ok(())
    }

    fn begin(&mut self, order: u32) {
        self.order = order;
        self.history = History::default();
    }

    fn first_step(
        &self,
        start: Start<'_, V>,
        field: &mut dyn FnMut(f64, &V, &mut V),
        scratch: [&mut V; 2],
    ) -> (f64, usize) {
        // No trial either is longer than a step may be.
        let start =
            Start { span: start.span.abs().min(self.max_step).copysign(start.span), ..start };
        let h = first_step(&self.norm, &self.tolerance, self.order, start, field, scratch);
        (h.abs().min(self.max_step).copysign(h), 1)
    }

    #[inline]
    fn reads(&self, leaf: usize) -> bool {
        self.norm.reads(leaf)
    }

    #[inline]
    fn measure(&self, y0: &V, y1: &V, error: &mut V) -> f64 {
        Controller::measure(self, y0, y1, error)
    }

    #[inline]
    fn estimate<const S: usize>(
        &self,
        (y0, y1): (&V, &V),
        row: &Combination<S>,
        h: f64,
        stages: &[V],
        error: &mut V,
    ) -> f64 {
        if !y1.is_finite() {
            return f64::NAN;
        }
        for l in (0..V::LEAVES).filter(|&l| self.norm.reads(l)) {
            let elements = row.elements(l, h, stages);
            let error = error.leaf_mut(l);
            self.tolerance.write_leaf(l, 1.0, elements, error, y0.leaf(l), y1.leaf(l));
        }
        self.norm.measure(error)
    }

    #[inline]
    fn decide(&mut self, h: f64, ratio: f64) -> Verdict {
        Controller::decide(self, h, ratio)
    }
}
