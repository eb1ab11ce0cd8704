//! What a checkpoint holds.

use super::choices::Choices;
use crate::reproduce::evaluation::Evaluated;
use crate::reproduce::record::{Ablation, Cost, EqualError, ErrorPoint, Tried};
use crate::reproduce::training::{Arrays, Snapshot, Trained};
use crate::reproduce::way::Norm;
use serde::{Deserialize, Serialize};

/// A task at its tolerances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    /// The task's name.
    pub task: String,
    /// Relative tolerance.
    pub rtol: f64,
    /// Absolute tolerance.
    pub atol: f64,
}

/// Which training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Key {
    /// Of what.
    pub subject: Subject,
    /// Under which norm.
    pub norm: Norm,
    /// Which repeat, from 0.
    pub repeat: u64,
}

impl Key {
    /// What it is called on the terminal.
    pub fn name(&self) -> String {
        let repeat =
            if self.repeat == 0 { String::new() } else { format!(", repeat {}", self.repeat) };
        let Subject { task, rtol, .. } = &self.subject;
        format!("{task}, {}, rtol {rtol:e}{repeat}", self.norm.name())
    }
}

/// What an evaluation has counted, without the gradient itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    /// What all gradients cost.
    pub cost: Cost,
    /// How good the model is.
    pub metric: f64,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Gross over net gradient, the mean over the batches.
    pub conditioning: f64,
    /// What was attempted backwards in the first batch.
    pub attempts: Vec<Tried>,
    /// The error of a gradient, if it was measured; of how many rows, [`Extent`](crate::reproduce::comparison::Extent) says.
    pub gradient_error: Option<f64>,
}

impl Counted {
    /// An evaluation and the error of its gradient.
    pub fn of(evaluated: Evaluated, gradient_error: Option<f64>) -> Self {
        let Evaluated { cost, metric, seconds, conditioning, attempts, .. } = evaluated;
        Counted { cost, metric, seconds, conditioning, attempts, gradient_error }
    }
}

/// A training that is over, and what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    /// Which.
    pub key: Key,
    /// What it has come to; without its parameters where nobody needs them any more.
    pub trained: Trained,
    /// What its evaluation counted, or why there is none; nothing where it is still to come.
    pub evaluation: Option<Result<Counted, String>>,
}

/// A training under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Running {
    /// Which.
    pub key: Key,
    /// Where it is.
    pub snapshot: Snapshot,
}

/// What was measured of tasks, each time a list.
pub type OfTasks<T> = Vec<(Subject, Vec<T>)>;

/// Everything that a run has come to so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    /// The options that decide its numbers.
    pub choices: Choices,
    /// The command that it was begun with, or last gone on with; see [`typed`](crate::reproduce::command::typed).
    pub command: String,
    /// The sources it ran from, in order; see [`commit`](crate::reproduce::record::commit).
    pub commits: Vec<String>,
    /// Trainings that are over.
    pub finished: Vec<Finished>,
    /// The one that is not.
    pub running: Option<Running>,
    /// How long all that was not training has taken, in seconds, whether it came to an end or not.
    pub measuring: f64,
    /// Gradient errors of those tasks where they are measured.
    pub errors: OfTasks<ErrorPoint>,
    /// What gradients cost there that are equally good.
    pub equal_errors: OfTasks<EqualError>,
    /// What the savings hang on, likewise.
    pub ablations: OfTasks<Ablation>,
}

impl Contents {
    /// Of a run that begins.
    pub fn new(choices: Choices, command: String, commit: String) -> Self {
        Contents {
            choices,
            command,
            commits: vec![commit],
            finished: Vec::new(),
            running: None,
            measuring: 0.0,
            errors: Vec::new(),
            equal_errors: Vec::new(),
            ablations: Vec::new(),
        }
    }

    /// How long all of it took to compute, in seconds.
    pub fn seconds(&self) -> f64 {
        let finished: f64 = self.finished.iter().map(|f| f.trained.seconds).sum();
        let running = self.running.as_ref().map_or(0.0, |r| r.snapshot.seconds());
        finished + running + self.measuring
    }

    /// The arrays, each with a name of its own.
    pub(super) fn arrays(&self) -> Vec<(String, &Vec<f32>)> {
        let finished = self.finished.iter().enumerate();
        let mut all: Vec<_> =
            finished.map(|(i, f)| (Contents::finished_name(i), &f.trained.parameters)).collect();
        if let Some(Running { snapshot, .. }) = &self.running {
            let names = Arrays::NAMES.map(Contents::running_name);
            all.extend(names.into_iter().zip(snapshot.arrays.all()));
        }
        all
    }

    /// Puts the arrays into their places.
    pub(super) fn fill<E>(
        &mut self,
        mut array: impl FnMut(String) -> Result<Vec<f32>, E>,
    ) -> Result<(), E> {
        for (i, finished) in self.finished.iter_mut().enumerate() {
            finished.trained.parameters = array(Contents::finished_name(i))?;
        }
        if let Some(Running { snapshot, .. }) = &mut self.running {
            let [a, b, c, d] = Arrays::NAMES.map(|name| array(Contents::running_name(name)));
            snapshot.arrays = [a?, b?, c?, d?].into();
        }
        Ok(())
    }

    fn finished_name(index: usize) -> String {
        format!("finished.{index}.parameters")
    }

    fn running_name(name: &str) -> String {
        format!("running.{name}")
    }
}
