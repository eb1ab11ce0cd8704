//! The Brusselator with diffusion in one dimension, by the method of lines: a thousand unknowns.
//!
//! E. Hairer, G. Wanner, "Solving Ordinary Differential Equations II", 2nd ed. (1996), IV.1, equation (1.6'): equations,
//! boundary values and initial values, with A = 1 and B = 3.
//!
//! ```text
//! u' = 1 + u^2 v - 4 u + alpha (u_(i-1) - 2 u_i + u_(i+1)),   v' = 3 u - u^2 v + alpha (v_(i-1) - 2 v_i + v_(i+1))
//! ```
//!
//! alpha, the diffusion over the square of the mesh width, is 30 and not the book's 5020 (1/50 on this mesh, where an
//! explicit method would take 60,000 steps): it is held down by accuracy and by stability alike.

pub(crate) const POINTS: usize = 500;
pub(crate) const T1: f64 = 1.0;

const ALPHA: f64 = 30.0;

/// `u = 1 + sin(2 pi x)` and `v = 3` on the inner points of [0, 1].
pub(crate) fn start() -> Vec<f64> {
    let u = |i: usize| 1.0 + (core::f64::consts::TAU * (i + 1) as f64 / (POINTS + 1) as f64).sin();
    (0..POINTS).map(u).chain((0..POINTS).map(|_| 3.0)).collect()
}

pub(crate) fn field(_t: f64, y: &[f64], dy: &mut [f64]) {
    // Of lengths that the compiler knows, whatever it knows of the state's.
    let (u, v) = y[..2 * POINTS].split_at(POINTS);
    let (du, dv) = dy[..2 * POINTS].split_at_mut(POINTS);
    let mut at = |i: usize, [ul, ur]: [f64; 2], [vl, vr]: [f64; 2]| {
        let reaction = u[i] * u[i] * v[i];
        du[i] = 1.0 + reaction - 4.0 * u[i] + ALPHA * (ul - 2.0 * u[i] + ur);
        dv[i] = 3.0 * u[i] - reaction + ALPHA * (vl - 2.0 * v[i] + vr);
    };
    let last = POINTS - 1;
    at(0, [1.0, u[1]], [3.0, v[1]]);
    for i in 1..last {
        at(i, [u[i - 1], u[i + 1]], [v[i - 1], v[i + 1]]);
    }
    at(last, [u[last - 1], 1.0], [v[last - 1], 3.0]);
}
