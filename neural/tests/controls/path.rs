//! What holds of the paths of all schemes.

use crate::series::{IN_TIME, Scheme, distance, series, size, slope, value};
use costate_neural::Control;
use proptest::prelude::*;

proptest! {
    /// At each sample the path is what was observed, to the last digit from the right; and pieces meet, to a few roundings of
    /// their terms.
    #[test]
    fn goes_through_the_observations(series in series(3, 0.3)) {
        for scheme in IN_TIME {
            let control = series.control(scheme);
            let bound = 32.0 * f64::EPSILON * size(&control);
            for (i, &t) in series.times.iter().enumerate() {
                prop_assert_eq!(control.seen_at(i), Some(t));
                let here = value(&control, t);
                for (channel, &x) in here.iter().enumerate() {
                    let observed = series.values[(channel, i)];
                    prop_assert!(observed.is_nan() || x == observed, "{} is not {}", x, observed);
                }
                if i > 0 {
                    let h = t - series.times[i - 1];
                    let piece = |channel| control.cubic(i - 1, channel).unwrap();
                    let from_left: Vec<f64> = (0..3).map(|channel| piece(channel).value(h)).collect();
                    prop_assert!(distance(&from_left, &here) <= bound);
                }
            }
            prop_assert_eq!(control.seen_at(series.samples()), None);
        }
    }

    /// The slope is the path's: Simpson's rule is exact for quadratics, up to rounding of the values and of slope times length.
    #[test]
    fn grows_by_the_integral_of_the_slope(series in series(2, 0.3), at in [0.0..1.0, 0.0..1.0_f64]) {
        let schemes: [Scheme; 4] =
            [Control::linear, Control::natural_cubic, Control::hermite, Control::rectilinear];
        for scheme in schemes {
            let control = series.control(scheme);
            let bound = 128.0 * f64::EPSILON * size(&control) * (1.0 + series.times[0].abs());
            for knots in control.knots().windows(2) {
                let inside = |part: f64| knots[0] + part * (knots[1] - knots[0]);
                let (from, to) = (inside(at[0].min(at[1])), inside(at[0].max(at[1])));
                let [low, middle, high] = [from, 0.5 * (from + to), to].map(|t| slope(&control, t));
                let [start, end] = [from, to].map(|t| value(&control, t));
                for c in 0..control.channels() {
                    let grown = (to - from) * (low[c] + 4.0 * middle[c] + high[c]) / 6.0;
                    prop_assert!((end[c] - start[c] - grown).abs() <= bound);
                }
            }
        }
    }

    /// Beyond its ends a path stays where it is.
    #[test]
    fn stands_still_beyond_both_ends(series in series(2, 0.3), beyond in 1e-9..1e9) {
        let schemes: [Scheme; 4] =
            [Control::linear, Control::natural_cubic, Control::hermite, Control::rectilinear];
        for scheme in schemes {
            let control = series.control(scheme);
            let (first, last) = (control.knots()[0], control.knots()[control.pieces()]);
            for (end, t) in [(first, first - beyond), (last, last + beyond)] {
                prop_assert_eq!(value(&control, t), value(&control, end));
                prop_assert!(slope(&control, t).iter().all(|x| *x == 0.0));
            }
            prop_assert!(value(&control, f64::NAN).iter().all(|x| x.is_nan()));
            // The slope jumps at the ends at least, and nowhere but at knots.
            let jumps = control.jumps();
            prop_assert_eq!((jumps[0], jumps[jumps.len() - 1]), (first, last));
            prop_assert!(jumps.iter().all(|jump| control.knots().contains(jump)));
        }
    }

    /// Paths are linear in the data. Terms of three paths are rounded.
    #[test]
    fn is_linear_in_the_data(
        (series, other) in series(2, 0.0).prop_flat_map(|series| {
            let values = prop::collection::vec(-10.0..10.0, 2 * series.samples());
            (Just(series), values)
        }),
        factors in [-3.0..3.0, -3.0..3.0_f64],
        part in 0.0..1.0,
    ) {
        let other = series.with(nalgebra::DMatrix::from_vec(2, series.samples(), other));
        let both = series.with(&series.values * factors[0] + &other.values * factors[1]);
        for scheme in IN_TIME {
            let paths = [&series, &other, &both].map(|series| series.control(scheme));
            let size = paths.iter().map(size).fold(0.0, f64::max) * 6.0;
            for knots in series.times.windows(2) {
                let t = knots[0] + part * (knots[1] - knots[0]);
                let [x, y, z] = [0, 1, 2].map(|k| value(&paths[k], t));
                let sum: Vec<f64> = (0..2).map(|c| factors[0] * x[c] + factors[1] * y[c]).collect();
                // Splines solve a system whose condition is at most 3: its diagonal is twice what stands beside it.
                prop_assert!(distance(&sum, &z) <= 256.0 * f64::EPSILON * size);
            }
        }
    }

    /// Time comes first and is the time; the other channels stay as they were, and a second time is none.
    #[test]
    fn time_is_a_channel(series in series(2, 0.3), part in 0.0..1.0) {
        for scheme in IN_TIME {
            let control = series.control(scheme);
            let timed = control.clone().with_time();
            prop_assert_eq!(timed.channels(), 3);
            prop_assert_eq!(&timed.clone().with_time(), &timed);
            for knots in series.times.windows(2) {
                let t = knots[0] + part * (knots[1] - knots[0]);
                let (x, dx) = (value(&timed, t), slope(&timed, t));
                prop_assert!((x[0] - t).abs() <= 4.0 * f64::EPSILON * (1.0 + t.abs()));
                prop_assert_eq!(dx[0], 1.0);
                prop_assert_eq!(&x[1..], &value(&control, t)[..]);
                prop_assert_eq!(&dx[1..], &slope(&control, t)[..]);
            }
            let (last, beyond) = (series.times[series.samples() - 1], f64::INFINITY);
            prop_assert_eq!((value(&timed, beyond)[0], slope(&timed, beyond)[0]), (last, 0.0));
        }
    }
}
