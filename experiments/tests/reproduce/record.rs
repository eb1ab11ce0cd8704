//! Records as files.

use crate::synthetic;
use costate_adjoint::{Counts, Report};
use costate_experiments::reproduce::record::{
    Cost, EqualError, FileError, Record, Run, Size, Summary,
};
use costate_experiments::reproduce::way::{Norm, Way};
use serde_json::Value;
use std::path::PathBuf;

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn run(task: &str, norm: Norm, rtol: f64, nfe_backward: u64) -> Run {
    Run {
        task: task.to_owned(),
        way: Way::under(norm),
        rtol,
        atol: rtol,
        repeat: 0,
        cost: Cost { nfe_backward, ..Cost::default() },
        seconds: 1.0,
        metric: 0.5,
        metric_name: "bits per dimension".to_owned(),
        gradient_error: None,
        conditioning: None,
        evaluation_seconds: None,
        peak_bytes: None,
        stopped: None,
    }
}

#[test]
fn a_record_has_the_names_that_others_read() {
    let mut record = Record::new("pendulum", Size::Paper, 7);
    record.push(run("pendulum", Norm::AsShipped, 0.25, 12));
    let value: Value = serde_json::from_str(&record.json().unwrap()).unwrap();
    assert_eq!(value["experiment"], "pendulum");
    assert_eq!(value["size"], "paper");
    assert_eq!(value["seed"], 7);
    assert!(value["commit"].is_string());
    let run = &value["runs"][0];
    assert_eq!(run["strategy"], "backsolve");
    assert_eq!(run["norm"], "as-shipped");
    assert_eq!(run["metric_name"], "bits per dimension");
    assert_eq!(run["gradient_error"], Value::Null);
    assert_eq!(run["peak_bytes"], Value::Null);
    let counts = [
        "nfe_forward",
        "f_calls",
        "vjp_y_calls",
        "vjp_p_calls",
        "jvp_calls",
        "accepted",
        "rejected",
    ];
    for name in counts {
        assert_eq!(run[name], 0, "{name}");
    }
    assert_eq!(run["nfe_backward"], 12);
    for name in ["rtol", "atol", "seconds", "metric"] {
        assert!(run[name].is_number(), "{name}");
    }
    // Nothing to compare: the number is not there, and JSON says so.
    assert_eq!(value["summary"]["median_nfe_reduction_percent"], Value::Null);
}

#[test]
fn what_is_written_is_read() {
    let path = folder("record").join("record.json");
    let record = synthetic::record();
    record.write(&path).unwrap();
    let read = Record::read(&path).unwrap();
    // The reader may round the last place: it reads fast, not exactly. So does the printer of what was read.
    assert_eq!(read.runs.len(), record.runs.len());
    assert_eq!(read.passes.len(), record.passes.len());
    for (read, written) in read.runs.iter().zip(&record.runs) {
        assert_eq!((read.way, read.cost, &read.task), (written.way, written.cost, &written.task));
        assert!((read.metric - written.metric).abs() <= 2.0 * f64::EPSILON);
    }
}

#[test]
fn numbers_that_are_not_finite_leave_the_json_whole() {
    let mut record = synthetic::record();
    for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        record.runs[0].metric = x;
        record.runs[0].gradient_error = Some(x);
        record.runs[1].seconds = x;
        record.courses[0].points[3].loss = x;
        record.courses[0].points[0].validation = Some(x);
        record.passes[0].attempts[0].ratio = x;
        record.errors[0].gradient_error = x;
        let path = folder("not-finite").join("record.json");
        record.write(&path).unwrap();
        let read = Record::read(&path).unwrap();
        assert!(read.runs[0].metric.is_nan() && read.runs[1].seconds.is_nan());
        assert_eq!(read.runs[0].gradient_error, None);
        assert!(read.courses[0].points[3].loss.is_nan());
        assert!(read.passes[0].attempts[0].ratio.is_nan());
        assert!(read.errors[0].gradient_error.is_nan());
    }
}

