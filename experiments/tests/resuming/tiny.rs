//! Tasks and runs that take milliseconds.

use costate_experiments::reproduce::checkpoint::{Key, Subject};
use costate_experiments::reproduce::flows::learning::Density;
use costate_experiments::reproduce::flows::planar::Planar;
use costate_experiments::reproduce::options::{Plan, Resuming};
use costate_experiments::reproduce::pendulum::learning::Pendulum;
use costate_experiments::reproduce::pendulum::windows::Sizes;
use costate_experiments::reproduce::record::{Record, Size};
use costate_experiments::reproduce::task::Task;
use costate_experiments::reproduce::training::{Schedule, Settings, Trained};
use costate_experiments::reproduce::way::Norm;
use costate_neural::{Divergence, Plateau};
use std::path::PathBuf;

/// Four steps an epoch, the last one of a smaller batch.
pub(crate) fn pendulum() -> Pendulum {
    let sizes = Sizes { train: 2, validation: 1, test: 1, samples: 10 };
    Pendulum::of([&[6, 6], &[5], &[5]], sizes, 16, 5).unwrap()
}

/// Random signs are drawn for each step.
pub(crate) fn plane() -> Density {
    Density::of_points(Planar::TwoMoons, Divergence::Hutchinson, &[6], 50, 16, 5).unwrap()
}

/// With a plateau that lowers the rate after the second epoch, and then again.
pub(crate) fn settings(epochs: u64) -> Settings {
    let plateau = Plateau { patience: 0, threshold: 0.99, factor: 0.5, ..Plateau::default() };
    let schedule = Schedule::Plateau(plateau);
    Settings { epochs, steps: None, rate: 1e-2, decay: 0.01, schedule, validation: 1, seed: 3 }
}

pub(crate) const TOLERANCES: (f64, f64) = (1e-3, 1e-3);

/// Writes after every step.
pub(crate) fn plan(out: PathBuf) -> Plan {
    Plan {
        experiment: "pendulum",
        size: Size::Quick,
        norms: vec![Norm::Pooled, Norm::Seminorm],
        steps: None,
        epochs: Some(1),
        tolerances: vec![TOLERANCES],
        seed: 3,
        repeats: 1,
        data: None,
        json: None,
        out,
        resuming: Resuming { checkpoint_every: 0, ..Resuming::default() },
    }
}

/// The same, to go on with what lies there.
pub(crate) fn resumed(plan: &Plan) -> Plan {
    Plan { resuming: Resuming { resume: true, ..plan.resuming.clone() }, ..plan.clone() }
}

pub(crate) fn key<K: Task>(task: &K) -> Key {
    let (rtol, atol) = TOLERANCES;
    let subject = Subject { task: task.name().to_owned(), rtol, atol };
    Key { subject, norm: Norm::Seminorm, repeat: 0 }
}

pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("resuming-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// All of a training but what the clock and the allocator say, floats as their bits.
pub(crate) fn bits(trained: &Trained) -> (Vec<u32>, Vec<[Option<u64>; 5]>, String) {
    let parameters = trained.parameters.iter().map(|p| p.to_bits()).collect();
    let points = trained.points.iter().map(|p| {
        let floats = [Some(p.loss), p.validation, Some(p.nfe_forward), Some(p.nfe_backward)];
        let [a, b, c, d] = floats.map(|x| x.map(f64::to_bits));
        [Some(p.step), a, b, c, d]
    });
    (parameters, points.collect(), format!("{:?} {:?}", trained.cost, trained.stopped))
}

/// A record without what the clock, the allocator and git say.
pub(crate) fn timeless(mut record: Record) -> String {
    record.commit.clear();
    record.timeless().json().unwrap()
}
