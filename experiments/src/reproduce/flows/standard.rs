//! Channels brought to mean 0 and variance 1.

/// Mean and standard deviation of some numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// The mean.
    pub mean: f64,
    /// The standard deviation of these numbers, not of what they may be a sample of.
    pub deviation: f64,
}

impl Moments {
    /// Those of finite numbers; none of nothing.
    pub fn of(values: impl Iterator<Item = f64> + Clone) -> Option<Self> {
        let first = values.clone().next()?;
        let n = values.clone().count() as f64;
        // Differences from the first: a large mean takes no digits from a small deviation.
        let shift = values.clone().map(|x| (x - first) / n).sum::<f64>();
        let squares = values.map(|x| (x - first - shift).powi(2) / n);
        Some(Moments { mean: first + shift, deviation: squares.sum::<f64>().sqrt() })
    }

    /// Whether the deviation is no more than what rounding leaves of a constant.
    pub fn are_of_a_constant(&self) -> bool {
        self.deviation <= 4.0 * f64::EPSILON * self.mean.abs()
    }
}

/// Means and standard deviations of the training rows. What it does to validation and test is decided by these alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Standard<const D: usize> {
    mean: [f64; D],
    deviation: [f64; D],
}

/// Rows that cannot be standardised.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StandardError {
    /// No rows.
    #[error("there are no rows to standardise by: give the training rows")]
    Empty,
    /// A channel that says nothing.
    #[error(
        "the channel {channel:?} is {value} in every training row and has no deviation to divide by: leave it out"
    )]
    Constant {
        /// Its name.
        channel: String,
        /// Its value.
        value: f64,
    },
    /// NaN or infinity.
    #[error("the channel {channel:?} is {value} in row {row}, counted from 0: give finite rows")]
    NotFinite {
        /// Its name.
        channel: String,
        /// The first such row.
        row: usize,
        /// What stands there.
        value: f64,
    },
}

impl<const D: usize> Standard<D> {
    /// From training rows. `name` says what a channel is called, for errors.
    ///
    /// # Errors
    /// [`StandardError`] for no rows, a channel that is constant to rounding, or a value that is not finite.
    pub fn of(rows: &[[f64; D]], name: impl Fn(usize) -> String) -> Result<Self, StandardError> {
        if rows.is_empty() {
            return Err(StandardError::Empty);
        }
        let (mut mean, mut deviation) = ([0.0; D], [0.0; D]);
        for channel in 0..D {
            if let Some(row) = rows.iter().position(|row| !row[channel].is_finite()) {
                let value = rows[row][channel];
                return Err(StandardError::NotFinite { channel: name(channel), row, value });
            }
            let Some(moments) = Moments::of(rows.iter().map(|row| row[channel])) else { continue };
            (mean[channel], deviation[channel]) = (moments.mean, moments.deviation);
            if moments.are_of_a_constant() {
                let value = rows[0][channel];
                return Err(StandardError::Constant { channel: name(channel), value });
            }
        }
        Ok(Standard { mean, deviation })
    }

    /// A row in standard units.
    pub fn apply(&self, row: &[f64; D]) -> [f64; D] {
        std::array::from_fn(|i| (row[i] - self.mean[i]) / self.deviation[i])
    }

    /// The row that has these standard units.
    pub fn invert(&self, row: &[f64; D]) -> [f64; D] {
        std::array::from_fn(|i| row[i] * self.deviation[i] + self.mean[i])
    }

    /// The logarithm of the determinant of [`apply`](Self::apply): a log density in the original units is the one in standard
    /// units plus this.
    pub fn log_det(&self) -> f64 {
        -self.deviation.iter().map(|d| d.ln()).sum::<f64>()
    }
}
