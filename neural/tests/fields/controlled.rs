//! Solves driven by paths, against sensitivities that go forward: dual numbers through a right-hand side in plain loops, piece by
//! piece.

use crate::by_hand::net;
use crate::inputs::{Scheme, matrix, path};
use crate::strategies::{by_all, half_mean_square};
use costate_adjoint::autodiff::{Dual, Real};
use costate_adjoint::{AtTimes, Problem};
use costate_neural::{Activation, Control, Controls, Mlp, Model, NeuralCde};
use nalgebra::DMatrix;
use std::sync::Arc;

const HIDDEN: usize = 2;
const CHANNELS: usize = 2;
const WIDTHS: [usize; 3] = [HIDDEN, 3, HIDDEN * CHANNELS];
const PARAMETERS: usize = 3 * HIDDEN + 3 + HIDDEN * CHANNELS * (3 + 1);
const ACTIVATIONS: [Activation; 2] = [Activation::Silu, Activation::Tanh];

/// A number with its derivatives in the initial state of its series and in the parameters.
type Number = Dual<f64, { HIDDEN + PARAMETERS }>;

/// `F(z) dX/dt` at local time `s` of a piece.
fn slope(control: &Control, piece: usize, s: f64, z: &[Number], p: &[Number]) -> Vec<Number> {
    let f = net(&WIDTHS, ACTIVATIONS, z, &mut &p[..]);
    let dx = |c: usize| Number::constant(control.cubic(piece, c).unwrap().slope(s));
    let row = |h: usize| {
        (1..CHANNELS).fold(f[h * CHANNELS] * dx(0), |sum, c| sum + f[h * CHANNELS + c] * dx(c))
    };
    (0..HIDDEN).map(row).collect()
}

fn moved(z: &[Number], h: f64, dz: &[Number]) -> Vec<Number> {
    z.iter().zip(dz).map(|(&z, &dz)| z + Number::constant(h) * dz).collect()
}

/// The classical method in so many steps over a part of one piece.
fn stepped(
    control: &Control,
    (from, to): (f64, f64),
    z: &[Number],
    p: &[Number],
    steps: usize,
) -> Vec<Number> {
    let middle = 0.5 * (from + to);
    let piece = control.knots().partition_point(|&knot| knot <= middle);
    // Beyond the ends nothing moves.
    if piece == 0 || piece > control.pieces() {
        return z.to_vec();
    }
    let (piece, h) = (piece - 1, (to - from) / steps as f64);
    let start = from - control.knots()[piece];
    (0..steps).fold(z.to_vec(), |z, n| {
        let s = start + n as f64 * h;
        let at = |s: f64, z: &[Number]| slope(control, piece, s, z, p);
        let k1 = at(s, &z);
        let k2 = at(s + 0.5 * h, &moved(&z, 0.5 * h, &k1));
        let k3 = at(s + 0.5 * h, &moved(&z, 0.5 * h, &k2));
        let k4 = at(s + h, &moved(&z, h, &k3));
        let outer = moved(&moved(&z, h / 6.0, &k1), h / 6.0, &k4);
        moved(&moved(&outer, h / 3.0, &k2), h / 3.0, &k3)
    })
}

/// The state of one series at some times: between any two of its knots and these times the classical method of 50 and of 100
/// steps, extrapolated. With steps of at most 0.02 that is an error of 0.02^5 = 3e-9 times derivatives over 120, over 15.
fn states(control: &Control, times: &[f64], z0: &[Number], p: &[Number]) -> Vec<Vec<Number>> {
    let mut ends: Vec<f64> = control.knots().iter().chain(times).copied().collect();
    ends.sort_unstable_by(f64::total_cmp);
    let mut at = vec![(ends[0], z0.to_vec())];
    for span in ends.windows(2) {
        let z = &at[at.len() - 1].1;
        let [coarse, fine] = [50, 100].map(|n| stepped(control, (span[0], span[1]), z, p, n));
        let next = fine
            .iter()
            .zip(coarse)
            .map(|(&fine, coarse)| fine + (fine - coarse) * Number::constant(1.0 / 15.0));
        let next = next.collect();
        at.push((span[1], next));
    }
    let found = |t: &f64| at.iter().rev().find(|(end, _)| end == t).map(|(_, z)| z.clone());
    times.iter().filter_map(found).collect()
}

