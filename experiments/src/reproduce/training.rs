//! A training: AdamW on gradients under one norm.

mod schedule;
mod snapshot;
mod thinned;
mod under_way;

pub use schedule::Schedule;
pub use snapshot::{Arrays, Snapshot};
pub use under_way::{Event, UnderWay};

use super::error::ReproduceError;
use super::prepared::{Prepared, Rows, batches};
use super::record::{Cost, CoursePoint};
use super::task::{Part, Task};
use serde::{Deserialize, Serialize};

/// How a training goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Times through the training data.
    pub epochs: u64,
    /// The most steps of the optimiser, if there is a limit.
    pub steps: Option<u64>,
    /// AdamW's learning rate, the first.
    pub rate: f64,
    /// AdamW's weight decay.
    pub decay: f64,
    /// How the rate goes on.
    pub schedule: Schedule,
    /// How many batches of the validation data are looked at after each epoch.
    pub validation: usize,
    /// What the order of the data and the initial parameters come from.
    pub seed: u64,
}

impl Settings {
    /// How many steps that makes for a task.
    pub fn total<K: Task>(&self, task: &K) -> u64 {
        let epoch = task.rows(Part::Train).div_ceil(task.batch_size().max(1)) as u64;
        let all = epoch.saturating_mul(self.epochs);
        self.steps.map_or(all, |most| most.min(all))
    }
}

/// What a training has come to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trained {
    /// The parameters; where the training was stopped, the last with which the loss was a number. Not serialised: a file has a
    /// place of its own for them.
    #[serde(skip)]
    pub parameters: Vec<f32>,
    /// How it went.
    pub points: Vec<CoursePoint>,
    /// What all gradients cost.
    pub cost: Cost,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// The most memory held at once, in bytes, where it is counted.
    pub peak_bytes: Option<u64>,
    /// Why it ended early, if it did.
    pub stopped: Option<Stopped>,
}

/// A training that ended early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// After so many steps of the optimiser.
    pub step: u64,
    /// What happened.
    pub reason: String,
}

/// How far a training is.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Steps of the optimiser so far.
    pub step: u64,
    /// How many there are to be.
    pub of: u64,
    /// The loss of the last batch.
    pub loss: f64,
    /// What all gradients until now cost.
    pub cost: Cost,
}

/// Trains from the parameters that the seed gives. Whoever uses the same seed under another norm begins with the same
/// parameters and sees the same batches.
///
/// A loss that is not finite, or a gradient that cannot be had, ends the training and is no error: the parameters before are
/// kept, and [`Trained::stopped`] says what happened.
///
/// # Errors
/// A model, data or settings that cannot be.
pub fn train<K: Task>(
    prepared: &mut Prepared<'_, K>,
    settings: &Settings,
    watch: &mut dyn FnMut(Step),
) -> Result<Trained, ReproduceError>
where
    K::State<f32>: 'static,
{
    let mut training = UnderWay::begin(prepared.task(), settings)?;
    while let Some(event) = training.advance(prepared)? {
        if let Event::Step(step) = event {
            watch(step);
        }
    }
    Ok(training.finish())
}

/// The mean loss over the first batches of a part, by forward solves.
fn mean_loss<K: Task>(
    prepared: &mut Prepared<'_, K>,
    part: Part,
    most: usize,
    p: &[f32],
) -> Result<f64, ReproduceError>
where
    K::State<f32>: 'static,
{
    let (mut sum, mut count) = (0.0, 0);
    for rows in batches(prepared.task(), part, most) {
        let loss = prepared.loss(Rows { part, rows: &rows, draw: u64::MAX }, p)?;
        sum += loss * rows.len() as f64;
        count += rows.len();
    }
    Ok(sum / count as f64)
}
