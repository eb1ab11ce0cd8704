//! A gradient, with the report that comes with it.

use crate::forward::Found;
use crate::observations::not_finite;
use crate::{DifferentiableField, GradientError, ParamsOf, Problem, Report, StateOf};
use costate_solver::norms::{Float, Space};

/// The gradient of a loss of a field's solve.
pub type GradientOf<F> = Gradient<StateOf<F>, ParamsOf<F>>;

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
    /// dL/dt0 = -a(t0).f(t0, y0) - c(t0, y0), with the observation times held fixed. An observation at `t0` sees `y0` itself and adds
    /// nothing here.
    pub t0: f64,
    /// dL/dt1 = dL/dy(t1).f(t1, y1) + c(t1, y1) with a running cost c, when the end is moved and the observations there with it;
    /// zero for a loss that does not look there.
    pub t1: f64,
    /// dL/dt_i = dL/dy(t_i).f(t_i, y_i) for each observation time. Where the field jumps at that time, `f` is its value on the
    /// side that the forward solve comes from; at `t0`, on the side that it goes to. Of a state that the discrete adjoint has
    /// interpolated, it is the slope of the interpolant.
    pub times: Vec<f64>,
    /// How good it is, and what it cost.
    pub report: Report,
}

impl<Y: Space, P: Space> Gradient<Y, P> {
    pub(crate) fn zeros(y: &Y, p: &P) -> Self {
        Gradient {
            loss: 0.0,
            y0: y.zeros_like(),
            p: p.zeros_like(),
            t0: 0.0,
            t1: 0.0,
            times: Vec::new(),
            report: Report::default(),
        }
    }

    /// The loss, and a gradient of zero for this many observation times.
    pub(crate) fn begin(&mut self, observations: usize, found: &Found) {
        self.y0.fill(num_traits::zero());
        self.p.fill(num_traits::zero());
        (self.loss, self.t0, self.t1) = (found.loss, 0.0, 0.0);
        self.times.clear();
        self.times.resize(observations, 0.0);
        self.report = Report { forward: found.counts, ..Report::default() };
    }

    /// What moves with the ends of the solve: the observations at `t1`, and the running cost at both.
    pub(crate) fn finish<F>(&mut self, problem: &Problem<'_, F>, times: &[f64], final_state: &Y)
    where
        F: DifferentiableField<State = Y, Params = P>,
    {
        let Problem { t0, t1, y0, p, running, .. } = *problem;
        self.t1 = times.iter().zip(&self.times).filter(|(t, _)| **t == t1).map(|(_, d)| d).sum();
        if let Some(cost) = running {
            self.t0 -= cost.rate(problem.just_after(t0), y0, p);
            self.t1 += cost.rate(problem.just_before(t1), final_state, p);
        }
    }

    /// Whether every derivative is a finite number; if not, none of them is left.
    pub(crate) fn check(&mut self) -> Result<(), GradientError>
    where
        Y::Scalar: Float,
        P: Space<Scalar = Y::Scalar>,
    {
        let parts = [("dL/dy0", not_finite(&self.y0)), ("dL/dp", not_finite(&self.p))];
        let in_time =
            [("dL/dt0", &[self.t0][..]), ("dL/dt1", &[self.t1]), ("dL/dt_i", &self.times)];
        let in_time = in_time.map(|(what, list)| {
            let index = list.iter().position(|x| !x.is_finite());
            (what, index.map(|index| (index, list[index])))
        });
        match parts.into_iter().chain(in_time).find_map(|(what, found)| found.map(|f| (what, f))) {
            None => Ok(()),
            Some((what, (index, value))) => {
                self.y0.fill(num_traits::Float::nan());
                self.p.fill(num_traits::Float::nan());
                let report = Box::new(self.report);
                Err(GradientError::NotFinite { what, index, value, report })
            }
        }
    }
}