/// Values, and derivatives in parameters, initial states, both ends and the times observed, by every strategy.
///
/// `named` are the jumps, or all knots; where they are not, steps lead across kinks of higher derivatives, and the tolerance has
/// to be smaller for the same nine digits.
fn check(scheme: Scheme, seed: u64, named: fn(&Controls) -> &[f64], tolerance: f64) {
    let mut paths = vec![path(scheme, CHANNELS, 5, seed), path(scheme, CHANNELS, 3, seed + 1)];
    if paths[0].channels() > CHANNELS {
        paths = vec![path(scheme, CHANNELS - 1, 4, seed), path(scheme, CHANNELS - 1, 3, seed + 1)];
    }
    let controls = Arc::new(Controls::new(paths.clone()).unwrap());
    let model = NeuralCde::new(
        Mlp::new(WIDTHS, ACTIVATIONS[0]).unwrap().with_final(ACTIVATIONS[1]),
        CHANNELS,
    );
    let model = model.unwrap();
    let mut field = model.field::<DMatrix<f64>>(2).unwrap();
    field.control(controls.clone()).unwrap();
    let (z0, p) = (matrix(HIDDEN, 2, seed), model.initial::<f64>(seed).unwrap());
    assert_eq!(p.len(), PARAMETERS);
    let (t0, t1) = controls.interval();
    let times = [t0 + 0.3 * (t1 - t0), controls.knots()[3], t1];
    assert!(times[0] != times[1] && times.is_sorted());

    let parameters: Vec<Number> =
        p.iter().enumerate().map(|(k, &p)| Number::variable(p, HIDDEN + k)).collect();
    let share = 1.0 / (3 * HIDDEN * 2) as f64;
    let (mut loss, mut to_z0, mut to_p) = (0.0, Vec::new(), vec![0.0; PARAMETERS]);
    let (mut to_t0, mut to_times) = (0.0, [0.0; 3]);
    for (column, control) in paths.iter().enumerate() {
        let start: Vec<Number> =
            (0..HIDDEN).map(|h| Number::variable(z0[(h, column)], h)).collect();
        let found = states(control, &times, &start, &parameters);
        let all = found.iter().flatten();
        let value = all.fold(Number::constant(0.0), |sum, &z| sum + z * z);
        let value = value * Number::constant(0.5 * share);
        loss += value.value;
        to_z0.extend(&value.tangent[..HIDDEN]);
        to_p.iter_mut().zip(&value.tangent[HIDDEN..]).for_each(|(sum, x)| *sum += x);
        let along = slope(control, 0, 0.0, &start, &parameters);
        to_t0 -= along.iter().zip(&value.tangent).map(|(dz, a)| dz.value * a).sum::<f64>();
        for ((to_t, &t), z) in to_times.iter_mut().zip(&times).zip(&found) {
            // From the left, where the forward solve comes from.
            let piece = control.knots().partition_point(|&knot| knot < t);
            if piece > 0 && piece <= control.pieces() {
                let s = t - control.knots()[piece - 1];
                let along = slope(control, piece - 1, s, z, &parameters);
                *to_t += along.iter().zip(z).map(|(dz, z)| share * dz.value * z.value).sum::<f64>();
            }
        }
    }

    let problem = Problem::new(t0, t1, &z0, &p).jumps_at(named(&controls));
    let observed = AtTimes { times, loss: half_mean_square::<DMatrix<f64>> };
    let near = |x: f64, y: f64| (x - y).abs() <= 1e-9 * (1.0 + y.abs());
    for (way, found) in by_all(&mut field, &problem, &observed, tolerance).into_iter().enumerate() {
        let all = |x: &[f64], y: &[f64]| x.iter().zip(y).all(|(&x, &y)| near(x, y));
        assert!(near(found.loss, loss), "way {way}: {} against {loss}", found.loss);
        assert!(all(&found.p, &to_p), "way {way}: {:?} against {to_p:?}", found.p);
        assert!(all(found.y0.as_slice(), &to_z0), "way {way}: {:?} against {to_z0:?}", found.y0);
        assert!(near(found.t0, to_t0), "way {way}: {} against {to_t0}", found.t0);
        assert!(near(found.t1, to_times[2]), "way {way}: {} against {}", found.t1, to_times[2]);
        assert!(all(&found.times, &to_times), "way {way}: {:?} against {to_times:?}", found.times);
        assert!(!found.report.redone, "way {way}: {}", found.report);
    }
}

#[test]
fn natural_cubics_have_the_gradients_of_dual_numbers() {
    for seed in 0..4 {
        check(Control::natural_cubic, 10 * seed, Controls::knots, 1e-12);
        check(Control::natural_cubic, 10 * seed, Controls::jumps, 1e-13);
    }
}

#[test]
fn hermite_cubics_have_the_gradients_of_dual_numbers() {
    for seed in 0..4 {
        check(Control::hermite, 10 * seed, Controls::knots, 1e-12);
        check(Control::hermite, 10 * seed, Controls::jumps, 1e-13);
    }
}

#[test]
fn linear_paths_have_the_gradients_of_dual_numbers() {
    (0..4).for_each(|seed| check(Control::linear, 10 * seed, Controls::jumps, 1e-12));
}

#[test]
fn rectilinear_paths_have_the_gradients_of_dual_numbers() {
    (0..4).for_each(|seed| check(Control::rectilinear, 10 * seed, Controls::jumps, 1e-12));
}
