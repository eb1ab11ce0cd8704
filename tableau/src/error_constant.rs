//! How large the error of a step is, beyond its order.

use alloc::vec::Vec;

use crate::compensated::Compensated;
use crate::laws::OrderError;
use crate::{RootedTree, Tableau};

/// The largest order whose error terms are listed: that of the largest trees that are enumerated.
const MOST: u32 = 15;

/// The coefficient of one elementary differential in the error of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorTerm {
    /// The tree `t` of the elementary differential `F(t)`.
    pub tree: RootedTree,
    /// `(sum_j b_j Phi_j(t) - 1/gamma(t)) / sigma(t)`.
    pub coefficient: f64,
}

/// The terms of one order in the error of a step, one for each rooted tree.
///
/// ```text
/// y1 - y(t0 + h) = sum_q h^q sum_{t of order q} tau(t) F(t)(y0),
/// tau(t) = (sum_j b_j Phi_j(t) - 1/gamma(t)) / sigma(t)
/// ```
///
/// For a method of order `p` all terms up to `q = p` vanish, and those of `q = p + 1` are the *principal
/// error terms*. Their Euclidean norm, the *error constant*, tells how two methods of the same order
/// compare on a problem that favours neither.
///
/// The terms are those of J. R. Dormand, P. J. Prince, "A family of embedded Runge-Kutta formulae",
/// J. Comput. Appl. Math. 6(1), 19-26 (1980), who write `tau^(p+1)_j` and `A^(p+1)` for their norm;
/// E. Hairer, S. P. Norsett, G. Wanner, "Solving Ordinary Differential Equations I", 2nd ed. (1993),
/// II.3, Theorem 3.2, have the opposite sign and `1 - gamma sum b Phi` with the factors `alpha` and
/// `(p+1)!` outside: `alpha / (p+1)! = 1 / (sigma gamma)`, so the numbers are the same.
///
/// Made by [`Tableau::error_terms`], [`Tableau::embedded_error_terms`] and [`Tableau::estimate_terms`].
///
/// ```
/// use costate_tableau::{MIDPOINT, laws::OrderError};
/// let principal = MIDPOINT.error_terms(3)?;
/// let printed: Vec<String> = principal.iter().map(|term| term.tree.to_string()).collect();
/// assert_eq!(printed, ["[[τ]]", "[τ,τ]"]);
/// // Nothing in a two-stage method answers to y''' = f' f' f.
/// assert_eq!(principal[0].coefficient, -1.0 / 6.0);
/// // The midpoint rule: (1/4 - 1/3) / 2.
/// assert_eq!(principal[1].coefficient, -1.0 / 24.0);
/// # Ok::<(), OrderError>(())
/// ```
pub type ErrorTerms = Vec<ErrorTerm>;

impl<const S: usize> Tableau<S> {
    /// The terms of `h^order` in the error of one step; see [`ErrorTerms`].
    ///
    /// Computed in twice the precision of `f64`: what is not zero up to the order of the method is the
    /// rounding of its coefficients.
    ///
    /// # Errors
    /// [`OrderError::TooHigh`] above 15. For an order of 0 there are no terms.
    pub fn error_terms(&self, order: u32) -> Result<ErrorTerms, OrderError> {
        self.terms(order, &self.b.map(Compensated::from_f64), true)
    }

    /// The same for the embedded method, whose weights are `b_hat = b - error.weights`.
    ///
    /// # Errors
    /// [`OrderError::NoErrorEstimate`]; [`OrderError::TooHigh`] above 15.
    pub fn embedded_error_terms(&self, order: u32) -> Result<ErrorTerms, OrderError> {
        let error = self.error.as_ref().ok_or(OrderError::NoErrorEstimate)?;
        let b_hat = core::array::from_fn(|j| {
            Compensated::from_f64(self.b[j]).plus(Compensated::from_f64(-error.weights[j]))
        });
        self.terms(order, &b_hat, true)
    }

    /// The terms of `h^order` in the error estimate: those of the solution minus those of the embedded
    /// method, `sum_j weights[j] Phi_j(t) / sigma(t)`.
    ///
    /// # Errors
    /// [`OrderError::NoErrorEstimate`]; [`OrderError::TooHigh`] above 15.
    pub fn estimate_terms(&self, order: u32) -> Result<ErrorTerms, OrderError> {
        let error = self.error.as_ref().ok_or(OrderError::NoErrorEstimate)?;
        self.terms(order, &error.weights.map(Compensated::from_f64), false)
    }

    /// The Euclidean norm of the principal error terms, those of order `p + 1`.
    ///
    /// ```
    /// use costate_tableau::{DORMAND_PRINCE_54, laws::OrderError};
    /// // Dormand and Prince's paper has 3.99e-4.
    /// assert_eq!(format!("{:.2e}", DORMAND_PRINCE_54.error_constant()?), "3.99e-4");
    /// # Ok::<(), OrderError>(())
    /// ```
    ///
    /// # Errors
    /// [`OrderError::TooHigh`] if the method claims an order above 14.
    #[cfg(any(feature = "std", feature = "libm"))]
    pub fn error_constant(&self) -> Result<f64, OrderError> {
        Ok(norm(&self.error_terms(self.order.saturating_add(1))?))
    }

    /// The Euclidean norm of the leading terms of the error estimate, those of order `q + 1`: how large
    /// an error the method believes that it makes, the smaller the longer its steps. Where the
    /// solution has a higher order than the embedded method it is also the error constant of the latter.
    ///
    /// # Errors
    /// [`OrderError::NoErrorEstimate`]; [`OrderError::TooHigh`] if it claims an order above 14.
    #[cfg(any(feature = "std", feature = "libm"))]
    pub fn estimate_constant(&self) -> Result<f64, OrderError> {
        let order = self.error.as_ref().ok_or(OrderError::NoErrorEstimate)?.order;
        Ok(norm(&self.estimate_terms(order.saturating_add(1))?))
    }

    /// `density`: whether the sums should be `1/gamma`, or 0.
    fn terms(
        &self,
        order: u32,
        weights: &[Compensated; S],
        density: bool,
    ) -> Result<ErrorTerms, OrderError> {
        if order > MOST {
            return Err(OrderError::TooHigh { order });
        }
        let a = self.a.map(|row| row.map(Compensated::from_f64));
        let c = self.c.map(Compensated::from_f64);
        let coefficient = |tree: &RootedTree| {
            let phi = tree.stage_weights(&a, &c);
            let terms = weights.iter().zip(&phi);
            let sum = terms.fold(Compensated::ZERO, |sum, (w, phi)| sum.plus(w.times(*phi)));
            let gamma = tree.density() as f64;
            // (gamma sum - 1) / gamma: 1/gamma itself would be rounded.
            let target = Compensated::from_f64(if density { -1.0 } else { 0.0 });
            let scaled = sum.times(Compensated::from_f64(gamma)).plus(target);
            scaled.value() / (gamma * tree.symmetry() as f64)
        };
        let trees = RootedTree::of_order(order);
        Ok(trees.map(|tree| ErrorTerm { coefficient: coefficient(&tree), tree }).collect())
    }
}

#[cfg(any(feature = "std", feature = "libm"))]
fn norm(terms: &[ErrorTerm]) -> f64 {
    num_traits::Float::sqrt(terms.iter().map(|term| term.coefficient * term.coefficient).sum())
}
