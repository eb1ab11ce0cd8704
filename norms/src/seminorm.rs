//! What it means to measure a vector.

use crate::{Float, Space};

/// A seminorm on a space: `measure(c v) = |c| measure(v)` and `measure(u + v) <= measure(u) + measure(v)`.
///
/// Unlike a norm, a seminorm may be zero on vectors that are not: what it does not look at is its *kernel*. The paper
/// "Hey, that's not an ODE" (Kidger, Chen, Lyons, ICML 2021) judges the steps of a backward solve by one whose kernel
/// is the parameter gradient. On the state `(y, a, g)` it is the value `(Rms, Rms, Null)`.
///
/// A measure is an `f64`, never negative, and **NaN as soon as a coordinate it looks at is NaN**: the comparisons of a
/// maximum drop NaN silently, and a dropped NaN becomes an accepted step.
///
/// # Your own
/// ```
/// use costate_norms::{Seminorm, Space};
///
/// /// Only the first coordinate counts.
/// struct First;
/// impl Seminorm<[f64; 2]> for First {
///     fn measure(&self, v: &[f64; 2]) -> f64 { v[0].abs() }
/// }
/// assert_eq!(First.measure(&[-3.0, 100.0]), 3.0);
/// costate_norms::laws::check_seminorm(&First, &[1.0, 2.0], &[-4.0, 0.5], -3.0).unwrap();
/// ```
pub trait Seminorm<V: Space> {
    /// The size of `v`. Zero for a vector without coordinates.
    fn measure(&self, v: &V) -> f64
    where
        V::Scalar: Float;

    /// Whether the measure depends on a leaf at all. A solver computes no error estimate where it does not.
    ///
    /// Saying `true` is always right; saying `false` for a leaf that is read is not.
    fn reads(&self, leaf: usize) -> bool {
        let _ = leaf;
        true
    }

    /// Whether this seminorm can measure vectors of the shape of `v`; a solver asks once, before its first step.
    ///
    /// # Errors
    /// [`ShapeError`] names the lengths that do not agree.
    fn check(&self, v: &V) -> Result<(), ShapeError> {
        let _ = v;
        Ok(())
    }
}

/// A seminorm that is zero only on the zero vector.
///
/// The promise is in exact arithmetic; in `f64` it holds for coordinates of every size, subnormal ones included, for
/// the norms of this crate.
pub trait Norm<V: Space>: Seminorm<V> {}

/// A norm, weight or tolerance was made for vectors of another shape.
///
/// ```
/// use costate_norms::{Rms, Seminorm, Weighted};
/// let error = Weighted { weights: vec![1.0; 3], norm: Rms }.check(&vec![0.0; 2]).unwrap_err();
/// assert_eq!((error.expected, error.found), (3, 2));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: made for {expected} coordinates and given {found}; the two have to be the same")]
pub struct ShapeError {
    /// Which part was given in the wrong length.
    pub what: &'static str,
    /// How many coordinates it covers.
    pub expected: usize,
    /// How many the vector has.
    pub found: usize,
}

impl<V: Space, N: Seminorm<V> + ?Sized> Seminorm<V> for &N {
    fn measure(&self, v: &V) -> f64
    where
        V::Scalar: Float,
    {
        (**self).measure(v)
    }
    fn reads(&self, leaf: usize) -> bool {
        (**self).reads(leaf)
    }
    fn check(&self, v: &V) -> Result<(), ShapeError> {
        (**self).check(v)
    }
}

impl<V: Space, N: Norm<V> + ?Sized> Norm<V> for &N {}
