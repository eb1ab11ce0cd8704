//! Where the fit starts: a guess from the data by eye, and guesses around it.

use crate::lynx_hare::model::{UNKNOWNS, Unknowns};
use crate::lynx_hare::pelts::PELTS;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A seeded start has each unknown within this factor of the default one.
pub const SPREAD: f64 = 1.5;

/// What one reads off the data without solving anything.
///
/// - The populations start where the first year's pelts are.
/// - Over a full cycle the means of the model are its resting point: `mean(x) = c/d`, `mean(y) = a/b` (Volterra).
/// - Small cycles take `2 pi / sqrt(a c)` years. The hares' two peaks are ten years apart.
/// - Nothing so simple tells a from c: take them equal.
pub fn by_eye() -> Unknowns {
    let years = PELTS.len() as f64;
    let mean_hares = PELTS.iter().map(|c| c.hares).sum::<f64>() / years;
    let mean_lynxes = PELTS.iter().map(|c| c.lynxes).sum::<f64>() / years;
    let rate = 2.0 * std::f64::consts::PI / period();
    let first = PELTS[0];
    Unknowns {
        rates: [rate, rate / mean_lynxes, rate, rate / mean_hares],
        start: [first.hares, first.lynxes],
    }
}

/// The years between the first and the last peak of the hares, over the cycles in between. A peak is a year with more hares
/// than both its neighbours and more than one and a half times the mean.
pub fn period() -> f64 {
    let mean = PELTS.iter().map(|c| c.hares).sum::<f64>() / PELTS.len() as f64;
    let peaks: Vec<u16> = PELTS
        .windows(3)
        .filter(|w| w[1].hares > w[0].hares.max(w[2].hares).max(1.5 * mean))
        .map(|w| w[1].year)
        .collect();
    f64::from(peaks[peaks.len() - 1] - peaks[0]) / (peaks.len() - 1) as f64
}

/// The default start with each unknown multiplied by a factor of its own, between 1/1.5 and 1.5 and uniform in its logarithm.
/// The same seed gives the same start everywhere.
pub fn seeded(seed: u64) -> Unknowns {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let spread = SPREAD.ln();
    let logs = by_eye().logs();
    let moved: [f64; UNKNOWNS] = logs.map(|log| log + rng.random_range(-spread..=spread));
    Unknowns::from_logs(moved)
}
