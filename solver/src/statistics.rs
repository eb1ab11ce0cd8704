//! What a solve cost.

/// Counts of one solve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Calls of the field, the trial for the first step and those for dense output included.
    pub evaluations: usize,
    /// Attempts that became steps.
    pub accepted: usize,
    /// Attempts that did not.
    pub rejected: usize,
    /// Of those rejected, how many had an error ratio of NaN: the candidate was NaN or infinite, or its error NaN.
    pub not_finite: usize,
}

impl Statistics {
    /// Accepted and rejected together.
    pub fn attempts(&self) -> usize {
        self.accepted + self.rejected
    }
}

impl core::ops::AddAssign for Statistics {
    fn add_assign(&mut self, other: Statistics) {
        self.evaluations += other.evaluations;
        self.accepted += other.accepted;
        self.rejected += other.rejected;
        self.not_finite += other.not_finite;
    }
}
