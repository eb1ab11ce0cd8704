//! The scalar over which a function is written once.

use crate::exponential;
use crate::wide::{self, Wide};
use core::fmt::Debug;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// A scalar that a function can be written over once, and then run with `f32`, `f64`, [`Dual`](crate::Dual) numbers, or
/// traced ([`Var`](crate::Var)).
///
/// There is no order and no equality on purpose: a traced value has no number to compare yet, so a branch on one cannot
/// be written. [`select`](Real::select), [`max`](Real::max), [`min`](Real::min) and [`abs`](Real::abs) are what remains,
/// and at their kinks the derivative is that of the branch taken.
///
/// Everything follows IEEE 754: a division by zero is infinite, a logarithm of a negative number is NaN, nothing panics,
/// and NaN stays NaN (`max`, `min` and `select` included; `f64::max` drops it).
///
/// For floats `exp`, `tanh`, `sigmoid` and `softplus` are this crate's own: at most 2.5 units in the last place from the exact
/// value, the same digits on every machine, and, unlike a call of a library, fast over arrays. The method of the same name
/// that `f64` itself has is another function: `Real::exp(x)` and `f64::exp(x)` may differ in the last digit. Logarithms,
/// powers, sines and cosines are the standard library's.
///
/// ```
/// use costate_autodiff::{Dual, Real};
/// fn logistic<R: Real>(x: R) -> R {
///     x * (R::constant(1.0) - x)
/// }
/// assert_eq!(logistic(0.25), 0.1875);
/// let x = Dual { value: 0.25, tangent: [1.0] };
/// assert_eq!(logistic(x).tangent, [0.5]); // 1 - 2 x
/// ```
pub trait Real:
    Copy
    + Debug
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
{
    /// A number that depends on nothing. Rounded to the nearest for `f32`.
    fn constant(x: f64) -> Self;

    /// e to the power of this.
    fn exp(self) -> Self;

    /// Natural logarithm. Minus infinity at 0, NaN below.
    fn ln(self) -> Self;

    /// Square root. NaN below 0; the derivative at 0 is infinite.
    fn sqrt(self) -> Self;

    /// Sine of an angle in radians.
    fn sin(self) -> Self;

    /// Cosine of an angle in radians.
    fn cos(self) -> Self;

    /// Hyperbolic tangent.
    fn tanh(self) -> Self;

    /// `1 / (1 + exp(-x))`, the logistic function: 0 at minus infinity, 1 at infinity. Small results keep their digits.
    fn sigmoid(self) -> Self;

    /// `ln(1 + exp(x))`, computed as `max(x, 0) + ln_1p(exp(-|x|))`, which neither overflows nor loses small results.
    fn softplus(self) -> Self;

    /// This where it is positive, else 0; NaN stays NaN. The derivative at 0 is 0, as in JAX and PyTorch.
    #[inline]
    fn relu(self) -> Self {
        Self::constant(0.0).max(self)
    }

    /// Absolute value. The derivative at 0 is 1, that of the branch `x >= 0`; JAX and PyTorch say 0 there.
    fn abs(self) -> Self;

    /// This to an integer power. `x.powi(0)` is 1 for every `x`, NaN included, with derivative 0.
    fn powi(self, n: i32) -> Self;

    /// This to a constant real power. NaN for a negative base and an exponent that is no integer; `x.powf(0.0)` is 1 with
    /// derivative 0.
    fn powf(self, exponent: f64) -> Self;

    /// The larger of two; NaN if either is. On a tie, the derivative is that of `self` (JAX and PyTorch halve it); between
    /// equal infinities it is NaN.
    fn max(self, other: Self) -> Self;

    /// The smaller of two; NaN if either is. On a tie, the derivative is that of `self`; between equal infinities NaN.
    fn min(self, other: Self) -> Self;

    /// `a` where `condition >= 0` (so also at -0), `b` where `condition < 0`, NaN where the condition is NaN.
    ///
    /// Both sides are computed; the one not taken may be NaN or infinite and its *value* does no harm. Its derivative may:
    /// `select(x, x.sqrt(), 0)` has for x < 0 in reverse mode the derivative 0 * NaN = NaN. Make the argument harmless first:
    /// `select(x, x.max(0).sqrt(), 0)`.
    ///
    /// ```
    /// use costate_autodiff::Real;
    /// assert_eq!(Real::select(0.0, 1.0, 2.0), 1.0);
    /// assert_eq!(Real::select(-0.5, 1.0, 2.0), 2.0);
    /// assert!(<f64 as Real>::select(f64::NAN, 1.0, 2.0).is_nan());
    /// ```
    fn select(condition: Self, a: Self, b: Self) -> Self;

    /// Tangent of an angle in radians, as sine over cosine.
    #[inline]
    fn tan(self) -> Self {
        self.sin() / self.cos()
    }

    /// One over this.
    #[inline]
    fn recip(self) -> Self {
        Self::constant(1.0) / self
    }

    /// This times itself.
    #[inline]
    fn square(self) -> Self {
        self * self
    }

    /// Kernels that were written for this scalar. They compute what the generic ones do, to the last digit.
    #[doc(hidden)]
    #[inline]
    fn wide() -> Option<Wide<Self>> {
        None
    }
}

macro_rules! real_float {
    ($float:ident) => {
        impl Real for $float {
            #[inline]
            fn constant(x: f64) -> Self {
                x as $float
            }
            #[inline(always)]
            fn exp(self) -> Self {
                exponential::$float::exp(self)
            }
            #[inline]
            fn ln(self) -> Self {
                $float::ln(self)
            }
            #[inline]
            fn sqrt(self) -> Self {
                $float::sqrt(self)
            }
            #[inline]
            fn sin(self) -> Self {
                $float::sin(self)
            }
            #[inline]
            fn cos(self) -> Self {
                $float::cos(self)
            }
            #[inline(always)]
            fn tanh(self) -> Self {
                exponential::$float::tanh(self)
            }
            #[inline(always)]
            fn sigmoid(self) -> Self {
                exponential::$float::sigmoid(self)
            }
            #[inline(always)]
            fn softplus(self) -> Self {
                exponential::$float::softplus(self)
            }
            #[inline]
            fn abs(self) -> Self {
                $float::abs(self)
            }
            #[inline]
            fn powi(self, n: i32) -> Self {
                $float::powi(self, n)
            }
            #[inline]
            fn powf(self, exponent: f64) -> Self {
                $float::powf(self, exponent as $float)
            }
            #[inline]
            fn max(self, other: Self) -> Self {
                if self >= other || self.is_nan() { self } else { other }
            }
            #[inline]
            fn min(self, other: Self) -> Self {
                if self <= other || self.is_nan() { self } else { other }
            }
            #[inline]
            fn select(condition: Self, a: Self, b: Self) -> Self {
                if condition >= 0.0 {
                    a
                } else if condition < 0.0 {
                    b
                } else {
                    condition
                }
            }
            // Never: or every crate that compiles a program would compile the kernels once more.
            #[inline(never)]
            fn wide() -> Option<Wide<Self>> {
                Some(wide::kernels())
            }
        }
    };
}

real_float!(f32);
real_float!(f64);
