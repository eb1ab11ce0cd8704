//! Rows dealt out for training, validation and test.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Rows in three parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Split<T> {
    /// To train on.
    pub train: Vec<T>,
    /// To choose by.
    pub validation: Vec<T>,
    /// To test on.
    pub test: Vec<T>,
}

/// Rows that cannot be dealt out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// A part would be empty.
    #[error(
        "{rows} rows are too few for three parts of which two have a tenth each: give at least 10"
    )]
    TooFew {
        /// How many there are.
        rows: usize,
    },
}

impl<T> Split<T> {
    /// In an order that the seed decides: a tenth for the test, a tenth for validation, the rest for training.
    ///
    /// # Errors
    /// [`SplitError::TooFew`] under ten rows.
    pub fn of(seed: u64, mut rows: Vec<T>) -> Result<Self, SplitError> {
        let tenth = rows.len() / 10;
        if tenth == 0 {
            return Err(SplitError::TooFew { rows: rows.len() });
        }
        rows.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        let test = rows.split_off(rows.len() - tenth);
        let validation = rows.split_off(rows.len() - tenth);
        Ok(Split { train: rows, validation, test })
    }

    /// The same parts of something made of each row.
    pub fn map<U>(&self, mut make: impl FnMut(&T) -> U) -> Split<U> {
        let mut all = |rows: &[T]| rows.iter().map(&mut make).collect();
        Split { train: all(&self.train), validation: all(&self.validation), test: all(&self.test) }
    }
}
