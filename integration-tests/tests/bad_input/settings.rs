//! Tolerances, bounds and limits.

use crate::task::{Task, same, says, sum_at, sum_at_end};
use costate_adjoint::autodiff::Real;
use costate_adjoint::controller::ControlError;
use costate_adjoint::norms::{Tolerance, ToleranceError};
use costate_adjoint::solver::{End, SolveError};
use costate_adjoint::{AtEnd, Backsolve, Equation, GradientError, Policy, Problem, Traced};
use costate_integration_tests::fields::Exponential;

#[test]
fn tolerances_that_cannot_be() {
    let bad = [
        (-1e-6, 1e-6, "rtol"),
        (1e-6, -1e-6, "atol"),
        (f64::NAN, 1e-6, "rtol"),
        (1e-6, f64::NAN, "atol"),
        (f64::INFINITY, 1e-6, "rtol"),
        (1e-6, f64::INFINITY, "atol"),
    ];
    for (rtol, atol, which) in bad {
        let value = if which == "rtol" { rtol } else { atol };
        let invalid = |source: &ControlError| {
            let ControlError::Tolerance(ToleranceError::Invalid { name, value: found, index: 0 }) =
                source
            else {
                panic!("{source}")
            };
            assert!(*name == which && same(*found, value), "{source}");
        };
        let mut task = Task::new();
        task.method = Backsolve::new(rtol, atol).with_policy(Policy::Refuse);
        let error = task.at_end().unwrap_err();
        let GradientError::Forward { source: SolveError::Control(source) } = &error else {
            panic!("{error}")
        };
        invalid(source);
        says(&error, &[which, "not negative"]);

        let (bad, good) = (Tolerance { rtol, atol }, Tolerance { rtol: 1e-6, atol: 1e-6 });
        for (state, params) in [(bad, good), (good, bad)] {
            let mut task = Task::new();
            task.method = Backsolve::new(1e-6, 1e-6).with_backward_tolerance(state, params);
            let error = task.at_end().unwrap_err();
            let GradientError::Settings { source } = &error else { panic!("{error}") };
            invalid(source);
            says(&error, &[which, "not negative"]);
        }
    }
}

#[test]
fn tolerances_that_allow_nothing() {
    let mut task = Task::new();
    task.method = Backsolve::new(0.0, 0.0).with_policy(Policy::Refuse);
    let error = task.at_end().unwrap_err();
    let nothing = ControlError::Tolerance(ToleranceError::BothZero { index: 0 });
    assert_eq!(error, GradientError::Forward { source: nothing.clone().into() });
    says(&error, &["both zero", "make one of them positive"]);

    let (zero, good) = (Tolerance { rtol: 0.0, atol: 0.0 }, Tolerance { rtol: 1e-6, atol: 1e-6 });
    for (state, params) in [(zero, good), (good, zero)] {
        let mut task = Task::new();
        task.method = Backsolve::new(1e-6, 1e-6).with_backward_tolerance(state, params);
        let error = task.at_end().unwrap_err();
        assert_eq!(error, GradientError::Settings { source: nothing.clone() });
    }
}

/// A bound that is NaN is no bound: it must not let everything pass.
#[test]
fn a_drift_bound_that_is_not_a_number() {
    let (y0, p) = ([1.0], [-50.0]);
    let mut field = Traced::new(Exponential, &y0, &p).unwrap();
    let loss = AtEnd(|y: &[f64; 1], a: &mut [f64; 1]| {
        *a = [1.0];
        y[0]
    });
    let mut method = Backsolve::new(1e-6, 1e-6).with_policy(Policy::Refuse);
    method.drift_bound = f64::NAN;
    let outcome = method.gradient(&mut field, &Problem::new(0.0, 10.0, &y0, &p), &loss);
    assert!(outcome.is_err(), "{:?}", outcome.map(|g| g.report));
}

