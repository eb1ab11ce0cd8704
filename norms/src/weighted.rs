//! A norm of coordinates that are multiplied by weights first.

use crate::{ElementNorm, Float, Seminorm, ShapeError, Space};
use num_traits::Zero;

/// The measure of `(w_i v_i)`: some coordinates count more than others, and a weight of zero leaves one out.
///
/// The mean of [`Rms`](crate::Rms) is still over all coordinates. Infinite or NaN coordinates under a weight of zero are
/// not looked at, as under [`Null`](crate::Null). It is a seminorm; where every weight is positive it is a norm, as long as
/// the products neither overflow nor underflow (for `f32` they never do).
///
/// ```
/// use costate_norms::{LInf, Seminorm, Weighted};
/// let norm = Weighted { weights: [1.0, 10.0, 0.0], norm: LInf };
/// assert_eq!(norm.measure(&[5.0, 1.0, 1e9]), 10.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weighted<V, E> {
    /// One weight for each coordinate, finite; signs do not matter. A NaN or infinite weight makes measures NaN, so that no
    /// step passes.
    pub weights: V,
    /// The norm of what is weighted.
    pub norm: E,
}

impl<V: Space, E: ElementNorm> Seminorm<V> for Weighted<V, E> {
    fn measure(&self, v: &V) -> f64
    where
        V::Scalar: Float,
    {
        // A block at a time on the stack: no allocation, and the inner loops stay those of the norm.
        const BLOCK: usize = 64;
        let mut sum = E::Sum::default();
        for l in 0..V::LEAVES {
            let pairs = v.leaf(l).chunks(BLOCK).zip(self.weights.leaf(l).chunks(BLOCK));
            for (elements, weights) in pairs {
                let mut block = [0.0; BLOCK];
                for ((b, &x), &w) in block.iter_mut().zip(elements).zip(weights) {
                    // In `f64`, where products of `f32` numbers are exact. A weight of zero hides even NaN.
                    *b = if w.is_zero() { 0.0 } else { w.into() * x.into() };
                }
                self.norm.absorb(&mut sum, &block[..elements.len()]);
            }
        }
        self.norm.finish(sum, v.dimension())
    }

    fn check(&self, v: &V) -> Result<(), ShapeError> {
        if self.weights.same_shape(v) {
            return Ok(());
        }
        Err(ShapeError {
            what: "the weights of a Weighted norm",
            expected: self.weights.dimension(),
            found: v.dimension(),
        })
    }
}
