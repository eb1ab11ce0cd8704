//! Values at save times: by dense output or by stopping, from the start to the end, and out of a recording.

use costate_solver::controller::StepControl;
use costate_solver::tableau::*;
use costate_solver::{End, Plan, Record, SolveError, Solver};
use proptest::prelude::*;

/// y' = y cos(t), y = y(t0) exp(sin t - sin t0): between 1/e^2 and e^2 times the start, and errors are amplified by no more.
const KAPPA: f64 = 7.39;

fn swing(t: f64, y: &[f64; 1], dy: &mut [f64; 1]) {
    dy[0] = y[0] * t.cos();
}

fn exact(t0: f64, t: f64) -> f64 {
    (t.sin() - t0.sin()).exp()
}

/// Places between 0 and 1, sorted, with both ends and a repeat, as times of a solve.
fn times(places: &[f64], t0: f64, t1: f64) -> Vec<f64> {
    let mut places = places.to_vec();
    places.extend([0.0, 0.0, 1.0, 1.0, places[0]]);
    places.sort_by(f64::total_cmp);
    // The ends themselves, where t0 + 1 (t1 - t0) may miss t1 by rounding.
    let at = |p: f64| if p == 1.0 { t1 } else { t0 + p * (t1 - t0) };
    let (least, largest) = (t0.min(t1), t0.max(t1));
    places.into_iter().map(|p| at(p).clamp(least, largest)).collect()
}