/// Going on from observation to observation, a solve has to land on the start. Asked to step over it, it may do what is right
/// or say that it cannot; not give another number. (An observation at the start is what stepping over would lose.)
#[test]
fn an_end_that_does_not_fit_the_way_back() {
    let times = || sum_at(vec![0.0, 0.5, 1.0]);
    let right = Task::new().run(&times()).unwrap();
    let mut task = Task::new();
    task.method.end = End::Overstep;
    if let Ok(g) = task.run(&times()) {
        let far = |a: &[f64], b: &[f64]| a.iter().zip(b).any(|(a, b)| (a - b).abs() > 1e-3);
        assert!(!far(&g.y0, &right.y0), "dL/dy0 is {:?} and not {:?}", g.y0, right.y0);
        assert!(!far(&g.p, &right.p), "dL/dp is {:?} and not {:?}", g.p, right.p);
        assert!(!far(&g.times, &right.times), "{:?} and not {:?}", g.times, right.times);
        assert!((g.t0 - right.t0).abs() <= 1e-3, "dL/dt0 is {} and not {}", g.t0, right.t0);
    }
}

/// y' = y^2 from 1 is 1 / (1 - t), which does not reach 2.
#[test]
fn a_solution_that_ends() {
    struct Square;
    impl Equation for Square {
        fn eval<R: Real>(&self, _: R, y: &[R], _: &[R], dy: &mut [R]) {
            dy[0] = y[0] * y[0];
        }
    }
    let (y0, p) = (vec![1.0], vec![0.0]);
    let mut field = Traced::new(Square, &y0, &p).unwrap();
    let mut method = Backsolve::new(1e-6, 1e-6).with_policy(Policy::Refuse);
    let problem = Problem::new(0.0, 2.0, &y0, &p);
    let error = method.gradient(&mut field, &problem, &sum_at_end()).unwrap_err();
    let GradientError::Forward { source: SolveError::StepTooSmall { t, h, .. } } = error else {
        panic!("{error}")
    };
    assert!((t - 1.0).abs() < 1e-3 && h.abs() < 1e-12);
    says(&error, &["too small", "singularity", "stiff"]);
}

/// Steps that time cannot resolve, in either pass.
#[test]
fn steps_under_rounding() {
    let at_large_times = || Task { t0: 1e6, t1: 1e6 + 1.0, ..Task::new() };
    let mut task = at_large_times();
    task.method.forward.control.max_step = 1e-12;
    let error = task.at_end().unwrap_err();
    let GradientError::Forward { source: SolveError::StepTooSmall { t, .. } } = error else {
        panic!("{error}")
    };
    // The first step is as long as time can resolve, some 1e-8 here.
    assert!((t - 1e6).abs() < 1e-7);
    says(&error, &["too small for time to advance"]);
    let mut task = at_large_times();
    task.method.backward.control.max_step = 1e-12;
    let error = task.at_end().unwrap_err();
    let GradientError::Backward { source: SolveError::StepTooSmall { t, .. }, report } = &error
    else {
        panic!("{error}")
    };
    assert!((t - 1e6 - 1.0).abs() < 1e-7 && report.forward.accepted > 0);
    says(&error, &["too small for time to advance"]);
    for max_step in [0.0, -1.0, f64::NAN] {
        let mut task = Task::new();
        task.method.backward.control.max_step = max_step;
        let error = task.at_end().unwrap_err();
        says(&error, &["max_step", "give a positive number"]);
    }
}

#[test]
fn limits_reached() {
    for limit in [0, 1, 3] {
        let slow = |control: &mut f64| *control = 0.01;
        let mut task = Task::new();
        task.method.forward.max_attempts = limit;
        slow(&mut task.method.forward.control.max_step);
        let error = task.at_end().unwrap_err();
        let GradientError::Forward {
            source: SolveError::TooManyAttempts { limit: found, statistics, .. },
        } = &error
        else {
            panic!("{error}")
        };
        assert_eq!((*found, statistics.attempts()), (limit, limit));
        says(&error, &["raise `max_attempts`", "loosen the tolerances"]);

        let mut task = Task::new();
        task.method.backward.max_attempts = limit;
        slow(&mut task.method.backward.control.max_step);
        let error = task.at_end().unwrap_err();
        let GradientError::Backward {
            source: SolveError::TooManyAttempts { limit: found, .. },
            report,
        } = &error
        else {
            panic!("{error}")
        };
        assert_eq!(*found, limit);
        assert_eq!(report.backward.accepted + report.backward.rejected, limit);
        assert!(report.forward.accepted > 0);
        assert!(std::ptr::eq(error.report().unwrap(), &**report));
        says(&error, &["raise `max_attempts`", "loosen the tolerances"]);
    }
}
