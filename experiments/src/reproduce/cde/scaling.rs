//! Channels of series brought to mean 0 and variance 1.

use super::series::Series;
use crate::reproduce::flows::standard::Moments;
use nalgebra::DMatrix;

/// The mean and the deviation of each channel over all samples of the training series, missing ones left out.
///
/// A channel that is constant there is moved to zero and keeps its unit, and so is not refused: it moves nothing, and where it does
/// move in another series, it is not blown up. One that is never observed stays as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling(Vec<Moments>);

impl Scaling {
    /// By the training series.
    pub fn of(train: &[Series]) -> Self {
        let channels = train.first().map_or(0, |series| series.values.nrows());
        let of_channel = |channel| {
            let samples = train.iter().flat_map(move |series| {
                series.values.row(channel).iter().copied().collect::<Vec<_>>()
            });
            let none = Moments { mean: 0.0, deviation: 1.0 };
            let moments = Moments::of(samples.filter(|x| !x.is_nan())).unwrap_or(none);
            if moments.are_of_a_constant() {
                Moments { deviation: 1.0, ..moments }
            } else {
                moments
            }
        };
        Scaling((0..channels).map(of_channel).collect())
    }

    /// A series in standard units, channels x samples.
    pub fn apply(&self, values: &DMatrix<f64>) -> DMatrix<f64> {
        let Scaling(moments) = self;
        DMatrix::from_fn(values.nrows(), values.ncols(), |channel, sample| {
            let Moments { mean, deviation } = moments[channel];
            (values[(channel, sample)] - mean) / deviation
        })
    }
}
