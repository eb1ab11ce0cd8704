//! What all ways to a gradient have in common.

use crate::{DifferentiableField, Gradient, GradientError, Loss, ParamsOf, Problem, StateOf};

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
    ) -> Result<Gradient<StateOf<F>, ParamsOf<F>>, GradientError>;
}
