//! What is minimised: half the sum of squared log residuals, with its gradient by the adjoint.

use crate::lynx_hare::model::{LotkaVolterra, LotkaVolterraField, UNKNOWNS, Unknowns};
use crate::lynx_hare::pelts::{PELTS, SPAN, times};
use costate_adjoint::autodiff::TraceError;
use costate_adjoint::{AtTimes, Backsolve, GradientError, Problem, Workspace};

/// A loss over the observed years.
pub type PeltLoss = AtTimes<[f64; PELTS.len()], fn(&[[f64; 2]], &mut [[f64; 2]]) -> f64>;

/// Half the sum of squared log residuals, `1/2 sum (ln model - ln data)^2` over both species and all years, with its
/// derivatives `(ln model - ln data) / model`.
///
/// Logarithms because catches vary by factors: an error of 10 % counts the same in a year of plenty and in a lean one. NaN
/// where the model's population is negative, which a gradient reports as an error.
pub fn half_squared_log_residuals(observed: &[[f64; 2]], cotangents: &mut [[f64; 2]]) -> f64 {
    let mut loss = 0.0;
    for ((model, cotangent), catch) in observed.iter().zip(cotangents).zip(&PELTS) {
        for (i, data) in [catch.hares, catch.lynxes].into_iter().enumerate() {
            let residual = (model[i] / data).ln();
            cotangent[i] = residual / model[i];
            loss += 0.5 * residual * residual;
        }
    }
    loss
}

/// The loss and where it looks.
pub fn pelt_loss() -> PeltLoss {
    AtTimes { times: times(), loss: half_squared_log_residuals }
}

/// The absolute tolerance that goes with a relative one: a hundredth of a thousand pelts, ten pelts, is the size under which
/// a population's digits no longer count. The smallest catch is four thousand.
pub fn absolute_tolerance(rtol: f64) -> f64 {
    0.01 * rtol
}

/// The loss and its gradient in the logarithms of the unknowns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evaluation {
    /// The loss.
    pub loss: f64,
    /// dL/d(ln u) = u dL/du for each unknown u.
    pub gradient: [f64; UNKNOWNS],
}

/// From a gradient in the unknowns themselves.
pub fn in_logs(unknowns: &Unknowns, p: &[f64; 4], y0: &[f64; 2]) -> [f64; UNKNOWNS] {
    let direct = Unknowns { rates: *p, start: *y0 }.values();
    let values = unknowns.values();
    core::array::from_fn(|i| values[i] * direct[i])
}

/// The loss as a function of the logarithms of the unknowns, by a forward solve and the seminorm adjoint.
///
/// ```
/// use costate_experiments::lynx_hare::{guess, objective::Objective};
/// let mut objective = Objective::new(1e-8)?;
/// let start = guess::by_eye().logs();
/// let here = objective.evaluate(start)?;
/// // A short way down the slope the loss is smaller.
/// let down = core::array::from_fn(|i| start[i] - 1e-4 * here.gradient[i]);
/// assert!(objective.evaluate(down)?.loss < here.loss);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Objective {
    field: LotkaVolterraField,
    backsolve: Backsolve,
    workspace: Workspace<LotkaVolterraField, 7>,
    loss: PeltLoss,
}

impl Objective {
    /// The longest solve that is worth waiting for: a good one takes a few hundred attempts.
    const MAX_ATTEMPTS: usize = 20_000;

    /// With solves at this relative tolerance.
    ///
    /// # Errors
    /// [`TraceError`] if the model left a slope unwritten.
    pub fn new(rtol: f64) -> Result<Self, TraceError> {
        let (y, p) = ([0.0; 2], [0.0; 4]);
        let mut backsolve = Backsolve::new(rtol, absolute_tolerance(rtol));
        backsolve.forward.max_attempts = Self::MAX_ATTEMPTS;
        backsolve.backward.max_attempts = Self::MAX_ATTEMPTS;
        Ok(Objective {
            field: LotkaVolterraField::new(LotkaVolterra, &y, &p)?,
            backsolve,
            workspace: Workspace::new(&y, &p),
            loss: pelt_loss(),
        })
    }

    /// The loss and its gradient.
    ///
    /// # Errors
    /// A [`GradientError`] where the model cannot be solved: unknowns too large or too small, a population that dies out.
    pub fn evaluate(&mut self, logs: [f64; UNKNOWNS]) -> Result<Evaluation, GradientError> {
        let unknowns = Unknowns::from_logs(logs);
        let problem = Problem::new(0.0, SPAN, &unknowns.start, &unknowns.rates);
        let Objective { field, backsolve, workspace, loss } = self;
        let gradient = backsolve.gradient_in(workspace, field, &problem, loss)?;
        Ok(Evaluation {
            loss: gradient.loss,
            gradient: in_logs(&unknowns, &gradient.p, &gradient.y0),
        })
    }
}
