//! A gradient, with the report that comes with it.

use crate::Report;
use costate_solver::norms::Space;

/// The derivatives of a loss with respect to everything that a solve starts from.
///
/// `Y` is the state, `P` the parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradient<Y, P> {
    /// The loss itself.
    pub loss: f64,
    /// dL/dy0, the costate at `t0`.
    pub y0: Y,
    /// dL/dp.
    pub p: P,
    /// dL/dt0 = -a(t0).f(t0, y0), with the observation times held fixed. An observation at `t0` sees `y0` itself and adds
    /// nothing here.
    pub t0: f64,
    /// dL/dt1 = dL/dy(t1).f(t1, y1), when the end is moved and the observations there with it; zero for a loss that does not
    /// look there.
    pub t1: f64,
    /// dL/dt_i = dL/dy(t_i).f(t_i, y_i) for each observation time.
    pub times: Vec<f64>,
    /// How good it is, and what it cost.
    pub report: Report,
}

impl<Y: Space, P: Space> Gradient<Y, P> {
    /// Zero, for this many observation times.
    pub(crate) fn clear(&mut self, observations: usize) {
        self.y0.fill(num_traits::zero());
        self.p.fill(num_traits::zero());
        (self.loss, self.t0, self.t1) = (0.0, 0.0, 0.0);
        self.times.clear();
        self.times.resize(observations, 0.0);
        self.report = Report::default();
    }
}
