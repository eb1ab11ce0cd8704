//! A loop run by hand takes the steps of `solve`, and an edited state is gone on from as from a start.

use costate_solver::controller::{ControlError, Start};
use costate_solver::controller::{Fixed, StepControl, Verdict, norms::Space};
use costate_solver::tableau::*;
use costate_solver::{Plan, Record, SolveError, Solver, Statistics, Step, Workspace};
use proptest::prelude::*;

fn pendulum(t: f64, y: &[f64; 2], dy: &mut [f64; 2]) {
    *dy = [y[1], -y[0].sin() + 0.3 * t.cos()];
}

/// Steps and states of a loop run by hand.
fn by_hand<C: StepControl<[f64; 2]>, const S: usize>(
    solver: &mut Solver<C, S>,
    y0: [f64; 2],
    plan: Plan<'_>,
) -> (Vec<Step>, Vec<[f64; 2]>, Statistics) {
    let mut workspace = Workspace::new(&y0);
    let mut integration = solver.start(&mut workspace, pendulum, &y0, plan).unwrap();
    let (mut steps, mut states) = (Vec::new(), vec![y0]);
    while let Some(attempt) = integration.attempt().unwrap() {
        assert_eq!(attempt.y0, states.last().unwrap());
        if !attempt.accepted {
            continue;
        }
        let (step, y1) = (attempt.step, *attempt.y1);
        steps.push(step);
        states.push(y1);
        assert_eq!((integration.t(), *integration.y()), (step.end, y1));
    }
    (steps, states, integration.statistics())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_loop_by_hand_is_a_solve(
        y0 in prop::array::uniform2(-2.0..2.0_f64), span in 0.5..6.0_f64, backwards: bool, digits in 2..9_i32,
        jump in 0.1..0.9_f64,
    ) {
        let tol = 10.0_f64.powi(-digits);
        let t1 = if backwards { -span } else { span };
        let jumps = [jump * t1];
        let plan = Plan::new(0.0, t1).jumps_at(&jumps).record(Record::States);
        let mut solver = Solver::dormand_prince(tol, tol);
        let solution = solver.solve(pendulum, &y0, plan).unwrap();
        let (steps, states, statistics) = by_hand(&mut solver, y0, plan);
        prop_assert_eq!(&steps[..], solution.recording.steps());
        prop_assert_eq!(&states[..], solution.recording.states());
        prop_assert_eq!(statistics, solution.statistics);

        let mut solver = Solver::fixed(RK4, 0.1);
        let solution = solver.solve(pendulum, &y0, plan).unwrap();
        let (steps, states, statistics) = by_hand(&mut solver, y0, plan);
        prop_assert_eq!(&steps[..], solution.recording.steps());
        prop_assert_eq!(&states[..], solution.recording.states());
        prop_assert_eq!(statistics, solution.statistics);
    }

    /// Fixed steps of 1/8, whose times are exact: the solve to 1, an edit, and the solve from 1 are one solve with an edit. The
    /// edited one evaluates the field anew where it was edited, as a start does.
    #[test]
    fn an_edit_is_a_new_start(y0 in prop::array::uniform2(-2.0..2.0_f64), kick in -1.0..1.0_f64) {
        fn check<const S: usize>(tableau: Tableau<S>, y0: [f64; 2], kick: f64) -> Result<(), TestCaseError> {
            let mut solver = Solver::fixed(tableau, 0.125);
            let first = solver.solve(pendulum, &y0, Plan::new(0.0, 1.0)).unwrap();
            let kicked = [first.y[0], first.y[1] + kick];
            let second = solver.solve(pendulum, &kicked, Plan::new(1.0, 2.0)).unwrap();

            let slope = usize::from(matches!(solver.tableau.dense, Dense::Hermite { .. }) && !solver.tableau.fsal());
            let mut workspace = Workspace::new(&y0);
            let plan = Plan::new(0.0, 2.0);
            let mut integration = solver.start(&mut workspace, pendulum, &y0, plan).unwrap();
            while let Some(attempt) = integration.attempt().unwrap() {
                if attempt.step.end == 1.0 {
                    // Dense output beforehand costs an evaluation and must not leave its slope behind.
                    integration.interpolate(0.95, &mut [0.0; 2]);
                    integration.edit(|y| y[1] += kick);
                    prop_assert_eq!((integration.t(), *integration.y()), (1.0, kicked));
                }
            }
            prop_assert_eq!(*integration.y(), second.y);
            let both = first.statistics.evaluations + second.statistics.evaluations;
            prop_assert_eq!(integration.statistics().evaluations, both + slope);
            Ok(())
        }
        check(DORMAND_PRINCE_54, y0, kick)?;
        check(TSITOURAS_54, y0, kick)?;
        check(BOGACKI_SHAMPINE_32, y0, kick)?;
        check(RK4, y0, kick)?;
        check(HEUN, y0, kick)?;
    }

    /// An edit that changes nothing costs the field once and changes no step.
    #[test]
    fn an_empty_edit_changes_no_step(y0 in prop::array::uniform2(-2.0..2.0_f64), at in 0..10_usize) {
        let mut solver = Solver::dormand_prince(1e-6, 1e-6);
        let plan = Plan::new(0.0, 5.0);
        let solution = solver.solve(pendulum, &y0, plan).unwrap();
        let mut workspace = Workspace::new(&y0);
        let mut integration = solver.start(&mut workspace, pendulum, &y0, plan).unwrap();
        let mut attempts = 0;
        while integration.attempt().unwrap().is_some() {
            if attempts == at {
                integration.edit(|_| {});
            }
            attempts += 1;
        }
        prop_assert_eq!(*integration.y(), solution.y);
        prop_assert!(attempts > at + 1);
        prop_assert_eq!(integration.statistics().evaluations, solution.statistics.evaluations + 1);
    }
}

