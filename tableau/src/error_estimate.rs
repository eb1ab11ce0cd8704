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
/// The struct is `#[non_exhaustive]`, because methods with a second error row exist; it is made by
/// [`Tableau::with_error`](crate::Tableau::with_error).
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
    /// The order `q` of the lower method of the pair: the estimate is of size `h^(q+1)`, and a
    /// controller that wants it constant uses the exponent `1/(q+1)`.
    pub order: u32,
    /// `b - b_hat`, one a stage, without the factor `h`. They sum to zero.
    pub weights: [f64; S],
}
