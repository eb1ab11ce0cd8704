//! Channels of series brought to mean 0 and variance 1, and the unit of the time beside them.

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

/// In which unit a path has its time as a channel.
///
/// The field is driven by that channel too, and at the beginning of a training nothing holds it back: in samples, a hidden state drifts as
/// far as a series is long, while all other channels have deviations of 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// In samples, as in the paper's code.
    Samples,
    /// In its own deviation over all samples of the training series: a channel like the others.
    Deviations,
    /// In deviations where all training series are of one length, and in samples where they are not: there the time at the end tells how
    /// long a series was, which may tell more than any other channel.
    ByLength,
}

impl Time {
    /// By how much the channel grows from sample to sample. Where no training series has a second sample, by 1.
    pub fn step(self, train: &[Series]) -> f64 {
        match self {
            Time::Samples => 1.0,
            Time::ByLength => {
                let lengths = |pair: &[Series]| pair[0].values.ncols() != pair[1].values.ncols();
                let unequal = train.windows(2).any(lengths);
                let unit = if unequal { Time::Samples } else { Time::Deviations };
                unit.step(train)
            }
            Time::Deviations => {
                let times = |series: &Series| (0..series.values.ncols()).map(|i| i as f64);
                match Moments::of(train.iter().flat_map(times)) {
                    Some(Moments { deviation, .. }) if deviation > 0.0 => 1.0 / deviation,
                    _ => 1.0,
                }
            }
        }
    }
}
