//! Norms that see coordinates one at a time: RMS, L1, L2 and the largest.

use crate::{Float, Norm, Seminorm, Space, largest::larger};
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

/// A norm made of a running sum over coordinates, so that it can be taken over parts, weights or blocks of a vector.
///
/// The four of this crate measure every space: all leaves go into one sum. One of your own takes its place in
/// [`Weighted`](crate::Weighted) and [`Blocks`](crate::Blocks):
///
/// ```
/// use costate_norms::{Blocks, ElementNorm, Float, Seminorm};
///
/// /// Mean of absolute values.
/// struct Mean;
/// impl ElementNorm for Mean {
///     type Sum = f64;
///     fn absorb<T: Float>(&self, sum: &mut f64, elements: &[T]) {
///         *sum += elements.iter().map(|&x| -> f64 { x.abs().into() }).sum::<f64>();
///     }
///     fn finish(&self, sum: f64, count: usize) -> f64 {
///         if count == 0 { 0.0 } else { sum / count as f64 }
///     }
/// }
/// let norm = Blocks { lengths: vec![1, 2], norm: Mean };
/// assert_eq!(norm.measure(&[2.0, 1.0, -4.0]), 2.5);
/// ```
pub trait ElementNorm {
    /// What is carried from one coordinate to the next; the default is the sum over none.
    type Sum: Copy + Default;

    /// Adds the coordinates of a slice.
    fn absorb<T: Float>(&self, sum: &mut Self::Sum, elements: &[T]);

    /// The measure of `count` coordinates with this sum. Zero when `count` is.
    fn finish(&self, sum: Self::Sum, count: usize) -> f64;
}

macro_rules! measures_every_space {
    ($($norm:ty),*) => {$(
        impl<V: Space> Seminorm<V> for $norm {
            #[inline]
            fn measure(&self, v: &V) -> f64
            where
                V::Scalar: Float,
            {
                let mut sum = Default::default();
                for l in 0..V::LEAVES {
                    self.absorb(&mut sum, v.leaf(l));
                }
                self.finish(sum, v.dimension())
            }
        }

        impl<V: Space> Norm<V> for $norm {}
    )*};
}

measures_every_space!(Rms, L1, L2, LInf);

/// Root mean square, `sqrt(sum x_i^2 / n)`: the usual measure of a scaled error, as it does not grow with dimension.
///
/// (Hairer, Nørsett, Wanner, *Solving ODEs I*, II.4, eq. 4.11.) Zero for no coordinates. On a tuple it pools all members
/// into one mean, as diffrax does; a tuple `(Rms, Rms)` takes the larger of the members' means, as torchdiffeq does. The
/// two differ: a large quiet member dilutes a pooled mean.
///
/// ```
/// use costate_norms::{Rms, Seminorm};
/// assert_eq!(Rms.measure(&[3.0, 3.0]), 3.0);
/// assert_eq!(Rms.measure(&Vec::<f64>::new()), 0.0);
/// assert!((Rms.measure(&[1e300]) / 1e300 - 1.0).abs() < 1e-15); // no overflow on the way
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rms;

/// Euclidean norm, `sqrt(sum x_i^2)`. It grows with the dimension: a scaled error measured by it is held to a stricter
/// limit the more coordinates there are.
///
/// Infinite where the true value is larger than the largest `f64`, as four coordinates of 1e308 have it.
///
/// ```
/// use costate_norms::{L2, Seminorm};
/// assert_eq!(L2.measure(&[3.0, 4.0]), 5.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct L2;

/// Sum of absolute values. Infinite where the true sum is larger than the largest `f64`.
///
/// ```
/// use costate_norms::{L1, Seminorm};
/// assert_eq!(L1.measure(&[3.0, -4.0]), 7.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct L1;

/// Largest absolute value; NaN if any coordinate is. The strictest of the common measures of a scaled error that do not
/// grow with the dimension: every coordinate has to be good enough by itself.
///
/// ```
/// use costate_norms::{LInf, Seminorm};
/// assert_eq!(LInf.measure(&[3.0, -4.0]), 4.0);
/// assert!(LInf.measure(&[f64::NAN, 4.0]).is_nan());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LInf;

/// A sum of squares that neither overflows nor underflows: `scale^2 * sum`.
///
/// `scale` is 1 as long as plain squares are safe, which they are from about 1e-140 to 1e145; only outside of that range
/// is a slice read twice. The root mean square of finite coordinates is therefore always finite. NaN in gives NaN out;
/// infinity without NaN gives infinity.
///
/// ```
/// use costate_norms::SumOfSquares;
/// let mut sum = SumOfSquares::default();
/// sum.absorb(&[3e200]);
/// sum.absorb(&[4e200, 0.0]);
/// assert!((sum.root() / 5e200 - 1.0).abs() < 1e-15);
/// assert!((sum.root_mean(4) / 2.5e200 - 1.0).abs() < 1e-15);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SumOfSquares {
    scale: f64,
    sum: f64,
}

impl Default for SumOfSquares {
    fn default() -> Self {
        SumOfSquares { scale: 1.0, sum: 0.0 }
    }
}

