use costate_experiments::reproduce::cde::scaling::Scaling;
use costate_experiments::reproduce::cde::series::Series;
use nalgebra::DMatrix;
use proptest::prelude::*;

fn series(values: Vec<f64>, samples: usize) -> Series {
    Series { values: DMatrix::from_row_slice(values.len() / samples, samples, &values), class: 0 }
}

proptest! {
    /// Whatever their unit and their zero, and whatever is missing.
    #[test]
    fn channels_have_mean_0_and_variance_1(
        values in prop::collection::vec(-1.0..1.0_f64, 12..60), zero in -1e3..1e3_f64, unit in 1e-3..1e3_f64, missing in 0..12_usize,
    ) {
        let mut values: Vec<f64> = values.iter().map(|x| zero + unit * x).collect();
        values.truncate(values.len() / 4 * 4);
        values[missing] = f64::NAN;
        let (one, other) = values.split_at(4);
        let train = [series(one.to_vec(), 4), series(other.to_vec(), other.len())];
        let scaling = Scaling::of(&train);
        let scaled: Vec<f64> = train.iter().flat_map(|s| scaling.apply(&s.values).as_slice().to_vec()).collect();
        let known: Vec<f64> = scaled.into_iter().filter(|x| !x.is_nan()).collect();
        prop_assert_eq!(known.len(), values.len() - 1);
        let n = known.len() as f64;
        let mean = known.iter().sum::<f64>() / n;
        let variance = known.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        // The zero is up to 1e6 units off, and so much of each value's rounding is left, times the few deviations that a unit is.
        prop_assert!(mean.abs() < 1e-8 && (variance - 1.0).abs() < 1e-8, "{mean} {variance}");
    }
}

#[test]
fn a_constant_channel_is_moved_to_zero_and_keeps_its_unit() {
    let scaling = Scaling::of(&[series(vec![0.1, 0.1, 0.1, 1.0, 2.0, 3.0], 3)]);
    let applied = scaling.apply(&DMatrix::from_row_slice(2, 2, &[0.1, 0.4, 2.0, 2.0]));
    // A mean of three equal numbers, and a difference.
    assert!(applied[(0, 0)].abs() < 1e-15 && (applied[(0, 1)] - 0.3).abs() < 1e-15);
    assert_eq!(applied[(1, 0)], 0.0);
    let nothing = Scaling::of(&[series(vec![f64::NAN, f64::NAN], 2)]);
    assert_eq!(nothing.apply(&DMatrix::from_row_slice(1, 2, &[3.0, 4.0])).as_slice(), [3.0, 4.0]);
}
