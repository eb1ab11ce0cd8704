//! The stability function of a method, and how far it is at most 1.

mod bound;
#[cfg(any(feature = "std", feature = "libm"))]
mod boundary;

use core::fmt;

use crate::Tableau;
use crate::compensated::Compensated;
use crate::structure::tolerance;

/// What one step of an explicit method makes of `y' = lambda y`: `y1 = R(z) y0` with `z = h lambda`.
///
/// ```text
/// R(z) = 1 + z b^T (I - z A)^-1 1 = 1 + sum_k r_k z^k,      r_k = b^T A^(k-1) 1
/// ```
///
/// `A` is strictly lower triangular, so the series ends with `k = S`: `R` is a polynomial. Where the
/// method has order `p`, `r_k = 1/k!` up to `k = p`, since the solution is `exp(z) y0`. Where `|R(z)|`
/// is at most 1, a decaying or oscillating solution does not grow; that region of the complex plane is
/// drawn for every method of this crate in [`stability_regions`](crate::stability_regions).
///
/// Source: E. Hairer, G. Wanner, "Solving Ordinary Differential Equations II", 2nd ed. (1996), IV.2,
/// equations (2.9), (2.10) and Theorem 2.2.
///
/// Made by [`Tableau::stability`] and [`Tableau::embedded_stability`]. It prints as a polynomial.
///
/// ```
/// use costate_tableau::RK4;
/// let stability = RK4.stability();
/// assert_eq!(stability.to_string(), "1 + z + 0.5 z^2 + 0.16666666666666666 z^3 + 0.041666666666666664 z^4");
/// // exp(-1) = 0.3679, and no better than that with one step of order 4.
/// assert_eq!(stability.at(-1.0, 0.0), (0.375, 0.0));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct StabilityFunction<const S: usize> {
    /// `r_1, .., r_S`.
    powers: [Power; S],
}

/// One coefficient of the polynomial.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Power {
    value: Compensated,
    /// How far off it may be by the rounding of the table.
    radius: f64,
}

impl<const S: usize> Tableau<S> {
    /// The stability function of the solution.
    ///
    /// Its coefficients are computed from the table in twice the precision of `f64`. One that differs
    /// from `1/k!`, for `k` up to the order claimed, by no more than the rounding of the table explains
    /// (8 units in the last place of the sum of the absolute terms) is taken to be `1/k!`, and one
    /// beyond the order that cannot be told from 0 is taken to be 0. What the table holds counts: a NaN
    /// in it is a NaN here.
    ///
    /// ```
    /// use costate_tableau::DORMAND_PRINCE_54;
    /// // Seven stages, but the last does not enter the solution.
    /// let stability = DORMAND_PRINCE_54.stability();
    /// assert_eq!(stability.degree(), 6);
    /// assert!((stability.coefficient(6) - 1.0 / 600.0).abs() < 1e-18);
    /// ```
    pub fn stability(&self) -> StabilityFunction<S> {
        StabilityFunction::of(
            &self.a,
            &self.b.map(|b| (Compensated::from_f64(b), b.abs())),
            self.order,
        )
    }

    /// The stability function of the embedded method, whose weights are `b_hat = b - error.weights`;
    /// `None` without an error estimate. A [second row](crate::SecondRow) is not looked at.
    ///
    /// ```
    /// use costate_tableau::{BOGACKI_SHAMPINE_32, RK4};
    /// let embedded = BOGACKI_SHAMPINE_32.embedded_stability().expect("a pair");
    /// assert_eq!(embedded.coefficient(2), 0.5);
    /// assert!(RK4.embedded_stability().is_none());
    /// ```
    pub fn embedded_stability(&self) -> Option<StabilityFunction<S>> {
        let error = self.error.as_ref()?;
        let b_hat = core::array::from_fn(|j| {
            let (b, difference) = (self.b[j], error.weights[j]);
            let value = Compensated::from_f64(b).plus(Compensated::from_f64(-difference));
            (value, b.abs() + difference.abs())
        });
        // The estimate vanishes to its own order, so b_hat has that order where b has.
        Some(StabilityFunction::of(&self.a, &b_hat, error.order.min(self.order)))
    }
}

