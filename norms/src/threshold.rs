//! The larger of two tolerances, where others take their sum.

use crate::{ErrorScale, Float, Scalar, Space, Tolerance, ToleranceError};

/// The *larger* of the two tolerances, `max(atol, rtol max(|y0|, |y1|))`, where [`Tolerance`] takes their sum.
///
/// MATLAB's `ode45` scales so, and calls `atol / rtol` the *threshold*: below it a coordinate need not be relatively exact.
/// The sum is larger than this by a factor of 2 at most. Corner cases are those of [`ErrorScale`].
///
/// ```
/// use costate_norms::{ErrorScale, Threshold};
/// let mut error = [1.0, 1.0];
/// Threshold { rtol: 0.5, atol: 2.0 }.scale_where(&mut error, &[1.0, 8.0], &[0.0, 0.0], |_| true);
/// assert_eq!(error, [0.5, 0.25]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// Relative to the larger of the values before and after a step. No unit.
    pub rtol: f64,
    /// In the unit of the state.
    pub atol: f64,
}

/// The larger, NaN when either is: `max` would drop it. (No number is greater than NaN, so a NaN in `b` is the answer.)
#[inline]
fn larger<T: Float>(a: T, b: T) -> T {
    if a > b || a.is_nan() { a } else { b }
}

#[inline]
fn scaled<T: Float>(error: T, rtol: T, atol: T, y0: T, y1: T) -> T {
    let size = larger(y0.abs(), y1.abs());
    if error.is_zero() && !size.is_nan() { error } else { error / larger(rtol * size, atol) }
}

impl<V: Space> ErrorScale<V> for Threshold {
    #[inline]
    fn scale_leaf(
        &self,
        _: usize,
        atol_factor: f64,
        error: &mut [V::Scalar],
        y0: &[V::Scalar],
        y1: &[V::Scalar],
    ) where
        V::Scalar: Float,
    {
        let (rtol, atol) = (V::Scalar::of(self.rtol), V::Scalar::of(self.atol * atol_factor));
        for ((e, &y0), &y1) in error.iter_mut().zip(y0).zip(y1) {
            *e = scaled(*e, rtol, atol, y0, y1);
        }
    }

    fn check(&self, y: &V) -> Result<(), ToleranceError>
    where
        V::Scalar: Float,
    {
        ErrorScale::<V>::check(&Tolerance { rtol: self.rtol, atol: self.atol }, y)
    }
}
