//! A norm of coordinates that are multiplied by weights first.

use crate::{ElementNorm, Float, MeasureError, Seminorm, ShapeError, Space};
use num_traits::Zero;

/// The measure of `(w_i v_i)`: some coordinates count more than others, and a weight of zero leaves one out.
///
/// The mean of [`Rms`](crate::Rms) is still over all coordinates ([`Masked`](crate::Masked) has the other one). A leaf whose
/// weights are all zero is not read at all. Infinite or NaN coordinates under a weight of zero are
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
    /// One weight for each coordinate, finite and not negative, as [`Weighted::new`] makes sure. Where the struct is written
    /// out, the sign of a weight does not matter, and one that is NaN or infinite makes the measure of zero NaN, so that
    /// no step passes.
    pub weights: V,
    /// The norm of what is weighted.
    pub norm: E,
}

impl<V: Space<Scalar: Float>, E> Weighted<V, E> {
    /// This norm, with these weights.
    ///
    /// # Errors
    /// [`MeasureError::Weight`] names the first weight that is negative, infinite or NaN. (A shape that does not fit is found by
    /// [`check`](Seminorm::check), where the vectors are known.)
    ///
    /// ```
    /// use costate_norms::{Rms, Weighted};
    /// assert!(Weighted::new([1.0, 0.0], Rms).is_ok());
    /// let error = Weighted::new([1.0, -2.0], Rms).unwrap_err();
    /// assert!(error.to_string().starts_with("weight 1 is -2:"));
    /// ```
    pub fn new(weights: V, norm: E) -> Result<Self, MeasureError> {
        let all = (0..V::LEAVES).flat_map(|l| weights.leaf(l)).map(|&w| -> f64 { w.into() });
        match all.enumerate().find(|(_, w)| !(*w >= 0.0 && w.is_finite())) {
            Some((position, weight)) => Err(MeasureError::Weight { weight, position }),
            None => Ok(Weighted { weights, norm }),
        }
    }
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

    fn reads(&self, leaf: usize) -> bool {
        self.weights.leaf(leaf).iter().any(|w| !w.is_zero())
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
