//! The numbers that states are made of.

use core::fmt::Debug;
use core::ops::{Add, Mul, Neg, Sub};
use num_traits::{FromPrimitive, One, Zero};

/// A number that a Runge-Kutta step can be taken with: copyable, with `+`, `-`, `*`, and made from an `f64`.
///
/// Implemented for every type that has the parts, so dual numbers pass through a step as they are; nothing here
/// compares or measures. Integer types have the parts too, but a step of 0.1 is 0 to them: do not use them.
///
/// ```
/// use costate_norms::Scalar;
/// fn half<S: Scalar>(x: S) -> S {
///     S::of(0.5) * x
/// }
/// assert_eq!(half(3.0_f32), 1.5);
/// ```
pub trait Scalar:
    Copy
    + Debug
    + PartialEq
    + Zero
    + One
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + FromPrimitive
    + 'static
{
    /// The number nearest to `x`. Coefficients and step sizes are `f64` everywhere and enter through here.
    fn of(x: f64) -> Self {
        // Every scalar that stands for a real number converts; one that cannot is no scalar, and 0 · state says so at
        // once in any test, where a panic would take down somebody's server.
        Self::from_f64(x).unwrap_or_else(Self::zero)
    }
}

impl<T> Scalar for T where
    T: Copy
        + Debug
        + PartialEq
        + Zero
        + One
        + Neg<Output = T>
        + Add<Output = T>
        + Sub<Output = T>
        + Mul<Output = T>
        + FromPrimitive
        + 'static
{
}

/// A scalar whose size can be measured: `f32` or `f64`.
///
/// Sizes are always reported as `f64`: sums of squares of `f32` numbers then neither overflow nor lose their last
/// digits, and every threshold in a controller has one type.
pub trait Float: Scalar + num_traits::Float + Into<f64> {}

impl Float for f32 {}
impl Float for f64 {}
