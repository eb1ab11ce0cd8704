//! The scalar law of step control: from an error ratio to a factor for the step size.

use crate::{History, LawError};

/// Turns the error ratio of an attempt into the factor by which the next step is longer.
///
/// A law sees one number, and the [`History`] of such numbers, so it can be tested, plotted and taught without a differential
/// equation.
///
/// # Your own
/// ```
/// use costate_controller::{History, Law, laws};
///
/// /// Halve or double.
/// #[derive(Clone)]
/// struct Cautious;
/// impl Law for Cautious {
///     fn factor(&self, ratio: f64, order: u32, _: &History) -> f64 {
///         if ratio > 1.0 { 0.5 } else if ratio < 0.5_f64.powi(order as i32) { 2.0 } else { 1.0 }
///     }
/// }
/// laws::check_law(&Cautious, 5, &[0.0, 1e-9, 0.01, 0.9, 1.0, 1.1, 1e9, f64::INFINITY]).unwrap();
/// ```
pub trait Law: Clone {
    /// Whether [`factor`](Self::factor) reads [`Accepted::log_ratio`](crate::Accepted::log_ratio). Where it does not, the
    /// controller takes no logarithm.
    const READS_LOGARITHMS: bool = true;

    /// The factor for the step size after an attempt.
    ///
    /// `ratio` is the measure of the scaled error: at most 1 is accepted; 0 and infinity occur, NaN does not (a NaN is
    /// presented as infinity). `order` is the power of h that the error estimate falls with: one more than the order of
    /// the embedded method. The result is positive and finite, and below 1 where `ratio` is above 1.
    fn factor(&self, ratio: f64, order: u32, history: &History) -> f64;

    /// Whether its constants make sense. Asked once, before the first step. A law of one's own that is linear in logarithms
    /// can leave the answer to [`ClosedLoop::check`](crate::ClosedLoop::check); by default every law is fine.
    ///
    /// # Errors
    /// [`LawError`] names the constant.
    fn check(&self, order: u32) -> Result<(), LawError> {
        let _ = order;
        Ok(())
    }
}
