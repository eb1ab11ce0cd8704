//! Why there is no gradient.

use crate::Report;
use costate_solver::{SolveError, controller::ControlError, norms::ShapeError};

/// A gradient that was refused or could not be computed: what, where, and what to do.
///
/// Nothing partial is returned beside it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GradientError {
    /// NaN or infinity in the parameters.
    #[error("the parameters have {value} at coordinate {index}: start from finite ones")]
    Parameters {
        /// The coordinate, counted over all leaves.
        index: usize,
        /// What stands there.
        value: f64,
    },
    /// The field was made for other shapes.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The observation times do not fit the solve.
    #[error("the loss looks where the solve does not go: {source}")]
    Observations {
        /// Which time, and why not.
        source: SolveError,
    },
    /// Tolerances, norm or limits of the backward solve that cannot work.
    #[error("the backward solve: {source}")]
    Settings {
        /// Which, and why not.
        source: ControlError,
    },
    /// A product of the field that is NaN or infinite where the way back begins.
    #[error(
        "{what} has {value} at coordinate {index} (t = {t}), where the backward solve begins: look at the field's VJP with \
         `laws::check_field`"
    )]
    Product {
        /// The field's value, or the VJP in the state or in the parameters.
        what: &'static str,
        /// The coordinate, counted over all leaves of that product.
        index: usize,
        /// What stands there.
        value: f64,
        /// The time.
        t: f64,
    },
    /// The forward solve failed.
    #[error("the forward solve failed: {source}")]
    Forward {
        /// Why.
        #[from]
        source: SolveError,
    },
    /// The loss is NaN or infinite.
    #[error(
        "the loss is {value}: its derivative means nothing; look at the observed states and the loss function"
    )]
    Loss {
        /// Its value.
        value: f64,
    },
    /// A derivative of the loss is NaN or infinite.
    #[error(
        "the loss's cotangent at observation {observation} (t = {t}) has {value} at coordinate {index}: look at the \
         derivative in the loss function"
    )]
    Cotangent {
        /// Which observation.
        observation: usize,
        /// Its time.
        t: f64,
        /// The coordinate, counted over all leaves.
        index: usize,
        /// What stands there.
        value: f64,
    },
    /// The loss wrote a cotangent of another shape.
    #[error(
        "the loss's cotangent at observation {observation} has {found} coordinates and the state has {expected}: write \
         into the vectors given"
    )]
    CotangentShape {
        /// Which observation.
        observation: usize,
        /// Coordinates of the state.
        expected: usize,
        /// Coordinates of the cotangent.
        found: usize,
    },
    /// The backward solve failed.
    #[error("the backward solve failed: {source}.{} Before that: {report}", remedy(source))]
    Backward {
        /// Why, and where.
        source: SolveError,
        /// What is known of the gradient until there.
        report: Box<Report>,
    },
    /// The state solved backwards is not the state solved forwards.
    #[error(
        "the state solved backwards has strayed from the forward one by {drift:.3e} tolerances at t = {t} (the bound is \
         {bound}): the gradient would be wrong. Observe the state at more times (it is reset at each; their cotangents may \
         be zero), shorten the interval, or take `Policy::Report` to \
         see the gradient all the same. {report}"
    )]
    Drift {
        /// How far, in units of the tolerance.
        drift: f64,
        /// Where it was seen.
        t: f64,
        /// The bound of the policy.
        bound: f64,
        /// What is known of the gradient.
        report: Box<Report>,
    },
    /// The witness does not believe the quadrature of the parameter gradient.
    #[error(
        "the integral of the parameter gradient may be off by {said:.3e} tolerances of its parts (the bound is {bound}): its \
         integrand is rougher than the state. Take `Policy::Repair`, a quadrature with a tolerance of its own \
         (`Quadrature::refined`), or `Discrete`. {report}"
    )]
    Witness {
        /// How far, in tolerances of the gross gradient.
        said: f64,
        /// The bound of the witness.
        bound: f64,
        /// What is known of the gradient.
        report: Box<Report>,
    },
    /// The gradient is not as good as it has to be.
    #[error(
        "the gradient is off by {error:.3e} of the sum of its parts (the bound is {bound:e}), as a second one at a tenth of the \
         tolerance says. Tighten the tolerance; if that does not help, the loss's cotangents are small differences of states \
         (look at the conditioning), or observe a smoother loss. {report}"
    )]
    Inaccurate {
        /// How far it is off, relative to the gross gradient.
        error: f64,
        /// The bound.
        bound: f64,
        /// What is known of the gradient.
        report: Box<Report>,
    },
    /// The quadrature of the parameter gradient did not settle, however finely a step was cut.
    #[error(
        "the integral of the parameter gradient did not settle over the step of {h:e} at t = {t}: an error of {error:.3e} where \
         {allowed:.3e} is allowed. The field's VJP in the parameters may be infinite or NaN there (look at it with \
         `laws::check_field`), or jump all along the step (name the jumps); or loosen the tolerance. {report}"
    )]
    Quadrature {
        /// Where the interval begins.
        t: f64,
        /// Its length.
        h: f64,
        /// The error estimate.
        error: f64,
        /// What it may be.
        allowed: f64,
        /// What is known of the gradient.
        report: Box<Report>,
    },
    /// Several losses at once that do not look at the same times.
    #[error(
        "loss {loss} of a block looks at other times than the first: losses that share a forward solve look at the same times; \
         give the others zero cotangents there"
    )]
    Block {
        /// Which of the losses.
        loss: usize,
    },
    /// A gradient that came out NaN or infinite.
    #[error(
        "{what} has {value} at coordinate {index}: the field's VJP is not finite somewhere on the way back, or the \
         gradient overflows. {report}"
    )]
    NotFinite {
        /// Which part.
        what: &'static str,
        /// The coordinate, counted over all leaves.
        index: usize,
        /// What stands there.
        value: f64,
        /// What is known of the gradient.
        report: Box<Report>,
    },
}

/// What to do about a backward solve that failed on its way; one that never began says so itself.
fn remedy(source: &SolveError) -> &'static str {
    match source {
        SolveError::StepTooSmall { ratio, .. } | SolveError::TooManyAttempts { ratio, .. }
            if ratio.is_nan() =>
        {
            " The field or its VJP is NaN or infinite there: look at it with `laws::check_field`."
        }
        SolveError::StepTooSmall { .. } | SolveError::TooManyAttempts { .. } => {
            " Solving the state backwards is unstable where the forward solve contracts: observe the state at more times (it \
             is reset at each; their cotangents may be zero), or shorten the interval."
        }
        _ => "",
    }
}

impl GradientError {
    /// From the position in the backward state of a field with `n` states: `y` where it is carried, then `a`, then `g`.
    pub(crate) fn product(carries_state: bool, index: usize, n: usize, value: f64, t: f64) -> Self {
        let from_costate = if carries_state { index.checked_sub(n) } else { Some(index) };
        let (what, index) = match from_costate {
            None => ("the field's value in its VJP", index),
            Some(i) if i < n => ("the field's VJP in the state", i),
            Some(i) => ("the field's VJP in the parameters", i - n),
        };
        GradientError::Product { what, index, value, t }
    }

    /// The report up to the failure, when it came after the forward solve.
    pub fn report(&self) -> Option<&Report> {
        match self {
            GradientError::Backward { report, .. }
            | GradientError::Drift { report, .. }
            | GradientError::Witness { report, .. }
            | GradientError::Quadrature { report, .. }
            | GradientError::Inaccurate { report, .. }
            | GradientError::NotFinite { report, .. } => Some(report),
            _ => None,
        }
    }
}
