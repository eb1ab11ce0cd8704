//! What cannot be solved is a typed error that says what, where and at what cost; what can be solved at the edge is.

use core::cell::Cell;
use costate_solver::controller::norms::{PerElement, Rms, ShapeError, ToleranceError};
use costate_solver::controller::{ControlError, Controller, Pi};
use costate_solver::tableau::*;
use costate_solver::{End, Plan, Record, SolveError, Solver, Statistics};
use proptest::prelude::*;

type Decay = fn(f64, &[f64; 2], &mut [f64; 2]);
const DECAY: Decay = |_t, y, dy| *dy = [-y[0], -y[1]];

fn refused(y0: [f64; 2], plan: Plan<'_>) -> SolveError {
    let error = Solver::dormand_prince(1e-6, 1e-6).solve(DECAY, &y0, plan).unwrap_err();
    assert_eq!(error.statistics(), Statistics::default());
    error
}

/// NaN is not equal to itself: errors are compared as they are printed, field by field.
fn assert_same(found: &SolveError, expected: &SolveError) {
    assert_eq!(format!("{found:?}"), format!("{expected:?}"));
}

#[test]
fn states_that_are_not_finite() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = refused([1.0, value], Plan::new(2.0, 3.0));
        let what = "the initial state";
        assert_same(&error, &SolveError::NotFinite { what, index: 1, value, t: 2.0 });

        // Coordinates count over the members of a tuple.
        let field = |_t: f64, y: &(f64, [f64; 2]), dy: &mut (f64, [f64; 2])| *dy = *y;
        let y0 = (0.0, [0.0, value]);
        let error = Solver::tsitouras(1e-6, 1e-6).solve(field, &y0, Plan::new(2.0, 3.0));
        assert_same(&error.unwrap_err(), &SolveError::NotFinite { what, index: 2, value, t: 2.0 });

        let field = |_t: f64, _: &[f64; 2], dy: &mut [f64; 2]| *dy = [value, 0.0];
        let error = Solver::fixed(RK4, 0.1).solve(field, &[1.0, 1.0], Plan::new(2.0, 3.0));
        let what = "the field's first value";
        assert_same(&error.unwrap_err(), &SolveError::NotFinite { what, index: 0, value, t: 2.0 });
    }
}

#[test]
fn empty_states() {
    let plan = Plan::new(0.0, 1.0);
    let vec = |_t: f64, _: &Vec<f64>, _: &mut Vec<f64>| {};
    let error = Solver::dormand_prince(1e-6, 1e-6).solve(vec, &Vec::new(), plan);
    assert_eq!(error.unwrap_err(), SolveError::EmptyState);
    let array = |_t: f64, _: &[f64; 0], _: &mut [f64; 0]| {};
    let error = Solver::fixed(RK4, 0.1).solve(array, &[], plan);
    assert_eq!(error.unwrap_err(), SolveError::EmptyState);
    // An empty member beside one that is not is a state.
    let pair = |_t: f64, y: &([f64; 0], f64), dy: &mut ([f64; 0], f64)| dy.1 = -y.1;
    assert!(Solver::dormand_prince(1e-6, 1e-6).solve(pair, &([], 1.0), plan).is_ok());
}

/// A derivative that a field put in the place of the one it was given.
#[test]
fn derivatives_of_another_shape() {
    let field = |_t: f64, _: &Vec<f64>, dy: &mut Vec<f64>| *dy = vec![0.0; 3];
    let error = Solver::tsitouras(1e-6, 1e-6).solve(field, &vec![1.0; 2], Plan::new(4.0, 5.0));
    let what = "the field's first value";
    let expected = SolveError::ShapeChanged { what, expected: 2, found: 3, t: 4.0 };
    assert_eq!(error.unwrap_err(), expected);
}

#[test]
fn ends_that_are_not_finite() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = refused([1.0; 2], Plan::new(value, 1.0));
        assert_same(
            &error,
            &SolveError::TimeNotFinite { what: "the initial time", index: 0, value },
        );
        let error = refused([1.0; 2], Plan::new(0.0, value));
        assert_same(&error, &SolveError::TimeNotFinite { what: "the final time", index: 0, value });
    }
}

