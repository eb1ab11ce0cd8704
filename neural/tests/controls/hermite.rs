use crate::series::{distance, series, size, slope, value};
use costate_neural::Control;
use proptest::prelude::*;

proptest! {
    /// At each sample, from both sides, the slope is that from the sample before; at the first that to the second, and the first
    /// piece is straight. Slopes are values over gaps, which are at least 0.05.
    #[test]
    fn slopes_are_backward_differences(series in series(2, 0.0)) {
        let control = series.control(Control::hermite);
        let bound = 64.0 * f64::EPSILON * size(&control) / 0.05;
        let difference = |i: usize| -> Vec<f64> {
            let rise = series.values.column(i) - series.values.column(i - 1);
            (rise / (series.times[i] - series.times[i - 1])).as_slice().to_vec()
        };
        for i in 0..series.samples() {
            prop_assert!(distance(&slope(&control, series.times[i]), &difference(i.max(1))) <= bound);
            if i > 0 {
                let h = series.times[i] - series.times[i - 1];
                let end = |channel| control.cubic(i - 1, channel).unwrap().slope(h);
                let from_left: Vec<f64> = (0..2).map(end).collect();
                prop_assert!(distance(&from_left, &difference(i)) <= bound);
            }
        }
        for channel in 0..2 {
            let first = control.cubic(0, channel).unwrap();
            prop_assert_eq!((first.c, first.d), (0.0, 0.0));
        }
    }

    /// Up to a sample nothing is known of those after it.
    #[test]
    fn later_samples_change_nothing_before(
        series in series(2, 0.0),
        (known, part) in (0.0..1.0, 0.0..1.0),
        later in -1e3..1e3,
    ) {
        let known = (known * series.samples() as f64) as usize;
        let mut values = series.values.clone();
        (known + 1..series.samples()).for_each(|i| values.column_mut(i).add_scalar_mut(later));
        let others = [series.clone(), series.with(values)].map(|it| it.control(Control::hermite));
        for knots in series.times[..=known].windows(2) {
            let t = knots[0] + part * (knots[1] - knots[0]);
            prop_assert_eq!(value(&others[0], t), value(&others[1], t));
        }
    }
}

/// What the documentation says of the second derivative: it jumps.
#[test]
fn the_second_derivative_jumps_at_knots() {
    let values = nalgebra::DMatrix::from_row_slice(1, 4, &[0.0, 0.0, 1.0, 0.0]);
    let control = Control::hermite(&[0.0, 1.0, 2.0, 3.0], &values).unwrap();
    let second = |piece: usize, s: f64| 2.0 * control.cubic(piece, 0).unwrap().about(s).c;
    assert_eq!([second(0, 1.0), second(1, 0.0)], [0.0, 4.0]);
    assert_eq!([second(1, 1.0), second(2, 0.0)], [-2.0, -8.0]);
}
