//! A scalar that carries a bound of its own rounding error, so that tolerances are derived and not guessed.

use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};
use costate_autodiff::Real;

/// A number in f64 arithmetic and how far it may be from the exact result of the same formula.
///
/// Running error analysis (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., section 3.3), first order:
/// every operation passes on the errors of its operands times its partial derivatives, and adds its own rounding:
/// half a unit in the last place for arithmetic and square roots, and two and a half units for functions, as `Real` promises
/// for those made of e^x (the standard library documents none, but is built on libraries that keep within one). Two formulas for one number, both evaluated in
/// f64, differ by at most the sum of their errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rounded {
    pub(crate) value: f64,
    pub(crate) error: f64,
}

const HALF_ULP: f64 = f64::EPSILON / 2.0;
const FUNCTION: f64 = 2.5 * f64::EPSILON;

impl Rounded {
    pub(crate) fn exact(value: f64) -> Rounded {
        Rounded { value, error: 0.0 }
    }

    fn new(value: f64, inherited: f64, relative: f64) -> Rounded {
        Rounded { value, error: inherited + relative * value.abs() }
    }
}

impl Add for Rounded {
    type Output = Rounded;
    fn add(self, b: Rounded) -> Rounded {
        Rounded::new(self.value + b.value, self.error + b.error, HALF_ULP)
    }
}

impl Sub for Rounded {
    type Output = Rounded;
    fn sub(self, b: Rounded) -> Rounded {
        Rounded::new(self.value - b.value, self.error + b.error, HALF_ULP)
    }
}

impl Mul for Rounded {
    type Output = Rounded;
    fn mul(self, b: Rounded) -> Rounded {
        Rounded::new(
            self.value * b.value,
            self.error * b.value.abs() + self.value.abs() * b.error,
            HALF_ULP,
        )
    }
}

impl Div for Rounded {
    type Output = Rounded;
    fn div(self, b: Rounded) -> Rounded {
        let quotient = self.value / b.value;
        Rounded::new(quotient, (self.error + quotient.abs() * b.error) / b.value.abs(), HALF_ULP)
    }
}

impl Neg for Rounded {
    type Output = Rounded;
    fn neg(self) -> Rounded {
        Rounded { value: -self.value, error: self.error }
    }
}

macro_rules! assign {
    ($operator:ident, $method:ident, $plain:ident) => {
        impl $operator for Rounded {
            fn $method(&mut self, b: Rounded) {
                *self = self.$plain(b);
            }
        }
    };
}

assign!(AddAssign, add_assign, add);
assign!(SubAssign, sub_assign, sub);
assign!(MulAssign, mul_assign, mul);
assign!(DivAssign, div_assign, div);

impl Real for Rounded {
    fn constant(x: f64) -> Rounded {
        Rounded::exact(x)
    }
    fn exp(self) -> Rounded {
        let y = Real::exp(self.value);
        Rounded::new(y, y * self.error, FUNCTION)
    }
    fn ln(self) -> Rounded {
        Rounded::new(self.value.ln(), self.error / self.value.abs(), FUNCTION)
    }
    fn sqrt(self) -> Rounded {
        let y = self.value.sqrt();
        Rounded::new(y, self.error / (2.0 * y), HALF_ULP)
    }
    fn sin(self) -> Rounded {
        Rounded::new(self.value.sin(), self.value.cos().abs() * self.error, FUNCTION)
    }
    fn cos(self) -> Rounded {
        Rounded::new(self.value.cos(), self.value.sin().abs() * self.error, FUNCTION)
    }
    fn tanh(self) -> Rounded {
        Rounded::new(Real::tanh(self.value), self.value.cosh().powi(-2) * self.error, FUNCTION)
    }
    fn sigmoid(self) -> Rounded {
        let y = Real::sigmoid(self.value);
        Rounded::new(y, y * self.error, FUNCTION)
    }
    fn softplus(self) -> Rounded {
        Rounded::new(Real::softplus(self.value), Real::sigmoid(self.value) * self.error, FUNCTION)
    }
    fn abs(self) -> Rounded {
        Rounded { value: self.value.abs(), error: self.error }
    }
    fn powi(self, n: i32) -> Rounded {
        // At most |n| products, and a reciprocal.
        let slope = f64::from(n) * self.value.powi(n - 1);
        Rounded::new(
            self.value.powi(n),
            slope.abs() * self.error,
            (f64::from(n).abs() + 1.0) * HALF_ULP,
        )
    }
    fn powf(self, exponent: f64) -> Rounded {
        let slope = exponent * self.value.powf(exponent - 1.0);
        Rounded::new(self.value.powf(exponent), slope.abs() * self.error, FUNCTION)
    }
    fn max(self, b: Rounded) -> Rounded {
        if self.value >= b.value { self } else { b }
    }
    fn min(self, b: Rounded) -> Rounded {
        if self.value <= b.value { self } else { b }
    }
    fn select(condition: Rounded, a: Rounded, b: Rounded) -> Rounded {
        if condition.value >= 0.0 { a } else { b }
    }
}
