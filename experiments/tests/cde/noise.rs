use crate::task::waves;
use costate_experiments::reproduce::cde::learning::{Classification, Treatment, Widths};
use costate_experiments::reproduce::cde::noise::Noise;
use costate_experiments::reproduce::cde::scaling::Time;
use costate_experiments::reproduce::cde::series::Series;
use costate_experiments::reproduce::prepared::{Fields, Rows};
use costate_experiments::reproduce::task::{Part, Task};
use nalgebra::DMatrix;
use proptest::prelude::*;

/// What is added to a series: channels x samples.
fn added(deviation: f64, shape: (usize, usize), draw: u64) -> Vec<Vec<f64>> {
    let (channels, samples) = shape;
    let series = DMatrix::from_fn(channels, samples, |channel, i| (channel + i) as f64);
    let noise = Noise::new(deviation, vec![series], 0.25);
    let path = noise.paths(&[0], draw).unwrap().remove(0);
    let mut value = vec![0.0; channels + 1];
    let at = |i: usize| {
        path.value(i as f64, &mut value).unwrap();
        // Time comes first and has none.
        assert_eq!(value[0], 0.25 * i as f64);
        value[1..].iter().enumerate().map(|(channel, x)| x - (channel + i) as f64).collect()
    };
    (0..samples).map(at).collect()
}

#[test]
fn it_has_mean_0_and_the_deviation_that_was_asked_for() {
    let all: Vec<f64> = added(0.3, (10, 1000), 5).concat();
    let n = all.len() as f64;
    let mean = all.iter().sum::<f64>() / n;
    let deviation = (all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
    // Of 10,000 numbers the mean has a deviation of 0.003, and the deviation one of 0.0022; five of each.
    assert!(mean.abs() < 0.015, "{mean}");
    assert!((deviation - 0.3).abs() < 0.011, "{deviation}");
}

proptest! {
    #[test]
    fn a_draw_decides_it(draw in 0..u64::MAX, channels in 1..4usize, samples in 2..9usize) {
        let shape = (channels, samples);
        prop_assert_eq!(added(0.3, shape, draw), added(0.3, shape, draw));
        prop_assert_ne!(added(0.3, shape, draw), added(0.3, shape, draw + 1));
    }
}

/// Nothing of a channel that is constant in training may depend on its unit.
#[test]
fn a_constant_channel_has_none() {
    let series = |length| {
        DMatrix::from_fn(3, length, |channel, i| match channel {
            0 => i as f64,
            1 => 2.0,
            _ if i == 1 => f64::NAN,
            _ => 3.0,
        })
    };
    let noise = Noise::new(0.3, vec![series(4), series(6)], 1.0);
    let mut value = vec![0.0; 4];
    for path in noise.paths(&[0, 1], 7).unwrap() {
        for knot in 0..4 {
            path.value(f64::from(knot), &mut value).unwrap();
            assert_ne!(value[1], f64::from(knot));
            assert_eq!(value[2..], [2.0, 3.0]);
        }
    }
}

/// Batches to train on have it, others do not.
#[test]
fn only_training_sees_it() {
    let data = waves(&[5, 7, 4]);
    let plain = Classification::new(&data, Widths::QUICK, 4).unwrap();
    let treatment = Treatment { noise: 0.3, ..Treatment::PAPER };
    let noisy = Classification::treated(&data, Widths::QUICK, 4, treatment).unwrap();
    let p: Vec<f64> = plain.initial(1).unwrap();
    let loss = |task: &Classification, part, draw| {
        let rows = Rows { part, rows: &[0, 1, 2], draw };
        Fields::<_, f64>::new(task).loss(rows, &p, (1e-6, 1e-6)).unwrap()
    };
    for part in [Part::Validation, Part::Test] {
        assert_eq!(loss(&noisy, part, 1), loss(&plain, part, 2));
    }
    assert_ne!(loss(&noisy, Part::Train, 1), loss(&plain, Part::Train, 1));
    assert_ne!(loss(&noisy, Part::Train, 1), loss(&noisy, Part::Train, 2));
    assert_eq!(loss(&noisy, Part::Train, 1), loss(&noisy, Part::Train, 1));
}

proptest! {
    /// The values of the time's channel, over all samples of all series, have the deviation 1 or count samples.
    #[test]
    fn time_is_a_channel_like_the_others_or_counts_samples(
        lengths in prop_oneof![
            prop::collection::vec(2..200usize, 1..20),
            (2..200usize, 1..20usize).prop_map(|(length, count)| vec![length; count]),
        ],
    ) {
        let series = |samples: &usize| Series { values: DMatrix::zeros(1, *samples), class: 0 };
        let train: Vec<Series> = lengths.iter().map(series).collect();
        let step = Time::Deviations.step(&train);
        let times: Vec<f64> =
            lengths.iter().flat_map(|&n| (0..n).map(|i| step * i as f64)).collect();
        let n = times.len() as f64;
        let mean = times.iter().sum::<f64>() / n;
        let variance = times.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / n;
        // Sums of up to 4000 numbers of up to 7, in two ways: some thousand roundings at most.
        prop_assert!((variance - 1.0).abs() < 1e-12, "{}", variance);
        prop_assert_eq!(Time::Samples.step(&train), 1.0);
        let equal = lengths.iter().all(|n| *n == lengths[0]);
        prop_assert_eq!(Time::ByLength.step(&train), if equal { step } else { 1.0 });
    }
}
