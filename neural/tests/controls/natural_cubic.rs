use crate::series::{series, size};
use costate_neural::{Control, Cubic};
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

/// All coefficients of a channel's spline from one dense system: each piece meets both of its values, slopes and second
/// derivatives agree where pieces meet, and second derivatives vanish at the ends.
fn by_elimination(times: &[f64], values: &[f64]) -> Vec<Cubic> {
    let pieces = times.len() - 1;
    let (mut matrix, mut right) =
        (DMatrix::zeros(4 * pieces, 4 * pieces), DVector::zeros(4 * pieces));
    let mut row = 0;
    let mut equation = |terms: &[(usize, [f64; 4])], value: f64| {
        for (piece, factors) in terms {
            (0..4).for_each(|k| matrix[(row, 4 * piece + k)] = factors[k]);
        }
        right[row] = value;
        row += 1;
    };
    for i in 0..pieces {
        let h = times[i + 1] - times[i];
        equation(&[(i, [1.0, 0.0, 0.0, 0.0])], values[i]);
        equation(&[(i, [1.0, h, h * h, h * h * h])], values[i + 1]);
        let bent = [0.0, 0.0, 2.0, 6.0 * h];
        if i + 1 < pieces {
            let steep = [0.0, 1.0, 2.0 * h, 3.0 * h * h];
            equation(&[(i, steep), (i + 1, [0.0, -1.0, 0.0, 0.0])], 0.0);
            equation(&[(i, bent), (i + 1, [0.0, 0.0, -2.0, 0.0])], 0.0);
        } else {
            equation(&[(i, bent)], 0.0);
        }
    }
    equation(&[(0, [0.0, 0.0, 2.0, 0.0])], 0.0);
    let found = matrix.lu().solve(&right).unwrap();
    let piece = |i: usize| Cubic {
        a: found[4 * i],
        b: found[4 * i + 1],
        c: found[4 * i + 2],
        d: found[4 * i + 3],
    };
    (0..pieces).map(piece).collect()
}

proptest! {
    /// The spline of the full system. That system is solved with a condition of up to (1 / 0.05)^3 times the number of unknowns,
    /// so it is good to 1e-16 * 8000 * 32 of the largest term over h^3: far more than the ten digits asked for of values.
    #[test]
    fn is_the_spline_of_the_textbook(series in series(1, 0.0)) {
        let control = series.control(Control::natural_cubic);
        let values: Vec<f64> = series.values.iter().copied().collect();
        for (piece, expected) in by_elimination(&series.times, &values).into_iter().enumerate() {
            let found = control.cubic(piece, 0).unwrap();
            let h = series.times[piece + 1] - series.times[piece];
            for s in [0.2 * h, 0.5 * h, h] {
                prop_assert!((found.value(s) - expected.value(s)).abs() <= 1e-10 * size(&control));
                let slope = (found.slope(s) - expected.slope(s)).abs();
                prop_assert!(slope * h <= 1e-10 * size(&control));
            }
        }
    }

    /// Twice continuously differentiable, straight at both ends: `c` is half the second derivative. Terms of a second derivative
    /// are those of the values over h^2, and h is at least 0.05.
    #[test]
    fn is_smooth_and_natural(series in series(2, 0.4)) {
        let control = series.control(Control::natural_cubic);
        let bound = 64.0 * f64::EPSILON * size(&control) / (0.05 * 0.05);
        let last = control.pieces() - 1;
        for channel in 0..2 {
            for piece in 0..=last {
                let h = control.knots()[piece + 1] - control.knots()[piece];
                let end = control.cubic(piece, channel).unwrap().about(h);
                match control.cubic(piece + 1, channel) {
                    Some(next) => {
                        prop_assert!((end.b - next.b).abs() <= bound);
                        prop_assert!((end.c - next.c).abs() <= bound);
                    }
                    None => prop_assert!(end.c.abs() <= bound),
                }
            }
            prop_assert!(control.cubic(0, channel).unwrap().c.abs() <= bound);
        }
    }
}