impl SumOfSquares {
    /// Below this, squares may have lost digits to underflow. A term that did is under 2e-308, and as many of them as
    /// fit in any memory cannot be felt in a sum of 1e-280.
    const SMALL: f64 = 1e-280;

    /// Above this, the plain sums of many slices might overflow together though none does alone. As many slices as fit in
    /// any memory stay under 1e308.
    const LARGE: f64 = 1e290;

    /// Adds the squares of a slice.
    pub fn absorb<T: Float>(&mut self, elements: &[T]) {
        let plain = sum_of(elements, |x| x * x);
        if (Self::SMALL..Self::LARGE).contains(&plain) {
            return self.merge(SumOfSquares { scale: 1.0, sum: plain });
        }
        let largest = elements.iter().fold(0.0, |m, &x| larger(m, x.into().abs()));
        if largest == 0.0 {
            return;
        }
        if !largest.is_finite() {
            *self = SumOfSquares { scale: 1.0, sum: self.sum + largest };
            return;
        }
        // Division, not multiplication by the inverse: the inverse of a subnormal number is infinite.
        self.merge(SumOfSquares {
            scale: largest,
            sum: sum_of(elements, |x| (x / largest) * (x / largest)),
        });
    }

    fn merge(&mut self, other: SumOfSquares) {
        if self.sum == 0.0 {
            *self = other;
            return;
        }
        // By scales, not by roots: near the largest number the root overflows where the root of the mean does not.
        let (large, small) =
            if self.scale >= other.scale { (*self, other) } else { (other, *self) };
        let ratio = small.scale / large.scale;
        // One factor at a time: the square of the ratio may underflow where its product with a large sum does not.
        *self = SumOfSquares { scale: large.scale, sum: large.sum + small.sum * ratio * ratio };
    }

    /// The square root of the sum. Infinite only where the true value is, or rounds to it.
    pub fn root(&self) -> f64 {
        self.scale * self.sum.sqrt()
    }

    /// The square root of the mean over `count` coordinates; zero when `count` is.
    ///
    /// A sum that is not zero has a mean that is not: one smaller than the smallest number is rounded up to it.
    pub fn root_mean(&self, count: usize) -> f64 {
        if count == 0 {
            return 0.0;
        }
        let mean = self.sum / count as f64;
        // The usual case first, and alone: a solver waits for this number at every step.
        if self.scale == 1.0 && mean >= Self::SMALL {
            return mean.sqrt();
        }
        let root = self.scale * mean.sqrt();
        let smallest = f64::from_bits(1);
        if root == 0.0 && self.sum > 0.0 { smallest } else { root }
    }
}

/// Sums `f` over a slice in eight interleaved lanes, which the compiler turns into vector instructions: floating-point
/// addition in one lane would have to wait for the one before.
fn sum_of<T: Float>(elements: &[T], f: impl Fn(f64) -> f64) -> f64 {
    const LANES: usize = 8;
    let mut lanes = [0.0; LANES];
    let chunks = elements.chunks_exact(LANES);
    let rest = chunks.remainder().iter().fold(0.0, |sum, &x| sum + f(x.into()));
    if elements.len() < LANES {
        return rest;
    }
    for chunk in chunks {
        for i in 0..LANES {
            lanes[i] += f(chunk[i].into());
        }
    }
    lanes.iter().sum::<f64>() + rest
}

/// Whether no element is NaN or infinite.
#[inline]
pub(crate) fn all_finite<T: Float>(elements: &[T]) -> bool {
    // One addition an element: a sum that is finite has finite terms only. One that is not may have overflowed.
    if elements.len() >= 32 && sum_of(elements, |x| x).is_finite() {
        return true;
    }
    // `&` and not `&&`: without a branch an element the loop vectorises.
    elements.iter().fold(true, |all, &x| all & num_traits::Float::is_finite(x))
}

impl ElementNorm for Rms {
    type Sum = SumOfSquares;
    fn absorb<T: Float>(&self, sum: &mut SumOfSquares, elements: &[T]) {
        sum.absorb(elements);
    }
    fn finish(&self, sum: SumOfSquares, count: usize) -> f64 {
        sum.root_mean(count)
    }
}

impl ElementNorm for L2 {
    type Sum = SumOfSquares;
    fn absorb<T: Float>(&self, sum: &mut SumOfSquares, elements: &[T]) {
        sum.absorb(elements);
    }
    fn finish(&self, sum: SumOfSquares, _: usize) -> f64 {
        sum.root()
    }
}

impl ElementNorm for L1 {
    type Sum = f64;
    fn absorb<T: Float>(&self, sum: &mut f64, elements: &[T]) {
        *sum += sum_of(elements, f64::abs);
    }
    fn finish(&self, sum: f64, _: usize) -> f64 {
        sum
    }
}

impl ElementNorm for LInf {
    type Sum = f64;
    fn absorb<T: Float>(&self, sum: &mut f64, elements: &[T]) {
        *sum = elements.iter().fold(*sum, |m, &x| larger(m, x.into().abs()));
    }
    fn finish(&self, sum: f64, _: usize) -> f64 {
        sum
    }
}