#[test]
fn the_median_is_over_tasks_and_tolerances() {
    let mut runs = vec![
        run("a", Norm::Pooled, 1e-3, 100),
        run("a", Norm::Seminorm, 1e-3, 60), // 40 % less
        run("a", Norm::Pooled, 1e-4, 200),
        run("a", Norm::Seminorm, 1e-4, 180), // 10 % less
        run("b", Norm::Pooled, 1e-3, 90),
        run("b", Norm::Pooled, 1e-3, 110),   // 100 in the mean
        run("b", Norm::Seminorm, 1e-3, 120), // 20 % more
        run("b", Norm::Quadrature, 1e-3, 1),
        run("b", Norm::PerTensor, 1e-3, 1000),
        run("c", Norm::Seminorm, 1e-3, 5), // nothing to compare with
    ];
    let summary = Summary::of(&runs, &[]);
    let percents: Vec<f64> = summary.reductions.iter().map(|r| r.percent).collect();
    for (found, expected) in percents.iter().zip([40.0, 10.0, -20.0]) {
        assert!((found - expected).abs() < 1e-12, "{percents:?}");
    }
    assert!((summary.median_nfe_reduction_percent - 10.0).abs() < 1e-12);
    // Of an even number it is the mean of the two in the middle.
    runs.push(run("c", Norm::Pooled, 1e-3, 10));
    assert!((Summary::of(&runs, &[]).median_nfe_reduction_percent - 25.0).abs() < 1e-12);
}

#[test]
fn the_best_at_equal_error_is_of_the_same_task_and_tolerance() {
    let equal = |task: &str, rtol: f64, literal: bool, way: Way, work: f64| EqualError {
        task: task.to_owned(),
        way,
        literal,
        backward_over_forward: way.solves_backwards().then_some(1.0),
        rtol,
        mark: 1e-3,
        found_rtol: 1e-2,
        gradient_error: 1e-3,
        work,
        seconds: 2.0 * work,
    };
    let (pooled, seminorm) = (Way::under(Norm::Pooled), Way::under(Norm::Seminorm));
    let all = [
        equal("a", 1e-3, true, pooled, 100.0),
        equal("a", 1e-3, true, seminorm, 10.0), // the paper's is none of our own
        equal("a", 1e-3, false, seminorm, 80.0),
        equal("a", 1e-3, false, Way::DISCRETE, 40.0),
        equal("a", 1e-4, true, pooled, 200.0),
        equal("a", 1e-4, false, Way::DISCRETE, 120.0),
        equal("b", 1e-3, false, Way::DISCRETE, 1.0), // nothing to compare with
    ];
    let Summary { best, median_work_at_equal_error, median_seconds_at_equal_error, .. } =
        Summary::of(&[], &all);
    let found: Vec<(f64, f64)> = best.iter().map(|b| (b.rtol, b.work)).collect();
    assert_eq!(found, [(1e-3, 0.4), (1e-4, 0.6)]);
    assert!(best.iter().all(|b| b.way == Way::DISCRETE && b.seconds == b.work));
    assert_eq!((median_work_at_equal_error, median_seconds_at_equal_error), (0.5, 0.5));
    assert!(Summary::of(&[], &[]).median_work_at_equal_error.is_nan());
}

#[test]
fn costs_are_the_reports_counts_and_add_up() {
    let forward = Counts { f: 10, calls: 10, accepted: 2, ..Counts::default() };
    let backward =
        Counts { f: 3, vjp_y: 20, vjp_p: 18, jvp: 1, calls: 20, accepted: 4, rejected: 2 };
    let report = Report { forward, backward, ..Report::default() };
    let mut cost = Cost::from(&report);
    assert_eq!((cost.nfe_forward, cost.nfe_backward, cost.f_calls), (10, 20, 13));
    assert_eq!((cost.vjp_y_calls, cost.vjp_p_calls, cost.jvp_calls), (20, 18, 1));
    // Steps are the backward pass's, whose norm is compared.
    assert_eq!((cost.accepted, cost.rejected), (4, 2));
    cost += cost;
    assert_eq!((cost.nfe_backward, cost.rejected), (40, 4));
}

#[test]
fn what_is_no_record_is_said_with_its_place() {
    let folder = folder("no-record");
    let missing = Record::read(&folder.join("missing.json")).unwrap_err();
    assert!(
        matches!(missing, FileError::Read { .. }) && missing.to_string().contains("missing.json")
    );
    let path = folder.join("other.json");
    std::fs::write(&path, "{\n  \"experiment\": 3\n}").unwrap();
    let other = Record::read(&path).unwrap_err().to_string();
    assert!(other.contains("other.json") && other.contains("line 2"), "{other}");
}
