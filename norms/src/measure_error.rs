//! What a measure cannot be made of.

/// A measure that would not be a seminorm. Constructors give it, so that a measure that exists is one.
///
/// What depends on the vectors measured, their shape, is found by [`Seminorm::check`](crate::Seminorm::check) instead.
///
/// ```
/// use costate_norms::Lp;
/// let error = Lp::new(0.5).unwrap_err();
/// assert!(error.to_string().starts_with("p is 0.5:"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum MeasureError {
    /// Below 1 the triangle inequality fails: for p = 1/2, (1, 0) and (0, 1) measure 1 each and their sum 4. NaN is refused too.
    #[error(
        "p is {p}: below 1 the triangle inequality fails; give a number of at least 1, or infinity"
    )]
    Exponent {
        /// What was given.
        p: f64,
    },
    /// Zero, negative, infinite or NaN.
    #[error(
        "the factor is {factor}: give a positive finite number, and leave a part out with Null"
    )]
    Factor {
        /// What was given.
        factor: f64,
    },
    /// Negative, infinite or NaN.
    #[error("weight {position} is {weight}: give a finite number that is not negative")]
    Weight {
        /// What was given.
        weight: f64,
        /// Of which coordinate, counted over all leaves in order.
        position: usize,
    },
    /// No such coordinate.
    #[error(
        "there is no coordinate {position} in {dimension}: positions count from 0 over all leaves in order"
    )]
    Position {
        /// What was given.
        position: usize,
        /// How many coordinates there are.
        dimension: usize,
    },
}
