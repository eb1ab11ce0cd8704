//! The embedded error estimate.

/// Weights that turn the stages of a step into an estimate of its error.
///
/// ```text
/// error = h * sum_j weights[j] * k_j,      weights = b - b_hat
/// ```
///
/// `b` are the weights of the solution that is kept, `b_hat` those of a second method on the same
/// stages. Only the difference is stored: that is what a step needs, and forming it from rounded
/// weights would lose digits. Papers and codes differ in its sign (some tabulate `b_hat`, some
/// `b_hat - b`) and in whether they give the difference at all; here it is always `b - b_hat`,
/// that is, the kept solution minus the other one. Every norm is blind to the sign.
///
/// Most methods have one such row. A method may have a second one, of lower order, and a rule that
/// combines the *norms* of the two: see [`SecondRow`].
///
/// The struct is made by [`Tableau::with_error`](crate::Tableau::with_error).
///
/// ```
/// use costate_tableau::BOGACKI_SHAMPINE_32;
/// let error = BOGACKI_SHAMPINE_32.error.expect("an embedded pair");
/// assert_eq!(error.order, 2);
/// assert_eq!(error.weights[3], -1.0 / 8.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ErrorEstimate<const S: usize> {
    /// The order `q` of the lower method of the pair: the row is of size `h^(q+1)`.
    pub order: u32,
    /// `b - b_hat`, one a stage, without the factor `h`. They sum to zero.
    pub weights: [f64; S],
    /// A second row, if the method has one.
    pub second: Option<SecondRow<S>>,
}

/// A second error estimate, which corrects the first.
///
/// With `E` the norm of the first row's scaled error and `E_2` that of the second's, the norm that a
/// step is judged by is
///
/// ```text
/// E^2 / sqrt(E^2 + (share E_2)^2)
/// ```
///
/// Where the second, cruder estimate is much the larger, as it is for smooth solutions and small
/// steps, this is `E^2 / (share E_2)`: of the size `h^(2 (q+1) - (q_2+1))`, closer to the error of
/// the method than either row. Where the two agree it is as careful as the first.
///
/// (E. Hairer, S. P. Norsett, G. Wanner, "Solving Ordinary Differential Equations I", 2nd ed. (1993),
/// II.10, equation (10.17), and `dop853.f`, where `share^2` is 0.01.)
#[derive(Debug, Clone, PartialEq)]
pub struct SecondRow<const S: usize> {
    /// The order `q_2` of the second lower method.
    pub order: u32,
    /// As [`ErrorEstimate::weights`].
    pub weights: [f64; S],
    /// What of the second norm counts beside the first.
    pub share: f64,
}

impl<const S: usize> ErrorEstimate<S> {
    /// The power of `h` that the norm of the estimate falls with: `q + 1` for one row, and
    /// `2 (q + 1) - (q_2 + 1)` for two. A controller that wants the estimate constant uses the
    /// exponent `1 / power`.
    ///
    /// ```
    /// use costate_tableau::DORMAND_PRINCE_54;
    /// assert_eq!(DORMAND_PRINCE_54.error.expect("an embedded pair").power(), 5);
    /// ```
    pub const fn power(&self) -> u32 {
        match &self.second {
            None => self.order + 1,
            Some(second) => (2 * (self.order + 1)).saturating_sub(second.order + 1),
        }
    }
}

#[cfg(any(feature = "std", feature = "libm"))]
impl<const S: usize> SecondRow<S> {
    /// The norm that a step is judged by, from those of the two rows.
    ///
    /// NaN in either is NaN; infinity in either is infinity, as an estimate that failed should not
    /// let the other one pass; a first row of 0 is 0.
    ///
    /// ```
    /// use costate_tableau::DORMAND_PRINCE_853;
    /// let second = DORMAND_PRINCE_853.error.expect("two rows").second.expect("two rows");
    /// // A tenth of 4 beside 0.3: the root of 0.09 + 0.16 is 0.5.
    /// assert!((second.combine(0.3, 4.0) - 0.09 / 0.5).abs() < 1e-16);
    /// ```
    #[inline]
    pub fn combine(&self, first: f64, second: f64) -> f64 {
        if first == 0.0 && second.is_finite() {
            return 0.0;
        }
        if first.is_infinite() || second.is_infinite() {
            return if first.is_nan() || second.is_nan() { f64::NAN } else { f64::INFINITY };
        }
        // Divided through by E: neither squares nor share E_2 overflow or vanish before the result does.
        first / num_traits::Float::hypot(1.0, self.share * (second / first))
    }
}
