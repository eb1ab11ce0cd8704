use crate::tiny::{TOLERANCES, bits, folder, key, pendulum, plan, plane, resumed, settings};
use costate_experiments::reproduce::checkpoint::{Checkpoint, FILE, Running, read};
use costate_experiments::reproduce::error::ReproduceError;
use costate_experiments::reproduce::interrupt::Interrupt;
use costate_experiments::reproduce::options::Plan;
use costate_experiments::reproduce::prepared::Prepared;
use costate_experiments::reproduce::session::Session;
use costate_experiments::reproduce::task::Task;
use costate_experiments::reproduce::training::{Schedule, Settings, Trained, UnderWay, train};
use costate_experiments::reproduce::way::Norm;
use proptest::prelude::*;

fn unbroken<K: Task>(task: &K, settings: &Settings) -> Trained
where
    K::State<f32>: 'static,
{
    train(&mut Prepared::new(task, Norm::Seminorm, TOLERANCES), settings, &mut |_| {}).unwrap()
}

/// Interrupted before the step of this number after each start; what is in memory is dropped each time.
fn interrupted<K: Task>(task: &K, settings: &Settings, breaks: &[u64], plan: &Plan) -> Trained
where
    K::State<f32>: 'static,
{
    let mut now = plan.clone();
    for &asked in breaks {
        let mut session = Session::open(&now, &Interrupt::after(asked)).unwrap();
        let mut prepared = Prepared::new(task, Norm::Seminorm, TOLERANCES);
        match session.train(&key(task), &mut prepared, settings) {
            Err(ReproduceError::BrokenOff { place }) => assert!(place.contains("step"), "{place}"),
            other => return other.unwrap(),
        }
        now = resumed(plan);
    }
    let mut session = Session::open(&now, &Interrupt::default()).unwrap();
    let mut prepared = Prepared::new(task, Norm::Seminorm, TOLERANCES);
    session.train(&key(task), &mut prepared, settings).unwrap()
}

/// Killed after some steps more than there were when the file was last written; then only the file is read.
fn killed<K: Task>(task: &K, settings: &Settings, breaks: &[(u64, u64)], plan: &Plan) -> Trained
where
    K::State<f32>: 'static,
{
    let mut now = plan.clone();
    for &(kept, lost) in breaks {
        let mut checkpoint = Checkpoint::open(&now).unwrap();
        let mut prepared = Prepared::new(task, Norm::Seminorm, TOLERANCES);
        let mut training = match checkpoint.contents.running.take() {
            Some(Running { snapshot, .. }) => UnderWay::resume(task, settings, snapshot).unwrap(),
            None => UnderWay::begin(task, settings).unwrap(),
        };
        for _ in 0..kept {
            training.advance(&mut prepared).unwrap();
        }
        let snapshot = training.snapshot();
        checkpoint.contents.running = Some(Running { key: key(task), snapshot });
        checkpoint.write().unwrap();
        for _ in 0..lost {
            training.advance(&mut prepared).unwrap();
        }
        now = resumed(plan);
    }
    interrupted(task, settings, &[], &now)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Fifteen events: twelve steps and three looks at the validation data.
    #[test]
    fn interrupts_between_steps_change_no_bit(breaks in prop::collection::vec(0..16_u64, 1..5), steps in prop::option::of(1..14_u64), cosine: bool) {
        let plateau = settings(3).schedule;
        let schedule = if cosine { Schedule::Cosine } else { plateau };
        let settings = Settings { steps, schedule, ..settings(3) };
        let (task, out) = (pendulum(), folder("interrupts"));
        prop_assert!(bits(&interrupted(&task, &settings, &breaks, &plan(out.clone()))) == bits(&unbroken(&task, &settings)));
        let (task, out) = (plane(), folder("interrupts-plane"));
        prop_assert!(bits(&interrupted(&task, &settings, &breaks, &plan(out))) == bits(&unbroken(&task, &settings)));
    }

    #[test]
    fn what_was_lost_since_the_last_checkpoint_is_done_again(breaks in prop::collection::vec((0..8_u64, 0..4_u64), 1..4)) {
        let (task, settings, out) = (pendulum(), settings(3), folder("killed"));
        prop_assert!(bits(&killed(&task, &settings, &breaks, &plan(out))) == bits(&unbroken(&task, &settings)));
    }
}

/// A rate with which the second loss is not finite.
#[test]
fn a_training_that_diverges_does_so_after_a_break_too() {
    let settings = Settings { rate: 1e30, decay: 0.0, ..settings(2) };
    let task = pendulum();
    let plain = unbroken(&task, &settings);
    assert!(plain.stopped.is_some());
    for asked in 0..3 {
        let broken = interrupted(&task, &settings, &[asked], &plan(folder("diverges")));
        assert!(bits(&broken) == bits(&plain), "{asked}");
    }
}

#[test]
fn seconds_add_up() {
    let (task, settings, plan) = (pendulum(), settings(3), plan(folder("seconds")));
    let mut before = 0.0;
    for now in [plan.clone(), resumed(&plan), resumed(&plan)] {
        let mut session = Session::open(&now, &Interrupt::after(3)).unwrap();
        let mut prepared = Prepared::new(&task, Norm::Seminorm, TOLERANCES);
        session.train(&key(&task), &mut prepared, &settings).unwrap_err();
        let seconds = read(&plan.out.join(FILE)).unwrap().unwrap().seconds();
        assert!(seconds > before, "{seconds} after {before}");
        before = seconds;
    }
}

/// The same options, but settings that a changed program could have.
#[test]
fn a_snapshot_of_other_settings_or_another_model_is_refused() {
    let task = pendulum();
    let snapshot = UnderWay::begin(&task, &settings(3)).unwrap().snapshot();
    let other = Settings { rate: 2e-2, ..settings(3) };
    let error = UnderWay::resume(&task, &other, snapshot.clone()).err().unwrap().to_string();
    assert!(
        error.contains("0.01") && error.contains("0.02") && error.contains("--fresh"),
        "{error}"
    );
    let error = UnderWay::resume(&plane(), &settings(3), snapshot).err().unwrap().to_string();
    assert!(error.contains("parameters"), "{error}");
}
