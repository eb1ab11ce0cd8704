//! What a run of an experiment leaves: everything that its report shows, and that another program may read.

mod ablation;
mod commit;
mod cost;
mod course;
mod equal_error;
mod file;
mod number;
mod summary;

pub use ablation::Ablation;
pub use commit::commit;
pub use cost::Cost;
pub use course::{Course, CoursePoint, ErrorPoint, Pass, Tried};
pub use equal_error::EqualError;
pub use file::{FileError, replace};
pub use summary::{Best, Reduction, Summary};

use super::way::Way;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// How much is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Size {
    /// Minutes: small nets, few data. Shows the effect, not the paper's numbers.
    Quick,
    /// Hours: the paper's nets, data and number of epochs.
    Paper,
}

impl Size {
    /// What it is called in options and records.
    pub fn name(self) -> &'static str {
        match self {
            Size::Quick => "quick",
            Size::Paper => "paper",
        }
    }
}

/// One model, trained and evaluated one way.
///
/// Numbers that are not finite become `null` in JSON, which has no word for them, and are NaN when they are read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// What was learnt.
    pub task: String,
    /// How its gradients were computed.
    #[serde(flatten)]
    pub way: Way,
    /// Relative tolerance.
    #[serde(deserialize_with = "number::or_nan")]
    pub rtol: f64,
    /// Absolute tolerance.
    #[serde(deserialize_with = "number::or_nan")]
    pub atol: f64,
    /// Which repeat, from 0: another initial model, another order of the data.
    pub repeat: u64,
    /// What the passes over the evaluation data cost.
    #[serde(flatten)]
    pub cost: Cost,
    /// Time of the training, in seconds.
    #[serde(deserialize_with = "number::or_nan")]
    pub seconds: f64,
    /// How good the model is on the test data.
    #[serde(deserialize_with = "number::or_nan")]
    pub metric: f64,
    /// What that number is, with its unit.
    pub metric_name: String,
    /// Distance to a reference gradient over the length of it; none if it was not measured.
    pub gradient_error: Option<f64>,
    /// Gross over net gradient, the mean over the evaluation: how many times larger the parts are that gradients are differences of.
    /// None if it was not measured.
    #[serde(default)]
    pub conditioning: Option<f64>,
    /// Time of the evaluation, in seconds; none if it was not measured.
    #[serde(default)]
    pub evaluation_seconds: Option<f64>,
    /// The most memory held at once in the training, in bytes; none if it was not measured.
    pub peak_bytes: Option<u64>,
    /// Where and why the training ended early; none of one that did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
}

/// What stands between the sources of a run that was gone on with.
pub const THEN: &str = ", then ";

/// The whole record of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its name.
    pub experiment: String,
    /// How much was computed.
    pub size: Size,
    /// What the random numbers came from.
    pub seed: u64,
    /// The source it ran from; see [`commit`].
    pub commit: String,
    /// Where the run was broken off; none of a whole one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_off: Option<String>,
    /// Every model.
    pub runs: Vec<Run>,
    /// What the seminorm saves, and Costate.
    pub summary: Summary,
    /// How the trainings went.
    pub courses: Vec<Course>,
    /// Backward passes, step by step.
    pub passes: Vec<Pass>,
    /// What gradients cost and how good they are.
    pub errors: Vec<ErrorPoint>,
    /// What gradients cost that are equally good.
    #[serde(default)]
    pub equal_errors: Vec<EqualError>,
    /// What the savings hang on.
    #[serde(default)]
    pub ablations: Vec<Ablation>,
}

impl Record {
    /// A record without runs.
    pub fn new(experiment: &str, size: Size, seed: u64) -> Self {
        Record {
            experiment: experiment.to_owned(),
            size,
            seed,
            commit: commit(),
            broken_off: None,
            runs: Vec::new(),
            summary: Summary::of(&[], &[]),
            courses: Vec::new(),
            passes: Vec::new(),
            errors: Vec::new(),
            equal_errors: Vec::new(),
            ablations: Vec::new(),
        }
    }

    /// Takes up a run; the summary follows.
    pub fn push(&mut self, run: Run) {
        self.runs.push(run);
        self.summarise();
    }

    /// Takes up what gradients cost that are equally good; the summary follows.
    pub fn compare(&mut self, found: Vec<EqualError>) {
        self.equal_errors.extend(found);
        self.summarise();
    }

    /// Takes up the numbers of another experiment. How its trainings and its steps went is left in its own record.
    pub fn take_up(&mut self, other: Record) {
        if self.runs.is_empty() {
            self.commit.clone_from(&other.commit);
        }
        self.runs.extend(other.runs);
        self.errors.extend(other.errors);
        self.equal_errors.extend(other.equal_errors);
        self.ablations.extend(other.ablations);
        self.broken_off = other.broken_off;
        for commit in other.commit.split(THEN) {
            if !self.commit.split(THEN).any(|known| known == commit) {
                self.commit = [&self.commit, commit].map(str::to_owned).join(THEN);
            }
        }
        self.summarise();
    }

    /// The same without what depends on the clock and on memory: two runs that compute alike leave equal ones.
    pub fn timeless(mut self) -> Self {
        for run in &mut self.runs {
            (run.seconds, run.evaluation_seconds, run.peak_bytes) = (0.0, None, None);
        }
        for equal in &mut self.equal_errors {
            equal.seconds = 1.0;
        }
        self.summarise();
        self
    }

    fn summarise(&mut self) {
        self.summary = Summary::of(&self.runs, &self.equal_errors);
    }

    /// As JSON.
    ///
    /// # Errors
    /// None that the types allow; serde_json's signature has one.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }

    /// Writes the record as JSON, whole or not at all: see [`replace`].
    ///
    /// # Errors
    /// [`FileError`] with the path and what to do.
    pub fn write(&self, path: &Path) -> Result<(), FileError> {
        let json = self
            .json()
            .map_err(|source| FileError::Write { path: path.to_owned(), source: source.into() })?;
        replace(path, json.as_bytes())
    }

    /// Reads a record.
    ///
    /// # Errors
    /// [`FileError`] when there is none, or when it is not one.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| FileError::Read { path: path.to_owned(), source })?;
        serde_json::from_str(&text)
            .map_err(|source| FileError::NotARecord { path: path.to_owned(), source })
    }
}
