//! All that a training under way hangs on.

use super::Settings;
use super::thinned::Thinned;
use crate::reproduce::record::{Cost, CoursePoint};
use costate_neural::Plateau;
use serde::{Deserialize, Serialize};

/// A training between two of its steps: what goes on from it has the same numbers, to the last bit, as if nothing had been.
///
/// The order of the data is not in it, for it follows from the seed and the number of steps. The arrays are not serialised with
/// the rest: a file has a place of their own for them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// What was set.
    pub(super) settings: String,
    /// Steps of the optimiser so far.
    pub(super) step: u64,
    /// Epochs after which the validation data were looked at.
    pub(super) validated: u64,
    /// The learning rate, which a schedule has perhaps lowered.
    pub(super) rate: f64,
    /// How many gradients AdamW has taken up.
    pub(super) updates: u32,
    /// What a plateau remembers: best, waited, cooling.
    pub(super) plateau: Option<(f64, u32, u32)>,
    pub(super) course: Thinned,
    pub(super) cost: Cost,
    pub(super) seconds: f64,
    pub(super) peak_bytes: Option<u64>,
    /// The arrays.
    #[serde(skip)]
    pub arrays: Arrays,
}

/// The arrays of a training, each with a number for every parameter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Arrays {
    /// The parameters.
    pub parameters: Vec<f32>,
    /// The last parameters with which the loss was a number.
    pub last_good: Vec<f32>,
    /// AdamW's running mean of the gradient.
    pub mean: Vec<f32>,
    /// And of its square.
    pub square: Vec<f32>,
}

impl Arrays {
    /// What they are called.
    pub const NAMES: [&str; 4] = ["parameters", "last_good", "mean", "square"];

    /// In the order of [`NAMES`](Self::NAMES).
    pub fn all(&self) -> [&Vec<f32>; 4] {
        [&self.parameters, &self.last_good, &self.mean, &self.square]
    }
}

impl From<[Vec<f32>; 4]> for Arrays {
    fn from([parameters, last_good, mean, square]: [Vec<f32>; 4]) -> Self {
        Arrays { parameters, last_good, mean, square }
    }
}

impl Snapshot {
    /// Steps of the optimiser so far.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// How long it took so far, in seconds.
    pub fn seconds(&self) -> f64 {
        self.seconds
    }

    /// How it went so far.
    pub fn points(&self) -> &[CoursePoint] {
        self.course.points()
    }

    /// Settings as they are compared.
    pub(super) fn told(settings: &Settings) -> String {
        format!("{settings:?}")
    }

    /// A plateau that remembers.
    pub(super) fn remembered(&self, fresh: Option<Plateau>) -> Option<Plateau> {
        let memory = self.plateau;
        fresh.map(|plateau| match memory {
            Some((best, waited, cooling)) => Plateau { best, waited, cooling, ..plateau },
            None => plateau,
        })
    }
}
