//! What happened on the way: trainings step by step, backward passes attempt by attempt, gradients tolerance by tolerance.

use super::number;
use crate::reproduce::way::Way;
use serde::{Deserialize, Serialize};

/// One training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Course {
    /// What was learnt.
    pub task: String,
    /// How its gradients were computed.
    #[serde(flatten)]
    pub way: Way,
    /// Relative tolerance.
    #[serde(deserialize_with = "number::or_nan")]
    pub rtol: f64,
    /// Which repeat, from 0.
    pub repeat: u64,
    /// In the order of steps.
    pub points: Vec<CoursePoint>,
}

/// One step of a training, or the mean over a few.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CoursePoint {
    /// Steps of the optimiser until then.
    pub step: u64,
    /// The loss of the batch.
    #[serde(deserialize_with = "number::or_nan")]
    pub loss: f64,
    /// The loss on data that was not trained on; none where it was not measured.
    pub validation: Option<f64>,
    /// Calls of the field forwards, for one gradient.
    #[serde(deserialize_with = "number::or_nan")]
    pub nfe_forward: f64,
    /// Calls of the field with its products backwards, for one gradient.
    #[serde(deserialize_with = "number::or_nan")]
    pub nfe_backward: f64,
}

/// One backward pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pass {
    /// What was learnt.
    pub task: String,
    /// How the gradient was computed.
    #[serde(flatten)]
    pub way: Way,
    /// Relative tolerance.
    #[serde(deserialize_with = "number::or_nan")]
    pub rtol: f64,
    /// Absolute tolerance.
    #[serde(deserialize_with = "number::or_nan")]
    pub atol: f64,
    /// In the order they were made.
    pub attempts: Vec<Tried>,
}

/// One attempted step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// Where it began.
    #[serde(deserialize_with = "number::or_nan")]
    pub t: f64,
    /// Its length, negative backwards.
    #[serde(deserialize_with = "number::or_nan")]
    pub h: f64,
    /// The measured error over the allowed one.
    #[serde(deserialize_with = "number::or_nan")]
    pub ratio: f64,
    /// Whether it was accepted.
    pub accepted: bool,
    /// The channel with the largest scaled error among those that the norm looks at: what caused a rejection. None where the
    /// candidate was not finite.
    pub channel: Option<String>,
}

/// What one gradient cost and how good it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorPoint {
    /// Of which task.
    pub task: String,
    /// How it was computed.
    #[serde(flatten)]
    pub way: Way,
    /// Relative tolerance.
    #[serde(deserialize_with = "number::or_nan")]
    pub rtol: f64,
    /// Calls of the field with its products backwards.
    #[serde(deserialize_with = "number::or_nan")]
    pub nfe_backward: f64,
    /// Distance to a reference gradient over the length of it.
    #[serde(deserialize_with = "number::or_nan")]
    pub gradient_error: f64,
}
