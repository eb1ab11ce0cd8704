//! A gradient that knows its error: computed twice, at two tolerances.

use crate::{
    Adjoint, Counts, DifferentiableField, GradientError, GradientOf, Loss, Problem, StateOf,
};
use costate_solver::norms::{Float, L2, Seminorm, Space};

/// How many times as tight as the first the second computation is.
const TIGHTER: f64 = 10.0;

/// Any strategy, at the tolerance asked for and at a tenth of it: the finer gradient, and by the distance of the two how good it is.
///
/// Drift and witness watch over the way back, and no guard of a single gradient sees what the *forward* solve does to it: steps that
/// were chosen for `y` and are too coarse for the costate, or a loss whose cotangents are small differences of states, as they are
/// near a minimum. There the gradient is off by tens of tolerances, in silence. The error of a gradient falls with the tolerance,
/// about in proportion, so that a second one at a tenth of it is as good as the truth to judge the first by. With a method of order
/// p it costs about `10^(1/p)` times as much as the first, 1.6 times as much for Dormand and Prince's.
///
/// What is returned is the second, and [`Report::gradient_error`](crate::Report::gradient_error) is the distance of the first from
/// it: how good a gradient at the tolerance asked for would be, and an upper bound of what the one returned is off by, as a rule ten
/// times too large. Every few hundred steps of a training this says whether the tolerance is right. Counts are those of both.
///
/// The strategy is made by a function of the tolerance, which may set anything else too.
///
/// ```
/// use costate_adjoint::{Adjoint, AtEnd, Checked, Discrete, Equation, Problem, Traced, autodiff::Real};
///
/// struct Decay;
/// impl Equation for Decay {
///     fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) { dy[0] = -p[0] * y[0]; }
/// }
/// let (y0, p) = ([2.0], [0.5]);
/// let mut field = Traced::new(Decay, &y0, &p)?;
/// let problem = Problem::new(0.0, 1.0, &y0, &p);
/// let loss = AtEnd(|y: &[f64; 1], a: &mut [f64; 1]| { a[0] = 1.0; y[0] }); // L = y(1) = 2 exp(-p)
///
/// let gradient = Checked::new(1e-6, |r| Discrete::new(r, r)).gradient(&mut field, &problem, &loss)?;
/// let error = (gradient.p[0] + 2.0 * f64::exp(-0.5)).abs();
/// let bound = gradient.report.gradient_error.unwrap() * gradient.report.gross;
/// assert!(error < bound && bound < 1e-5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Checked<M> {
    /// The tolerance asked for; the second computation is made with a tenth of it.
    pub tolerance: f64,
    /// Makes the strategy of a tolerance.
    pub strategy: M,
    /// Past this error, relative to the gross gradient, the gradient is refused; infinite by default.
    pub bound: f64,
}

impl<M> Checked<M> {
    /// The strategy that `strategy` makes of a tolerance, at this tolerance.
    pub fn new<A>(tolerance: f64, strategy: M) -> Self
    where
        M: FnMut(f64) -> A,
    {
        Checked { tolerance, strategy, bound: f64::INFINITY }
    }

    /// The same, refusing gradients whose error is found to be larger than this part of the gross gradient.
    pub fn refusing_past(self, bound: f64) -> Self {
        Checked { bound, ..self }
    }
}

impl<F, M, A> Adjoint<F> for Checked<M>
where
    F: DifferentiableField,
    M: FnMut(f64) -> A,
    A: Adjoint<F>,
{
    fn gradient<L: Loss<StateOf<F>>>(
        &mut self,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &L,
    ) -> Result<GradientOf<F>, GradientError> {
        let mut compute = |tolerance: f64| {
            let mut strategy = (self.strategy)(tolerance);
            strategy.gradient(field, problem, loss)
        };
        let first = compute(self.tolerance)?;
        let mut gradient = compute(self.tolerance / TIGHTER)?;
        // The first is 10 away from the truth where the second is 1: 9 from each other.
        let part = TIGHTER / (TIGHTER - 1.0);
        let error = part
            * if problem.p.dimension() > 0 {
                relative(&first.p, &gradient.p, gradient.report.gross)
            } else {
                relative(&first.y0, &gradient.y0, L2.measure(&gradient.y0))
            };
        let report = &mut gradient.report;
        report.gradient_error = Some(error);
        report.forward = report.forward.plus(first.report.forward);
        report.backward = report.backward.plus(first.report.backward);
        if error > self.bound {
            let (bound, report) = (self.bound, Box::new(*report));
            return Err(GradientError::Inaccurate { error, bound, report });
        }
        Ok(gradient)
    }
}

/// The distance of two vectors in units of a size; zero where there is none.
fn relative<V: Space<Scalar: Float>>(first: &V, second: &V, size: f64) -> f64 {
    let mut apart = first.clone();
    apart.add_scaled(-1.0, second);
    let distance = L2.measure(&apart);
    if distance == 0.0 { 0.0 } else { distance / size }
}

impl Counts {
    /// The counts of two passes together.
    pub(crate) fn plus(self, other: Counts) -> Counts {
        Counts {
            f: self.f + other.f,
            vjp_y: self.vjp_y + other.vjp_y,
            vjp_p: self.vjp_p + other.vjp_p,
            jvp: self.jvp + other.jvp,
            calls: self.calls + other.calls,
            accepted: self.accepted + other.accepted,
            rejected: self.rejected + other.rejected,
        }
    }
}
