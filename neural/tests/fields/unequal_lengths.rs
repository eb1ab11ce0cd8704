//! Series of unequal length in one batch.

use crate::inputs::{Scheme, matrix, path};
use costate_adjoint::{AtEnd, GradientOf, Interpolating, Problem};
use costate_neural::{Activation, Control, Controls, GraphField, Mlp, Model, NeuralCde};
use nalgebra::DMatrix;
use std::sync::Arc;

/// The sum of squares at the end of all series, and the state there.
fn solved(
    model: &NeuralCde,
    paths: &[Control],
    (z0, p): (&DMatrix<f64>, &Vec<f64>),
) -> (DMatrix<f64>, GradientOf<GraphField<DMatrix<f64>>>) {
    let controls = Arc::new(Controls::new(paths).unwrap());
    let mut field = model.field(controls.batch()).unwrap();
    field.control(controls.clone()).unwrap();
    let (t0, t1) = controls.interval();
    let problem = Problem::new(t0, t1, z0, p).jumps_at(controls.knots());
    let end = std::cell::RefCell::new(z0.clone());
    let loss = AtEnd(|z: &DMatrix<f64>, a: &mut DMatrix<f64>| {
        end.replace(z.clone());
        a.copy_from(&(2.0 * z));
        z.norm_squared()
    });
    let gradient = Interpolating::new(1e-11, 1e-11).gradient(&mut field, &problem, &loss).unwrap();
    (end.into_inner(), gradient)
}

/// Each column is its series solved alone, to its own end: state, loss and gradients. Every strategy promises twenty times its
/// tolerance relative to what a gradient is the sum of, here numbers of order one: two solves of 1e-11 are nearer than 1e-9.
/// Knots of smooth paths are named too, or errors hang on where steps happen to end (see [`Control::jumps`]).
#[test]
fn each_column_is_its_series_alone() {
    let schemes: [Scheme; 4] =
        [Control::linear, Control::rectilinear, Control::natural_cubic, Control::hermite];
    for scheme in schemes {
        let paths: Vec<Control> = [(6, 1), (2, 2), (4, 3)]
            .into_iter()
            .map(|(samples, seed)| path(scheme, 2, samples, seed).with_time())
            .collect();
        let net = Mlp::new([3, 4, 9], Activation::Silu).unwrap().with_final(Activation::Tanh);
        let model = NeuralCde::new(net, 3).unwrap();
        let (z0, p) = (matrix(3, 3, 4), model.initial::<f64>(5).unwrap());
        let (end, together) = solved(&model, &paths, (&z0, &p));
        let (mut loss, mut to_p) = (0.0, vec![0.0; p.len()]);
        for (column, path) in paths.iter().enumerate() {
            let start = z0.columns(column, 1).into_owned();
            let (own, alone) = solved(&model, core::slice::from_ref(path), (&start, &p));
            let apart = (&own - end.columns(column, 1)).amax();
            assert!(
                apart < 1e-9,
                "series {column}: {own} alone, apart by {apart:e}; {}",
                together.report
            );
            assert!((alone.y0 - together.y0.columns(column, 1)).amax() < 1e-9);
            loss += alone.loss;
            to_p.iter_mut().zip(&alone.p).for_each(|(sum, x)| *sum += x);
        }
        assert!((loss - together.loss).abs() < 1e-9);
        assert!(to_p.iter().zip(&together.p).all(|(x, y)| (x - y).abs() < 1e-9));
        assert!(together.p.iter().any(|x| x.abs() > 1e-3));
    }
}
