//! One relative and one absolute tolerance.

use crate::linear::Elements;
use crate::{ErrorScale, Float, Scalar, Space, ToleranceError};
use num_traits::Zero;

/// One relative and one absolute tolerance for all coordinates.
///
/// ```
/// use costate_norms::{ErrorScale, Tolerance};
/// let mut error = [1e-3, 0.0];
/// Tolerance { rtol: 1e-3, atol: 0.0 }.scale_where(&mut error, &[1.0, 0.0], &[0.5, 0.0], |_| true);
/// assert_eq!(error, [1.0, 0.0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// Relative to the larger of the values before and after a step. No unit.
    pub rtol: f64,
    /// In the unit of the state.
    pub atol: f64,
}

impl Tolerance {
    pub(crate) fn check_pair<S: Float>(
        rtol: f64,
        atol: f64,
        index: usize,
    ) -> Result<(), ToleranceError> {
        for (name, value) in [("rtol", rtol), ("atol", atol)] {
            if !(value >= 0.0 && num_traits::Float::is_finite(S::of(value))) {
                return Err(ToleranceError::Invalid { name, value, index });
            }
        }
        if S::of(rtol).is_zero() && S::of(atol).is_zero() {
            return Err(ToleranceError::BothZero { index });
        }
        Ok(())
    }
}

#[inline]
pub(crate) fn scaled<T: Float>(error: T, rtol: T, atol: T, y0: T, y1: T) -> T {
    let size = largest(y0, y1);
    if error.is_zero() && !size.is_nan() { error } else { error / (atol + rtol * size) }
}

/// `max(|y0|, |y1|)`, written so that a NaN in either stays: `max` would drop it.
#[inline]
fn largest<T: Float>(y0: T, y1: T) -> T {
    let (before, after) = (y0.abs(), y1.abs());
    let larger = if before > after { before } else { after };
    if before.is_nan() { before } else { larger }
}

impl<V: Space> ErrorScale<V> for Tolerance {
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
        let elements = error.iter_mut().zip(y0).zip(y1);
        if atol > V::Scalar::zero() {
            // The scale is not zero: no case to tell apart, and a third of the time for long states.
            for ((e, &y0), &y1) in elements {
                *e = *e / (atol + rtol * largest(y0, y1));
            }
        } else {
            for ((e, &y0), &y1) in elements {
                *e = scaled(*e, rtol, atol, y0, y1);
            }
        }
    }

    #[inline]
    fn write_leaf(
        &self,
        _: usize,
        atol_factor: f64,
        elements: impl Elements<V::Scalar>,
        error: &mut [V::Scalar],
        y0: &[V::Scalar],
        y1: &[V::Scalar],
    ) where
        V::Scalar: Float,
    {
        let (rtol, atol) = (V::Scalar::of(self.rtol), V::Scalar::of(self.atol * atol_factor));
        let (y0, y1) = (&y0[..error.len()], &y1[..error.len()]);
        if atol > V::Scalar::zero() {
            elements.write(error, |i, e| e / (atol + rtol * largest(y0[i], y1[i])));
        } else {
            elements.write(error, |i, e| scaled(e, rtol, atol, y0[i], y1[i]));
        }
    }

    fn check(&self, _: &V) -> Result<(), ToleranceError>
    where
        V::Scalar: Float,
    {
        Tolerance::check_pair::<V::Scalar>(self.rtol, self.atol, 0)
    }
}
