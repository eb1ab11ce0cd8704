use costate_experiments::reproduce::cde::learning::{Classification, Widths};
use costate_experiments::reproduce::cde::series::{Labelled, Series};
use costate_experiments::reproduce::flows::split::Split;
use costate_experiments::reproduce::gradients::{discrete, under};
use costate_experiments::reproduce::prepared::{Fields, Rows};
use costate_experiments::reproduce::task::{Part, Task};
use costate_experiments::reproduce::way::Norm;
use costate_neural::{Activation, Model};
use nalgebra::DMatrix;

/// Waves of two channels and of these lengths, in three classes, the same to train, to choose and to test by.
pub(crate) fn waves(lengths: &[usize]) -> Labelled {
    let wave = |(i, &samples): (usize, &usize)| {
        let at = |c: usize, t: usize| {
            (0.7 * t as f64 * (1 + i) as f64 + c as f64).sin() + 0.1 * t as f64
        };
        Series { values: DMatrix::from_fn(2, samples, at), class: i % 3 }
    };
    let all: Vec<Series> = lengths.iter().enumerate().map(wave).collect();
    Labelled {
        name: "waves".to_owned(),
        classes: ["a", "b", "c"].map(str::to_owned).to_vec(),
        parts: Split { train: all.clone(), validation: all.clone(), test: all },
    }
}

/// A smooth net of a few entries: a solve across a kink has a derivative of no high order.
pub(crate) fn small(lengths: &[usize]) -> Classification {
    Classification::new(
        &waves(lengths),
        Widths { hidden: 3, layers: &[4], activation: Activation::Softplus },
        4,
    )
    .unwrap()
}

#[test]
fn all_parameters_are_named_and_initial_values_are_as_many() {
    let task = small(&[4, 4, 4]);
    let layout = task.parameters().unwrap();
    // A field of 3 -> 4 -> 3 x 3, a lift of 3 -> 3, a readout of 3 -> 3: with time there are three channels.
    assert_eq!(layout.len(), (3 * 4 + 4) + (4 * 9 + 9) + (3 * 3 + 3) + (3 * 3 + 3));
    for name in ["0.weight", "1.bias", "lift.0.weight", "readout.0.bias"] {
        assert!(layout.entry(name).is_ok(), "{name}");
    }
    let initial: Vec<f64> = task.initial(3).unwrap();
    assert_eq!(initial.len(), layout.len());
    assert_eq!(initial, task.initial::<f64>(3).unwrap());
    assert_ne!(initial, task.initial::<f64>(4).unwrap());
    let mut fields = Fields::<_, f64>::new(&task);
    let rows = Rows { part: Part::Test, rows: &[0], draw: 0 };
    assert!(fields.ready(rows, &initial[1..]).is_err());
}

#[test]
fn with_the_papers_widths_it_is_the_published_net() {
    let series = Series { values: DMatrix::from_fn(20, 3, |i, j| (i * j) as f64), class: 0 };
    let parts = Split { train: vec![series], validation: Vec::new(), test: Vec::new() };
    let data = Labelled { name: "words".to_owned(), classes: vec!["yes".to_owned()], parts };
    let task = Classification::new(&data, Widths::PAPER, 1024).unwrap();
    assert_eq!(task.model(), &costate_neural::NeuralCde::published().unwrap());
    assert_eq!(task.model().parameters().unwrap().len(), 86_050);
}

/// Each sample is where a step ends, forwards and backwards.
#[test]
fn solves_stop_at_every_sample() {
    let task = small(&[6, 6]);
    let p: Vec<f64> = task.initial(1).unwrap();
    let mut fields = Fields::<_, f64>::new(&task);
    let mut ready = fields.ready(Rows { part: Part::Test, rows: &[0, 1], draw: 0 }, &p).unwrap();
    let knots: Vec<f64> = (0..6).map(f64::from).collect();
    let (_, problem, _) = ready.parts();
    assert_eq!((problem.t0, problem.t1), (0.0, 5.0));
    assert_eq!(problem.jumps, knots);
    // Loose: nothing but the samples would stop a step.
    let mut way = under(Norm::Seminorm, ready.field, 1, (0.1, 0.1));
    let mut attempts = Vec::new();
    ready.gradient(&mut way, Some(&mut attempts)).unwrap();
    let ends: Vec<f64> = attempts.iter().filter(|a| a.accepted).map(|a| a.t + a.h).collect();
    for knot in &knots[1..5] {
        // A time and a step, added up.
        assert!(ends.iter().any(|end| (end - knot).abs() < 1e-12), "{knot} is not in {ends:?}");
    }
}

/// A shorter series stands still after its own end.
#[test]
fn unequal_lengths_in_a_batch_are_as_each_by_itself() {
    let task = small(&[3, 9, 5, 2]);
    let p: Vec<f64> = task.initial(2).unwrap();
    let mut fields = Fields::<_, f64>::new(&task);
    let mut found = |rows: &[usize]| {
        let mut ready = fields.ready(Rows { part: Part::Test, rows, draw: 0 }, &p).unwrap();
        let found = ready.gradient(&mut discrete(1e-10), None).unwrap();
        (found.loss, found.p, ready.quality().unwrap())
    };
    let (loss, gradient, accuracy) = found(&[0, 1, 2, 3]);
    let singles: Vec<_> = (0..4).map(|row| found(&[row])).collect();
    let mean = |values: Vec<f64>| values.iter().sum::<f64>() / 4.0;
    // Solves at 1e-10 over fewer than ten units of time, in which errors grow no more than a thousandfold.
    assert!((loss - mean(singles.iter().map(|s| s.0).collect())).abs() < 1e-7);
    assert_eq!(accuracy, mean(singles.iter().map(|s| s.2).collect()));
    for (i, g) in gradient.iter().enumerate() {
        let by_itself = mean(singles.iter().map(|s| s.1[i]).collect());
        assert!((g - by_itself).abs() < 1e-7, "parameter {i}");
    }
}
