//! Dual numbers: forward mode with no graph, in one or several directions at once.

use crate::Real;
use core::array;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};
use num_traits::{FromPrimitive, One, Zero};

/// A value and its derivatives in `N` directions.
///
/// Arithmetic on dual numbers is arithmetic modulo `epsilon^2`: `f(x + epsilon v) = f(x) + epsilon f'(x) v`, exact to
/// rounding. Nested (`Dual<Dual<f64, 1>, 1>`), the tangent of the tangent is a second derivative. For a handful of inputs
/// they are faster than a program.
///
/// Equality compares values and tangents.
///
/// A tangent of 0 is a number like any other, so where a slope is infinite (a root or a logarithm at 0) every direction gets
/// NaN or infinity, also those that do not vary the argument: 0 times infinity is NaN.
///
/// ```
/// use costate_autodiff::{Dual, Real};
/// let x = Dual::<f64, 2>::variable(3.0, 0);
/// let y = Dual::<f64, 2>::variable(2.0, 1);
/// assert_eq!((x.powi(2) * y).tangent, [12.0, 9.0]); // 2 x y, x^2
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dual<T, const N: usize> {
    /// The number itself.
    pub value: T,
    /// Its derivatives.
    pub tangent: [T; N],
}

impl<T: Real, const N: usize> Dual<T, N> {
    /// The variable that direction `direction` varies: tangent 1 there, 0 elsewhere. A direction of `N` or more varies nothing.
    #[inline]
    pub fn variable(value: T, direction: usize) -> Self {
        let tangent = array::from_fn(|i| T::constant(if i == direction { 1.0 } else { 0.0 }));
        Dual { value, tangent }
    }

    /// A value that no direction varies.
    #[inline]
    pub fn fixed(value: T) -> Self {
        Dual { value, tangent: [T::constant(0.0); N] }
    }

    /// The chain rule for a function of one argument.
    #[inline]
    fn chain(self, value: T, slope: T) -> Self {
        self.each(value, |t| slope * t)
    }

    /// The tangents one by one.
    #[inline(always)]
    fn each(mut self, value: T, f: impl Fn(T) -> T) -> Self {
        for t in &mut self.tangent {
            *t = f(*t);
        }
        Dual { value, ..self }
    }

    /// The tangents of both, pair by pair.
    #[inline(always)]
    fn zip(mut self, other: Self, value: T, f: impl Fn(T, T) -> T) -> Self {
        for (t, u) in self.tangent.iter_mut().zip(other.tangent) {
            *t = f(*t, u);
        }
        Dual { value, ..self }
    }
}

impl<T: Real, const N: usize> Add for Dual<T, N> {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        self.zip(other, self.value + other.value, |a, b| a + b)
    }
}

impl<T: Real, const N: usize> Sub for Dual<T, N> {
    type Output = Self;
    #[inline]
    fn sub(self, other: Self) -> Self {
        self.zip(other, self.value - other.value, |a, b| a - b)
    }
}

#[allow(clippy::suspicious_arithmetic_impl)] // the product rule is a sum
impl<T: Real, const N: usize> Mul for Dual<T, N> {
    type Output = Self;
    #[inline]
    fn mul(self, other: Self) -> Self {
        self.zip(other, self.value * other.value, |a, b| a * other.value + self.value * b)
    }
}

#[allow(clippy::suspicious_arithmetic_impl)] // so is the quotient rule
impl<T: Real, const N: usize> Div for Dual<T, N> {
    type Output = Self;
    #[inline]
    fn div(self, other: Self) -> Self {
        let quotient = self.value / other.value;
        self.zip(other, quotient, |a, b| (a - quotient * b) / other.value)
    }
}

impl<T: Real, const N: usize> Neg for Dual<T, N> {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        self.each(-self.value, |t| -t)
    }
}

macro_rules! assign {
    ($operator:ident, $method:ident, $plain:ident) => {
        impl<T: Real, const N: usize> $operator for Dual<T, N> {
            #[inline]
            fn $method(&mut self, other: Self) {
                *self = self.$plain(other);
            }
        }
    };
}

assign!(AddAssign, add_assign, add);
assign!(SubAssign, sub_assign, sub);
assign!(MulAssign, mul_assign, mul);
assign!(DivAssign, div_assign, div);

impl<T: Real, const N: usize> Real for Dual<T, N> {
    #[inline]
    fn constant(x: f64) -> Self {
        Dual::fixed(T::constant(x))
    }
    #[inline]
    fn exp(self) -> Self {
        let y = self.value.exp();
        self.chain(y, y)
    }
    #[inline]
    fn ln(self) -> Self {
        self.each(self.value.ln(), |t| t / self.value)
    }
    #[inline]
    fn sqrt(self) -> Self {
        let y = self.value.sqrt();
        self.chain(y, T::constant(0.5) / y)
    }
    #[inline]
    fn sin(self) -> Self {
        self.chain(self.value.sin(), self.value.cos())
    }
    #[inline]
    fn cos(self) -> Self {
        self.chain(self.value.cos(), -self.value.sin())
    }
    #[inline]
    fn tanh(self) -> Self {
        let y = self.value.tanh();
        self.chain(y, T::constant(1.0) - y * y)
    }
    #[inline]
    fn sigmoid(self) -> Self {
        let y = self.value.sigmoid();
        self.chain(y, y * (T::constant(1.0) - y))
    }
    #[inline]
    fn softplus(self) -> Self {
        self.chain(self.value.softplus(), self.value.sigmoid())
    }
    #[inline]
    fn abs(self) -> Self {
        self.each(self.value.abs(), |t| T::select(self.value, t, -t))
    }
    #[inline]
    fn powi(self, n: i32) -> Self {
        if n == 0 {
            return Self::constant(1.0);
        }
        let value = self.value.powi(n);
        let below = n.checked_sub(1).map_or_else(|| value / self.value, |m| self.value.powi(m));
        self.chain(value, T::constant(n.into()) * below)
    }
    #[inline]
    fn powf(self, exponent: f64) -> Self {
        if exponent == 0.0 {
            return Self::constant(1.0);
        }
        self.chain(
            self.value.powf(exponent),
            T::constant(exponent) * self.value.powf(exponent - 1.0),
        )
    }
    #[inline]
    fn max(self, other: Self) -> Self {
        let first = self.value - other.value;
        self.zip(other, self.value.max(other.value), |a, b| T::select(first, a, b))
    }
    #[inline]
    fn min(self, other: Self) -> Self {
        let first = other.value - self.value;
        self.zip(other, self.value.min(other.value), |a, b| T::select(first, a, b))
    }
    #[inline]
    fn select(condition: Self, a: Self, b: Self) -> Self {
        a.zip(b, T::select(condition.value, a.value, b.value), |a, b| {
            T::select(condition.value, a, b)
        })
    }
}

