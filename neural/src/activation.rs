//! What stands between the layers of a net.

use costate_adjoint::autodiff::Real;

/// A function applied entry by entry between two layers.
///
/// ```
/// use costate_neural::Activation;
/// assert_eq!(Activation::Relu.apply(-2.0), 0.0);
/// assert_eq!(Activation::Softplus.apply(0.0_f32), 2.0_f32.ln());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Activation {
    /// `x`: none.
    #[default]
    Identity,
    /// `max(x, 0)`. Its kink makes a field that an adaptive solver takes short steps across.
    Relu,
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
    /// `x / (1 + exp(-x))`, also called swish.
    Silu,
    /// `sin x`.
    Sin,
    /// `ln(1 + exp(x))`, without overflow; PyTorch's with `beta = 1`, but never replaced by `x` past a threshold.
    Softplus,
    /// `tanh x`.
    Tanh,
}

impl Activation {
    /// The function's value: of a number, of a traced array entry by entry, of a dual number with its derivative.
    pub fn apply<R: Real>(self, x: R) -> R {
        match self {
            Activation::Identity => x,
            Activation::Relu => x.relu(),
            Activation::Sigmoid => x.sigmoid(),
            Activation::Silu => x * x.sigmoid(),
            Activation::Sin => x.sin(),
            Activation::Softplus => x.softplus(),
            Activation::Tanh => x.tanh(),
        }
    }
}
