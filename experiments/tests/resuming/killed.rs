use crate::tiny::{folder, timeless};
use costate_experiments::reproduce::checkpoint::{FILE, read};
use costate_experiments::reproduce::record::Record;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const RUN: [&str; 9] = [
    "reproduce",
    "pendulum",
    "--steps",
    "3",
    "--norm",
    "pooled",
    "seminorm",
    "--checkpoint-every",
    "0",
];

fn start(out: &Path, more: &[&str]) -> Child {
    let json = out.join("record.json");
    Command::new(env!("CARGO_BIN_EXE_experiments"))
        .args(RUN)
        .arg("--out")
        .arg(out)
        .arg("--json")
        .arg(json)
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn text(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

/// Learnt parameters by file, and the record.
fn left(out: &Path) -> (BTreeMap<String, Vec<u8>>, String) {
    let files = std::fs::read_dir(out).unwrap().map(|entry| entry.unwrap().path());
    let parameters = files.filter(|path| path.extension().is_some_and(|e| e == "safetensors"));
    let named = |path: std::path::PathBuf| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap())
    };
    (parameters.map(named).collect(), timeless(Record::read(&out.join("record.json")).unwrap()))
}

/// SIGKILL asks nobody. With a checkpoint after each step, many a run is killed while it writes one.
#[test]
fn a_run_that_is_killed_again_and_again_ends_as_if_it_had_not_been() {
    let (whole, killed) = (folder("whole"), folder("killed-again"));
    let begun = Instant::now();
    let (code, said) = text(start(&whole, &[]));
    assert_eq!(code, Some(0), "{said}");
    let unbroken = begun.elapsed();
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let mut kills = 0;
    for attempt in 0..100 {
        let there = killed.join(FILE).exists();
        let mut child = start(&killed, if there { &["--resume"] } else { &[] });
        // Longer and longer, so that it comes to an end on a machine that is busier than before, too.
        let longest = 0.3 + 0.05 * f64::from(attempt);
        sleep(unbroken.mul_f64(random.random_range(0.01..longest)));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{}", text(child).1);
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        // Never a torn one.
        read(&killed.join(FILE)).unwrap();
    }
    assert!(kills >= 3, "{kills}");
    let (expected, found) = (left(&whole), left(&killed));
    assert_eq!(expected.0.keys().collect::<Vec<_>>(), found.0.keys().collect::<Vec<_>>());
    assert!(expected.0.len() > 1);
    assert!(expected.0 == found.0, "other parameters");
    assert!(expected.1 == found.1, "another record");
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn a_signal_leaves_a_partial_report_and_the_way_to_go_on() {
    for name in ["INT", "TERM"] {
        let out = folder(&format!("a {name} signal's"));
        let child = start(&out, &[]);
        // It has begun when there is a checkpoint, and takes seconds from then on.
        for _ in 0..1000 {
            if out.join(FILE).exists() {
                break;
            }
            sleep(Duration::from_millis(10));
        }
        signal(&child, name);
        let (code, said) = text(child);
        assert_eq!(code, Some(130), "{said}");
        let line = said.lines().find(|line| line.starts_with("To go on:")).unwrap();
        assert!(
            line.contains("--steps 3") && line.contains("--json") && line.ends_with("--resume"),
            "{line}"
        );
        let record = Record::read(&out.join("record.json")).unwrap();
        let place = record.broken_off.unwrap();
        assert!(said.contains(&place), "{place}: {said}");
        let report = std::fs::read_to_string(out.join("report.html")).unwrap();
        assert!(report.contains("(partial)") && report.contains("--resume goes on"));
        read(&out.join(FILE)).unwrap().unwrap();
        // As a shell reads it.
        let typed = line.strip_prefix("To go on: ").unwrap();
        let gone_on = Command::new("sh").args(["-c", typed]).output().unwrap();
        assert!(gone_on.status.success(), "{typed}: {gone_on:?}");
        assert_eq!(Record::read(&out.join("record.json")).unwrap().broken_off, None);
    }
}

/// A step of the published net takes seconds, and both signals come within one: the checkpoint from before it stays as it was, and nothing
/// else is written.
#[test]
fn a_second_signal_ends_at_once_without_a_report() {
    let out = folder("twice");
    let mut child = Command::new(env!("CARGO_BIN_EXE_experiments"))
        .args(["reproduce", "pendulum", "--size", "paper", "--steps", "2", "--out"])
        .arg(&out)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut heard = BufReader::new(child.stderr.take().unwrap());
    while !out.join(FILE).exists() {
        assert!(child.try_wait().unwrap().is_none());
        sleep(Duration::from_millis(1));
    }
    let before = read(&out.join(FILE)).unwrap().unwrap();
    signal(&child, "INT");
    let mut line = String::new();
    while !line.contains("Once more ends at once") {
        line.clear();
        assert!(heard.read_line(&mut line).unwrap() > 0, "it ended after the first");
    }
    signal(&child, "INT");
    let (code, said) = text(child);
    assert_eq!(code, Some(130), "{said}");
    assert!(!said.contains("To go on:"), "{said}");
    assert_eq!(read(&out.join(FILE)).unwrap().unwrap(), before);
    let written = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(written.collect::<Vec<_>>(), [FILE]);
}

/// No file may become longer than 4 KiB: what a full disk does, without a disk.
#[test]
fn where_there_is_no_room_the_run_goes_on_and_the_old_checkpoint_stays() {
    let out = folder("no-room");
    let line = format!(
        "trap '' XFSZ; ulimit -f 8; exec {} {} --out {}",
        env!("CARGO_BIN_EXE_experiments"),
        RUN.join(" "),
        out.display()
    );
    let limited = Command::new("sh").arg("-c").arg(line).output().unwrap();
    let said = String::from_utf8([limited.stdout, limited.stderr].concat()).unwrap();
    assert!(said.contains(FILE) && said.contains("tried again"), "{said}");
    // What it could not write in the end is an error, and what it had at first is whole.
    assert_eq!(limited.status.code(), Some(1), "{said}");
    assert!(read(&out.join(FILE)).unwrap().is_some());
    let parts = std::fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name());
    assert!(parts.into_iter().all(|name| !name.to_string_lossy().ends_with(".part")));
}
