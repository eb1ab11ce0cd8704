//! A relative and an absolute tolerance for each coordinate.

use crate::tolerance::scaled;
use crate::{ErrorScale, Float, Scalar, ShapeError, Space, Tolerance, ToleranceError};

/// A relative and an absolute tolerance for each coordinate.
///
/// ```
/// use costate_norms::{ErrorScale, PerElement};
/// let mut error = [1.0, 1.0];
/// let tolerance = PerElement { rtol: [0.0, 0.0], atol: [0.5, 0.25] };
/// tolerance.scale_where(&mut error, &[1.0, 1.0], &[1.0, 1.0], |_| true);
/// assert_eq!(error, [2.0, 4.0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PerElement<V> {
    /// Relative tolerances, in the shape of the state.
    pub rtol: V,
    /// Absolute tolerances, in the shape and units of the state.
    pub atol: V,
}

impl<V: Space> ErrorScale<V> for PerElement<V> {
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
        let tolerances = self.rtol.leaf(leaf).iter().zip(self.atol.leaf(leaf));
        for (((e, &y0), &y1), (&rtol, &atol)) in error.iter_mut().zip(y0).zip(y1).zip(tolerances) {
            // Multiplied in `f64`, as the other tolerances are: the factor alone may be too large for `f32`.
            let atol = V::Scalar::of(atol.into() * atol_factor);
            *e = scaled(*e, rtol, atol, y0, y1);
        }
    }

    fn check(&self, y: &V) -> Result<(), ToleranceError>
    where
        V::Scalar: Float,
    {
        for (what, part) in [("rtol", &self.rtol), ("atol", &self.atol)] {
            if !part.same_shape(y) {
                let (expected, found) = (part.dimension(), y.dimension());
                return Err(ShapeError { what, expected, found }.into());
            }
        }
        for l in 0..V::LEAVES {
            let pairs = self.rtol.leaf(l).iter().zip(self.atol.leaf(l)).enumerate();
            for (index, (&rtol, &atol)) in pairs {
                Tolerance::check_pair::<V::Scalar>(rtol.into(), atol.into(), index)?;
            }
        }
        Ok(())
    }
}
