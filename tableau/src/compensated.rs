//! Sums and products carried to twice the precision of `f64`.

use core::ops::{Add, Mul};

use num_traits::{One, Zero};

/// An unevaluated sum `high + low` of two doubles, `|low| <= ulp(high) / 2`: about 106 bits.
///
/// Order conditions are evaluated in it so that a defect is the defect of the *coefficients*:
/// every product and sum of this type is off by a few 2^-104 of its absolute terms, which is
/// nothing next to the 2^-53 by which each coefficient was rounded. The algorithms are those of
/// T. J. Dekker, "A floating-point technique for extending the available precision",
/// Numer. Math. 18, 224-242 (1971).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Compensated {
    high: f64,
    low: f64,
}

impl Compensated {
    pub(crate) const ZERO: Self = Self::from_f64(0.0);

    pub(crate) const fn from_f64(value: f64) -> Self {
        Self { high: value, low: 0.0 }
    }

    pub(crate) const fn value(self) -> f64 {
        self.high + self.low
    }

    pub(crate) const fn negative(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }

    pub(crate) const fn plus(self, other: Self) -> Self {
        let (sum, error) = two_sum(self.high, other.high);
        let (high, low) = two_sum(sum, error + (self.low + other.low));
        Self { high, low }
    }

    pub(crate) const fn times(self, other: Self) -> Self {
        let (product, error) = two_product(self.high, other.high);
        let cross = self.high * other.low + self.low * other.high;
        let (high, low) = two_sum(product, error + cross);
        Self { high, low }
    }
}

/// `a + b` rounded, and what the rounding lost (Knuth).
const fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    let a_part = sum - b_part;
    (sum, (a - a_part) + (b - b_part))
}

/// `a * b` rounded, and what the rounding lost (Dekker, with Veltkamp's splitting: `core` has no
/// fused multiply-add). Factors above 2^996 overflow to NaN, which every comparison refuses.
const fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    let (a_high, a_low) = split(a);
    let (b_high, b_low) = split(b);
    let error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    (product, error)
}

/// Two halves of 26 bits each, so that products of halves are exact.
const fn split(a: f64) -> (f64, f64) {
    let scaled = 134_217_729.0 * a; // 2^27 + 1
    let high = scaled - (scaled - a);
    (high, a - high)
}

impl Add for Compensated {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.plus(other)
    }
}

impl Mul for Compensated {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        self.times(other)
    }
}

impl Zero for Compensated {
    fn zero() -> Self {
        Self::ZERO
    }

    fn is_zero(&self) -> bool {
        self.high == 0.0
    }
}

impl One for Compensated {
    fn one() -> Self {
        Self::from_f64(1.0)
    }
}
