//! Numbers of about 106 binary digits: a float and what it lacks (Dekker, Numerische Mathematik 18, 1971).

use core::ops::{Add, Div, Mul, Neg};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Doubled {
    pub(crate) high: f64,
    pub(crate) low: f64,
}

/// One unit in the last place.
pub(crate) fn unit(y: f64) -> f64 {
    let exponent = (y.abs().max(f64::MIN_POSITIVE).to_bits() >> 52) as i32 - 1023;
    // In two factors: the unit of the smallest normal number is none.
    2.0_f64.powi(exponent / 2) * 2.0_f64.powi(exponent - exponent / 2 - 52)
}

/// The exact sum of two floats.
fn sum(a: f64, b: f64) -> Doubled {
    let high = a + b;
    let from_b = high - a;
    Doubled { high, low: (a - (high - from_b)) + (b - from_b) }
}

impl From<f64> for Doubled {
    fn from(high: f64) -> Self {
        Doubled { high, low: 0.0 }
    }
}

impl Add for Doubled {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let s = sum(self.high, other.high);
        sum(s.high, s.low + (self.low + other.low))
    }
}

impl Neg for Doubled {
    type Output = Self;
    fn neg(self) -> Self {
        Doubled { high: -self.high, low: -self.low }
    }
}

impl Mul for Doubled {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let high = self.high * other.high;
        let low = self.high.mul_add(other.high, -high);
        sum(high, low + (self.high * other.low + self.low * other.high))
    }
}

impl Div for Doubled {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let first = self.high / other.high;
        let left = self + -(other * first.into());
        sum(first, (left.high + left.low) / other.high)
    }
}

const ONE: Doubled = Doubled { high: 1.0, low: 0.0 };
const LN_2: Doubled = Doubled { high: core::f64::consts::LN_2, low: 2.319_046_813_846_299_6e-17 };

impl Doubled {
    /// Times a power of two, in steps that are floats.
    fn scaled(self, n: i32) -> Self {
        let (half, rest) = (2.0_f64.powi(n / 2), 2.0_f64.powi(n - n / 2));
        let high = self.high * half * rest;
        // Of a result that is rounded to few digits, what it lacks is measured before it is rounded.
        let lost = (self.high * half - high / rest) + self.low * half;
        Doubled { high, low: lost * rest }
    }

    fn e_to(self) -> Self {
        let n = (self.high / LN_2.high).round();
        let small = (self + -(LN_2 * n.into())) * (1.0 / 1024.0).into();
        // |small| < 0.00034, so that the rest is 0.00034^11 / 11! < 2^-150; squared ten times.
        let series = (1..=10).rev().fold(ONE, |sum, k| ONE + sum * small / f64::from(k).into());
        (0..10).fold(series, |y, _| y * y).scaled(n as i32)
    }

    pub(crate) fn exp(x: f64) -> Self {
        if x > 709.79 {
            return f64::INFINITY.into();
        }
        if x < -746.0 { 0.0.into() } else { Doubled::from(x).e_to() }
    }

    /// An odd function: x (1 - x^2 / 3) where the cube of x^2 is below 2^-120, else (1 - e^-2x) / (1 + e^-2x).
    pub(crate) fn tanh(x: f64) -> Self {
        let size = Doubled::from(x.abs());
        let y = if size.high < 1e-150 {
            size
        } else if size.high < 1e-6 {
            size * (ONE
                + -(size * size) / 3.0.into()
                + size * size * size * size * (2.0 / 15.0).into())
        } else {
            let e = Doubled::exp(-2.0 * size.high);
            (ONE + -e) / (ONE + e)
        };
        if x < 0.0 { -y } else { y }
    }

    pub(crate) fn sigmoid(x: f64) -> Self {
        let e = Doubled::exp(-x.abs());
        if e.high < 1e-290 {
            return if x < 0.0 { e } else { ONE };
        }
        (if x < 0.0 { e } else { ONE }) / (ONE + e)
    }

    /// One step of Newton's method for e^y = 1 + e doubles the digits of y.
    pub(crate) fn softplus(x: f64) -> Self {
        let e = Doubled::exp(-x.abs());
        let positive = Doubled::from(x.max(0.0));
        if e.high < 1e-20 {
            return if x < 0.0 { e } else { positive + e };
        }
        let y = Doubled::from(e.high.ln_1p());
        let shrunk = (-y).e_to();
        positive + (y + (ONE + e) * shrunk + -ONE)
    }
}
