//! The p-norm and the power mean, for any p from 1 to infinity.

use crate::power_sum::{Power, PowerSum};
use crate::{ElementNorm, Float, MeasureError, Norm, Seminorm, Space};

/// The p-norm, `(sum |x_i|^p)^(1/p)`, for any p from 1 to infinity.
///
/// | p | equal, to the bit, to |
/// |---|---|
/// | 1 | [`L1`](crate::L1), where that is below 1e290 |
/// | 2 | [`L2`](crate::L2) |
/// | infinity | [`LInf`](crate::LInf) |
///
/// Other integers are taken by repeated squaring, and only what is no integer calls `powf`. Coordinates are divided by the
/// largest first, so nothing overflows or underflows on the way; it is infinite only where the true value is larger than
/// the largest `f64`. Zero for no coordinates; NaN in gives NaN out; infinity without NaN gives infinity.
///
/// ```
/// use costate_norms::{Lp, Seminorm};
/// let cubic = Lp::new(3.0)?;
/// assert_eq!(cubic.measure(&[3.0, 4.0, 5.0]), 6.0); // 27 + 64 + 125 = 216
/// assert!((cubic.measure(&[3e300, 4e300, 5e300]) / 6e300 - 1.0).abs() < 1e-15);
/// # Ok::<(), costate_norms::MeasureError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lp(Power);

/// The power mean of absolute values, `(sum |x_i|^p / n)^(1/p)`: to [`Lp`] as [`Rms`](crate::Rms) is to
/// [`L2`](crate::L2). It does not grow with the dimension.
///
/// | p | equal to |
/// |---|---|
/// | 1 | the mean of absolute values |
/// | 2 | [`Rms`](crate::Rms), to the bit |
/// | infinity | [`LInf`](crate::LInf), to the bit |
///
/// It grows with p: a larger p looks harder at the largest coordinates. Finite for all finite coordinates, positive as soon as
/// one is not zero, zero for no coordinates; NaN in gives NaN out.
///
/// ```
/// use costate_norms::{PowerMean, Seminorm};
/// let error = [1.0, 1.0, 4.0, 2.0];
/// assert_eq!(PowerMean::new(1.0)?.measure(&error), 2.0);
/// assert_eq!(PowerMean::new(f64::INFINITY)?.measure(&error), 4.0);
/// # Ok::<(), costate_norms::MeasureError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerMean(Power);

macro_rules! by_powers {
    ($norm:ident, $p:literal) => {
        impl $norm {
            #[doc = $p]
            ///
            /// # Errors
            /// [`MeasureError::Exponent`] when `p` is below 1 or NaN: there it is no norm.
            pub const fn new(p: f64) -> Result<Self, MeasureError> {
                match Power::new(p) {
                    Ok(power) => Ok($norm(power)),
                    Err(error) => Err(error),
                }
            }

            /// The exponent.
            pub const fn p(&self) -> f64 {
                self.0.exponent()
            }
        }

        impl<V: Space> Seminorm<V> for $norm {
            fn measure(&self, v: &V) -> f64
            where
                V::Scalar: Float,
            {
                let mut sum = PowerSum::default();
                (0..V::LEAVES).for_each(|l| self.absorb(&mut sum, v.leaf(l)));
                self.finish(sum, v.dimension())
            }
        }

        impl<V: Space> Norm<V> for $norm {}
    };
}

by_powers!(Lp, "The p-norm with this exponent.");
by_powers!(PowerMean, "The power mean with this exponent.");

impl ElementNorm for Lp {
    type Sum = PowerSum;
    fn absorb<T: Float>(&self, sum: &mut PowerSum, elements: &[T]) {
        sum.absorb(self.0, elements);
    }
    fn finish(&self, sum: PowerSum, _: usize) -> f64 {
        sum.root(self.0)
    }
}

impl ElementNorm for PowerMean {
    type Sum = PowerSum;
    fn absorb<T: Float>(&self, sum: &mut PowerSum, elements: &[T]) {
        sum.absorb(self.0, elements);
    }
    fn finish(&self, sum: PowerSum, count: usize) -> f64 {
        sum.root_mean(self.0, count)
    }
}
