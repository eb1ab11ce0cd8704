//! A loss, and what else is to be known of it.

use costate_adjoint::norms::Space;
use costate_adjoint::{AtEnd, AtTimes, Loss};

/// The loss of a batch. Where a part of the model stands before or after the solve, it is made of this part too: it knows how
/// good the model was, and the gradient of what is no parameter of the field.
pub trait Objective<Y: Space>: Loss<Y> {
    /// Appends the gradient of the parameters besides the field's: of the loss as it was last evaluated, with `to_start` its
    /// gradient in the start of the solve. Nothing by default.
    fn finish(&self, to_start: &Y, gradient: &mut Vec<Y::Scalar>) {
        let _ = (to_start, gradient);
    }

    /// How good the model was when the loss was last evaluated, the mean over the rows of the batch; none, by default, where that
    /// is a function of the mean loss.
    fn quality(&self) -> Option<f64> {
        None
    }
}

impl<Y: Space, F> Objective<Y> for AtEnd<F> where AtEnd<F>: Loss<Y> {}
impl<Y: Space, T, F> Objective<Y> for AtTimes<T, F> where AtTimes<T, F>: Loss<Y> {}
