use crate::tiny::{folder, pendulum, plan, resumed, settings, timeless};
use costate_experiments::reproduce::checkpoint::{FILE, read};
use costate_experiments::reproduce::comparison::{Extent, Learnt, compare};
use costate_experiments::reproduce::interrupt::Interrupt;
use costate_experiments::reproduce::options::Plan;
use costate_experiments::reproduce::record::{Record, Size};
use costate_experiments::reproduce::session::Session;

fn compared(plan: &Plan, session: &mut Session) -> (Record, Vec<Learnt>) {
    let extent = Extent {
        batches: 2,
        rtols: vec![1e-2, 1e-3],
        reference: true,
        measured: usize::MAX,
        ablation: 1,
    };
    let mut record = Record::new("pendulum", Size::Quick, plan.seed);
    let learnt = compare(&pendulum(), plan, &settings(1), &extent, &mut record, session).unwrap();
    (record, learnt)
}

/// In trainings, in evaluations, in what is measured after them: wherever it asks. Each try gets a little further than the one before,
/// for what was begun and is no training is begun again.
#[test]
fn a_comparison_that_is_broken_off_everywhere_is_the_same_comparison() {
    let plan = Plan { repeats: 2, ..plan(folder("comparison")) };
    let (expected, learnt) = compared(&plan, &mut Session::in_memory(&plan));
    let mut places = Vec::new();
    let mut asked = 0;
    loop {
        let now = if asked == 0 { plan.clone() } else { resumed(&plan) };
        let mut session = Session::open(&now, &Interrupt::after(asked)).unwrap();
        let (record, found) = compared(&now, &mut session);
        let Some(place) = session.broken_off.clone() else {
            assert!(timeless(record) == timeless(expected), "another record");
            assert!(found == learnt, "other parameters");
            session.finish();
            break;
        };
        assert!(record.runs.len() <= expected.runs.len());
        // A training under way shows how far it is, and one that is over how it went, before it is evaluated; whatever else is under
        // way shows nothing.
        let training = place.contains("step") && !place.contains("step 0 ");
        let under_way = training || place.contains("counting");
        assert_eq!(record.courses.len() > record.runs.len(), under_way, "{place}");
        // A search at equal error asks before each of a hundred gradients.
        asked += if place.contains("equal error") { 10 } else { 1 };
        places.push(place);
        assert!(places.len() < 100, "it does not get on: {places:?}");
    }
    for phase in ["step", "counting", "gradient errors", "savings", "repeat 1"] {
        assert!(places.iter().any(|place| place.contains(phase)), "{phase}: {places:?}");
    }
    assert!(!plan.out.join(FILE).exists(), "a run that has finished leaves no checkpoint");
}

/// What is not needed any more is not carried along: only the first repeat's models are shown.
#[test]
fn later_repeats_leave_no_parameters_behind() {
    let plan = Plan { repeats: 2, ..plan(folder("repeats")) };
    let mut session = Session::open(&plan, &Interrupt::default()).unwrap();
    compared(&plan, &mut session);
    let contents = read(&plan.out.join(FILE)).unwrap().unwrap();
    let kept: Vec<bool> =
        contents.finished.iter().map(|f| !f.trained.parameters.is_empty()).collect();
    assert_eq!(kept, [true, true, false, false]);
    assert!(contents.running.is_none());
}