#[test]
fn times_out_of_place() {
    for (t0, t1) in [(0.0, 1.0), (1.0, 0.0)] {
        for what in ["save time", "jump time"] {
            let plan = Plan::new(t0, t1);
            let refused = |times: &[f64]| {
                let save = if what == "save time" { times } else { &[] };
                let jumps = if what == "jump time" { times } else { &[] };
                refused([1.0; 2], Plan { save, jumps, ..plan })
            };
            // Places along the solve.
            let at = |p: f64| t0 + p * (t1 - t0);
            let (value, previous) = (at(0.25), at(0.5));
            let error = refused(&[at(0.0), previous, value]);
            assert_eq!(
                error,
                SolveError::TimesUnsorted { what, index: 2, value, previous, t0, t1 }
            );
            for value in [at(-0.5), at(1.5)] {
                let error = refused(&[at(0.5), value]);
                assert_eq!(error, SolveError::TimeOutside { what, index: 1, value, t0, t1 });
            }
            for value in [f64::NAN, f64::INFINITY] {
                let error = refused(&[at(0.5), at(0.5), value]);
                assert_same(&error, &SolveError::TimeNotFinite { what, index: 2, value });
            }
        }
    }
}

#[test]
fn tolerances() {
    let plan = Plan::new(0.0, 1.0);
    let refused = |rtol: f64, atol: f64| {
        Solver::dormand_prince(rtol, atol).solve(DECAY, &[1.0; 2], plan).unwrap_err()
    };
    for value in [-1e-6, f64::NAN, f64::INFINITY] {
        let invalid =
            |name| SolveError::Control(ToleranceError::Invalid { name, value, index: 0 }.into());
        assert_same(&refused(value, 1e-6), &invalid("rtol"));
        assert_same(&refused(1e-6, value), &invalid("atol"));
    }
    let both_zero = SolveError::Control(ToleranceError::BothZero { index: 0 }.into());
    assert_eq!(refused(0.0, 0.0), both_zero);

    let control = Controller::new(
        Rms,
        Pi::HAIRER_DOPRI5,
        PerElement { rtol: vec![1e-6; 3], atol: vec![1e-6; 2] },
    );
    let field = |_t: f64, _: &Vec<f64>, dy: &mut Vec<f64>| dy.fill(0.0);
    let error = Solver::new(TSITOURAS_54, control).solve(field, &vec![1.0; 2], plan).unwrap_err();
    let shape = ShapeError { what: "rtol", expected: 3, found: 2 };
    assert_eq!(error, SolveError::Control(ToleranceError::from(shape).into()));
}

#[test]
fn steps_and_methods_that_cannot_be() {
    let plan = Plan::new(0.0, 1.0);
    for value in [0.0, -0.1, f64::NAN, f64::INFINITY] {
        let error = Solver::fixed(RK4, value).solve(DECAY, &[1.0; 2], plan).unwrap_err();
        let name = "the fixed step";
        assert_same(&error, &SolveError::Control(ControlError::NotPositive { name, value }));
    }
    for value in [0.0, -0.1, f64::NAN] {
        let control = Controller::hairer_dopri5(Rms, 1e-6, 1e-6).with_max_step(value);
        let error = Solver::new(TSITOURAS_54, control).solve(DECAY, &[1.0; 2], plan).unwrap_err();
        let name = "max_step";
        assert_same(&error, &SolveError::Control(ControlError::NotPositive { name, value }));
    }
    let control = Controller::hairer_dopri5(Rms, 1e-6, 1e-6);
    let error = Solver::new(RK4, control).solve(DECAY, &[1.0; 2], plan).unwrap_err();
    assert_eq!(error, SolveError::NoErrorEstimate { method: RK4.name });
}

