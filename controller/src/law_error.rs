//! Constants that a law cannot work with.

/// The constants of a law make no sense, or cannot lead to a steady step size.
///
/// ```
/// use costate_controller::{Law, Pi};
/// let error = Pi { safety: 1.5, ..Pi::HAIRER_DOPRI5 }.check(5).unwrap_err();
/// assert_eq!(error.to_string(), "safety is 1.5: give a number between 0 and 1, without the ends");
///
/// let error = Pi { alpha: 2.5, beta: 0.0, ..Pi::HAIRER_DOPRI5 }.check(5).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the steps cannot settle: alpha + beta is 2.5 and must be below 2 \
///      (the spectral radius of the closed loop is 1.5 and must be below 1)"
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LawError {
    /// A constant is out of range or NaN.
    #[error("{name} is {value}: give {wanted}")]
    OutOfRange {
        /// Which constant.
        name: &'static str,
        /// What it is.
        value: f64,
        /// What it should be.
        wanted: &'static str,
    },
    /// On a smooth problem the steps would oscillate or run away, whatever the limits: see
    /// [`ClosedLoop`](crate::ClosedLoop).
    #[error(
        "the steps cannot settle: {name} is {value} and must be {bound} \
         (the spectral radius of the closed loop is {radius} and must be below 1)"
    )]
    CannotConverge {
        /// The constant, or the sum of constants.
        name: &'static str,
        /// What it is.
        value: f64,
        /// What it should be.
        bound: &'static str,
        /// By how much a disturbance of the step size is multiplied at each step, in the long run.
        radius: f64,
    },
}

/// Without the ends; NaN is refused.
pub(crate) fn between_0_and_1(name: &'static str, value: f64) -> Result<(), LawError> {
    let wanted = "a number between 0 and 1, without the ends";
    refuse_unless(0.0 < value && value < 1.0, name, value, wanted)
}

/// Any number but NaN and the infinities.
pub(crate) fn check_finite(name: &'static str, value: f64) -> Result<(), LawError> {
    refuse_unless(value.is_finite(), name, value, "a finite number")
}

/// The power of h that the error falls with.
pub(crate) fn check_order(order: u32) -> Result<(), LawError> {
    refuse_unless(
        order > 0,
        "the order",
        0.0,
        "1 or more: the power of h that the error falls with",
    )
}

/// A safety between 0 and 1, a lower limit between 0 and the safety, an upper limit of at least 1.
pub(crate) fn check_limits(safety: f64, min_factor: f64, max_factor: f64) -> Result<(), LawError> {
    between_0_and_1("safety", safety)?;
    between_0_and_1("min_factor", min_factor)?;
    // A rejected step keeps at most the safety and at least the lower limit.
    let wanted = "a number of at most the safety";
    refuse_unless(min_factor <= safety, "min_factor", min_factor, wanted)?;
    check_max_factor(max_factor)
}

/// An upper limit.
pub(crate) fn check_max_factor(value: f64) -> Result<(), LawError> {
    let wanted = "a finite number of at least 1";
    refuse_unless(value >= 1.0 && value.is_finite(), "max_factor", value, wanted)
}

/// The error, unless `good`.
pub(crate) fn refuse_unless(
    good: bool,
    name: &'static str,
    value: f64,
    wanted: &'static str,
) -> Result<(), LawError> {
    if good { Ok(()) } else { Err(LawError::OutOfRange { name, value, wanted }) }
}
