//! What gradients cost that are equally good: the fair comparison.

use super::number;
use crate::reproduce::way::{Norm, Way};
use serde::{Deserialize, Serialize};

/// The cheapest gradient of one way that is as good as that of the pooled norm at the experiment's own tolerance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EqualError {
    /// Of which task.
    pub task: String,
    /// How its gradients were computed.
    #[serde(flatten)]
    pub way: Way,
    /// Whether at the paper's settings, or at the strategy's own.
    pub literal: bool,
    /// The tolerance of the backward solve over that of the forward one: the one of three with the least work. None where nothing is
    /// solved backwards.
    pub backward_over_forward: Option<f64>,
    /// The experiment's relative tolerance, at which the pooled norm set the mark.
    #[serde(deserialize_with = "number::or_nan")]
    pub rtol: f64,
    /// The error that it had there, relative to a reference.
    #[serde(deserialize_with = "number::or_nan")]
    pub mark: f64,
    /// The loosest relative tolerance at which this way's error is at most a tenth over the mark.
    #[serde(deserialize_with = "number::or_nan")]
    pub found_rtol: f64,
    /// The error there.
    #[serde(deserialize_with = "number::or_nan")]
    pub gradient_error: f64,
    /// What the gradient cost, forwards and backwards, in evaluations of the field: floating-point operations over those of one.
    #[serde(deserialize_with = "number::or_nan")]
    pub work: f64,
    /// How long it took, in seconds.
    #[serde(deserialize_with = "number::or_nan")]
    pub seconds: f64,
}

impl EqualError {
    /// Whether this is the way that all others are held against: the pooled norm at the paper's settings.
    pub fn is_baseline(&self) -> bool {
        self.literal && self.way == Way::under(Norm::Pooled)
    }

    /// The baseline of this one's task and tolerance.
    fn baseline<'a>(&self, all: &'a [EqualError]) -> Option<&'a EqualError> {
        all.iter().find(|b| b.is_baseline() && b.task == self.task && b.rtol == self.rtol)
    }

    /// What it cost over what the baseline cost: work and seconds.
    pub fn ratios(&self, all: &[EqualError]) -> Option<[f64; 2]> {
        let baseline = self.baseline(all)?;
        Some([self.work / baseline.work, self.seconds / baseline.seconds])
    }
}
