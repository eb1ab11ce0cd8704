//! Noise on the series that are trained on.

use costate_neural::{Control, NeuralError};
use nalgebra::DMatrix;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// The stream of the noise. The parameters at the beginning come from stream 0 of the same generator, perhaps with the same seed.
const STREAM: u64 = 1;

/// A path through samples: straight lines, one unit of time from each to the next, with the time as first channel.
///
/// # Errors
/// Fewer than two samples.
pub fn path(values: &DMatrix<f64>) -> Result<Control, NeuralError> {
    let times: Vec<f64> = (0..values.ncols()).map(|i| i as f64).collect();
    Ok(Control::linear(&times, values)?.with_time())
}

/// Series that are never seen twice the same: each time with other Gaussian noise on every sample.
///
/// It is a regulariser for sets of few series. To lowest order in the noise, it is a penalty on how much the outcome changes with
/// the samples (C. M. Bishop, "Training with noise is equivalent to Tikhonov regularization", Neural Computation 7, 1995). Time has
/// none, and a missing sample stays missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Noise {
    /// Its deviation, in the units of the series.
    deviation: f64,
    /// The series as they are, channels x samples.
    series: Vec<DMatrix<f64>>,
}

impl Noise {
    /// Of this deviation, on these series.
    pub fn new(deviation: f64, series: Vec<DMatrix<f64>>) -> Self {
        Noise { deviation, series }
    }

    /// The paths of these rows. The same draw and rows, the same noise, in whatever precision a batch is computed.
    ///
    /// # Errors
    /// A series of fewer than two samples.
    pub fn paths(&self, rows: &[usize], draw: u64) -> Result<Vec<Control>, NeuralError> {
        let mut random = ChaCha8Rng::seed_from_u64(draw);
        random.set_stream(STREAM);
        let mut noisy = |row: &usize| {
            let values = self.series[*row].map(|x| {
                let normal: f64 = StandardNormal.sample(&mut random);
                x + self.deviation * normal
            });
            path(&values)
        };
        rows.iter().map(&mut noisy).collect()
    }
}
