//! What a law may remember: the attempts that passed, and how many have failed since.

#[cfg(not(feature = "std"))]
use num_traits::Float as _;

/// An attempt that was accepted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accepted {
    /// Its size as it was tried, with its sign.
    pub step: f64,
    /// Its error ratio; at most 1.
    pub ratio: f64,
    /// The natural logarithm of `ratio`, taken once and remembered; NaN for a law that
    /// [does not read it](crate::Law::READS_LOGARITHMS).
    pub log_ratio: f64,
}

impl Accepted {
    /// With its logarithm.
    pub fn new(step: f64, ratio: f64) -> Self {
        Accepted { step, ratio, log_ratio: ratio.ln() }
    }
}

/// What came before the attempt that is being judged, and the size of that attempt. The default is the history of a solve
/// that has not begun.
///
/// With `n` the attempt being judged, `n - 1` the last *accepted* one and `n - 2` the accepted one before that:
///
/// | | after a rejection | after the loop cut a step to land at a stop |
/// |---|---|---|
/// | `step`, h_n | the shorter step of the new attempt | the cut step: what was tried, not what was asked for |
/// | `previous`, h_(n-1) and r_(n-1) | as before: rejected attempts leave no trace here | the cut step and its ratio, once it passed |
/// | `before_previous`, h_(n-2) and r_(n-2) | as before | as before |
/// | `rejections` | counts the failures since `previous` | a cut is no rejection |
///
/// A cut step has a ratio as small as its size asks for, so the two tell a law the same story; see
/// [`ClosedLoop`](crate::ClosedLoop) for what it makes of that.
///
/// ```
/// use costate_controller::{Accepted, History};
/// let mut history = History::default();
/// history.record(0.1, 0.5, true); // passes
/// history.record(0.2, 3.0, false); // fails
/// history.step = 0.15; // and is tried again
/// assert_eq!((history.previous, history.rejections), (Some(Accepted::new(0.1, 0.5)), 1));
/// assert_eq!(history.growth(), 0.15 / 0.1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct History {
    /// The size of the attempt being judged, with its sign; 0 where there is none.
    pub step: f64,
    /// The last accepted attempt; none before the first.
    pub previous: Option<Accepted>,
    /// The accepted attempt before that.
    pub before_previous: Option<Accepted>,
    /// How many attempts were rejected since the last accepted one.
    pub rejections: u32,
}

impl History {
    /// Remembers an attempt of this size and ratio.
    pub fn record(&mut self, step: f64, ratio: f64, accepted: bool) {
        self.conclude(Accepted::new(step, ratio), accepted);
    }

    /// The same with the logarithm already taken, or not wanted.
    #[inline]
    pub(crate) fn conclude(&mut self, attempt: Accepted, accepted: bool) {
        self.step = attempt.step;
        if accepted {
            self.before_previous = self.previous;
            self.previous = Some(attempt);
            self.rejections = 0;
        } else {
            self.rejections = self.rejections.saturating_add(1);
        }
    }

    /// h_n / h_(n-1): the present attempt in units of the last accepted step. 1 where one of them is missing, or where the
    /// direction of time has turned.
    #[inline]
    pub fn growth(&self) -> f64 {
        self.previous.map_or(1.0, |previous| quotient(self.step, previous.step))
    }

    /// h_(n-1) / h_(n-2): the last accepted step in units of the one before; 1 as in [`growth`](Self::growth).
    #[inline]
    pub fn previous_growth(&self) -> f64 {
        match (self.previous, self.before_previous) {
            (Some(previous), Some(before)) => quotient(previous.step, before.step),
            _ => 1.0,
        }
    }
}

#[inline]
fn quotient(step: f64, before: f64) -> f64 {
    let quotient = step / before;
    if quotient > 0.0 && quotient.is_finite() { quotient } else { 1.0 }
}
