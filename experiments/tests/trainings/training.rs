use crate::end_to_end::{pendulum, plane};
use costate_experiments::reproduce::pendulum::learning::Pendulum;
use costate_experiments::reproduce::prepared::{Prepared, Rows, batches};
use costate_experiments::reproduce::record::Size;
use costate_experiments::reproduce::task::{Part, Task};
use costate_experiments::reproduce::training::{Schedule, Settings, Trained, train};
use costate_experiments::reproduce::way::Norm;
use costate_neural::{Model, Plateau};

pub(crate) fn settings(epochs: u64) -> Settings {
    Settings {
        epochs,
        steps: None,
        rate: 1e-2,
        decay: 0.01,
        schedule: Schedule::Constant,
        validation: 1,
        seed: 3,
    }
}

fn trained<K: Task>(task: &K, settings: &Settings) -> Trained
where
    K::State<f32>: 'static,
{
    let mut prepared = Prepared::new(task, Norm::Seminorm, (1e-3, 1e-3));
    train(&mut prepared, settings, &mut |_| {}).unwrap()
}

fn falls(trained: &Trained) {
    let loss = |points: &[_]| -> f64 {
        points.iter().map(|p: &costate_experiments::reproduce::record::CoursePoint| p.loss).sum()
    };
    let n = trained.points.len();
    assert!(n >= 20, "{n}");
    let (first, last) = (loss(&trained.points[..5]), loss(&trained.points[n - 5..]));
    assert!(last < 0.8 * first, "{first} to {last}");
}

#[test]
fn training_lowers_the_loss() {
    falls(&trained(&pendulum(), &settings(7)));
    falls(&trained(&plane(), &settings(10)));
}

#[test]
fn a_loss_that_is_not_finite_ends_the_training_with_the_parameters_before() {
    let task = pendulum();
    // Weights of 1e30 in a row of layers are beyond every f32.
    let settings = Settings { rate: 1e30, decay: 0.0, ..settings(2) };
    let trained = trained(&task, &settings);
    let stopped = trained.stopped.expect("it cannot have gone on");
    assert_eq!(stopped.step, 1);
    assert!(!stopped.reason.is_empty());
    assert_eq!(trained.parameters, task.model().initial::<f32>(settings.seed).unwrap());
    assert_eq!(trained.points.len(), 1);
}

#[test]
fn a_plateau_lowers_the_rate() {
    let task = pendulum();
    // Nothing is ever better than by 99 %: the rate falls after the second epoch, to a thousandth.
    let plateau = Plateau { patience: 0, threshold: 0.99, factor: 1e-3, ..Plateau::default() };
    let falling = trained(&task, &Settings { schedule: Schedule::Plateau(plateau), ..settings(5) });
    let steady = trained(&task, &settings(5));
    let moved = |trained: &Trained| -> f64 {
        let begun = task.model().initial::<f32>(3).unwrap();
        begun.iter().zip(&trained.parameters).map(|(a, b)| f64::from((a - b).abs())).sum()
    };
    assert!(moved(&falling) < 0.8 * moved(&steady));
}

/// Of two steps the first has all of the rate and the second half of it: AdamW moves in proportion.
#[test]
fn along_a_cosine_the_rate_falls_with_the_steps() {
    let task = pendulum();
    let after = |steps: u64, schedule| {
        trained(&task, &Settings { steps: Some(steps), schedule, ..settings(5) }).parameters
    };
    let first = after(1, Schedule::Constant);
    assert_eq!(first, after(1, Schedule::Cosine));
    let (steady, falling) = (after(2, Schedule::Constant), after(2, Schedule::Cosine));
    assert_ne!(first, falling);
    for ((p, steady), falling) in first.iter().zip(&steady).zip(&falling) {
        // A few roundings to 24 bits of numbers about as large as the parameter, or as the step of 1e-2.
        assert!(
            ((falling - p) - 0.5 * (steady - p)).abs() < 1e-6 * (0.01 + p.abs()),
            "{p}: {steady}, {falling}"
        );
    }
}

#[test]
fn limits_on_steps_hold() {
    let task = pendulum();
    let settings = Settings { steps: Some(3), ..settings(5) };
    assert_eq!(settings.total(&task), 3);
    assert_eq!(trained(&task, &settings).points.last().map(|p| p.step), Some(3));
}

/// Seven intervals, each with the field at its start, a trial for the first step, and six stages of one step.
#[test]
fn eight_points_take_56_backward_evaluations_at_least() {
    let task = pendulum();
    let p = task.model().initial(1).unwrap();
    let rows = batches(&task, Part::Test, 1).remove(0);
    let rows = Rows { part: Part::Test, rows: &rows, draw: 0 };
    let calls = |rtol: f64| {
        let mut prepared = Prepared::new(&task, Norm::Pooled, (rtol, rtol));
        prepared.gradient(rows, &p, None).unwrap().unwrap().report.backward.calls
    };
    assert_eq!(calls(0.1), 56);
    assert!(calls(1e-5) > 56);
}

#[test]
fn the_pendulum_of_paper_size_is_the_published_one() {
    let task = Pendulum::new(Size::Paper, 0).unwrap();
    assert_eq!(task.model().parameters().unwrap().len(), 509_108);
    assert_eq!(
        [Part::Train, Part::Validation, Part::Test].map(|part| task.rows(part)),
        [20_025, 4_275, 4_500]
    );
    assert_eq!(task.batch_size(), 256);
    // Fifty epochs of 79 batches, the last one smaller.
    assert_eq!(settings(50).total(&task), 3950);
}