proptest! {
    /// y' = y^2 from y0 is y0 / (1 - y0 t): it ends at t = 1/y0. A rejection shortens the step by at least 0.9, and most by
    /// 0.2; before the singularity each step covers a fixed part of what is left, so the attempts are a multiple of
    /// log(2^52) = 36. The step falls under rounding within a few hundred of them, far from the limit.
    #[test]
    fn blow_up_is_recognised(y0 in 0.5..5.0_f64, digits in 3..11_i32) {
        let tol = 10.0_f64.powi(-digits);
        let field = |_t: f64, y: &f64, dy: &mut f64| *dy = y * y;
        let error = Solver::dormand_prince(tol, tol).solve(field, &y0, Plan::new(0.0, 10.0)).unwrap_err();
        let SolveError::StepTooSmall { t, h, statistics, .. } = error else {
            return Err(TestCaseError::fail(format!("{error:?}")));
        };
        // The numerical solution's own singularity, displaced by the error: a relative tol each step.
        let displaced = statistics.accepted as f64 * tol + 1e-12;
        prop_assert!((t * y0 - 1.0).abs() <= displaced, "{t}");
        prop_assert!(h > 0.0 && h <= 16.0 * f64::EPSILON * t);
        prop_assert_eq!(error.statistics(), statistics);
    }

    /// A field that is NaN after a wall: the solve creeps up to it and says where it stands.
    #[test]
    fn a_wall_of_nan_is_recognised(wall in 0.1..0.9_f64, backwards: bool) {
        let (t0, t1) = if backwards { (1.0, 0.0) } else { (0.0, 1.0) };
        let inside = |t: f64| if backwards { t >= wall } else { t <= wall };
        let field = |t: f64, y: &f64, dy: &mut f64| *dy = if inside(t) { -y } else { f64::NAN };
        let error = Solver::dormand_prince(1e-6, 1e-6).solve(field, &1.0, Plan::new(t0, t1)).unwrap_err();
        let SolveError::StepTooSmall { t, ratio, statistics, .. } = error else {
            return Err(TestCaseError::fail(format!("{error:?}")));
        };
        // It stands where no step of sixteen units fits, or where one more did: a few of the last steps.
        prop_assert!(inside(t) && (t - wall).abs() <= 100.0 * f64::EPSILON);
        prop_assert!(ratio.is_nan() && statistics.not_finite > 0);

        let error = Solver::fixed(RK4, 0.03).solve(field, &1.0, Plan::new(t0, t1)).unwrap_err();
        let SolveError::StepNotFinite { t, h, statistics } = error else {
            return Err(TestCaseError::fail(format!("{error:?}")));
        };
        // The step at t was the first to reach across.
        prop_assert!(inside(t) && !inside(t + h));
        prop_assert_eq!((statistics.rejected, statistics.not_finite), (1, 1));
    }

    /// y' = -2 sqrt(y) from a^2 is (a - t)^2 until t = a. The trial stages of a long step see negative y, where the field is
    /// NaN; the solution up to 0.99 a lies inside. Where y is small, the field's derivative 1/sqrt(y) is up to
    /// 1/(0.01 a), and its integral 2 log(100): errors grow by 1e4 at the worst, n of them.
    #[test]
    fn leaving_the_domain_on_trial_is_no_failure(a in 0.5..3.0_f64, digits in 5..10_i32) {
        let tol = 10.0_f64.powi(-digits);
        let field = |_t: f64, y: &f64, dy: &mut f64| *dy = -2.0 * y.sqrt();
        let plan = Plan::new(0.0, 0.99 * a);
        let mut solver = Solver::dormand_prince(tol, tol);
        let solution = solver.solve(field, &(a * a), plan).unwrap();
        let n = solution.statistics.accepted as f64;
        let exact = (0.01 * a) * (0.01 * a);
        prop_assert!((solution.y - exact).abs() <= n * 1e4 * tol * (1.0 + a * a));
    }
}

