//! An initial value problem with parameters.

use crate::{DifferentiableField, ParamsOf, RunningCost, StateOf};
use costate_solver::Plan;

/// `y' = f(t, y, p)`, `y(t0) = y0`, for t from `t0` to `t1`, in either direction of time.
pub struct Problem<'a, F: DifferentiableField> {
    /// The initial time.
    pub t0: f64,
    /// The final time.
    pub t1: f64,
    /// The initial state.
    pub y0: &'a StateOf<F>,
    /// The parameters.
    pub p: &'a ParamsOf<F>,
    /// Times at which the field jumps, in the direction of the solve.
    pub jumps: &'a [f64],
    /// What the loss adds up along the way, beside what it sees at observations.
    pub running: Option<&'a dyn RunningCost<StateOf<F>, ParamsOf<F>>>,
}

impl<'a, F: DifferentiableField> Problem<'a, F> {
    /// A problem without jumps.
    pub fn new(t0: f64, t1: f64, y0: &'a StateOf<F>, p: &'a ParamsOf<F>) -> Self {
        Problem { t0, t1, y0, p, jumps: &[], running: None }
    }

    /// The same with jumps of the field at these times.
    pub fn jumps_at(self, jumps: &'a [f64]) -> Self {
        Problem { jumps, ..self }
    }

    /// The same with a running cost.
    ///
    /// ```
    /// use costate_adjoint::{AtEnd, CostRate, Discrete, Equation, Problem, Traced, TracedRate, autodiff::Real};
    ///
    /// struct Decay;
    /// impl Equation for Decay {
    ///     fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) { dy[0] = -p[0] * y[0]; }
    /// }
    /// struct Energy;
    /// impl CostRate for Energy {
    ///     fn rate<R: Real>(&self, _t: R, y: &[R], _p: &[R]) -> R { y[0] * y[0] }
    /// }
    ///
    /// // L = integral of exp(-2 p t) over [0, 1] = (1 - exp(-2 p)) / (2 p), with nothing observed.
    /// let (y0, p) = ([1.0], [1.0]);
    /// let mut field = Traced::new(Decay, &y0, &p)?;
    /// let cost = TracedRate::new(Energy, &y0, &p)?;
    /// let problem = Problem::new(0.0, 1.0, &y0, &p).with_running_cost(&cost);
    /// let gradient = Discrete::new(1e-9, 1e-9).gradient(&mut field, &problem, &AtEnd(|_: &[f64; 1], _: &mut [f64; 1]| 0.0))?;
    /// let decayed = f64::exp(-2.0);
    /// assert!((gradient.loss - (1.0 - decayed) / 2.0).abs() < 1e-8);
    /// assert!((gradient.p[0] - (decayed - (1.0 - decayed) / 2.0)).abs() < 1e-7);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_running_cost(self, cost: &'a dyn RunningCost<StateOf<F>, ParamsOf<F>>) -> Self {
        Problem { running: Some(cost), ..self }
    }

    /// The forward solve.
    pub(crate) fn plan(&self) -> Plan<'a> {
        Plan::new(self.t0, self.t1).jumps_at(self.jumps)
    }

    /// `t`, or where the field jumps there, the time next to it on the side that a forward solve comes from.
    pub(crate) fn just_before(&self, t: f64) -> f64 {
        self.beside(t, self.t1 < self.t0)
    }

    /// The same on the side that it goes to.
    pub(crate) fn just_after(&self, t: f64) -> f64 {
        self.beside(t, self.t1 >= self.t0)
    }

    fn beside(&self, t: f64, upwards: bool) -> f64 {
        match (self.jumps.contains(&t), upwards) {
            (false, _) => t,
            (true, true) => t.next_up(),
            (true, false) => t.next_down(),
        }
    }
}

impl<F: DifferentiableField> Clone for Problem<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: DifferentiableField> Copy for Problem<'_, F> {}
