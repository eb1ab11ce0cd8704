//! A gradient that is not longer than allowed.

use costate_adjoint::norms::{Float, L2, Seminorm};

/// Shortens a gradient to a Euclidean length of `longest` where it is longer, and returns the length it had (Pascanu, Mikolov, Bengio,
/// "On the difficulty of training recurrent neural networks", ICML 2013, arXiv:1211.5063, algorithm 1).
///
/// PyTorch's `clip_grad_norm_` divides by the length plus 1e-6, to which end a gradient of zeros may be divided; here that is not needed.
/// A gradient that is not finite stays as it is, and its length says so.
///
/// ```
/// use costate_neural::clip;
/// let mut gradient = vec![3.0, 4.0];
/// assert_eq!(clip(&mut gradient, 1.0), 5.0);
/// assert_eq!(gradient, [0.6000000000000001, 0.8]);
/// assert_eq!(clip(&mut gradient, 2.0), 1.0);
/// ```
pub fn clip<T: Float>(gradient: &mut Vec<T>, longest: f64) -> f64 {
    let length = L2.measure(gradient);
    if length.is_finite() && length > longest {
        let factor = T::of(longest / length);
        gradient.iter_mut().for_each(|g| *g = *g * factor);
    }
    length
}
