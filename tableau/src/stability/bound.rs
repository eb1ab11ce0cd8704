//! How far along the axes `|R|` is at most 1.

use alloc::vec;
use alloc::vec::Vec;

use super::StabilityFunction;
use crate::compensated::Compensated;
use crate::structure::tolerance;

impl<const S: usize> StabilityFunction<S> {
    /// The largest `x` with `|R| <= 1` on `[-x, 0]`: how long a step may be, times the rate at which the
    /// fastest component decays.
    ///
    /// It is where `1 - R(-x)` or `1 + R(-x)` first turns negative, found between the roots of their
    /// derivatives, so that no excursion is too short to be seen. Where `R` touches 1 or -1 from inside
    /// by all that its rounded coefficients can tell, the region goes on.
    ///
    /// Infinite if `R` is the constant 1; NaN if a coefficient is not finite.
    ///
    /// ```
    /// use costate_tableau::{EULER, RK4};
    /// assert_eq!(EULER.stability().real_bound(), 2.0);
    /// assert!((RK4.stability().real_bound() - 2.785293563405282).abs() < 1e-14);
    /// ```
    pub fn real_bound(&self) -> f64 {
        if !self.is_finite() {
            return f64::NAN;
        }
        let bound = |sign: f64| {
            let (mut margin, mut slack) = (vec![1.0 - sign], vec![0.0]);
            let mut alternating = sign;
            for power in 1..=S {
                let coefficient = self.coefficient(power);
                margin.push(alternating * coefficient);
                // None for z itself: near 0 the margin of 1 - R is nothing else.
                slack.push(if power > 1 { tolerance(coefficient.abs()) } else { 0.0 });
                alternating = -alternating;
            }
            leaving(&margin, &slack)
        };
        bound(1.0).min(bound(-1.0))
    }

    /// The largest `x = y^2` with `|R(i y)| <= 1` from 0 to `y`.
    ///
    /// ```text
    /// R(i y) = U(x) + i y V(x),      |R|^2 - 1 = U^2 + x V^2 - 1
    /// ```
    ///
    /// is a polynomial in `x` without constant term. Near 0 its first coefficient decides, and many vanish for a
    /// method of high order; so whether one is 0 is asked of its own rounding: it is a sum of products
    /// `r_i r_j`, and each factor may be off by its radius.
    #[cfg(any(feature = "std", feature = "libm"))]
    fn imaginary_bound_squared(&self) -> f64 {
        if !self.is_finite() {
            return f64::NAN;
        }
        let coefficient = |power: usize| match power.checked_sub(1) {
            None => (Compensated::from_f64(1.0), 0.0),
            Some(index) => (self.powers[index].value, self.powers[index].radius),
        };
        let (mut margin, mut slack) = (vec![0.0], vec![0.0]);
        let mut leading = false;
        for total in 1..=S {
            // The coefficient of x^total, from r_i r_j with i + j = 2 total. i^i (-i)^j = (-1)^((i - j) / 2).
            let (mut sum, mut radius, mut size) = (Compensated::ZERO, 0.0, 0.0);
            for i in 0..=S {
                let Some(j) = (2 * total).checked_sub(i).filter(|&j| j <= S) else { continue };
                let ((a, a_radius), (b, b_radius)) = (coefficient(i), coefficient(j));
                let product = a.times(b);
                let even = i.abs_diff(j) / 2 % 2 == 0;
                sum = sum.plus(if even { product } else { product.negative() });
                let (a, b) = (a.value().abs(), b.value().abs());
                radius += a * b_radius + a_radius * b + a_radius * b_radius;
                size += a * b;
            }
            let sum = sum.value();
            leading |= sum.abs() > radius;
            margin.push(if leading { -sum } else { 0.0 });
            slack.push(if leading { tolerance(size) } else { 0.0 });
        }
        leaving(&margin, &slack)
    }

    /// The largest `y` with `|R(i y')| <= 1` for all `|y'| <= y`: how long a step may be, times the
    /// frequency of the fastest undamped oscillation. 0 for a method that amplifies all of them, as
    /// Euler's and every one of order 2 with two stages.
    ///
    /// Whether it is 0 depends on the first coefficient of `|R(i y)|^2 - 1`, a polynomial in `y^2`,
    /// that does not vanish; a coefficient counts as 0 if the rounding of the table explains it.
    /// Otherwise as [`real_bound`](Self::real_bound).
    ///
    /// ```
    /// use costate_tableau::{HEUN, RK4};
    /// assert_eq!(HEUN.stability().imaginary_bound(), 0.0);
    /// assert!((RK4.stability().imaginary_bound() - 8f64.sqrt()).abs() < 1e-14);
    /// ```
    #[cfg(any(feature = "std", feature = "libm"))]
    pub fn imaginary_bound(&self) -> f64 {
        num_traits::Float::sqrt(self.imaginary_bound_squared())
    }
}

