//! Random irregular series, and what their paths are asked.

use costate_neural::{Control, ControlError};
use nalgebra::DMatrix;
use proptest::prelude::*;

/// Times with gaps between 0.05 and 2, and values between -10 and 10, of which some may be missing.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    pub(crate) times: Vec<f64>,
    pub(crate) values: DMatrix<f64>,
}

pub(crate) type Scheme = fn(&[f64], &DMatrix<f64>) -> Result<Control, ControlError>;

/// The schemes whose parameter is the time.
pub(crate) const IN_TIME: [Scheme; 3] = [Control::linear, Control::natural_cubic, Control::hermite];

impl Series {
    pub(crate) fn control(&self, scheme: Scheme) -> Control {
        scheme(&self.times, &self.values).unwrap()
    }

    pub(crate) fn channels(&self) -> usize {
        self.values.nrows()
    }

    pub(crate) fn samples(&self) -> usize {
        self.times.len()
    }

    /// The same times with other values.
    pub(crate) fn with(&self, values: DMatrix<f64>) -> Series {
        Series { values, ..self.clone() }
    }
}

/// Series of `channels` channels, each value missing with this probability.
pub(crate) fn series(channels: usize, missing: f64) -> impl Strategy<Value = Series> {
    (2..9_usize, -5.0..5.0).prop_flat_map(move |(samples, start)| {
        let value = prop_oneof![
            ((missing * 100.0) as u32) => Just(f64::NAN),
            (100 - (missing * 100.0) as u32) => -10.0..10.0,
        ];
        let values = prop::collection::vec(value, channels * samples);
        (prop::collection::vec(0.05..2.0, samples - 1), values).prop_map(move |(gaps, values)| {
            let mut times = vec![start];
            gaps.iter().for_each(|gap| times.push(times[times.len() - 1] + gap));
            Series { times, values: DMatrix::from_vec(channels, samples, values) }
        })
    })
}

pub(crate) fn value(control: &Control, t: f64) -> Vec<f64> {
    let mut out = vec![0.0; control.channels()];
    control.value(t, &mut out).unwrap();
    out
}

pub(crate) fn slope(control: &Control, t: f64) -> Vec<f64> {
    let mut out = vec![0.0; control.channels()];
    control.slope(t, &mut out).unwrap();
    out
}

/// The largest difference between two lists.
pub(crate) fn distance(one: &[f64], other: &[f64]) -> f64 {
    assert_eq!(one.len(), other.len());
    one.iter().zip(other).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
}

/// The largest sum of absolute terms of a path's polynomials, at the ends of their pieces: what rounding is relative to.
pub(crate) fn size(control: &Control) -> f64 {
    let pieces = (0..control.pieces()).flat_map(|piece| {
        let h = control.knots()[piece + 1] - control.knots()[piece];
        (0..control.channels()).map(move |channel| {
            let cubic = control.cubic(piece, channel).unwrap();
            let terms = [cubic.a, cubic.b * h, cubic.c * h * h, cubic.d * h * h * h];
            terms.into_iter().map(f64::abs).sum::<f64>()
        })
    });
    pieces.fold(1.0, f64::max)
}
