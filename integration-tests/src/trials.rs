//! The problems on which all strategies are held against each other.

use crate::fields::{ForcedPendulum, Lorenz, LotkaVolterra, NetBatch3, VanDerPol};
use crate::linear::Affine;
use crate::sensitivity::forward_sensitivities;
use crate::smooth::Case;
use costate_adjoint::Equation;
use costate_adjoint::autodiff::Real;

/// What is done with each problem.
pub trait Visitor {
    /// One problem.
    fn visit<E: Equation + Copy + 'static>(&mut self, name: &'static str, case: &Case<E>);
}

/// `y' = sum over k of p_k sin(w_k t) - y / 2` with `w_k = 4 k - 2`, k = 1..16: an integrand of dL/dp that is rougher than the state.
#[derive(Debug, Clone, Copy)]
pub struct Rough;

impl Equation for Rough {
    fn eval<R: Real>(&self, t: R, y: &[R], p: &[R], dy: &mut [R]) {
        dy[0] = R::constant(-0.5) * y[0];
        for (k, p) in (1..).zip(p) {
            dy[0] += *p * (R::constant(f64::from(4 * k - 2)) * t).sin();
        }
    }
}

/// The rough problem: t = 0..5 from 0, `p_k = 1 / k`, loss y(5).
pub fn rough() -> Case<Rough> {
    Case {
        equation: Rough,
        t0: 0.0,
        t1: 5.0,
        y0: vec![0.0],
        p: (1..=16).map(|k| 1.0 / f64::from(k)).collect(),
        times: vec![5.0],
        weights: vec![(vec![1.0], vec![0.0])],
    }
}

/// Lotka-Volterra, observed at t = 1..10, half the sum of squares.
pub fn lotka_volterra() -> Case<LotkaVolterra> {
    Case {
        equation: LotkaVolterra,
        t0: 0.0,
        t1: 10.0,
        y0: vec![1.0, 1.0],
        p: vec![1.5, 1.0, 3.0, 1.0],
        times: (1..=10).map(f64::from).collect(),
        weights: vec![(vec![0.0; 2], vec![1.0; 2]); 10],
    }
}

/// A net on a batch of three points, fitted by mean square to the flow of a rotation that decays; p as given.
pub fn net(p: Vec<f64>) -> Case<NetBatch3> {
    let y0 = vec![1.0, 0.0, -0.5, 0.8, 0.3, -0.9];
    let times = vec![0.5, 1.0, 1.5, 2.0];
    let scale = 1.0 / (times.len() * y0.len()) as f64;
    let target = |t: f64| -> Vec<f64> {
        let (c, s, decay) = (t.cos(), t.sin(), (-0.3 * t).exp());
        y0.chunks_exact(2)
            .flat_map(|y| [decay * (c * y[0] - s * y[1]), decay * (s * y[0] + c * y[1])])
            .collect()
    };
    // (y - target)^2 / 2, without the part that does not move.
    let weights = times
        .iter()
        .map(|&t| (target(t).iter().map(|x| -x * scale).collect(), vec![scale; y0.len()]))
        .collect();
    Case { equation: NetBatch3, t0: 0.0, t1: 2.0, y0, p, times, weights }
}

/// Parameters of a net before any training: the same on every machine, between -0.6 and 0.6.
pub fn untrained() -> Vec<f64> {
    (0..42).map(|k| 0.6 * (f64::from(k) * 1.7 + 0.3).sin()).collect()
}

/// The same after as many steps of Adam as make the gradient small, of exact gradients (variational equations).
pub fn trained() -> Vec<f64> {
    let mut case = net(untrained());
    let (mut m, mut v) = (vec![0.0; 42], vec![0.0; 42]);
    for step in 1..=400 {
        let gradient = forward_sensitivities(&case, 1e-8).map(|r| r.p).unwrap_or_default();
        for (k, g) in gradient.iter().enumerate() {
            m[k] = 0.9 * m[k] + 0.1 * g;
            v[k] = 0.99 * v[k] + 0.01 * g * g;
            let (m, v) = (m[k] / (1.0 - 0.9_f64.powi(step)), v[k] / (1.0 - 0.99_f64.powi(step)));
            case.p[k] -= 0.02 * m / (v.sqrt() + 1e-12);
        }
    }
    case.p
}

/// Goes through all smooth problems: Lotka-Volterra, van der Pol, Lorenz, a damped forced pendulum, a linear system, and a net before
/// and after training.
pub fn all(visitor: &mut impl Visitor) {
    visitor.visit("Lotka-Volterra", &lotka_volterra());
    visitor.visit(
        "van der Pol",
        &Case {
            equation: VanDerPol,
            t0: 0.0,
            t1: 20.0,
            y0: vec![2.0, 0.0],
            p: vec![5.0],
            times: vec![20.0],
            weights: vec![(vec![1.0, 1.0], vec![0.0; 2])],
        },
    );
    visitor.visit(
        "Lorenz",
        &Case {
            equation: Lorenz,
            t0: 0.0,
            t1: 2.0,
            y0: vec![1.0, 1.0, 1.0],
            p: vec![10.0, 28.0, 8.0 / 3.0],
            times: vec![2.0],
            weights: vec![(vec![1.0, 0.5, -0.5], vec![0.0; 3])],
        },
    );
    visitor.visit(
        "forced pendulum",
        &Case {
            equation: ForcedPendulum,
            t0: 0.0,
            t1: 10.0,
            y0: vec![1.0, 0.0],
            p: vec![4.0, 0.3, 1.2, 1.5],
            times: vec![5.0, 10.0],
            weights: vec![(vec![1.0, 0.0], vec![0.5, 0.5]), (vec![0.0, 1.0], vec![0.5, 0.5])],
        },
    );
    let entry = |k: usize| (k as f64 * 2.3 + 0.7).sin();
    visitor.visit(
        "linear 8 x 8",
        &Case {
            equation: Affine,
            t0: 0.0,
            t1: 3.0,
            y0: (0..8).map(|i| entry(5 * i + 1)).collect(),
            p: (0..72).map(|k| 0.5 * entry(k)).collect(),
            times: vec![1.0, 3.0],
            weights: (0..2)
                .map(|i| ((0..8).map(|j| entry(3 * j + i)).collect(), vec![0.0; 8]))
                .collect(),
        },
    );
    visitor.visit("net, untrained", &net(untrained()));
    visitor.visit("net, trained", &net(trained()));
}
