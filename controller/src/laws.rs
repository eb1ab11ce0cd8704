//! The laws that every step control obeys, to be run on your own.

use crate::{History, Law};

/// A law that did not hold.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{law}: at an error ratio of {ratio} the factor is {factor}")]
pub struct Broken {
    /// What should have been.
    pub law: &'static str,
    /// The error ratio asked about.
    pub ratio: f64,
    /// The factor answered.
    pub factor: f64,
}

/// The factor is positive and finite, never rises with the error ratio, and is below 1 where the step was rejected.
///
/// Tried at `ratios`, in ascending order, for no history, for a rejection just before, and for previous ratios over the same
/// range.
///
/// # Errors
/// The first law broken, with the ratio and the factor.
pub fn check_law<L: Law>(law: &L, order: u32, ratios: &[f64]) -> Result<(), Broken> {
    let previous = ratios.iter().copied().filter(|r| *r <= 1.0).map(Some);
    for previous in previous.chain([None]) {
        for rejections in [0, 1, 5] {
            let history = History { previous, before_previous: previous, rejections };
            let mut last = f64::INFINITY;
            for &ratio in ratios {
                let factor = law.factor(ratio, order, &history);
                let broken = |law| Err(Broken { law, ratio, factor });
                if !(factor > 0.0 && factor.is_finite()) {
                    return broken("the factor is positive and finite");
                }
                if factor > last {
                    return broken("the factor does not rise with the error ratio");
                }
                if ratio > 1.0 && !(factor < 1.0) {
                    return broken("a rejected step is followed by a shorter one");
                }
                last = factor;
            }
        }
    }
    Ok(())
}
