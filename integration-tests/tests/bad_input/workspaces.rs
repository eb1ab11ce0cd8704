//! Memory that was used for something that went wrong.

use crate::task::{Task, sum_at_end};
use costate_adjoint::{AtTimes, Backsolve, Problem, Workspace};
use costate_integration_tests::faulty::{Faulty, Product};

/// A workspace outlives whatever went wrong in it: the next gradient is that of a fresh one.
fn recovers(breaks: impl FnOnce(&mut Workspace<Faulty, 7>, &mut Backsolve)) {
    let loss = |y: &[Vec<f64>], a: &mut [Vec<f64>]| {
        for (y, a) in y.iter().zip(a) {
            a.copy_from_slice(y);
        }
        y.iter().flatten().map(|y| y * y / 2.0).sum::<f64>()
    };
    let loss = AtTimes { times: [0.5, 1.0], loss };
    let Task { mut method, mut field, y0, p, .. } = Task::new();
    let problem = Problem::new(0.0, 1.0, &y0, &p);
    let fresh = method.gradient(&mut field, &problem, &loss).unwrap();
    let mut workspace = Workspace::new(&y0, &p);
    method.gradient_in(&mut workspace, &mut field, &problem, &loss).unwrap();
    breaks(&mut workspace, &mut method);
    let again = method.gradient_in(&mut workspace, &mut field, &problem, &loss).unwrap();
    assert_eq!(*again, fresh);
}

#[test]
fn a_workspace_recovers_from_a_cotangent_of_another_shape() {
    recovers(|workspace, method| {
        let loss = |_: &[Vec<f64>], a: &mut [Vec<f64>]| {
            a[0] = vec![1.0; 7];
            0.0
        };
        let Task { mut field, y0, p, .. } = Task::new();
        let problem = Problem::new(0.0, 1.0, &y0, &p);
        let loss = AtTimes { times: [0.5, 1.0], loss };
        method.gradient_in(workspace, &mut field, &problem, &loss).unwrap_err();
    });
}

#[test]
fn a_workspace_recovers_from_a_bad_vjp() {
    recovers(|workspace, method| {
        let Task { y0, p, .. } = Task::new();
        let problem = Problem::new(0.0, 1.0, &y0, &p);
        let mut field = Faulty::always(Product::Y, f64::NAN).before(0.5);
        method.gradient_in(workspace, &mut field, &problem, &sum_at_end()).unwrap_err();
    });
}

#[test]
fn a_workspace_recovers_from_another_shape() {
    recovers(|workspace, method| {
        let (y0, p) = (vec![1.0; 5], vec![0.1, 0.2]);
        let problem = Problem::new(0.0, 1.0, &y0, &p);
        method.gradient_in(workspace, &mut Faulty::sound(), &problem, &sum_at_end()).unwrap();
    });
}

/// The gradient is public: taking its vectors instead of copying them is a natural thing to do.
#[test]
fn a_workspace_recovers_when_its_gradient_is_taken_away() {
    recovers(|workspace, _| drop(std::mem::take(&mut workspace.gradient.p)));
    recovers(|workspace, _| drop(std::mem::take(&mut workspace.gradient.times)));
    recovers(|workspace, _| drop(std::mem::take(&mut workspace.gradient.y0)));
}
