//! The laws that every step control obeys, to be run on your own.

use crate::{Accepted, History, Law};

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

/// The factor is positive and finite, does not rise with the error ratio, and is below 1 where the step was rejected.
///
/// Tried at `ratios`, in ascending order and without NaN, for no history, for rejections just before, and for previous
/// ratios over the same range, on steps that grew, shrank and stayed. "Does not rise" is asked among the accepted ratios, up to 1, and among the rejected ones, not
/// across: [`Pi`](crate::Pi) answers an accepted step by two ratios and a rejected one by one, and may jump up at 1. It is
/// asked up to four units in the last place, which a library's `powf` may err by.
///
/// # Errors
/// The first law broken, with the ratio and the factor.
pub fn check_law<L: Law>(law: &L, order: u32, ratios: &[f64]) -> Result<(), Broken> {
    let ratios_before = ratios.iter().copied().filter(|r| *r <= 1.0);
    // A law with a memory of step sizes sees steps that grew, shrank and stayed.
    let sizes = [(1.0, 1.0), (0.125, 1.0), (1.0, 0.125), (8.0, 1.0)];
    let before = ratios_before.zip(sizes.into_iter().cycle()).map(|(ratio, (previous, before))| {
        (Some(Accepted::new(previous, ratio)), Some(Accepted::new(before, ratio)))
    });
    for (previous, before_previous) in before.chain([(None, None)]) {
        for rejections in [0, 1, 5] {
            let history = History { step: 1.0, previous, before_previous, rejections };
            let mut last: Option<(f64, f64)> = None;
            for &ratio in ratios {
                let factor = law.factor(ratio, order, &history);
                let broken = |law| Err(Broken { law, ratio, factor });
                if !(factor > 0.0 && factor.is_finite()) {
                    return broken("the factor is positive and finite");
                }
                let rises = last.is_some_and(|(before, least)| {
                    (before <= 1.0) == (ratio <= 1.0) && factor > least * (1.0 + 4.0 * f64::EPSILON)
                });
                if rises {
                    return broken("the factor does not rise with the error ratio");
                }
                if ratio > 1.0 && !(factor < 1.0) {
                    return broken("a rejected step is followed by a shorter one");
                }
                last = Some((ratio, factor));
            }
        }
    }
    Ok(())
}
