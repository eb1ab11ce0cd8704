use crate::series::{series, slope, value};
use costate_neural::Control;
use proptest::prelude::*;

proptest! {
    /// In turns time moves and values stay, and values move and time stays; at even corners stand the samples.
    #[test]
    fn time_and_values_move_in_turns(series in series(2, 0.0), part in 0.01..0.99) {
        let control = series.control(Control::rectilinear);
        prop_assert_eq!(control.channels(), 3);
        prop_assert_eq!(control.pieces(), 2 * (series.samples() - 1));
        prop_assert_eq!(control.jumps(), control.knots());
        for i in 0..series.samples() {
            let seen = control.seen_at(i).unwrap();
            let expected = [&[series.times[i]], series.values.column(i).as_slice()].concat();
            prop_assert_eq!(value(&control, seen), expected);
            if i + 1 < series.samples() {
                let (waiting, jumping) = (slope(&control, seen + part), slope(&control, seen + 1.0 + part));
                prop_assert_eq!(waiting, [series.times[i + 1] - series.times[i], 0.0, 0.0]);
                let rise = series.values.column(i + 1) - series.values.column(i);
                prop_assert_eq!(jumping, [&[0.0], rise.as_slice()].concat());
            }
        }
    }

    /// Before a sample comes the path knows nothing of it but its time: later values change nothing, bit for bit, and where one
    /// is missing nothing is known of the next.
    #[test]
    fn is_causal(
        series in series(2, 0.3),
        (known, part) in (0.0..1.0, 0.0..1.0),
        later in -1e3..1e3,
        missing in any::<bool>(),
    ) {
        let mut values = series.values.clone();
        // Where the first value is missing, the level at the beginning is the first there is.
        values.column_mut(0).fill(1.0);
        let series = series.with(values.clone());
        let known = (known * series.samples() as f64) as usize;
        for i in known + 1..series.samples() {
            values.column_mut(i).apply(|x| *x = if missing { f64::NAN } else { *x + later });
        }
        let both = [series.clone(), series.with(values)].map(|it| it.control(Control::rectilinear));
        let [before, after] = [known, known + 1].map(|i| both[0].seen_at(i));
        // Time moves on first: that takes half of the way to the next sample.
        let end = after.map_or(before.unwrap(), |after| after - 1.0);
        for t in [end, part * end] {
            prop_assert_eq!(value(&both[0], t), value(&both[1], t));
        }
    }
}
