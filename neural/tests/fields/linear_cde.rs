//! Linear CDEs along lines, whose solutions are products of matrix exponentials.

use crate::inputs::{Scheme, matrix, path};
use crate::strategies::by_all;
use costate_adjoint::{AtEnd, Problem};
use costate_neural::{Activation, Control, Controls, Mlp, Model, NeuralCde};
use nalgebra::{DMatrix, DVector};
use std::sync::Arc;

const HIDDEN: usize = 2;

/// The generator of `(z, 1)' = M (z, 1)` for `z' = (W z + b) dX/dt`: rows of `W` and entries of `b` in runs of channels, each
/// with its slope.
fn generator(p: &[f64], slopes: &[f64]) -> DMatrix<f64> {
    let outputs = HIDDEN * slopes.len();
    let affine = DMatrix::from_column_slice(outputs, HIDDEN + 1, p);
    let mut m = DMatrix::zeros(HIDDEN + 1, HIDDEN + 1);
    for (k, row) in affine.row_iter().enumerate() {
        let (h, slope) = (k / slopes.len(), slopes[k % slopes.len()]);
        (0..=HIDDEN).for_each(|j| m[(h, j)] += slope * row[j]);
    }
    m
}

/// The solution at the end and its derivative along a direction in the parameters and one in the initial state: with
/// `E` the derivative of `M`, `exp [M 0; E M]` carries both.
fn solved(
    control: &Control,
    (p, direction): (&[f64], &[f64]),
    (z0, along): (&[f64], &[f64]),
) -> (DVector<f64>, DVector<f64>) {
    let n = HIDDEN + 1;
    let mut both = DVector::zeros(2 * n);
    for h in 0..HIDDEN {
        (both[h], both[n + h]) = (z0[h], along[h]);
    }
    both[HIDDEN] = 1.0;
    for (piece, knots) in control.knots().windows(2).enumerate() {
        let slope = |c: usize| control.cubic(piece, c).unwrap().b;
        let slopes: Vec<f64> = (0..control.channels()).map(slope).collect();
        let [m, e] = [p, direction].map(|p| generator(p, &slopes) * (knots[1] - knots[0]));
        let mut block = DMatrix::zeros(2 * n, 2 * n);
        block.view_mut((0, 0), (n, n)).copy_from(&m);
        block.view_mut((n, n), (n, n)).copy_from(&m);
        block.view_mut((n, 0), (n, n)).copy_from(&e);
        both = block.exp() * both;
    }
    (both.rows(0, HIDDEN).into_owned(), both.rows(n, HIDDEN).into_owned())
}

fn check(scheme: Scheme, seed: u64) {
    let paths = vec![path(scheme, 2, 5, seed), path(scheme, 2, 3, seed + 1)];
    let channels = paths[0].channels();
    let net = Mlp::new([HIDDEN, HIDDEN * channels], Activation::Identity).unwrap();
    let model = NeuralCde::new(net, channels).unwrap();
    let (z0, p) = (matrix(HIDDEN, 2, seed), model.initial::<f64>(seed).unwrap());
    let weights = matrix(HIDDEN, 2, seed + 2);

    let none = vec![0.0; p.len().max(HIDDEN)];
    let unit = |k: usize, n: usize| -> Vec<f64> { (0..n).map(|i| f64::from(i == k)).collect() };
    let (mut loss, mut to_z0, mut to_p) = (0.0, Vec::new(), vec![0.0; p.len()]);
    for (column, control) in paths.iter().enumerate() {
        let (start, weights) = (z0.column(column), weights.column(column));
        let start = start.as_slice();
        let along = |direction: &[f64], moved: &[f64]| {
            let (end, change) = solved(control, (&p, direction), (start, moved));
            (weights.dot(&end), weights.dot(&change))
        };
        loss += along(&none[..p.len()], &none[..HIDDEN]).0;
        for (k, sum) in to_p.iter_mut().enumerate() {
            *sum += along(&unit(k, p.len()), &none[..HIDDEN]).1;
        }
        to_z0.extend((0..HIDDEN).map(|h| along(&none[..p.len()], &unit(h, HIDDEN)).1));
    }

    let controls = Arc::new(Controls::new(paths).unwrap());
    let mut field = model.field::<DMatrix<f64>>(2).unwrap();
    field.control(controls.clone()).unwrap();
    let (t0, t1) = controls.interval();
    let problem = Problem::new(t0, t1, &z0, &p).jumps_at(controls.jumps());
    let weighted = AtEnd(|z: &DMatrix<f64>, a: &mut DMatrix<f64>| {
        a.copy_from(&weights);
        weights.dot(z)
    });
    for (way, found) in by_all(&mut field, &problem, &weighted, 1e-12).into_iter().enumerate() {
        let near = |x: &f64, y: &f64| (x - y).abs() <= 1e-9 * (1.0 + y.abs());
        assert!(near(&found.loss, &loss), "way {way}: {} against {loss}", found.loss);
        assert!(found.p.iter().zip(&to_p).all(|(x, y)| near(x, y)), "way {way}: {:?}", found.p);
        let mut pairs = found.y0.iter().zip(&to_z0);
        assert!(pairs.all(|(x, y)| near(x, y)), "way {way}: {:?}", found.y0);
    }
}

#[test]
fn lines_are_matrix_exponentials() {
    (0..4).for_each(|seed| check(Control::linear, 10 * seed));
}

#[test]
fn rectilinear_paths_are_matrix_exponentials() {
    (0..4).for_each(|seed| check(Control::rectilinear, 10 * seed));
}