/// The same where the trials surely reach out of the domain: below the absolute tolerance nothing but stability limits the
/// steps of y' = -50 y, and a step that is not stable has stages of the other sign, where this field is NaN.
#[test]
fn trials_outside_of_the_domain_are_counted() {
    let outside = Cell::new(0);
    let field = |_t: f64, y: &f64, dy: &mut f64| {
        *dy = if *y >= 0.0 { -50.0 * y } else { f64::NAN };
        outside.set(outside.get() + usize::from(dy.is_nan()));
    };
    let mut solver = Solver::dormand_prince(1e-3, 1e-3);
    let solution = solver.solve(field, &1.0, Plan::new(0.0, 2.0)).unwrap();
    // No error grows on a decay; of the errors committed each is at most tol (1 + |y|).
    let Statistics { accepted, rejected, not_finite, .. } = solution.statistics;
    assert!((solution.y - (-100.0_f64).exp()).abs() <= accepted as f64 * 1e-3 * 2.0);
    assert!(solution.y >= 0.0);
    assert!(0 < not_finite && not_finite <= rejected);
    assert!(not_finite <= outside.get());
}

/// Without an absolute tolerance a coordinate that is 0 and stays 0 stops nothing: no error on no scale is no error.
#[test]
fn a_scale_of_zero_is_no_obstacle_to_zero() {
    let solution =
        Solver::dormand_prince(1e-6, 0.0).solve(DECAY, &[0.0, 1.0], Plan::new(0.0, 1.0)).unwrap();
    assert_eq!(solution.y[0], 0.0);
    let n = solution.statistics.accepted as f64;
    assert!((solution.y[1] - (-1.0_f64).exp()).abs() <= n * 1e-6 * 2.0);
}

/// One place, no time: every save time is the start, and the field is not asked.
#[test]
fn a_solve_without_length_is_trivial() {
    let never = |_t: f64, _: &[f64; 1], _: &mut [f64; 1]| unreachable!("nothing to ask");
    let mut solver = Solver::dormand_prince(1e-6, 1e-6);
    for end in [End::Land, End::Overstep] {
        let plan = Plan::new(2.0, 2.0).save_at(&[2.0, 2.0]).jumps_at(&[2.0]).end(end);
        let solution = solver.solve(never, &[5.0], plan.record(Record::Dense)).unwrap();
        assert_eq!(
            (solution.t, solution.y, solution.saved.as_slice()),
            (2.0, [5.0], &[[5.0]; 2][..])
        );
        assert_eq!(solution.statistics, Statistics::default());
        assert_eq!(
            (solution.recording.steps(), solution.recording.states()),
            (&[][..], &[[5.0]][..])
        );
        let mut value = [0.0];
        solution.recording.at(&solver.tableau, 2.0, &mut value).unwrap();
        assert_eq!(value, [5.0]);
        for t in [1.0, 3.0] {
            let outside =
                SolveError::TimeOutside { what: "time", index: 0, value: t, t0: 2.0, t1: 2.0 };
            assert_eq!(solution.recording.at(&solver.tableau, t, &mut value), Err(outside));
        }
    }
    // Its input is judged all the same.
    let error = solver.solve(never, &[f64::NAN], Plan::new(2.0, 2.0)).unwrap_err();
    assert!(matches!(error, SolveError::NotFinite { index: 0, t: 2.0, .. }));
    let error = solver.solve(never, &[5.0], Plan::new(2.0, 2.0).save_at(&[2.5])).unwrap_err();
    assert!(matches!(error, SolveError::TimeOutside { value: 2.5, .. }));
}

/// Every message says where and what to do.
#[test]
fn messages_name_the_place_and_the_remedy() {
    let field = |_t: f64, y: &f64, dy: &mut f64| *dy = y * y;
    let error = Solver::dormand_prince(1e-6, 1e-6).solve(field, &1.0, Plan::new(0.0, 2.0));
    let message = error.unwrap_err().to_string();
    assert!(message.contains("t = ") && message.contains("singularity"), "{message}");
    let mut solver = Solver::dormand_prince(1e-6, 1e-6).with_max_attempts(3);
    let message = solver.solve(field, &1.0, Plan::new(0.0, 0.9)).unwrap_err().to_string();
    assert!(message.contains('3') && message.contains("max_attempts"), "{message}");
}
