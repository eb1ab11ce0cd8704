//! A learning rate that falls where nothing gets better.

use crate::NeuralError;

/// Lowers the learning rate when a measure, the validation loss say, has stopped getting smaller: PyTorch's `ReduceLROnPlateau` in its
/// mode `min`, with its defaults.
///
/// A measure is better when it lies under `(1 - threshold)` times the best so far. After more than `patience` others in a row the rate
/// is multiplied by `factor`, but not below `floor`, and `cooldown` measures are not counted. NaN is never better. (With measures
/// below zero that is weaker than it looks, there as here: one that is a little worse than the best still counts as better.)
///
/// ```
/// use costate_neural::Plateau;
/// let mut plateau = Plateau { patience: 1, ..Plateau::default() };
/// let rates: Vec<f64> = [1.0, 0.9, 0.9, 0.9, 0.5].iter().scan(1e-3, |rate, loss| {
///     *rate = plateau.next(*rate, *loss).ok()?;
///     Some(*rate)
/// }).collect();
/// assert_eq!(rates, [1e-3, 1e-3, 1e-3, 1e-4, 1e-4]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plateau {
    /// What the rate is multiplied by, 0.1 by default.
    pub factor: f64,
    /// How many measures in a row may be no better, 10 by default.
    pub patience: u32,
    /// By how much of itself the best has to be undercut, 1e-4 by default.
    pub threshold: f64,
    /// How many measures are not counted after the rate was lowered, 0 by default.
    pub cooldown: u32,
    /// The lowest rate, 0 by default.
    pub floor: f64,
    /// A change of the rate as small as this is not made, 1e-8 by default.
    pub epsilon: f64,
    /// The best measure so far, infinity at first.
    pub best: f64,
    /// How many measures in a row were no better.
    pub waited: u32,
    /// How many measures will not be counted.
    pub cooling: u32,
}

impl Default for Plateau {
    fn default() -> Self {
        Plateau {
            factor: 0.1,
            patience: 10,
            threshold: 1e-4,
            cooldown: 0,
            floor: 0.0,
            epsilon: 1e-8,
            best: f64::INFINITY,
            waited: 0,
            cooling: 0,
        }
    }
}

impl Plateau {
    /// The rate to go on with, given the present one and the measure of an epoch.
    ///
    /// # Errors
    /// A factor or a threshold that is not at least 0 and less than 1.
    pub fn next(&mut self, rate: f64, measure: f64) -> Result<f64, NeuralError> {
        let settings =
            [("the plateau's factor", self.factor), ("the plateau's threshold", self.threshold)];
        for (what, value) in settings {
            let within = (0.0..1.0).contains(&value);
            NeuralError::check_setting(what, value, within, "at least 0 and less than 1")?;
        }
        if measure < self.best * (1.0 - self.threshold) {
            (self.best, self.waited) = (measure, 0);
        } else {
            self.waited = self.waited.saturating_add(1);
        }
        if self.cooling > 0 {
            (self.cooling, self.waited) = (self.cooling - 1, 0);
        }
        if self.waited <= self.patience {
            return Ok(rate);
        }
        (self.cooling, self.waited) = (self.cooldown, 0);
        let lowered = (rate * self.factor).max(self.floor);
        Ok(if rate - lowered > self.epsilon { lowered } else { rate })
    }
}
