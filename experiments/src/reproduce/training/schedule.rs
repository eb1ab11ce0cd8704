//! The learning rate in the course of a training.

use costate_neural::Plateau;
use std::f64::consts::PI;

/// How the learning rate goes on from its first value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Schedule {
    /// It stays.
    Constant,
    /// It falls where the loss on validation data gets no better.
    Plateau(Plateau),
    /// It falls with the steps, along half a cosine from all of it before the first to nothing after the last (I. Loshchilov and
    /// F. Hutter, arXiv:1608.03983, without restarts). For few series, of which those for validation are too few to be asked.
    Cosine,
}

impl Schedule {
    /// The plateau, if it is one.
    pub fn plateau(self) -> Option<Plateau> {
        match self {
            Schedule::Plateau(plateau) => Some(plateau),
            Schedule::Constant | Schedule::Cosine => None,
        }
    }

    /// What the first rate is multiplied by in a step, counted from 0, where that follows from the step alone: greater than 0 before
    /// the last of `total` is done.
    ///
    /// ```
    /// use costate_experiments::reproduce::training::Schedule;
    /// let factors = [0, 50, 100].map(|step| Schedule::Cosine.factor(step, 100));
    /// assert_eq!(factors.map(|f| f.map(|f| (f * 1e9).round() / 1e9)), [Some(1.0), Some(0.5), Some(0.0)]);
    /// assert_eq!(Schedule::Constant.factor(50, 100), None);
    /// ```
    pub fn factor(self, step: u64, total: u64) -> Option<f64> {
        let share = step as f64 / total.max(1) as f64;
        matches!(self, Schedule::Cosine).then(|| 0.5 * (1.0 + (PI * share).cos()))
    }
}
