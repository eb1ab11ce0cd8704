//! A norm of chosen coordinates.

use crate::{ElementNorm, Float, MeasureError, Scalar, Seminorm, ShapeError, Space};
use num_traits::{One, Zero};

/// The norm of the coordinates whose entry in the mask is not zero, as if the others were not there: a mean is taken over
/// those that count.
///
/// That is the difference to a [`Weighted`](crate::Weighted) norm with weights of 0 and 1, whose mean is over all
/// coordinates. What does not count is not looked at, even when it is NaN or infinite; where nothing counts the measure
/// is 0. It is a seminorm.
///
/// The mask has the shape of the state, like weights and tolerances: for arrays the compiler checks it, and a tuple's mask is
/// a tuple. [`Masked::at`] makes it from positions.
///
/// ```
/// use costate_norms::{Masked, Rms, Seminorm, Weighted};
/// let mask = [1.0, 0.0, 1.0, 0.0];
/// let error = [3.0, f64::NAN, 3.0, 1e9];
/// assert_eq!(Masked { mask, norm: Rms }.measure(&error), 3.0);
/// assert_eq!(Weighted { weights: mask, norm: Rms }.measure(&error), 4.5_f64.sqrt());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Masked<V, E> {
    /// Zero where a coordinate does not count, anything else (1, say) where it does.
    pub mask: V,
    /// The norm of those that count.
    pub norm: E,
}

impl<V: Space, E> Masked<V, E> {
    /// The norm of the coordinates at these positions, counted over all leaves in order. Their order and repetitions do not
    /// matter. `shape` is any vector of the shape to be measured.
    ///
    /// # Errors
    /// [`MeasureError::Position`] names a position past the end.
    ///
    /// ```
    /// use costate_norms::{LInf, Masked, Seminorm};
    /// let state = (5.0, vec![1.0, -2.0, 7.0]);
    /// let norm = Masked::at(&state, [1, 2], LInf)?;
    /// assert_eq!(norm.measure(&state), 2.0);
    /// # Ok::<(), costate_norms::MeasureError>(())
    /// ```
    pub fn at(
        shape: &V,
        positions: impl IntoIterator<Item = usize>,
        norm: E,
    ) -> Result<Self, MeasureError> {
        let (mut mask, dimension) = (shape.zeros_like(), shape.dimension());
        for position in positions {
            let mut rest = position;
            let leaf = (0..V::LEAVES).find(|&l| {
                let n = shape.leaf(l).len();
                if rest < n {
                    return true;
                }
                rest -= n;
                false
            });
            let leaf = leaf.ok_or(MeasureError::Position { position, dimension })?;
            mask.leaf_mut(leaf)[rest] = V::Scalar::one();
        }
        Ok(Masked { mask, norm })
    }
}

impl<V: Space, E: ElementNorm> Seminorm<V> for Masked<V, E> {
    fn measure(&self, v: &V) -> f64
    where
        V::Scalar: Float,
    {
        // A block at a time on the stack: no allocation, and the inner loops stay those of the norm.
        const BLOCK: usize = 64;
        let (mut sum, mut count) = (E::Sum::default(), 0);
        for l in 0..V::LEAVES {
            let pairs = v.leaf(l).chunks(BLOCK).zip(self.mask.leaf(l).chunks(BLOCK));
            for (elements, mask) in pairs {
                let (mut chosen, mut n) = ([V::Scalar::of(0.0); BLOCK], 0);
                for (&x, m) in elements.iter().zip(mask) {
                    // Written always and kept when it counts: no branch to mispredict.
                    chosen[n] = x;
                    n += usize::from(!m.is_zero());
                }
                self.norm.absorb(&mut sum, &chosen[..n]);
                count += n;
            }
        }
        self.norm.finish(sum, count)
    }

    fn reads(&self, leaf: usize) -> bool {
        self.mask.leaf(leaf).iter().any(|m| !m.is_zero())
    }

    fn check(&self, v: &V) -> Result<(), ShapeError> {
        if self.mask.same_shape(v) {
            return Ok(());
        }
        Err(ShapeError {
            what: "the mask of a Masked norm",
            expected: self.mask.dimension(),
            found: v.dimension(),
        })
    }
}
