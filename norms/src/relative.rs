//! Tolerances in units of a size that is known only at run time.

use crate::linear::Elements;
use crate::{ErrorScale, Float, Space, ToleranceError};

/// Tolerances whose absolute part is in units of a reference size: `size * atol + rtol max(|y0|, |y1|)`.
///
/// The costate of a loss is linear in the loss: multiply the loss by 1000 and it is 1000 times as large. An absolute
/// tolerance in fixed units then controls it too tightly or not at all. With `size` the size of the loss's own
/// derivatives, the steps do not depend on the unit of the loss.
///
/// A size that is a power of two changes no bit: errors and states of `2^k` times the size have the same scaled errors.
///
/// ```
/// use costate_norms::{ErrorScale, Relative, Tolerance};
/// let tolerance = Relative { tolerance: Tolerance { rtol: 0.0, atol: 1e-3 }, size: 1000.0 };
/// let mut error = [2.0];
/// tolerance.scale_where(&mut error, &[0.0], &[0.0], |_| true);
/// assert_eq!(error, [2.0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Relative<T> {
    /// The tolerances, in units of `size`.
    pub tolerance: T,
    /// The reference size: finite and positive.
    pub size: f64,
}

impl<V: Space, T: ErrorScale<V>> ErrorScale<V> for Relative<T> {
    #[inline]
    fn scale_leaf(
        &self,
        leaf: usize,
        atol_factor: f64,
        error: &mut [V::Scalar],
        y0: &[V::Scalar],
        y1: &[V::Scalar],
    ) where
        V::Scalar: Float,
    {
        self.tolerance.scale_leaf(leaf, self.size * atol_factor, error, y0, y1);
    }

    #[inline]
    fn write_leaf(
        &self,
        leaf: usize,
        atol_factor: f64,
        elements: impl Elements<V::Scalar>,
        error: &mut [V::Scalar],
        y0: &[V::Scalar],
        y1: &[V::Scalar],
    ) where
        V::Scalar: Float,
    {
        let factor = self.size * atol_factor;
        self.tolerance.write_leaf(leaf, factor, elements, error, y0, y1);
    }

    fn check(&self, y: &V) -> Result<(), ToleranceError>
    where
        V::Scalar: Float,
    {
        if !(self.size > 0.0 && self.size.is_finite()) {
            let (name, value) = ("the reference size of a Relative tolerance", self.size);
            return Err(ToleranceError::Invalid { name, value, index: 0 });
        }
        self.tolerance.check(y)
    }
}
