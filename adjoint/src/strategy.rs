//! What all ways to a gradient have in common.

use crate::{DifferentiableField, GradientError, GradientOf, Loss, Problem, StateOf};

/// A way to the gradient of a solve.
pub trait Adjoint<F: DifferentiableField> {
    /// The gradient of `loss` on `problem`, with its report.
    ///
    /// # Errors
    /// A [`GradientError`] that names what was wrong, where, and what to do; never a partial gradient.
    fn gradient<L: Loss<StateOf<F>>>(
        &mut self,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &L,
    ) -> Result<GradientOf<F>, GradientError>;

    /// The gradients of several losses: the rows of a Jacobian, say. One by one, unless a strategy can share work between them.
    ///
    /// # Errors
    /// As [`gradient`](Self::gradient), of the first loss that has none.
    fn gradients<L: Loss<StateOf<F>>>(
        &mut self,
        field: &mut F,
        problem: &Problem<'_, F>,
        losses: &[L],
    ) -> Result<Vec<GradientOf<F>>, GradientError> {
        losses.iter().map(|loss| self.gradient(field, problem, loss)).collect()
    }
}
