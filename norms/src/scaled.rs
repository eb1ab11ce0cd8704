//! A measure, multiplied.

use crate::{Float, MeasureError, Norm, Seminorm, ShapeError, Space};

/// A measure times a positive factor: how much a part counts in a [`Mixed`](crate::Mixed) measure.
///
/// ```
/// use costate_norms::{LInf, Scaled, Seminorm};
/// assert_eq!(Scaled::new(0.5, LInf)?.measure(&[3.0, -4.0]), 2.0);
/// # Ok::<(), costate_norms::MeasureError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scaled<N> {
    factor: f64,
    norm: N,
}

impl<N> Scaled<N> {
    /// This many times `norm`.
    ///
    /// # Errors
    /// [`MeasureError::Factor`] when the factor is not positive and finite. A factor of zero is [`Null`](crate::Null), which a
    /// solver can see.
    pub fn new(factor: f64, norm: N) -> Result<Self, MeasureError> {
        if factor > 0.0 && factor.is_finite() {
            Ok(Scaled { factor, norm })
        } else {
            Err(MeasureError::Factor { factor })
        }
    }

    /// What the measure is multiplied by.
    pub fn factor(&self) -> f64 {
        self.factor
    }

    /// The measure before it is multiplied.
    pub fn norm(&self) -> &N {
        &self.norm
    }
}

impl<V: Space, N: Seminorm<V>> Seminorm<V> for Scaled<N> {
    fn measure(&self, v: &V) -> f64
    where
        V::Scalar: Float,
    {
        let measure = self.norm.measure(v);
        let product = self.factor * measure;
        // Still a norm: what is not zero stays so.
        if product == 0.0 && measure > 0.0 { f64::from_bits(1) } else { product }
    }
    fn reads(&self, leaf: usize) -> bool {
        self.norm.reads(leaf)
    }
    fn check(&self, v: &V) -> Result<(), ShapeError> {
        self.norm.check(v)
    }
}

impl<V: Space, N: Norm<V>> Norm<V> for Scaled<N> {}
