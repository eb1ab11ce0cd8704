//! What one turn of the loop did.

use crate::Step;

/// An attempted step, as it stands before the loop goes on.
#[derive(Debug)]
pub struct Attempt<'a, V> {
    /// The step attempted.
    pub step: Step,
    /// The measure of the scaled error; NaN when the candidate is not finite, 0 for fixed steps.
    pub ratio: f64,
    /// Whether the candidate becomes the state.
    pub accepted: bool,
    /// The state at the start.
    pub y0: &'a V,
    /// The candidate at the end.
    pub y1: &'a V,
    /// The field at the stages.
    pub stages: &'a [V],
    /// The scaled error, in the leaves that the norm reads; anything in the others, and anywhere if the candidate is not
    /// finite.
    pub scaled_error: &'a V,
}