impl<T: Real + PartialEq, const N: usize> Zero for Dual<T, N> {
    #[inline]
    fn zero() -> Self {
        Self::constant(0.0)
    }
    /// Whether this is the constant 0: value and tangents.
    #[inline]
    fn is_zero(&self) -> bool {
        *self == Self::zero()
    }
}

impl<T: Real, const N: usize> One for Dual<T, N> {
    #[inline]
    fn one() -> Self {
        Self::constant(1.0)
    }
}

/// A constant; never `None`. Integers beyond 2^53 are rounded, as `as f64` does.
impl<T: Real, const N: usize> FromPrimitive for Dual<T, N> {
    #[inline]
    fn from_i64(n: i64) -> Option<Self> {
        Some(Self::constant(n as f64))
    }
    #[inline]
    fn from_u64(n: u64) -> Option<Self> {
        Some(Self::constant(n as f64))
    }
    #[inline]
    fn from_f64(x: f64) -> Option<Self> {
        Some(Self::constant(x))
    }
}

/// Value and Jacobian-vector product `(f(x), J(x) v)` in one run.
///
/// Where `x` and `v` differ in length, the missing tangents are 0 and surplus ones are ignored.
///
/// ```
/// use costate_autodiff::dual;
/// let (y, dy) = dual::jvp(|x| vec![x[0] * x[1]], &[2.0, 3.0], &[1.0, 0.0]);
/// assert_eq!((y, dy), (vec![6.0], vec![3.0]));
/// ```
pub fn jvp<T: Real>(
    f: impl FnOnce(&[Dual<T, 1>]) -> Vec<Dual<T, 1>>,
    x: &[T],
    v: &[T],
) -> (Vec<T>, Vec<T>) {
    let tangents = v.iter().copied().chain(core::iter::repeat(T::constant(0.0)));
    let x: Vec<_> =
        x.iter().zip(tangents).map(|(&value, t)| Dual { value, tangent: [t] }).collect();
    f(&x).into_iter().map(|y| (y.value, y.tangent[0])).unzip()
}

/// Value and gradient of a function of `N` numbers in one run, all directions at once. Meant for `N` up to about 8.
///
/// ```
/// use costate_autodiff::{dual, Real};
/// let (y, gradient) = dual::gradient(|[a, b]| a * b.exp(), [2.0, 0.0]);
/// assert_eq!((y, gradient), (2.0, [1.0, 2.0]));
/// ```
#[inline]
pub fn gradient<T: Real, const N: usize>(
    f: impl FnOnce([Dual<T, N>; N]) -> Dual<T, N>,
    x: [T; N],
) -> (T, [T; N]) {
    let y = f(array::from_fn(|i| Dual::variable(x[i], i)));
    (y.value, y.tangent)
}

/// Values and Jacobian (one row an output) of a function from `N` to `M` numbers in one run.
///
/// ```
/// use costate_autodiff::dual;
/// let (_, jacobian) = dual::jacobian(|[a, b]| [a * b, a - b], [2.0, 3.0]);
/// assert_eq!(jacobian, [[3.0, 2.0], [1.0, -1.0]]);
/// ```
#[inline]
pub fn jacobian<T: Real, const N: usize, const M: usize>(
    f: impl FnOnce([Dual<T, N>; N]) -> [Dual<T, N>; M],
    x: [T; N],
) -> ([T; M], [[T; N]; M]) {
    let y = f(array::from_fn(|i| Dual::variable(x[i], i)));
    (y.map(|y| y.value), y.map(|y| y.tangent))
}

/// Value and vector-Jacobian product `(f(x), J(x)^T w)` of a function from `N` to `M` numbers in one run: what reverse mode
/// gives, for few inputs faster. Meant for `N` up to about 8.
///
/// The sizes are known to the compiler here. Where they are not, see [`Pullback`](crate::Pullback).
///
/// ```
/// use costate_autodiff::dual;
/// let (y, pulled) = dual::vjp(|[a, b]| [a * b, a - b], [2.0, 3.0], [1.0, 10.0]);
/// assert_eq!((y, pulled), ([6.0, -1.0], [13.0, -8.0]));
/// ```
#[inline]
pub fn vjp<T: Real, const N: usize, const M: usize>(
    f: impl FnOnce([Dual<T, N>; N]) -> [Dual<T, N>; M],
    x: [T; N],
    w: [T; M],
) -> ([T; M], [T; N]) {
    let (value, jacobian) = jacobian(f, x);
    let mut pulled = [T::constant(0.0); N];
    for (row, w) in jacobian.iter().zip(w) {
        for (sum, &slope) in pulled.iter_mut().zip(row) {
            *sum += w * slope;
        }
    }
    (value, pulled)
}
