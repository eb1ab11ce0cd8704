use crate::tiny::{TOLERANCES, bits, folder, key, pendulum, plan, resumed, settings};
use costate_experiments::reproduce::checkpoint::{
    Checkpoint, CheckpointError, Choices, Contents, FILE, Finished, Flaw, Key, Running, from_bytes,
    read, to_bytes,
};
use costate_experiments::reproduce::prepared::Prepared;
use costate_experiments::reproduce::task::Task;
use costate_experiments::reproduce::training::{Trained, UnderWay};
use costate_experiments::reproduce::way::Norm;
use costate_neural::{Model, tensors};
use proptest::prelude::*;
use std::path::PathBuf;

/// In the middle of the second training, with every kind of number that a diverging one can come to.
fn contents() -> Contents {
    let task = pendulum();
    let mut training = UnderWay::begin(&task, &settings(3)).unwrap();
    let mut prepared = Prepared::new(&task, Norm::Seminorm, TOLERANCES);
    for _ in 0..3 {
        training.advance(&mut prepared).unwrap();
    }
    let mut contents = Contents::new(
        Choices::of(&plan(PathBuf::from("out"))),
        "experiments reproduce pendulum".to_owned(),
        "abc".to_owned(),
    );
    let mut trained: Trained = UnderWay::begin(&task, &settings(3)).unwrap().finish();
    trained.seconds = f64::INFINITY;
    trained.parameters[..3].copy_from_slice(&[f32::NAN, f32::NEG_INFINITY, -0.0]);
    trained.stopped = None;
    contents.finished.push(Finished {
        key: key(&task),
        trained,
        evaluation: Some(Err("none".to_owned())),
    });
    let running = Running { key: key(&task), snapshot: training.snapshot() };
    contents.running = Some(Running { key: Key { norm: Norm::Pooled, ..running.key }, ..running });
    contents
}

#[test]
fn what_is_read_is_what_was_written_to_the_bit() {
    let written = contents();
    let read = from_bytes(&to_bytes(&written).unwrap()).unwrap();
    assert!(read.running == written.running);
    assert!(bits(&read.finished[0].trained) == bits(&written.finished[0].trained));
    assert_eq!(read.finished[0].trained.seconds, f64::INFINITY);
    assert_eq!((read.choices, read.commits), (written.choices, written.commits));
}

/// The published net has 509,108 parameters, and a checkpoint parameters, the last good ones, and AdamW's two moments.
#[test]
fn at_full_size_a_checkpoint_is_four_numbers_a_parameter_and_little_more() {
    let mut contents = contents();
    let all = vec![1.5_f32; 509_108];
    let running = contents.running.as_mut().unwrap();
    running.snapshot.arrays = [all.clone(), all.clone(), all.clone(), all].into();
    let plan = plan(folder("full-size"));
    let mut checkpoint = Checkpoint::open(&plan).unwrap();
    checkpoint.contents = contents;
    let begun = std::time::Instant::now();
    checkpoint.write().unwrap();
    let written = begun.elapsed();
    let begun = std::time::Instant::now();
    let read = read(&plan.out.join(FILE)).unwrap().unwrap();
    println!("written in {written:?}, read in {:?}", begun.elapsed());
    assert!(read.running == checkpoint.contents.running);
    let (bytes, numbers) = (std::fs::metadata(plan.out.join(FILE)).unwrap().len(), 4 * 4 * 509_108);
    assert!((numbers..numbers + 20_000).contains(&bytes), "{bytes}");
}

/// A disk that filled up, a copy that was broken off: every length there is.
#[test]
fn a_file_that_is_cut_off_is_refused() {
    let whole = to_bytes(&contents()).unwrap();
    let lengths = (0..whole.len()).filter(|n| *n < 2000 || n % 97 == 0 || whole.len() - n < 50);
    for length in lengths {
        assert!(matches!(from_bytes(&whole[..length]), Err(Flaw::Damage(_))), "{length}");
    }
    assert!(from_bytes(&[&whole[..], b"x"].concat()).is_err());
}

#[test]
fn no_byte_can_change_unseen() {
    let whole = to_bytes(&contents()).unwrap();
    let change = (0..whole.len(), 1..=255_u8);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let unseen = runner.run(&change, |(place, by)| {
        let mut changed = whole.clone();
        changed[place] ^= by;
        prop_assert!(from_bytes(&changed).is_err());
        Ok(())
    });
    unseen.unwrap();
    // The header, in which the checksum stands, byte by byte.
    let header = 8 + u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    for place in 0..header {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        assert!(from_bytes(&changed).is_err(), "byte {place}");
    }
}

fn refused(name: &str, bytes: &[u8]) -> CheckpointError {
    let plan = plan(folder(name));
    let path = plan.out.join(FILE);
    std::fs::write(&path, bytes).unwrap();
    let resumed = Checkpoint::open(&resumed(&plan)).unwrap_err();
    // Nor is it overwritten by a run that does not ask for it.
    let anew = Checkpoint::open(&plan).unwrap_err();
    assert_eq!(resumed.to_string(), anew.to_string());
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "it was changed");
    resumed
}

#[test]
fn torn_and_foreign_files_are_named_left_alone_and_the_way_out_is_told() {
    let whole = to_bytes(&contents()).unwrap();
    let layout = pendulum().model().parameters().unwrap();
    let parameters = tensors::to_bytes(&layout, &vec![0.5_f32; layout.len()]).unwrap();
    for (name, bytes) in [
        ("empty", &b""[..]),
        ("torn", &whole[..whole.len() / 2]),
        ("text", b"not a checkpoint at all, but something else"),
        ("parameters", &parameters),
    ] {
        let error = refused(name, bytes);
        assert!(matches!(error, CheckpointError::Damaged { .. }), "{name}: {error}");
        let text = error.to_string();
        assert!(
            text.contains(FILE) && text.contains("--fresh") && text.contains("--out"),
            "{text}"
        );
    }
}

#[test]
fn another_version_is_named() {
    // As long as the present one, so that the header's lengths stay.
    let version = env!("CARGO_PKG_VERSION");
    let other = format!("9{}", &version[1..]);
    let whole = to_bytes(&contents()).unwrap();
    let said = format!("\"costate\":\"{version}\"").into_bytes();
    let place = whole.windows(said.len()).position(|w| w == said).unwrap();
    let mut changed = whole;
    changed[place..place + said.len()]
        .copy_from_slice(format!("\"costate\":\"{other}\"").as_bytes());
    let text = refused("version", &changed).to_string();
    assert!(text.contains(version) && text.contains(&other) && text.contains("--fresh"), "{text}");
}
