//! What a solve returns.

use crate::{Recording, Statistics, Tape};
use costate_norms::Space;

/// The result of a solve: the end, the saved values, the recorded steps and the cost.
#[derive(Debug, Clone)]
pub struct Solution<V> {
    /// The final time.
    pub t: f64,
    /// The state there.
    pub y: V,
    /// The states at the save times, in their order.
    pub saved: Tape<V>,
    /// The accepted steps, as far as the plan asked for them.
    pub recording: Recording<V>,
    /// What it cost.
    pub statistics: Statistics,
}

impl<V: Space> Solution<V> {
    /// An empty solution with room for states of the shape of `like`.
    pub fn new(like: &V) -> Self {
        Solution {
            t: 0.0,
            y: like.zeros_like(),
            saved: Tape::default(),
            recording: Recording::default(),
            statistics: Statistics::default(),
        }
    }
}
