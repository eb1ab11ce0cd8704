//! The memory of a solve.

use crate::Solution;
use costate_norms::Space;

/// The vectors that a solve works in and the solution it fills, made once and used for any number of solves of one shape.
///
/// A second solve that takes no more steps and saves no more values than one before it allocates nothing.
#[derive(Debug, Clone)]
pub struct Workspace<V, const S: usize> {
    pub(crate) buffers: Buffers<V, S>,
    /// The last solve's result.
    pub solution: Solution<V>,
}

/// The vectors that a step works in.
#[derive(Debug, Clone)]
pub(crate) struct Buffers<V, const S: usize> {
    pub(crate) y: V,
    pub(crate) candidate: V,
    pub(crate) stages: [V; S],
    /// The stages that only dense output needs.
    pub(crate) extra: Vec<V>,
    pub(crate) error: V,
    /// The second row of an error estimate that has two.
    pub(crate) second_error: V,
}

impl<V: Space, const S: usize> Workspace<V, S> {
    /// For states of the shape of `like`.
    pub fn new(like: &V) -> Self {
        let zeros = || like.zeros_like();
        Workspace {
            buffers: Buffers {
                y: zeros(),
                candidate: zeros(),
                stages: core::array::from_fn(|_| zeros()),
                extra: Vec::new(),
                error: zeros(),
                second_error: zeros(),
            },
            solution: Solution::new(like),
        }
    }

    /// Makes room anew where the shape or the method has changed.
    pub(crate) fn fit(&mut self, like: &V, extra_stages: usize) {
        // Every vector is looked at: the solution is public, and a field or an edit may have resized what it was given.
        let Buffers { y, candidate, stages, extra, error, second_error } = &self.buffers;
        let others = [y, candidate, error, second_error, &self.solution.y];
        if !others.into_iter().chain(stages).chain(extra).all(|v| v.same_shape(like)) {
            *self = Workspace::new(like);
        }
        self.buffers.extra.resize_with(extra_stages, || like.zeros_like());
    }
}