/// What an edit must not leave behind is an error of the next attempt, and of every one after it until it is put right.
#[test]
fn an_edit_to_nonsense_is_refused() {
    let field = |_t: f64, y: &Vec<f64>, dy: &mut Vec<f64>| dy.copy_from_slice(&[y[1], -y[0]]);
    let y0 = vec![1.0, 0.0];
    let mut solver = Solver::dormand_prince(1e-6, 1e-6);
    let mut workspace = Workspace::new(&y0);
    let mut integration = solver.start(&mut workspace, field, &y0, Plan::new(0.0, 1.0)).unwrap();
    integration.attempt().unwrap();
    let t = integration.t();
    integration.edit(|y| y[1] = f64::NEG_INFINITY);
    let refused =
        SolveError::NotFinite { what: "the edited state", index: 1, value: f64::NEG_INFINITY, t };
    assert_eq!(integration.attempt().unwrap_err(), refused);
    assert_eq!(integration.attempt().unwrap_err(), refused);
    integration.edit(|y| *y = vec![0.0; 3]);
    let refused = SolveError::ShapeChanged { what: "the edited state", expected: 2, found: 3, t };
    assert_eq!(integration.attempt().unwrap_err(), refused);
    integration.edit(|y| *y = vec![1.0, 0.0]);
    while integration.attempt().unwrap().is_some() {}
    assert_eq!(integration.t(), 1.0);

    // The workspace outlives even a solve that was left misshapen.
    let mut integration = solver.start(&mut workspace, field, &y0, Plan::new(0.0, 1.0)).unwrap();
    integration.edit(|y| y.push(0.0));
    assert!(integration.attempt().is_err());
    let again = solver.solve_in(&mut workspace, field, &y0, Plan::new(0.0, 1.0)).unwrap().y.clone();
    assert_eq!(again, solver.solve(field, &y0, Plan::new(0.0, 1.0)).unwrap().y);
}

/// Inside the attempt just accepted, and where there is none.
#[test]
fn a_loop_can_look_inside_its_steps() {
    let mut solver = Solver::dormand_prince(1e-6, 1e-6);
    let mut workspace = Workspace::new(&[0.0; 2]);
    let plan = Plan::new(0.0, 3.0);
    let times: Vec<f64> = (1..30).map(|i| 0.1 * f64::from(i)).collect();
    let solution = solver.solve(pendulum, &[1.0, 0.0], plan.save_at(&times)).unwrap();
    let mut integration = solver.start(&mut workspace, pendulum, &[1.0, 0.0], plan).unwrap();
    let mut value = [0.0; 2];
    integration.interpolate(0.7, &mut value);
    assert_eq!(value, [1.0, 0.0]);
    let mut seen = Vec::new();
    while let Some(attempt) = integration.attempt().unwrap() {
        let (step, accepted) = (attempt.step, attempt.accepted);
        for &t in times.iter().filter(|&&t| accepted && step.t < t && t <= step.end) {
            integration.interpolate(t, &mut value);
            seen.push(value);
        }
    }
    assert_eq!(&seen[..], solution.saved.as_slice());
}

/// A control of one's own that rejects every step a little shorter, from one stretched to the end: no attempt is made twice.
#[derive(Debug)]
struct Reluctant;

impl<V: Space> StepControl<V> for Reluctant {
    fn check(&self, _: &V) -> Result<(), ControlError> {
        Ok(())
    }
    fn begin(&mut self, _: u32) {}
    fn first_step(
        &self,
        start: Start<'_, V>,
        _: &mut dyn FnMut(f64, &V, &mut V),
        _: [&mut V; 2],
    ) -> (f64, usize) {
        (start.span / 1.009, 0)
    }
    fn reads(&self, _: usize) -> bool {
        false
    }
    fn measure(&self, _: &V, _: &V, _: &mut V) -> f64 {
        2.0
    }
    fn decide(&mut self, h: f64, ratio: f64) -> Verdict {
        Verdict { ratio, accepted: false, next: 0.999 * h }
    }
}

#[test]
fn no_attempt_is_made_twice() {
    let mut solver = Solver::fixed(RK4, 1.0).with_control(Reluctant).with_max_attempts(50);
    let mut workspace = Workspace::new(&[0.0; 2]);
    let mut integration =
        solver.start(&mut workspace, pendulum, &[1.0, 0.0], Plan::new(0.0, 1.0)).unwrap();
    let mut last = f64::INFINITY;
    let error = loop {
        match integration.attempt() {
            Ok(attempt) => {
                let h = attempt.expect("nothing is accepted").step.h;
                assert!(h < last);
                last = h;
            }
            Err(error) => break error,
        }
    };
    assert!(matches!(error, SolveError::TooManyAttempts { limit: 50, ratio: 2.0, .. }));
}

/// A fixed step that fails at a last step stretched by rounding has no shorter one to offer either.
#[test]
fn a_stretched_fixed_step_that_fails_is_an_error_at_once() {
    let field =
        |t: f64, _: &[f64; 1], dy: &mut [f64; 1]| dy[0] = if t > 0.95 { f64::NAN } else { 1.0 };
    let mut solver = Solver::new(RK4, Fixed { step: 0.1 });
    let error = solver.solve(field, &[0.0], Plan::new(0.0, 1.0)).unwrap_err();
    let SolveError::StepNotFinite { h, statistics, .. } = error else { panic!("{error:?}") };
    assert!(h > 0.1, "not the case that is meant: {h}");
    assert_eq!((statistics.accepted, statistics.rejected, statistics.not_finite), (9, 1, 1));
}
