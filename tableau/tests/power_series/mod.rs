//! Power series in the length of a step, so that an order can be read off.

use std::ops::{Add, Mul};

use double_double::DoubleDouble;

mod double_double;

/// How many coefficients are kept: of `h^0` to `h^11`, for orders up to 10.
const LENGTH: usize = 12;

/// `sum_i self.0[i] h^i`, cut off.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Series([DoubleDouble; LENGTH]);

impl Series {
    /// `value + slope h`.
    pub(crate) fn line(value: f64, slope: f64) -> Self {
        let mut line = [DoubleDouble::from(0.0); LENGTH];
        (line[0], line[1]) = (value.into(), slope.into());
        Self(line)
    }

    pub(crate) fn number(value: f64) -> Self {
        Self::line(value, 0.0)
    }

    /// The coefficient of `h^i`.
    pub(crate) fn coefficient(&self, i: usize) -> f64 {
        self.0[i].value()
    }

    /// `h self`.
    pub(crate) fn times_h(mut self) -> Self {
        self.0.rotate_right(1);
        self.0[0] = 0.0.into();
        self
    }

    pub(crate) fn power(self, exponent: usize) -> Self {
        (0..exponent).fold(Self::number(1.0), |power, _| power * self)
    }

    /// The series with absolute values for coefficients.
    pub(crate) fn absolute(self) -> Self {
        Self(self.0.map(|c| if c.value() < 0.0 { -c } else { c }))
    }

    /// `1 / self`: the coefficients `r` with `sum_k self[k] r[i - k] = 0` for `i > 0`.
    pub(crate) fn recip(self) -> Self {
        let first = self.0[0].recip();
        let mut recip = Self::number(0.0);
        recip.0[0] = first;
        for i in 1..LENGTH {
            let sum = (1..=i).fold(0.0.into(), |sum, k| sum + self.0[k] * recip.0[i - k]);
            recip.0[i] = -(first * sum);
        }
        recip
    }

    /// `self(theta h)`.
    pub(crate) fn at(mut self, theta: f64) -> Self {
        let mut power = DoubleDouble::from(1.0);
        for c in &mut self.0 {
            *c = *c * power;
            power = power * theta.into();
        }
        self
    }
}

impl Add for Series {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(c, other)| *c = *c + other);
        self
    }
}

impl Mul for Series {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let mut product = Self::number(0.0);
        for i in 0..LENGTH {
            for k in 0..=i {
                product.0[i] = product.0[i] + self.0[k] * other.0[i - k];
            }
        }
        product
    }
}

impl Mul<f64> for Series {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self(self.0.map(|c| c * factor.into()))
    }
}
