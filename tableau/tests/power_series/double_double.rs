//! Numbers of twice the precision of `f64`.

use std::ops::{Add, Mul, Neg, Sub};

/// The sum `high + low` of two doubles, the second at most a rounding of the first: sums and
/// products are off by a few 2^-104 of their absolute terms. (T. J. Dekker, "A floating-point
/// technique for extending the available precision", Numer. Math. 18, 224-242 (1971).)
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct DoubleDouble {
    high: f64,
    low: f64,
}

impl DoubleDouble {
    /// The nearest double.
    pub(crate) fn value(self) -> f64 {
        self.high + self.low
    }

    /// `high + low` for `|high| >= |low|`.
    fn of_sum(high: f64, low: f64) -> Self {
        let sum = high + low;
        Self { high: sum, low: low - (sum - high) }
    }

    /// `1 / self`, by one step of Newton's method from the nearest double.
    pub(crate) fn recip(self) -> Self {
        let guess = Self::from(1.0 / self.high);
        guess + guess * (Self::from(1.0) - self * guess)
    }
}

impl From<f64> for DoubleDouble {
    fn from(value: f64) -> Self {
        Self { high: value, low: 0.0 }
    }
}

impl Add for DoubleDouble {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let sum = self.high + other.high;
        let part = sum - self.high;
        let error = (self.high - (sum - part)) + (other.high - part);
        Self::of_sum(sum, error + (self.low + other.low))
    }
}

impl Neg for DoubleDouble {
    type Output = Self;

    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }
}

impl Sub for DoubleDouble {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for DoubleDouble {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let product = self.high * other.high;
        let error = self.high.mul_add(other.high, -product);
        Self::of_sum(product, error + (self.high * other.low + self.low * other.high))
    }
}
