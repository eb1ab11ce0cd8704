//! The linear dynamics of a law and a smooth problem: do the steps settle?

use crate::LawError;
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

/// A law that is linear in logarithms, in closed loop with an error of `r = C h^k`.
///
/// All of [`I`](crate::I), [`Pi`](crate::Pi), [`Pid`](crate::Pid) and [`Filter`](crate::Filter) are, within their limits,
///
/// ```text
/// h_(n+1)/h_n = s r_n^(-b1/k) r_(n-1)^(-b2/k) r_(n-2)^(-b3/k) (h_n/h_(n-1))^(-a2) (h_(n-1)/h_(n-2))^(-a3)
/// ```
///
/// (Söderlind, "Digital filters in adaptive time-stepping", ACM TOMS 29, 2003, the general controller of third order; `b` are
/// his `k beta`, `a` his `alpha`.) On a smooth problem and small steps `C` hardly changes from step to step. With
/// `x_n = ln h_n` and `ln r_n = k x_n + ln C` the law becomes a linear recursion of constant coefficients,
///
/// ```text
/// x_(n+1) - x_n = const - b1 x_n - b2 x_(n-1) - b3 x_(n-2) - a2 (x_n - x_(n-1)) - a3 (x_(n-1) - x_(n-2)),
/// ```
///
/// with the characteristic polynomial
///
/// ```text
/// P(z) = z^3 + (b1 + a2 - 1) z^2 + (b2 - a2 + a3) z + (b3 - a3).
/// ```
///
/// (For two ratios: Söderlind, "Automatic control and adaptive time-stepping", Numer. Algorithms 31, 2002.) Its roots are
/// what a disturbance of the step size is multiplied by at each step. All inside of the unit circle: the steps settle, the
/// faster the smaller the roots. One on the circle or outside of it: they oscillate or run away until a limit stops them, and
/// [`check`](Self::check) refuses. `k` has gone: one set of exponents serves methods of every order.
///
/// A root of 0 forgets in one step. The filters that Söderlind calls H0 have no other; the others are built so that the
/// coefficients of `x_(n-1)` and `x_(n-2)` vanish, and a step that the loop cut short to land at a stop disturbs nothing
/// after it but through the size that is tried next.
///
/// ```
/// use costate_controller::{ClosedLoop, Filter, Pi};
/// // The I law is deadbeat: one step brings it to its goal.
/// assert_eq!(ClosedLoop { beta: [1.0, 0.0, 0.0], alpha: [0.0; 2] }.spectral_radius(), 0.0);
/// // A disturbance halves at each step.
/// assert_eq!(Filter::H211B.closed_loop().spectral_radius(), 0.5);
/// // z^2 - 0.15 z - 0.2
/// assert_eq!(Pi::HAIRER_DOPRI5.closed_loop().polynomial()[1..], [-0.2, -0.15000000000000002, 1.0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClosedLoop {
    /// The negative exponents of this ratio and the two before, in units of 1/k.
    pub beta: [f64; 3],
    /// The negative exponents of h_n/h_(n-1) and h_(n-1)/h_(n-2): `alpha_2` and `alpha_3` of the source.
    pub alpha: [f64; 2],
}

impl ClosedLoop {
    /// The coefficients of the characteristic polynomial, from that of 1 to that of z^3, which is 1.
    pub fn polynomial(&self) -> [f64; 4] {
        let ([b1, b2, b3], [a2, a3]) = (self.beta, self.alpha);
        [b3 - a3, b2 - a2 + a3, b1 + a2 - 1.0, 1.0]
    }

    /// The largest absolute value among the roots: what a disturbance is multiplied by at each step, in the long run. NaN
    /// where a constant is not finite.
    pub fn spectral_radius(&self) -> f64 {
        let [c, b, a, _] = self.polynomial();
        // All roots lie within (Cauchy's bound), and a cubic has a real one: bisect for it, down to neighbouring numbers.
        let bound = 1.0 + a.abs().max(b.abs()).max(c.abs());
        if !bound.is_finite() {
            return f64::NAN;
        }
        let (mut low, mut high) = (-bound, bound);
        // A bracket of 2^11 at most halves to 2^-1074 in so many steps.
        for _ in 0..1200 {
            let middle = 0.5 * (low + high);
            let value = ((middle + a) * middle + b) * middle + c;
            if value == 0.0 {
                (low, high) = (middle, middle);
            }
            if middle <= low || middle >= high {
                break;
            }
            if value < 0.0 { low = middle } else { high = middle }
        }
        let root = 0.5 * (low + high);
        // The other two are those of z^2 + p z + q.
        let p = a + root;
        let q = b + root * p;
        let discriminant = 0.25 * p * p - q;
        let others =
            if discriminant < 0.0 { q.sqrt() } else { 0.5 * p.abs() + discriminant.sqrt() };
        root.abs().max(others)
    }

    /// Whether all roots are inside of the unit circle, by Jury's criterion, which needs no roots: of
    /// `z^3 + a z^2 + b z + c` they are where `P(1) > 0`, `P(-1) < 0`, `|c| < 1` and `|b - a c| < 1 - c^2`. (E. I. Jury,
    /// *Theory and Application of the z-Transform Method*, 1964.) `P(1)` is the integral gain, the sum of the betas: without
    /// one nothing pulls the error to its goal.
    ///
    /// # Errors
    /// [`LawError::CannotConverge`] with the first condition that fails.
    pub fn check(&self) -> Result<(), LawError> {
        let ([b1, b2, b3], [a2, a3]) = (self.beta, self.alpha);
        self.check_as([
            ("beta_1 + beta_2 + beta_3", b1 + b2 + b3, "above 0"),
            (
                "beta_1 - beta_2 + beta_3 + 2 (alpha_2 - alpha_3)",
                b1 - b2 + b3 + 2.0 * (a2 - a3),
                "below 2",
            ),
            ("beta_3 - alpha_3", b3 - a3, "between -1 and 1"),
            ("1 - c^2 - |b - a c|, in z^3 + a z^2 + b z + c,", self.margin(), "above 0"),
        ])
    }

    /// The last of Jury's four conditions: positive where it holds.
    pub(crate) fn margin(&self) -> f64 {
        let [c, b, a, _] = self.polynomial();
        1.0 - c * c - (b - a * c).abs()
    }

    /// The four conditions, in their order, in the words of a law: name, value and bound of each.
    pub(crate) fn check_as(
        &self,
        conditions: [(&'static str, f64, &'static str); 4],
    ) -> Result<(), LawError> {
        let holds: [fn(f64) -> bool; 4] =
            [|gain| gain > 0.0, |sum| sum < 2.0, |c| c.abs() < 1.0, |margin| margin > 0.0];
        for ((name, value, bound), holds) in conditions.into_iter().zip(holds) {
            if !holds(value) {
                // A double root on the circle is found to half the digits only.
                let radius = self.spectral_radius().max(1.0);
                return Err(LawError::CannotConverge { name, value, bound, radius });
            }
        }
        Ok(())
    }
}
