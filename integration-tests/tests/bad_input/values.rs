//! Numbers that are not finite, and vectors that are empty.

use crate::task::{NOT_FINITE, Task, same, says, sum_at, sum_at_end};
use costate_adjoint::autodiff::Real;
use costate_adjoint::norms::Rms;
use costate_adjoint::solver::SolveError;
use costate_adjoint::{AtEnd, AtTimes, Backsolve, Equation, GradientError, Problem, Traced};
use costate_integration_tests::faulty::{Faulty, Product};
use proptest::prelude::*;

#[test]
fn an_initial_state_that_is_not_finite() {
    for bad in NOT_FINITE {
        let error = Task { y0: vec![1.0, bad], ..Task::new() }.at_end().unwrap_err();
        let GradientError::Forward {
            source: SolveError::NotFinite { what: "the initial state", index: 1, value, t: 0.0 },
        } = error
        else {
            panic!("{error}")
        };
        assert!(same(value, bad));
        says(&error, &["the initial state", "coordinate 1", "start from finite values"]);
    }
}

#[test]
fn parameters_that_are_not_finite() {
    for bad in NOT_FINITE {
        let error = Task { p: vec![0.3, bad], ..Task::new() }.at_end().unwrap_err();
        let GradientError::Parameters { index: 1, value } = error else { panic!("{error}") };
        assert!(same(value, bad));
        says(&error, &["parameters", "coordinate 1", "finite"]);
    }
}

#[test]
fn a_first_field_value_that_is_not_finite() {
    for bad in NOT_FINITE {
        let error = Task::of(Faulty::always(Product::Field, bad)).at_end().unwrap_err();
        let GradientError::Forward {
            source:
                SolveError::NotFinite { what: "the field's first value", index: 0, value, t: 0.0 },
        } = error
        else {
            panic!("{error}")
        };
        assert!(same(value, bad));
        says(&error, &["the field's first value", "coordinate 0", "domain"]);
    }
}

/// A trivial solve does not call the field, and yet a derivative in time needs its value: it is an error, not NaN.
#[test]
fn a_field_value_that_is_not_finite_in_a_trivial_solve() {
    for bad in NOT_FINITE {
        let task = Task { t1: 0.0, ..Task::of(Faulty::always(Product::Field, bad)) };
        match task.at_end() {
            Ok(g) => panic!("a gradient with dL/dt0 = {}, dL/dt_i = {:?}", g.t0, g.times),
            Err(error) => says(&error, &["coordinate 0"]),
        }
    }
}

#[test]
fn an_empty_state() {
    let error = Task { y0: Vec::new(), ..Task::new() }.at_end().unwrap_err();
    assert_eq!(error, GradientError::Forward { source: SolveError::EmptyState });
    says(&error, &["empty", "at least one coordinate"]);
}

/// No parameters are no bad input: dL/dy0 and the derivatives in time are there.
#[test]
fn no_parameters_are_allowed() {
    struct Free;
    impl Equation for Free {
        fn eval<R: Real>(&self, _: R, y: &[R], _: &[R], dy: &mut [R]) {
            dy[0] = -y[0];
        }
    }
    let (y0, p) = (vec![2.0], Vec::new());
    let mut field = Traced::new(Free, &y0, &p).unwrap();
    let problem = Problem::new(0.0, 1.0, &y0, &p);
    for g in [
        Backsolve::new(1e-8, 1e-8).gradient(&mut field, &problem, &sum_at_end()).unwrap(),
        Backsolve::new(1e-8, 1e-8)
            .with_norm((Rms, Rms, Rms))
            .gradient(&mut field, &problem, &sum_at_end())
            .unwrap(),
    ] {
        assert!((g.y0[0] - (-1.0_f64).exp()).abs() < 1e-7 && g.p.is_empty());
        assert_eq!((g.report.gross, g.report.conditioning), (0.0, 1.0));
    }
}

#[test]
fn a_loss_that_is_not_finite() {
    for bad in NOT_FINITE {
        let loss = AtEnd(move |_: &Vec<f64>, _: &mut Vec<f64>| bad);
        let error = Task::new().run(&loss).unwrap_err();
        let GradientError::Loss { value } = error else { panic!("{error}") };
        assert!(same(value, bad));
        says(&error, &["the loss is", "look at the observed states and the loss function"]);
    }
}

#[test]
fn a_cotangent_that_is_not_finite() {
    for bad in NOT_FINITE {
        let loss = move |_: &[Vec<f64>], a: &mut [Vec<f64>]| {
            a[1][1] = bad;
            0.0
        };
        let error = Task::new().run(&AtTimes { times: [0.25, 0.5], loss }).unwrap_err();
        let GradientError::Cotangent { observation: 1, t: 0.5, index: 1, value } = error else {
            panic!("{error}")
        };
        assert!(same(value, bad));
        says(&error, &["observation 1", "t = 0.5", "coordinate 1", "derivative in the loss"]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    /// Any floating-point numbers at all in the place of y0, p, times and tolerances: an answer or an error, and an answer has
    /// no NaN. The limits on attempts bound the time.
    #[test]
    fn whatever_comes_in_nothing_panics(
        (y0, p, t0, t1, time, rtol, atol) in (
            prop::collection::vec(any_number(), 0..3),
            prop::collection::vec(any_number(), 2),
            any_number(), any_number(), any_number(), any_number(), any_number(),
        )
    ) {
        let mut task = Task { y0, p, t0, t1, ..Task::new() };
        task.method = Backsolve::new(rtol, atol);
        task.method.forward.max_attempts = 1000;
        task.method.backward.max_attempts = 1000;
        let outcomes = [
            Task { method: task.method.clone(), y0: task.y0.clone(), p: task.p.clone(), ..task }.at_end(),
            Task { method: task.method.clone(), y0: task.y0.clone(), p: task.p.clone(), jumps: Vec::new(), ..task }
                .run(&sum_at(vec![time])),
        ];
        for g in outcomes.into_iter().flatten() {
            let numbers = g.y0.iter().chain(&g.p).chain(&g.times).chain([&g.loss, &g.t0, &g.t1]);
            prop_assert!(numbers.clone().all(|x| x.is_finite()), "{g:?}");
            prop_assert!(!g.report.conditioning.is_nan() && !g.report.gross.is_nan());
        }
    }
}

/// Ordinary numbers, special ones and extreme ones.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -3.0..3.0_f64,
        2 => 1e-9..1e-3_f64,
        1 => prop::sample::select(vec![
            0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN_POSITIVE, 5e-324, 1e16, 1e150,
        ]),
        1 => prop::num::f64::ANY,
    ]
}
