//! A way back that fails after a forward solve that did not.

use crate::task::{NOT_FINITE, Task, says, sum_at_end};
use costate_adjoint::solver::SolveError;
use costate_adjoint::{AtEnd, GradientError, Policy, Problem, Workspace};
use costate_integration_tests::faulty::{Faulty, Product};

/// From half of the interval back on.
#[test]
fn a_vjp_that_turns_bad_on_the_way_back() {
    for bad in NOT_FINITE {
        for product in [Product::Y, Product::P, Product::Value] {
            for policy in [Policy::Refuse, Policy::Report] {
                let mut task = Task::of(Faulty::always(product, bad).before(0.5));
                task.method.policy = policy;
                let error = task.at_end().unwrap_err();
                let GradientError::Backward { source, report } = &error else { panic!("{error}") };
                let SolveError::StepTooSmall { t, .. } = source else { panic!("{error}") };
                // The steps shrink towards the last time that is good.
                assert!((t - 0.5).abs() < 1e-6, "{product:?} {bad}: {t}");
                assert!(report.forward.calls > 0 && report.backward.rejected > 0, "{report}");
                says(&error, &["the backward solve failed", "t = 0.5"]);
            }
        }
    }
}

#[test]
fn a_vjp_that_is_bad_from_the_first() {
    for bad in NOT_FINITE {
        for (product, named) in [
            (Product::Y, "the field's VJP in the state"),
            (Product::P, "the field's VJP in the parameters"),
            (Product::Value, "the field's value in its VJP"),
        ] {
            let error = Task::of(Faulty::always(product, bad)).at_end().unwrap_err();
            let GradientError::Product { what, index: 0, t: 1.0, .. } = error else {
                panic!("{error}")
            };
            assert_eq!(what, named);
            says(&error, &[named, "coordinate 0", "t = 1", "check_field"]);
        }
    }
}

/// A cotangent of 1e150 meets a field of 1e160: the derivatives in y0 and p are there, those in time are not. That is an
/// error like any other part of a gradient that is not finite.
#[test]
fn a_derivative_in_time_that_overflows() {
    let loss = AtEnd(|y: &Vec<f64>, a: &mut Vec<f64>| {
        a[0] = 1e150;
        y[0] * 1e150
    });
    let task = Task { y0: vec![1e150], p: vec![1e10, 0.0], t1: 1e-10, ..Task::new() };
    match task.run(&loss) {
        Ok(g) => panic!("dL/dt0 = {}, dL/dt1 = {}, dL/dt_i = {:?}", g.t0, g.t1, g.times),
        Err(error) => {
            assert!(matches!(error, GradientError::NotFinite { .. }), "{error}");
            says(&error, &["dL/dt"]);
        }
    }
}

/// What a failed gradient leaves in the workspace is not presented: the vectors hold no part of a gradient.
#[test]
fn a_failed_backward_solve_leaves_no_partial_gradient() {
    let Task { mut method, y0, p, .. } = Task::new();
    let problem = Problem::new(0.0, 1.0, &y0, &p);
    let mut workspace = Workspace::new(&y0, &p);
    method.gradient_in(&mut workspace, &mut Faulty::sound(), &problem, &sum_at_end()).unwrap();
    let mut field = Faulty::always(Product::Y, f64::NAN).before(0.5);
    method.gradient_in(&mut workspace, &mut field, &problem, &sum_at_end()).unwrap_err();
    let partial = workspace.gradient.y0.iter().chain(&workspace.gradient.p);
    assert!(partial.into_iter().all(|x| *x == 0.0 || x.is_nan()), "{:?}", workspace.gradient);
}
