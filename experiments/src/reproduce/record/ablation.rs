//! What the seminorm's savings hang on.

use super::number;
use serde::{Deserialize, Serialize};

/// What backward passes cost when one thing is other than in the experiment, all with the same parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ablation {
    /// Of which task.
    pub task: String,
    /// What was changed.
    pub change: String,
    /// By what steps were measured: a norm's name, or words.
    pub measure: String,
    /// Relative tolerance.
    #[serde(deserialize_with = "number::or_nan")]
    pub rtol: f64,
    /// Absolute tolerance.
    #[serde(deserialize_with = "number::or_nan")]
    pub atol: f64,
    /// Calls of the field with its products backwards.
    pub nfe_backward: u64,
    /// Of the first batch: distance to a reference gradient over the length of it.
    #[serde(deserialize_with = "number::or_nan")]
    pub gradient_error: f64,
}