/// Where on `[0, inf)` a margin, given by its coefficients from power 0 up, turns negative by more than
/// the slack: the change of sign from which it does so. Infinite if it never does.
fn leaving(margin: &[f64], slack: &[f64]) -> f64 {
    let eased: Vec<f64> = margin.iter().zip(slack).map(|(m, s)| m + s).collect();
    let out = first_negative(&eased);
    if out == 0.0 || out == f64::INFINITY {
        return out;
    }
    // There the margin is negative, so the last change of sign before is where it left for good.
    let left = roots(margin, out).into_iter().rfind(|root| root.falls);
    left.map_or(out, |root| root.place)
}

/// Where on `[0, inf)` a polynomial first turns negative; infinite if it never does.
fn first_negative(coefficients: &[f64]) -> f64 {
    let end = coefficients.iter().rposition(|&c| c != 0.0).map_or(0, |last| last + 1);
    let start = coefficients[..end].iter().position(|&c| c != 0.0).unwrap_or(end);
    // A factor x^start has no sign on this side of 0.
    let polynomial = &coefficients[start..end];
    let Some(&first) = polynomial.first() else { return f64::INFINITY };
    if first < 0.0 {
        return 0.0;
    }
    let limit = beyond_all_roots(polynomial);
    for root in roots(polynomial, limit) {
        if root.falls {
            return root.place;
        }
    }
    f64::INFINITY
}

/// A change of sign.
struct Root {
    place: f64,
    /// From positive to negative.
    falls: bool,
}

/// The places in `[0, limit]` where a polynomial changes its sign, in rising order.
///
/// Between two roots of the derivative a polynomial is monotone and changes its sign at most once,
/// which bisection finds to the last digit. The derivatives are taken in turn, from the linear one up.
fn roots(polynomial: &[f64], limit: f64) -> Vec<Root> {
    let mut derivatives = vec![polynomial.to_vec()];
    while derivatives[derivatives.len() - 1].len() > 2 {
        let last = &derivatives[derivatives.len() - 1];
        derivatives.push((1..).zip(&last[1..]).map(|(power, c)| f64::from(power) * c).collect());
    }
    let mut found: Vec<Root> = vec![];
    for polynomial in derivatives.iter().rev() {
        let mut ends: Vec<f64> = vec![0.0];
        ends.extend(found.iter().map(|root| root.place));
        ends.push(limit);
        found = ends.windows(2).filter_map(|ends| crossing(polynomial, ends[0], ends[1])).collect();
    }
    found
}

/// The change of sign of a polynomial that is monotone from `low` to `high`.
fn crossing(polynomial: &[f64], mut low: f64, mut high: f64) -> Option<Root> {
    let falls = evaluate(polynomial, low) >= 0.0;
    if falls != (evaluate(polynomial, high) < 0.0) {
        return None;
    }
    loop {
        let middle = low + (high - low) / 2.0;
        // No double lies between: at most 64 + 1074 halvings.
        if middle <= low || middle >= high {
            return Some(Root { place: low, falls });
        }
        if (evaluate(polynomial, middle) >= 0.0) == falls { low = middle } else { high = middle }
    }
}

/// Horner's rule in twice the precision of `f64`: a root is as good as the coefficients.
fn evaluate(polynomial: &[f64], x: f64) -> f64 {
    let factor = Compensated::from_f64(x);
    let step = |sum: Compensated, &c: &f64| sum.times(factor).plus(Compensated::from_f64(c));
    let value = polynomial.iter().rev().fold(Compensated::ZERO, step).value();
    // Beyond 2^996 only the sign is left, which the plain sum has: infinite and never NaN, as x >= 0.
    if value.is_finite() { value } else { polynomial.iter().rev().fold(0.0, |sum, c| sum * x + c) }
}

/// A power of 2 above which the last term exceeds all others together: no root is larger, nor one of
/// a derivative, whose roots lie between those of the polynomial (Gauss and Lucas).
fn beyond_all_roots(polynomial: &[f64]) -> f64 {
    let Some((&last, rest)) = polynomial.split_last() else { return 0.0 };
    let mut limit = 1.0;
    // 1100 doublings would reach infinity.
    for _ in 0..1100 {
        // sum |c_k| limit^(k - n), by Horner's rule from the lowest power.
        let others = rest.iter().fold(0.0, |sum, c| (sum + c.abs()) / limit);
        if others < last.abs() {
            break;
        }
        limit *= 2.0;
    }
    limit
}
