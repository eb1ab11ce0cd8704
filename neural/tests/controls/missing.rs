//! What stands where nothing was observed.

use crate::series::{IN_TIME, Scheme, Series, series, slope, value};
use costate_neural::Control;
use nalgebra::DMatrix;
use proptest::prelude::*;

/// A series of one channel of a series, without the times at which nothing was observed, but with both ends.
fn alone(series: &Series, channel: usize) -> Option<Series> {
    let last = series.samples() - 1;
    let seen: Vec<usize> = (0..=last).filter(|&i| !series.values[(channel, i)].is_nan()).collect();
    let (first_seen, last_seen) = (*seen.first()?, *seen.last()?);
    let kept: Vec<usize> =
        (0..=last).filter(|i| [0, last].contains(i) || seen.contains(i)).collect();
    let values = kept.iter().map(|&i| series.values[(channel, i.clamp(first_seen, last_seen))]);
    Some(Series {
        times: kept.iter().map(|&i| series.times[i]).collect(),
        values: DMatrix::from_iterator(1, kept.len(), values),
    })
}

proptest! {
    /// Lines and natural cubics go from observation to observation, as if the times between were none.
    #[test]
    fn is_bridged_channel_by_channel(series in series(2, 0.5), part in 0.0..1.0) {
        let schemes: [Scheme; 2] = [Control::linear, Control::natural_cubic];
        for scheme in schemes {
            let control = series.control(scheme);
            for channel in 0..2 {
                let Some(alone) = alone(&series, channel) else { continue };
                let alone = alone.control(scheme);
                for knots in series.times.windows(2) {
                    let t = knots[0] + part * (knots[1] - knots[0]);
                    // Expanded about other knots, up to eight gaps of 2 away, whose powers multiply the terms.
                    let bound = 64.0 * f64::EPSILON * crate::series::size(&alone);
                    prop_assert!((value(&control, t)[channel] - value(&alone, t)[0]).abs() <= bound);
                    let bound = bound / 0.05;
                    prop_assert!((slope(&control, t)[channel] - slope(&alone, t)[0]).abs() <= bound);
                }
            }
        }
    }

    /// Hermite and rectilinear paths carry the last value forward, and the first backward to the beginning.
    #[test]
    fn is_carried_forward(series in series(2, 0.5)) {
        let mut filled = series.values.clone();
        for channel in 0..2 {
            let row: Vec<f64> = series.values.row(channel).iter().copied().collect();
            let first = row.iter().copied().find(|x| !x.is_nan()).unwrap_or(0.0);
            for i in 0..row.len() {
                let seen = row[..=i].iter().rev().copied().find(|x| !x.is_nan());
                filled[(channel, i)] = seen.unwrap_or(first);
            }
        }
        let filled = series.with(filled);
        let schemes: [Scheme; 2] = [Control::hermite, Control::rectilinear];
        for scheme in schemes {
            prop_assert_eq!(series.control(scheme), filled.control(scheme));
        }
    }

    /// A channel without any observation is zero and moves nothing.
    #[test]
    fn altogether_is_zero(series in series(2, 0.3), part in 0.0..1.0) {
        let mut values = series.values.clone();
        values.row_mut(1).fill(f64::NAN);
        let series = series.with(values);
        for scheme in IN_TIME {
            let control = series.control(scheme);
            for knots in series.times.windows(2) {
                let t = knots[0] + part * (knots[1] - knots[0]);
                prop_assert_eq!((value(&control, t)[1], slope(&control, t)[1]), (0.0, 0.0));
            }
        }
    }
}

#[test]
fn ends_are_those_of_the_nearest_observation() {
    let values = DMatrix::from_row_slice(1, 4, &[f64::NAN, 2.0, 3.0, f64::NAN]);
    for scheme in IN_TIME {
        let control = scheme(&[0.0, 1.0, 2.0, 3.0], &values).unwrap();
        assert_eq!((value(&control, 0.0), value(&control, 3.0)), (vec![2.0], vec![3.0]));
    }
    // A spline sees them as observations at the two ends, and swings between; a line stays level.
    let control = Control::linear(&[0.0, 1.0, 2.0, 3.0], &values).unwrap();
    assert_eq!((value(&control, 0.5), value(&control, 2.5)), (vec![2.0], vec![3.0]));
}
