//! Times that do not fit, and the trivial solve, which does.

use crate::task::{NOT_FINITE, Task, same, says, sum_at};
use costate_adjoint::solver::SolveError;
use costate_adjoint::{AtTimes, Counts, GradientError};
use proptest::prelude::*;

#[test]
fn observation_times_out_of_order() {
    let error = Task::new().run(&sum_at(vec![0.2, 0.7, 0.5])).unwrap_err();
    let expected = SolveError::TimesUnsorted {
        what: "save time",
        index: 2,
        value: 0.5,
        previous: 0.7,
        t0: 0.0,
        t1: 1.0,
    };
    assert_eq!(error, GradientError::Observations { source: expected });
    says(&error, &["the loss looks where the solve does not go", "0.5", "after 0.7", "sort"]);
    // Ascending times in a solve that descends.
    let error = Task { t0: 1.0, t1: 0.0, ..Task::new() }.run(&sum_at(vec![0.5, 0.7])).unwrap_err();
    assert!(matches!(
        error,
        GradientError::Observations { source: SolveError::TimesUnsorted { index: 1, .. } }
    ));
}

#[test]
fn observation_times_that_are_never_reached() {
    for (times, index) in [(vec![-0.1, 0.5], 0), (vec![0.5, 1.0 + f64::EPSILON], 1)] {
        let value = times[index];
        let error = Task::new().run(&sum_at(times)).unwrap_err();
        let expected =
            SolveError::TimeOutside { what: "save time", index, value, t0: 0.0, t1: 1.0 };
        assert_eq!(error, GradientError::Observations { source: expected });
        says(&error, &["outside the solve from 0 to 1", "never reached"]);
    }
}

#[test]
fn observation_times_that_are_not_finite() {
    for bad in NOT_FINITE {
        let error = Task::new().run(&sum_at(vec![0.5, bad])).unwrap_err();
        let GradientError::Observations {
            source: SolveError::TimeNotFinite { what: "save time", index: 1, value },
        } = error
        else {
            panic!("{error}")
        };
        assert!(same(value, bad));
        says(&error, &["the loss looks", "finite numbers"]);
    }
}

#[test]
fn times_of_the_problem_that_are_not_finite() {
    for bad in NOT_FINITE {
        for (task, named) in [
            (Task { t0: bad, ..Task::new() }, "the initial time"),
            (Task { t1: bad, ..Task::new() }, "the final time"),
            (Task { jumps: vec![0.3, bad], ..Task::new() }, "jump time 1"),
        ] {
            let error = task.at_end().unwrap_err();
            says(&error, &[named, "times are finite numbers"]);
            // Not the loss's fault.
            assert!(!error.to_string().contains("the loss"), "{error}");
        }
    }
}

#[test]
fn jump_times_that_do_not_fit() {
    for (jumps, words) in [
        (vec![0.6, 0.4], ["jump time 1", "sort"]),
        (vec![0.4, 2.0], ["jump time 1", "never reached"]),
    ] {
        let error = Task { jumps, ..Task::new() }.at_end().unwrap_err();
        says(&error, &words);
        assert!(!error.to_string().contains("the loss"), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    /// Nothing moves: the gradient in y0 is the cotangent, in p it is zero; only an observation that moves sees the field.
    #[test]
    fn a_trivial_solve_is_a_valid_one(
        (t, y, c) in (-5.0..5.0_f64, [-2.0..2.0_f64, -2.0..2.0_f64], [-2.0..2.0_f64, 0.1..2.0_f64])
    ) {
        let loss = |y: &[Vec<f64>], a: &mut [Vec<f64>]| {
            for a in a.iter_mut() {
                a.copy_from_slice(&c);
            }
            y.iter().map(|y| y[0] * c[0] + y[1] * c[1]).sum()
        };
        for observations in [1, 2] {
            let task = Task { t0: t, t1: t, y0: y.to_vec(), ..Task::new() };
            let p = task.p.clone();
            let g = task.run(&AtTimes { times: vec![t; observations], loss }).unwrap();
            let many = observations as f64;
            prop_assert_eq!(&g.y0, &[many * c[0], many * c[1]]);
            prop_assert_eq!(&g.p, &[0.0, 0.0]);
            let rate: f64 = (0..2).map(|i| c[i] * (p[0] * y[i] + p[1] * t)).sum();
            for d in &g.times {
                // The same sum; the field's rounding is the product's.
                prop_assert!((d - rate).abs() <= 1e-14 * (1.0 + rate.abs() + t.abs()));
            }
            prop_assert_eq!(g.t1, g.times.iter().sum::<f64>());
            prop_assert_eq!(g.t0, 0.0);
            prop_assert_eq!(g.report.backward, Counts::default());
            prop_assert_eq!((g.report.drift, g.report.gross, g.report.conditioning), (0.0, 0.0, 1.0));
        }
        let task = Task { t0: t, t1: t, y0: y.to_vec(), ..Task::new() };
        let g = task.run(&sum_at(Vec::new())).unwrap();
        prop_assert_eq!((&g.y0[..], &g.p[..], g.report.forward.calls), (&[0.0; 2][..], &[0.0; 2][..], 0));
    }
}