impl<const S: usize> StabilityFunction<S> {
    /// From the coupling and from weights, each with the sum of its absolute terms.
    fn of(a: &[[f64; S]; S], weights: &[(Compensated, f64); S], order: u32) -> Self {
        // A^(k-1) 1, and the same with absolute values.
        let mut stages = [(Compensated::from_f64(1.0), 1.0); S];
        let mut factorial = 1.0;
        let powers = core::array::from_fn(|index| {
            let (mut value, mut size) = (Compensated::ZERO, 0.0);
            for (weight, stage) in weights.iter().zip(&stages) {
                value = value.plus(weight.0.times(stage.0));
                size += weight.1 * stage.1;
            }
            stages = core::array::from_fn(|i| {
                let terms =
                    (0..S).map(|j| (Compensated::from_f64(a[i][j]), a[i][j].abs(), stages[j]));
                terms.fold((Compensated::ZERO, 0.0), |sum, (a, absolute, stage)| {
                    (sum.0.plus(a.times(stage.0)), sum.1 + absolute * stage.1)
                })
            });
            factorial *= (index + 1) as f64;
            let taylor = inverse(factorial);
            let expected = if index < order as usize { taylor } else { Compensated::ZERO };
            let radius = tolerance(size);
            if value.plus(expected.negative()).value().abs() <= radius {
                // What is known exactly is only rounded where it is stored.
                return Power { value: expected, radius: tolerance(expected.value()) };
            }
            Power { value, radius }
        });
        Self { powers }
    }

    /// The coefficient of `z^power`: 1 for 0, and 0 above `S`.
    pub fn coefficient(&self, power: usize) -> f64 {
        match power.checked_sub(1) {
            None => 1.0,
            Some(index) => self.powers.get(index).map_or(0.0, |power| power.value.value()),
        }
    }

    /// The highest power with a coefficient that is not 0.
    pub fn degree(&self) -> usize {
        self.powers
            .iter()
            .rposition(|power| power.value.value() != 0.0)
            .map_or(0, |index| index + 1)
    }

    /// The real and the imaginary part of `R(re + i im)`, by Horner's rule.
    pub fn at(&self, re: f64, im: f64) -> (f64, f64) {
        let sum = self.powers.iter().rev().fold((0.0, 0.0), |(x, y), power| {
            let (x, y) = (x + power.value.value(), y);
            (x * re - y * im, x * im + y * re)
        });
        (1.0 + sum.0, sum.1)
    }

    /// Without this no bound has a meaning.
    fn is_finite(&self) -> bool {
        self.powers.iter().all(|power| power.value.value().is_finite())
    }

    /// The derivative `R'(re + i im)`, in the same way.
    #[cfg(any(feature = "std", feature = "libm"))]
    fn slope(&self, re: f64, im: f64) -> (f64, f64) {
        (1..=S).rev().fold((0.0, 0.0), |(x, y), power| {
            let coefficient = power as f64 * self.coefficient(power);
            (x * re - y * im + coefficient, x * im + y * re)
        })
    }

    /// `|R(re + i im)|`: the factor by which a step changes the size of the solution.
    ///
    /// ```
    /// use costate_tableau::EULER;
    /// // A rotation, y' = i y, is blown up by Euler's method.
    /// assert_eq!(EULER.stability().modulus(0.0, 1.0), 2f64.sqrt());
    /// ```
    #[cfg(any(feature = "std", feature = "libm"))]
    pub fn modulus(&self, re: f64, im: f64) -> f64 {
        let (x, y) = self.at(re, im);
        num_traits::Float::hypot(x, y)
    }
}

/// `1 / divisor`, for a divisor that is a double.
fn inverse(divisor: f64) -> Compensated {
    let quotient = Compensated::from_f64(1.0 / divisor);
    // One step of Newton's iteration doubles the digits.
    let rest = quotient.times(Compensated::from_f64(-divisor)).plus(Compensated::from_f64(1.0));
    quotient.plus(quotient.times(rest))
}

/// As a polynomial, lowest power first.
impl<const S: usize> fmt::Display for StabilityFunction<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("1")?;
        for power in 1..=self.degree() {
            let coefficient = self.coefficient(power);
            if coefficient == 0.0 {
                continue;
            }
            f.write_str(if coefficient < 0.0 { " - " } else { " + " })?;
            if coefficient.abs() != 1.0 {
                write!(f, "{} ", coefficient.abs())?;
            }
            if power == 1 { f.write_str("z")? } else { write!(f, "z^{power}")? }
        }
        Ok(())
    }
}