/// The saved values equal those of a dense recording, bit for bit, and the recording's ends of steps are its states.
fn assert_recording_agrees<C: StepControl<[f64; 1]>, const S: usize>(
    mut solver: Solver<C, S>,
    times: &[f64],
    end: End,
) -> Result<(), TestCaseError> {
    let (t0, t1) = (times[0], times[times.len() - 1]);
    let plan = Plan::new(t0, t1).save_at(times).end(end).record(Record::Dense);
    let solution = solver.solve(swing, &[1.0], plan).unwrap();
    let recording = &solution.recording;
    let mut value = [0.0];
    prop_assert_eq!(solution.saved.len(), times.len());
    for (&t, saved) in times.iter().zip(solution.saved.iter()) {
        recording.at(&solver.tableau, t, &mut value).unwrap();
        prop_assert_eq!(value, *saved);
    }
    prop_assert_eq!(solution.saved[times.len() - 1], solution.y);
    recording.at(&solver.tableau, t0, &mut value).unwrap();
    prop_assert_eq!(value, [1.0]);
    for (i, step) in recording.steps().iter().enumerate() {
        recording.at(&solver.tableau, step.end, &mut value).unwrap();
        prop_assert_eq!(value, recording.states()[i + 1]);
    }
    let last = recording.steps().last().unwrap();
    let direction = (t1 - t0).signum();
    for beyond in [t0 - 1e-9 * direction, last.end + 1e-9 * direction, f64::NAN, f64::INFINITY] {
        let refused = recording.at(&solver.tableau, beyond, &mut value);
        let outside = matches!(
            refused,
            Err(SolveError::TimeOutside { value, t0: a, t1: b, .. })
                if value.to_bits() == beyond.to_bits() && a == t0 && b == last.end
        );
        prop_assert!(outside, "{refused:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Stopped at or interpolated, a saved value is off by at most what n accepted steps of local error tol (1 + |y|) leave,
    /// n kappa tol (1 + kappa). Dense output of order 4 adds one local error of the same order in h as the estimate, h^5, but
    /// with another constant: that of a quartic interpolant of Dormand and Prince is a few times the estimate's, and 10 are
    /// allowed.
    #[test]
    fn saved_values_are_near_the_solution(
        t0 in -5.0..5.0_f64, span in 0.2..4.0_f64, backwards: bool, digits in 3..10_i32,
        places in prop::collection::vec(0.0..=1.0_f64, 1..12),
    ) {
        let tol = 10.0_f64.powi(-digits);
        let t1 = if backwards { t0 - span } else { t0 + span };
        let times = times(&places, t0, t1);
        let plan = Plan::new(t0, t1).save_at(&times);
        for plan in [plan, plan.stop_at_saves(), plan.end(End::Overstep), plan.stop_at_saves().end(End::Overstep)] {
            let solution = Solver::dormand_prince(tol, tol).solve(swing, &[1.0], plan).unwrap();
            prop_assert_eq!(solution.saved.len(), times.len());
            prop_assert_eq!(solution.t, t1);
            let n = solution.statistics.accepted as f64;
            let allowed = (n * KAPPA + 10.0) * tol * (1.0 + KAPPA);
            for (&t, y) in times.iter().zip(solution.saved.iter()) {
                prop_assert!((y[0] - exact(t0, t)).abs() <= allowed, "at {} of {:?}", t, plan);
            }
            prop_assert_eq!(solution.saved[0], [1.0]);
            prop_assert_eq!(solution.saved[times.len() - 1], solution.y);
        }
    }

    #[test]
    fn stops_are_ends_of_steps_and_interpolation_changes_no_step(
        places in prop::collection::vec(0.0..=1.0_f64, 1..12), span in 0.2..4.0_f64,
    ) {
        let times = times(&places, 0.0, span);
        let plan = Plan::new(0.0, span).record(Record::States);
        let mut solver = Solver::tsitouras(1e-5, 1e-5);
        let bare = solver.solve(swing, &[1.0], plan).unwrap();
        let interpolated = solver.solve(swing, &[1.0], plan.save_at(&times)).unwrap();
        prop_assert_eq!(bare.recording.steps(), interpolated.recording.steps());
        prop_assert_eq!(bare.statistics, interpolated.statistics);
        prop_assert_eq!(bare.y, interpolated.y);

        let stopped = solver.solve(swing, &[1.0], plan.save_at(&times).stop_at_saves()).unwrap();
        for (&t, y) in times.iter().zip(stopped.saved.iter()) {
            let i = stopped.recording.steps().iter().position(|s| s.end == t);
            prop_assert!(i.is_some() || t == 0.0);
            prop_assert_eq!(*y, stopped.recording.states()[i.map_or(0, |i| i + 1)]);
        }
    }

    /// For a polynomial extension, a Hermite cubic of a method that ends with the field and one of a method that does not.
    #[test]
    fn a_recording_gives_the_saved_values(
        t0 in -5.0..5.0_f64, span in 0.2..4.0_f64, backwards: bool, overstep: bool,
        places in prop::collection::vec(0.0..=1.0_f64, 1..12),
    ) {
        let t1 = if backwards { t0 - span } else { t0 + span };
        let times = times(&places, t0, t1);
        let end = if overstep { End::Overstep } else { End::Land };
        let adaptive = Solver::dormand_prince(1e-5, 1e-5);
        let control = adaptive.control.clone();
        assert_recording_agrees(adaptive, &times, end)?;
        assert_recording_agrees(Solver::new(BOGACKI_SHAMPINE_32, control), &times, end)?;
        assert_recording_agrees(Solver::fixed(RK4, 0.13), &times, end)?;
        assert_recording_agrees(Solver::fixed(EULER, 0.13), &times, end)?;
        assert_recording_agrees(Solver::fixed(TSITOURAS_54, 0.13), &times, end)?;
    }
}

/// An overstepping solve goes beyond the end, asks the field there, and is interpolated back.
#[test]
fn an_overstepping_solve_lands_by_dense_output() {
    let mut latest = 0.0_f64;
    let field = |t: f64, y: &[f64; 1], dy: &mut [f64; 1]| {
        latest = latest.max(t);
        swing(t, y, dy);
    };
    let plan = Plan::new(0.0, 1.0).end(End::Overstep).record(Record::Dense);
    let mut solver = Solver::dormand_prince(1e-6, 1e-6);
    let solution = solver.solve(field, &[1.0], plan).unwrap();
    let last = *solution.recording.steps().last().unwrap();
    assert!(last.t < 1.0 && last.end > 1.0 && latest >= last.end);
    assert_eq!(solution.t, 1.0);
    let mut value = [0.0];
    solution.recording.at(&solver.tableau, 1.0, &mut value).unwrap();
    assert_eq!(solution.y, value);
    assert_ne!(solution.y, *solution.recording.states().last().unwrap());
    // A landing solve takes the same steps but the last.
    let landed = solver.solve(swing, &[1.0], plan.end(End::Land)).unwrap();
    let n = landed.recording.steps().len();
    assert_eq!(landed.recording.steps()[..n - 1], solution.recording.steps()[..n - 1]);
    assert_eq!(landed.recording.steps()[n - 1].end, 1.0);
}

#[test]
fn what_was_not_recorded_is_named() {
    let mut solver = Solver::dormand_prince(1e-6, 1e-6);
    for record in [Record::Nothing, Record::Steps, Record::States, Record::Dense] {
        let plan = Plan::new(0.0, 1.0).record(record);
        let solution = solver.solve(swing, &[1.0], plan).unwrap();
        let recording = &solution.recording;
        let n = solution.statistics.accepted;
        assert_eq!(recording.steps().len(), if record >= Record::Steps { n } else { 0 });
        assert_eq!(recording.states().len(), if record >= Record::States { n + 1 } else { 0 });
        let value = recording.at(&solver.tableau, 0.5, &mut [0.0]);
        assert_eq!(value.is_ok(), record == Record::Dense);
        if let Err(error) = value {
            assert_eq!(error, SolveError::NotRecorded { needed: "dense output" });
        }
    }
}

/// Stages of one method are not those of another, even of as many.
#[test]
fn another_method_cannot_read_a_recording() {
    let plan = Plan::new(0.0, 1.0).record(Record::Dense);
    let solution = Solver::dormand_prince(1e-6, 1e-6).solve(swing, &[1.0], plan).unwrap();
    let recorded = DORMAND_PRINCE_54.name;
    let error = solution.recording.at(&TSITOURAS_54, 0.5, &mut [0.0]).unwrap_err();
    assert_eq!(error, SolveError::OtherMethod { recorded, asked: TSITOURAS_54.name });
    let error = solution.recording.at(&RK4, 0.5, &mut [0.0]).unwrap_err();
    assert_eq!(error, SolveError::OtherMethod { recorded, asked: RK4.name });
}

/// A vector of another length becomes one of the right length instead of a panic.
#[test]
fn values_are_written_into_vectors_of_any_length() {
    let field = |_t: f64, y: &Vec<f64>, dy: &mut Vec<f64>| dy.copy_from_slice(&[y[1], -y[0]]);
    let mut solver = Solver::tsitouras(1e-6, 1e-6);
    let plan = Plan::new(0.0, 1.0).record(Record::Dense);
    let solution = solver.solve(field, &vec![1.0, 0.0], plan).unwrap();
    let (mut right, mut other) = (vec![0.0; 2], vec![7.0; 5]);
    solution.recording.at(&solver.tableau, 0.4, &mut right).unwrap();
    solution.recording.at(&solver.tableau, 0.4, &mut other).unwrap();
    assert_eq!(right, other);
}

/// A field that is infinite at the end of a step which never evaluates it there: y' = 1 / (2 sqrt(1 - t)), y = -sqrt(1 - t).
#[test]
fn dense_output_that_is_not_finite_is_an_error() {
    let field = |t: f64, _: &[f64; 1], dy: &mut [f64; 1]| dy[0] = 0.5 / (1.0 - t).sqrt();
    let mut solver = Solver::fixed(MIDPOINT, 0.125);
    let plan = Plan::new(0.0, 1.0);
    assert!(solver.solve(field, &[-1.0], plan).unwrap().y[0].is_finite());
    let error = solver.solve(field, &[-1.0], plan.save_at(&[0.95])).unwrap_err();
    assert!(
        matches!(error, SolveError::StepNotFinite { t: 0.875, h: 0.125, statistics } if statistics.accepted == 8),
        "{error:?}"
    );
    // The remedy that the message names.
    assert!(solver.solve(field, &[-1.0], plan.save_at(&[0.95]).stop_at_saves()).is_ok());
}
