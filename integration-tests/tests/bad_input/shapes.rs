//! Lengths that do not agree.

use crate::task::{Task, says, sum_at_end};
use costate_adjoint::controller::ControlError;
use costate_adjoint::norms::{Blocks, Null, Rms, Weighted};
use costate_adjoint::solver::SolveError;
use costate_adjoint::{
    AtTimes, Backsolve, DifferentiableField, GradientError, Problem, Traced, Vjp,
};
use costate_integration_tests::faulty::Product;
use costate_integration_tests::fields::Exponential;

/// A field by hand that writes another shape.
#[test]
fn products_of_another_shape() {
    struct Resizing(Product);
    impl DifferentiableField for Resizing {
        type State = Vec<f64>;
        type Params = Vec<f64>;
        fn eval(&mut self, _: f64, y: &Vec<f64>, _: &Vec<f64>, dy: &mut Vec<f64>) {
            let length = if self.0 == Product::Field { 3 } else { y.len() };
            *dy = vec![1.0; length];
        }
        fn vjp(&mut self, _: f64, _: &Vec<f64>, _: &Vec<f64>, a: &Vec<f64>, out: Vjp<'_, Self>) {
            let length = |product, usual| if self.0 == product { 3 } else { usual };
            if let Some(value) = out.value {
                *value = vec![1.0; length(Product::Value, a.len())];
            }
            if let Some(to_y) = out.y {
                *to_y = vec![0.0; length(Product::Y, a.len())];
            }
            if let Some(to_p) = out.p {
                *to_p = vec![0.0; length(Product::P, 1)];
            }
        }
    }
    let (y0, p) = (vec![1.0, 2.0], vec![1.0]);
    let problem = Problem::new(0.0, 1.0, &y0, &p);
    let run = |product| {
        let mut field = Resizing(product);
        Backsolve::new(1e-6, 1e-6).gradient(&mut field, &problem, &sum_at_end()).unwrap_err()
    };
    let error = run(Product::Field);
    let GradientError::Forward { source: SolveError::ShapeChanged { expected, found, .. } } = error
    else {
        panic!("{error}")
    };
    assert_eq!((expected, found), (2, 3));
    says(&error, &["the field's first value", "3 coordinates", "keep the shape"]);
    for product in [Product::Value, Product::Y, Product::P] {
        let error = run(product);
        let GradientError::Backward { source: SolveError::ShapeChanged { .. }, .. } = error else {
            panic!("{error}")
        };
        says(&error, &["the field's first value", "keep the shape"]);
    }
}

#[test]
fn shapes_that_do_not_agree() {
    let (y0, p) = (vec![1.0, 2.0], vec![-1.0]);
    let mut field = Traced::new(Exponential, &y0, &p).unwrap();
    let mut go = |y0: Vec<f64>, p: Vec<f64>| {
        let problem = Problem::new(0.0, 1.0, &y0, &p);
        Backsolve::new(1e-6, 1e-6).gradient(&mut field, &problem, &sum_at_end())
    };
    let error = go(vec![1.0; 3], p.clone()).unwrap_err();
    let GradientError::Shape(shape) = &error else { panic!("{error}") };
    assert_eq!((shape.what, shape.expected, shape.found), ("the traced field's state", 2, 3));
    says(&error, &["state", "made for 2", "given 3", "have to be the same"]);
    let error = go(y0.clone(), vec![]).unwrap_err();
    let GradientError::Shape(shape) = &error else { panic!("{error}") };
    assert_eq!((shape.what, shape.expected, shape.found), ("the traced field's parameters", 1, 0));
    // What has the wrong length are the parameters.
    says(&error, &["parameters", "made for 1"]);
    // By hand, too.
    let error = Task { p: vec![1.0], ..Task::new() }.at_end().unwrap_err();
    let GradientError::Shape(shape) = &error else { panic!("{error}") };
    assert_eq!((shape.expected, shape.found), (2, 1));
}

#[test]
fn norms_of_another_length() {
    let (y0, p) = (vec![1.0, 2.0], vec![-1.0]);
    let mut field = Traced::new(Exponential, &y0, &p).unwrap();
    let problem = Problem::new(0.0, 1.0, &y0, &p);
    let check = |error: GradientError, named: &str, expected: usize, found: usize| {
        let GradientError::Settings { source: ControlError::Norm(shape) } = &error else {
            panic!("{error}")
        };
        assert_eq!((shape.expected, shape.found), (expected, found));
        says(&error, &[named, "have to be the same"]);
    };
    let weighted = Weighted { weights: vec![1.0; 3], norm: Rms };
    let error = Backsolve::new(1e-6, 1e-6)
        .with_norm((Rms, weighted, Null))
        .gradient(&mut field, &problem, &sum_at_end())
        .unwrap_err();
    check(error, "Weighted", 3, 2);
    let blocks = Blocks { lengths: vec![1, 1], norm: Rms };
    let error = Backsolve::new(1e-6, 1e-6)
        .with_norm((Rms, Rms, blocks))
        .gradient(&mut field, &problem, &sum_at_end())
        .unwrap_err();
    check(error, "Blocks", 2, 1);
}

#[test]
fn a_cotangent_of_another_shape() {
    let loss = |_: &[Vec<f64>], a: &mut [Vec<f64>]| {
        a[1] = vec![1.0; 3];
        0.0
    };
    let error = Task::new().run(&AtTimes { times: [0.25, 0.5], loss }).unwrap_err();
    assert_eq!(error, GradientError::CotangentShape { observation: 1, expected: 2, found: 3 });
    says(&error, &["observation 1", "3 coordinates", "the state has 2", "the vectors given"]);
}
