//! More knots on the same path.

use crate::series::{Scheme, Series, distance, series, size, slope, value};
use costate_neural::Control;
use nalgebra::DMatrix;
use proptest::prelude::*;

/// The series with a sample more in each gap.
fn refined(series: &Series, part: f64, sample: impl Fn(f64) -> Vec<f64>) -> Series {
    let mut times = Vec::new();
    let mut values = Vec::new();
    for (i, &t) in series.times.iter().enumerate() {
        times.push(t);
        values.extend(series.values.column(i).iter());
        if let Some(next) = series.times.get(i + 1) {
            let between = t + part * (next - t);
            times.push(between);
            values.extend(sample(between));
        }
    }
    Series { values: DMatrix::from_vec(series.channels(), times.len(), values), times }
}

proptest! {
    /// A sample in which all is missing changes no line and no natural cubic, and neither does one that lies on the path: of all
    /// curves through the points, with it or without, the spline bends least.
    #[test]
    fn stays_the_same(series in series(2, 0.3), part in 0.2..0.8, at in 0.0..1.0) {
        let schemes: [Scheme; 2] = [Control::linear, Control::natural_cubic];
        for scheme in schemes {
            let control = series.control(scheme);
            let missing = refined(&series, part, |_| vec![f64::NAN; 2]).control(scheme);
            let on_the_path = refined(&series, part, |t| value(&control, t));
            // Without what was missing before: those samples lie on the path too.
            let filled = on_the_path.times.iter().flat_map(|&t| value(&control, t)).collect();
            let filled = DMatrix::from_vec(2, on_the_path.times.len(), filled);
            let on_the_path = on_the_path.with(filled).control(scheme);
            for knots in series.times.windows(2) {
                let t = knots[0] + at * (knots[1] - knots[0]);
                for (refined, shortest) in [(&missing, 0.05), (&on_the_path, 0.2 * 0.05)] {
                    // Values of the added samples are rounded, and slopes are their differences over the gaps.
                    let bound = 1e3 * f64::EPSILON * size(&control);
                    prop_assert!(distance(&value(refined, t), &value(&control, t)) <= bound);
                    let bound = bound / shortest;
                    prop_assert!(distance(&slope(refined, t), &slope(&control, t)) <= bound);
                }
            }
        }
    }
}
