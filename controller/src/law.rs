//! The scalar law of step control: from an error ratio to a factor for the step size.

/// What happened before the attempt that is being judged. The default is the history of a solve that has not begun.
///
/// ```
/// use costate_controller::History;
/// let mut history = History::default();
/// history.record(0.5, true);
/// history.record(3.0, false);
/// assert_eq!((history.previous, history.rejections), (Some(0.5), 1));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct History {
    /// The error ratio of the last accepted attempt; none before the first.
    pub previous: Option<f64>,
    /// The error ratio of the accepted attempt before that.
    pub before_previous: Option<f64>,
    /// How many attempts were rejected since the last accepted one.
    pub rejections: u32,
}

impl History {
    /// Remembers an attempt with this ratio.
    pub fn record(&mut self, ratio: f64, accepted: bool) {
        if accepted {
            self.before_previous = self.previous;
            self.previous = Some(ratio);
            self.rejections = 0;
        } else {
            self.rejections = self.rejections.saturating_add(1);
        }
    }
}

/// Turns the error ratio of an attempt into the factor by which the next step is longer.
///
/// A law sees one number, so it can be tested, plotted and taught without a differential equation.
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
    /// The factor for the step size after an attempt.
    ///
    /// `ratio` is the measure of the scaled error: at most 1 is accepted; 0 and infinity occur, NaN does not (a NaN is
    /// presented as infinity). `order` is the power of h that the error estimate falls with: one more than the order of
    /// the embedded method. The result is positive and finite, and below 1 where `ratio` is above 1.
    fn factor(&self, ratio: f64, order: u32, history: &History) -> f64;
}
