//! Why a solve could not be done.

use crate::Statistics;
use costate_controller::ControlError;

/// A solve that was refused or given up: what, where, and what to do.
///
/// Nothing partial is returned beside it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SolveError {
    /// NaN or infinity in what the caller gave.
    #[error(
        "{what} has {value} at coordinate {index} (t = {t}): start from finite values inside the field's domain"
    )]
    NotFinite {
        /// The initial state, the first value of the field, or an edited state.
        what: &'static str,
        /// The coordinate, counted over all leaves.
        index: usize,
        /// What stands there.
        value: f64,
        /// The time.
        t: f64,
    },
    /// The state has no coordinates.
    #[error("the initial state is empty: a solve needs at least one coordinate")]
    EmptyState,
    /// A vector that a caller changed has lost the shape of the state.
    #[error(
        "{what} has {found} coordinates or another shape, and the state has {expected} (t = {t}): change the values and \
         keep the shape"
    )]
    ShapeChanged {
        /// The field's first value, or an edited state.
        what: &'static str,
        /// How many coordinates the state has.
        expected: usize,
        /// How many were found; as many as expected for a matrix with other rows and columns.
        found: usize,
        /// The time.
        t: f64,
    },
    /// A time that is NaN or infinite.
    #[error("{what} {index} is {value}: times are finite numbers")]
    TimeNotFinite {
        /// The start, the end, a save time or a jump time.
        what: &'static str,
        /// Its position in the list; 0 for the start and the end.
        index: usize,
        /// What was given.
        value: f64,
    },
    /// Times that do not follow the direction of the solve.
    #[error(
        "{what} {index} is {value}, after {previous} in a solve from {t0} to {t1}: sort the times in its direction"
    )]
    TimesUnsorted {
        /// Save times or jump times.
        what: &'static str,
        /// The position of the time that is out of order.
        index: usize,
        /// That time.
        value: f64,
        /// The time before it in the list.
        previous: f64,
        /// The start of the solve.
        t0: f64,
        /// Its end.
        t1: f64,
    },
    /// A time that the solve never reaches.
    #[error("{what} {index} is {value}, outside the solve from {t0} to {t1}: it is never reached")]
    TimeOutside {
        /// Save times, jump times, or a time asked of a recording.
        what: &'static str,
        /// Its position in the list; 0 for a lone time.
        index: usize,
        /// That time.
        value: f64,
        /// The start of the solve.
        t0: f64,
        /// Its end; of a recording the end of the last step.
        t1: f64,
    },
    /// Tolerances, norm or step limits that cannot work.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// An adaptive solve by a method without an error estimate.
    #[error(
        "{method} has no embedded error estimate: give it fixed steps, or take a pair such as Dormand-Prince 5(4)"
    )]
    NoErrorEstimate {
        /// The method's name.
        method: &'static str,
    },
    /// The controller asks for steps that time cannot resolve.
    #[error(
        "the step fell to {h:e} at t = {t}, too small for time to advance (error ratio {ratio:e}): the solution may \
         have a singularity here, the problem may be stiff, or the tolerances lie under the rounding of the state"
    )]
    StepTooSmall {
        /// Where.
        t: f64,
        /// The step asked for.
        h: f64,
        /// The error ratio of the last attempt; NaN when it was not finite.
        ratio: f64,
        /// The cost so far.
        statistics: Statistics,
    },
    /// A fixed step whose result is NaN or infinite, or a save time in a step of any control whose dense output is: the
    /// field is not finite at the end of the step.
    #[error(
        "the step of {h} at t = {t}, or its dense output, gave NaN or infinity: take shorter fixed steps, or an adaptive \
         control; stop at the save times if the field is not finite at the end of this step"
    )]
    StepNotFinite {
        /// Where.
        t: f64,
        /// The step.
        h: f64,
        /// The cost so far.
        statistics: Statistics,
    },
    /// The limit on attempts was reached.
    #[error(
        "{limit} attempts were made and t is {t}, with steps of {h:e} (error ratio {ratio:e}): loosen the tolerances, \
         raise `max_attempts`, or take an implicit method elsewhere if the problem is stiff"
    )]
    TooManyAttempts {
        /// The limit.
        limit: usize,
        /// Where the solve stands.
        t: f64,
        /// The step it would try next.
        h: f64,
        /// The error ratio of the last attempt.
        ratio: f64,
        /// The cost so far.
        statistics: Statistics,
    },
    /// A recording that does not hold what is asked of it.
    #[error("{needed} was not recorded: ask for it with `Plan::record`")]
    NotRecorded {
        /// What is missing.
        needed: &'static str,
    },
    /// A recording asked for values by another method than the one that took its steps.
    #[error(
        "the steps were taken by {recorded}, and {asked} cannot interpolate them: give the same tableau"
    )]
    OtherMethod {
        /// The method that took the steps.
        recorded: &'static str,
        /// The method that was given.
        asked: &'static str,
    },
}

impl SolveError {
    /// The cost until the solve was given up; zero when it never began.
    pub fn statistics(&self) -> Statistics {
        match self {
            SolveError::StepTooSmall { statistics, .. }
            | SolveError::StepNotFinite { statistics, .. }
            | SolveError::TooManyAttempts { statistics, .. } => *statistics,
            _ => Statistics::default(),
        }
    }
}
