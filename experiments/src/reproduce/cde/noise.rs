//! Noise on the series that are trained on.

use costate_neural::{Control, NeuralError};
use nalgebra::DMatrix;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// The stream of the noise. The parameters at the beginning come from stream 0 of the same generator, perhaps with the same seed.
const STREAM: u64 = 1;

/// A path through samples: straight lines, one unit of time from each to the next. Before the channels comes the time, which grows by
/// `step` from sample to sample.
///
/// # Errors
/// Fewer than two samples.
pub fn path(values: &DMatrix<f64>, step: f64) -> Result<Control, NeuralError> {
    let times: Vec<f64> = (0..values.ncols()).map(|i| i as f64).collect();
    let mut channels = values.clone().insert_row(0, 0.0);
    channels.row_mut(0).iter_mut().zip(&times).for_each(|(channel, time)| *channel = step * time);
    Ok(Control::linear(&times, &channels)?)
}

/// Series that are never seen twice the same: each time with other Gaussian noise on every sample.
///
/// It is a regulariser for sets of few series. To lowest order in the noise, it is a penalty on how much the outcome changes with
/// the samples (C. M. Bishop, "Training with noise is equivalent to Tikhonov regularization", Neural Computation 7, 1995). Time has
/// none, a channel that is the same in all samples of all series has none, and a missing sample stays missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Noise {
    /// Its deviation in each channel, in the units of the series.
    deviations: Vec<f64>,
    /// The series as they are, channels x samples.
    series: Vec<DMatrix<f64>>,
    /// By how much their time grows from sample to sample.
    step: f64,
}

impl Noise {
    /// Of this deviation, on these series, whose [`path`]s have this step of time.
    pub fn new(deviation: f64, series: Vec<DMatrix<f64>>, step: f64) -> Self {
        let channels = series.first().map_or(0, |values| values.nrows());
        let varies = |channel: usize| {
            let mut known = series.iter().flat_map(|values| {
                values.row(channel).iter().copied().filter(|x| !x.is_nan()).collect::<Vec<_>>()
            });
            let first = known.next();
            known.any(|x| Some(x) != first)
        };
        let deviations = (0..channels).map(|i| if varies(i) { deviation } else { 0.0 }).collect();
        Noise { deviations, series, step }
    }

    /// The paths of these rows. The same draw and rows, the same noise, in whatever precision a batch is computed.
    ///
    /// # Errors
    /// A series of fewer than two samples.
    pub fn paths(&self, rows: &[usize], draw: u64) -> Result<Vec<Control>, NeuralError> {
        let mut random = ChaCha8Rng::seed_from_u64(draw);
        random.set_stream(STREAM);
        let mut noisy = |row: &usize| {
            let mut values = self.series[*row].clone();
            for mut sample in values.column_iter_mut() {
                for (x, deviation) in sample.iter_mut().zip(&self.deviations) {
                    let normal: f64 = StandardNormal.sample(&mut random);
                    *x += deviation * normal;
                }
            }
            path(&values, self.step)
        };
        rows.iter().map(&mut noisy).collect()
    }
}
