use crate::progress::Heard;
use crate::tiny::{TOLERANCES, bits, folder, key, pendulum, plan, resumed, settings};
use costate_experiments::reproduce::checkpoint::FILE;
use costate_experiments::reproduce::interrupt::Interrupt;
use costate_experiments::reproduce::prepared::Prepared;
use costate_experiments::reproduce::progress::Progress;
use costate_experiments::reproduce::session::Session;
use costate_experiments::reproduce::training::train;
use costate_experiments::reproduce::way::Norm;
use std::time::Duration;

/// A network folder that goes and comes back, a disk that is full and is cleared: to the run it is all the same.
#[test]
fn a_folder_that_vanishes_stops_no_training_and_is_tried_again() {
    let (task, settings, plan) = (pendulum(), settings(2), plan(folder("vanishing")));
    let mut session = Session::open(&plan, &Interrupt::after(4)).unwrap();
    let heard = Heard::default();
    session.progress = Progress::to_lines(Duration::MAX, Box::new(heard.clone()));
    std::fs::remove_dir_all(&plan.out).unwrap();
    let mut prepared = Prepared::new(&task, Norm::Seminorm, TOLERANCES);
    let broken = session.train(&key(&task), &mut prepared, &settings).unwrap_err();
    assert!(broken.to_string().contains("step 4"), "{broken}");
    let said = heard.text();
    assert!(
        said.contains("Warning") && said.contains("tried again") && said.contains(FILE),
        "{said}"
    );
    // It is there again: the same session writes, although it was told to end.
    std::fs::create_dir_all(&plan.out).unwrap();
    session.train(&key(&task), &mut prepared, &settings).unwrap_err();
    drop(session);
    let mut session = Session::open(&resumed(&plan), &Interrupt::default()).unwrap();
    let trained = session.train(&key(&task), &mut prepared, &settings).unwrap();
    let mut plain = Prepared::new(&task, Norm::Seminorm, TOLERANCES);
    assert!(bits(&trained) == bits(&train(&mut plain, &settings, &mut |_| {}).unwrap()));
}
