//! What is asked of one solve: the interval, the times to save, the jumps, what to record.

use crate::SolveError;

/// How a solve ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum End {
    /// The last step is cut to end where the solve does (Hairer, diffrax, OrdinaryDiffEq), or made up to one hundredth
    /// longer than the control wanted.
    #[default]
    Land,
    /// The last step goes beyond the end and is interpolated back (torchdiffeq). The field is evaluated beyond the end.
    Overstep,
}

/// What is kept of the accepted steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Record {
    /// Nothing: only the saved values and the end.
    #[default]
    Nothing,
    /// Times and lengths, enough for a [`replay`](crate::replay()).
    Steps,
    /// Also the state at the start of each step.
    States,
    /// Also the stages, enough for dense output anywhere.
    Dense,
}

/// One solve, from `t0` to `t1` in either direction of time.
///
/// ```
/// use costate_solver::{Plan, Record};
/// let times = [0.5, 1.0];
/// let plan = Plan::new(0.0, 1.0).save_at(&times).record(Record::Dense);
/// assert_eq!(plan.t1, 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan<'a> {
    /// The initial time.
    pub t0: f64,
    /// The final time; smaller than `t0` for a solve backwards; equal for a trivial one.
    pub t1: f64,
    /// Times at which the state is saved, in the direction of the solve, within its interval; repeats are allowed.
    pub save: &'a [f64],
    /// Whether steps end at the save times; otherwise dense output gives the values there.
    pub stop_at_saves: bool,
    /// Times at which the field jumps, in the direction of the solve, within its interval; repeats and the ends are
    /// allowed. Steps end there; the last stages before see the time just before the jump, the first stage after it the
    /// time just after, and no field value is carried across. "Just" is one unit in the last place of the time.
    pub jumps: &'a [f64],
    /// How the solve ends.
    pub end: End,
    /// What is kept of the steps.
    pub record: Record,
}

impl<'a> Plan<'a> {
    /// From `t0` to `t1`, saving nothing on the way.
    pub fn new(t0: f64, t1: f64) -> Self {
        Plan {
            t0,
            t1,
            save: &[],
            stop_at_saves: false,
            jumps: &[],
            end: End::Land,
            record: Record::Nothing,
        }
    }

    /// Saves the state at these times, by dense output.
    pub fn save_at(self, times: &'a [f64]) -> Self {
        Plan { save: times, ..self }
    }

    /// Ends steps at the save times, so that saved values are step values.
    pub fn stop_at_saves(self) -> Self {
        Plan { stop_at_saves: true, ..self }
    }

    /// Names the times at which the field jumps.
    pub fn jumps_at(self, times: &'a [f64]) -> Self {
        Plan { jumps: times, ..self }
    }

    /// Chooses how the solve ends.
    pub fn end(self, end: End) -> Self {
        Plan { end, ..self }
    }

    /// Keeps the steps.
    pub fn record(self, record: Record) -> Self {
        Plan { record, ..self }
    }

    /// +1 forwards, -1 backwards; +1 for a trivial solve.
    pub fn direction(&self) -> f64 {
        if self.t1 >= self.t0 { 1.0 } else { -1.0 }
    }

    /// The first of `times` that lies after `t`.
    pub(crate) fn after(&self, t: f64, times: &[f64]) -> Option<f64> {
        let direction = self.direction();
        times.get(times.partition_point(|s| (s - t) * direction <= 0.0)).copied()
    }

    /// Whether the times are finite, sorted and inside.
    ///
    /// # Errors
    /// [`SolveError`] names the list and the position.
    pub fn check(&self) -> Result<(), SolveError> {
        for (what, value) in [("the initial time", self.t0), ("the final time", self.t1)] {
            if !value.is_finite() {
                return Err(SolveError::TimeNotFinite { what, index: 0, value });
            }
        }
        self.check_times("save time", self.save)?;
        self.check_times("jump time", self.jumps)
    }

    fn check_times(&self, what: &'static str, times: &[f64]) -> Result<(), SolveError> {
        let Plan { t0, t1, .. } = *self;
        let direction = self.direction();
        for (index, &value) in times.iter().enumerate() {
            if !value.is_finite() {
                return Err(SolveError::TimeNotFinite { what, index, value });
            }
            if (value - t0) * direction < 0.0 || (t1 - value) * direction < 0.0 {
                return Err(SolveError::TimeOutside { what, index, value, t0, t1 });
            }
            let previous = if index == 0 { t0 } else { times[index - 1] };
            if (value - previous) * direction < 0.0 {
                return Err(SolveError::TimesUnsorted { what, index, value, previous, t0, t1 });
            }
        }
        Ok(())
    }
}
