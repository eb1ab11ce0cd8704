use crate::training::settings;
use costate_experiments::reproduce::comparison::{Extent, compare};
use costate_experiments::reproduce::flows::learning::Density;
use costate_experiments::reproduce::flows::pictures as of_flows;
use costate_experiments::reproduce::flows::planar::Planar;
use costate_experiments::reproduce::options::{Plan, Resuming};
use costate_experiments::reproduce::pendulum::learning::Pendulum;
use costate_experiments::reproduce::pendulum::pictures as of_pendulum;
use costate_experiments::reproduce::pendulum::windows::Sizes;
use costate_experiments::reproduce::record::{Record, Size};
use costate_experiments::reproduce::report::{Words, page};
use costate_experiments::reproduce::session::Session;
use costate_experiments::reproduce::task::Task;
use costate_experiments::reproduce::way::Norm;
use costate_neural::{Divergence, Model, tensors};
use std::path::PathBuf;

/// Nets of a few entries, and 54 windows to train on.
pub(crate) fn pendulum() -> Pendulum {
    let sizes = Sizes { train: 2, validation: 1, test: 1, samples: 10 };
    Pendulum::of([&[6, 6], &[5], &[5]], sizes, 16, 5).unwrap()
}

/// Two moons, and 160 points to train on.
pub(crate) fn plane() -> Density {
    Density::of_points(Planar::TwoMoons, Divergence::Hutchinson, &[8], 160, 16, 5).unwrap()
}

fn plan(experiment: &'static str, norms: &[Norm], out: PathBuf) -> Plan {
    Plan {
        experiment,
        size: Size::Quick,
        norms: norms.to_vec(),
        steps: None,
        epochs: Some(1),
        tolerances: vec![(1e-4, 1e-4)],
        seed: 3,
        repeats: 1,
        data: None,
        json: None,
        out,
        resuming: Resuming::default(),
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("costate-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs a task twice: what depends on the clock and on memory is left out.
fn twice<K: Task>(task: &K, plan: &Plan, name: &str) -> (Record, Vec<Vec<f32>>)
where
    K::State<f32>: 'static,
    K::State<f64>: 'static,
{
    let extent = Extent {
        batches: 2,
        rtols: vec![1e-3, 1e-4],
        reference: true,
        measured: usize::MAX,
        ablation: 1,
    };
    let once = || {
        let mut record = Record::new(name, Size::Quick, plan.seed);
        record.commit.clear();
        let mut session = Session::in_memory(plan);
        let learnt = compare(task, plan, &settings(1), &extent, &mut record, &mut session).unwrap();
        (record.timeless(), learnt.into_iter().map(|l| l.parameters).collect::<Vec<_>>())
    };
    let (record, parameters) = once();
    let again = once();
    // Not `assert_eq`: nobody reads two whole records.
    assert!(record.json().unwrap() == again.0.json().unwrap(), "another record");
    assert!(parameters == again.1, "other parameters");
    (record, parameters)
}

fn is_whole(
    record: &Record,
    plan: &Plan,
    pictures: Vec<costate_experiments::reproduce::report::Picture>,
) {
    let path = plan.out.join("record.json");
    record.write(&path).unwrap();
    assert!(&Record::read(&path).unwrap() == record, "what is read is not what was written");
    assert_eq!(record.runs.len(), plan.norms.len());
    for run in &record.runs {
        assert!(run.metric.is_finite() && run.gradient_error.is_some_and(|e| e < 0.1), "{run:?}");
        assert!(run.cost.nfe_forward > 0 && run.cost.nfe_backward > 0 && run.cost.accepted > 0);
    }
    assert!(
        record.passes.iter().all(|p| p.attempts.iter().any(|a| a.accepted && a.channel.is_some()))
    );
    assert!(!record.errors.is_empty() && !record.ablations.is_empty());
    assert!(record.summary.median_nfe_reduction_percent.is_finite());
    let page = page(record, &Words { pictures, ..Words::default() });
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    assert!(page.contains("What the savings hang on") && !page.contains("NaN"));
    std::fs::remove_dir_all(&plan.out).unwrap();
}

#[test]
fn a_pendulum_is_compared_alike_twice() {
    let plan = plan("pendulum", &Norm::ALL, folder("pendulum"));
    let task = pendulum();
    let (record, parameters) = twice(&task, &plan, "pendulum");
    let layout = task.model().parameters().unwrap();
    let saved = plan.out.join("double-pendulum-seminorm-0.safetensors");
    assert_eq!(tensors::load::<f32>(saved, &layout).unwrap(), parameters[2]);
    let learnt: Vec<_> = plan
        .norms
        .iter()
        .zip(parameters)
        .map(|(&norm, parameters)| costate_experiments::reproduce::comparison::Learnt {
            norm,
            rtol: 1e-4,
            atol: 1e-4,
            parameters,
        })
        .collect();
    let pictures = of_pendulum::pictures(&task, &learnt, plan.seed, 3).unwrap();
    assert_eq!(pictures.len(), 4);
    is_whole(&record, &plan, pictures);
}

#[test]
fn a_flow_is_compared_alike_twice() {
    let norms = [Norm::Pooled, Norm::Seminorm, Norm::Quadrature];
    let plan = plan("cnf", &norms, folder("cnf"));
    let task = plane();
    let (record, parameters) = twice(&task, &plan, "cnf");
    let picture = of_flows::planar(Planar::TwoMoons, &task, &parameters[1]).unwrap();
    is_whole(&record, &plan, vec![picture]);
}
