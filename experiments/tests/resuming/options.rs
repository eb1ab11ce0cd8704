use crate::tiny::{folder, plan, resumed};
use costate_experiments::reproduce::checkpoint::{
    Checkpoint, CheckpointError, FILE, Finished, Key, Subject, read,
};
use costate_experiments::reproduce::flows::digits;
use costate_experiments::reproduce::options::{Plan, Resuming};
use costate_experiments::reproduce::record::{Cost, Size};
use costate_experiments::reproduce::training::Trained;
use costate_experiments::reproduce::way::Norm;

const COMMAND: &str = "experiments reproduce pendulum --out 'a folder'";

fn fresh(plan: &Plan) -> Plan {
    Plan { resuming: Resuming { fresh: true, ..Resuming::default() }, ..plan.clone() }
}

/// Leaves a checkpoint of a run that has trained for so long.
fn leave(plan: &Plan, seconds: f64) -> Vec<u8> {
    let mut checkpoint = Checkpoint::open(&fresh(plan)).unwrap();
    checkpoint.contents.command = COMMAND.to_owned();
    let subject = Subject { task: "t".to_owned(), rtol: 1e-3, atol: 1e-3 };
    let trained = Trained {
        parameters: vec![1.0],
        points: Vec::new(),
        cost: Cost::default(),
        seconds,
        peak_bytes: None,
        stopped: None,
    };
    let key = Key { subject, norm: Norm::Seminorm, repeat: 0 };
    checkpoint.contents.finished.push(Finished { key, trained, evaluation: None });
    checkpoint.write().unwrap();
    std::fs::read(plan.out.join(FILE)).unwrap()
}

#[test]
fn each_option_that_decides_numbers_is_named_with_both_values() {
    let plan = plan(folder("other-options"));
    let left = leave(&plan, 1e4);
    let changed: [(Plan, [&str; 3]); 9] = [
        (Plan { size: Size::Paper, ..plan.clone() }, ["--size", "quick", "paper"]),
        (
            Plan { norms: vec![Norm::Seminorm], ..plan.clone() },
            ["--norm", "pooled,seminorm", "is seminorm"],
        ),
        (Plan { epochs: Some(7), ..plan.clone() }, ["--epochs", "was 1", "is 7"]),
        (Plan { steps: Some(9), ..plan.clone() }, ["--steps", "not given", "is 9"]),
        (Plan { tolerances: vec![(1e-5, 1e-3)], ..plan.clone() }, ["--rtol", "1e-3", "1e-5"]),
        (Plan { tolerances: vec![(1e-3, 1e-6)], ..plan.clone() }, ["--atol", "1e-3", "1e-6"]),
        (Plan { seed: 4, ..plan.clone() }, ["--seed", "was 3", "is 4"]),
        (Plan { repeats: 2, ..plan.clone() }, ["--repeats", "was 1", "is 2"]),
        (Plan { experiment: "cnf", ..plan.clone() }, ["experiment", "pendulum", "cnf"]),
    ];
    for (other, words) in changed {
        let error = Checkpoint::open(&resumed(&other)).unwrap_err();
        assert!(matches!(error, CheckpointError::Options { .. }), "{error}");
        let text = error.to_string();
        for word in words.into_iter().chain([
            &format!("{COMMAND} --resume"),
            "--fresh",
            "--resume",
            "--out",
        ]) {
            assert!(text.contains(word), "{word}: {text}");
        }
    }
    assert_eq!(std::fs::read(plan.out.join(FILE)).unwrap(), left);
    // Where the record goes decides nothing.
    let json = Plan { json: Some("elsewhere.json".into()), ..resumed(&plan) };
    assert_eq!(Checkpoint::open(&json).unwrap().contents.finished.len(), 1);
}

#[test]
fn of_data_the_content_counts() {
    let folders = ["a", "b"].map(|name| folder(&format!("data-{name}")));
    let of = |i: usize, out: &str| Plan {
        experiment: "cnf",
        data: Some(folders[i].clone()),
        ..plan(folder(out))
    };
    let write =
        |i: usize, content: &str| std::fs::write(folders[i].join(digits::FILE), content).unwrap();
    write(0, "some digits");
    write(1, "some digits");
    let first = of(0, "data");
    leave(&first, 1e4);
    let moved = Plan { data: Some(folders[1].clone()), ..resumed(&first) };
    assert!(Checkpoint::open(&moved).is_ok());
    write(1, "Some digits");
    let text = Checkpoint::open(&moved).unwrap_err().to_string();
    assert!(text.contains("--data was 11 bytes"), "{text}");
}

#[test]
fn hours_of_work_are_not_overwritten_and_seconds_ask_nobody() {
    let plan = plan(folder("unfinished"));
    let left = leave(&plan, 2.5 * 3600.0);
    let text = Checkpoint::open(&plan).unwrap_err().to_string();
    for word in ["2.5 h", "--resume", "--fresh", "--out", &format!("{COMMAND} --resume")] {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert_eq!(std::fs::read(plan.out.join(FILE)).unwrap(), left);
    assert!(Checkpoint::open(&fresh(&plan)).unwrap().contents.finished.is_empty());
    leave(&plan, 20.0);
    let begun = Checkpoint::open(&plan).unwrap();
    assert!(begun.contents.finished.is_empty());
    assert!(begun.notes[0].contains("20 s"), "{:?}", begun.notes);
}

#[test]
fn nothing_to_resume_is_said() {
    let plan = plan(folder("nothing"));
    let error = Checkpoint::open(&resumed(&plan)).unwrap_err();
    assert!(matches!(error, CheckpointError::Missing { .. }));
    assert!(error.to_string().contains("leave --resume out"), "{error}");
}

#[test]
fn another_source_is_told_and_taken_down() {
    let plan = plan(folder("source"));
    let mut checkpoint = Checkpoint::open(&plan).unwrap();
    checkpoint.contents.commits = vec!["an-older-one".to_owned()];
    checkpoint.write().unwrap();
    drop(checkpoint);
    let gone_on = Checkpoint::open(&resumed(&plan)).unwrap();
    assert_eq!(gone_on.contents.commits.len(), 2);
    assert!(gone_on.notes.iter().any(|note| note.contains("an-older-one")), "{:?}", gone_on.notes);
}

/// Where folders can be locked.
#[cfg(target_os = "linux")]
#[test]
fn two_runs_in_one_folder_are_one_too_many() {
    let plan = plan(folder("in-use"));
    let first = Checkpoint::open(&plan).unwrap();
    let error = Checkpoint::open(&fresh(&plan)).unwrap_err();
    assert!(matches!(error, CheckpointError::InUse { .. }), "{error}");
    drop(first);
    assert!(Checkpoint::open(&plan).is_ok());
}

#[test]
fn what_a_killed_writer_left_is_cleared_away() {
    let plan = plan(folder("left"));
    let left = plan.out.join(format!("{FILE}.123-0.part"));
    let others = plan.out.join("record.json.123-0.part");
    for path in [&left, &others] {
        std::fs::write(path, "half").unwrap();
    }
    let mut checkpoint = Checkpoint::open(&plan).unwrap();
    assert!(!left.exists() && others.exists());
    checkpoint.write().unwrap();
    assert!(read(&plan.out.join(FILE)).unwrap().is_some());
    checkpoint.remove();
    assert!(!plan.out.join(FILE).exists());
}
