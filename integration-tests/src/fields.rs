//! Right-hand sides that several tests share.

use costate_adjoint::Equation;
use costate_adjoint::autodiff::Real;

/// `x' = a x - b x y`, `y' = -c y + d x y`, with p = (a, b, c, d).
#[derive(Debug, Clone, Copy)]
pub struct LotkaVolterra;

impl Equation for LotkaVolterra {
    fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) {
        dy[0] = p[0] * y[0] - p[1] * y[0] * y[1];
        dy[1] = p[3] * y[0] * y[1] - p[2] * y[1];
    }
}

/// `q' = v`, `v' = -w2 sin q - g v + A cos(W t)`, with p = (w2, g, A, W).
#[derive(Debug, Clone, Copy)]
pub struct ForcedPendulum;

impl Equation for ForcedPendulum {
    fn eval<R: Real>(&self, t: R, y: &[R], p: &[R], dy: &mut [R]) {
        dy[0] = y[1];
        dy[1] = -p[0] * y[0].sin() - p[1] * y[1] + p[2] * (p[3] * t).cos();
    }
}

/// `y' = W2 tanh(W1 y + b1) + b2` for each of three rows of two, with eight hidden units; p = (W1, b1, W2, b2), row-major.
#[derive(Debug, Clone, Copy)]
pub struct NetBatch3;

impl Equation for NetBatch3 {
    fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) {
        let (w1, rest) = p.split_at(16);
        let (b1, rest) = rest.split_at(8);
        let (w2, b2) = rest.split_at(16);
        for (y, dy) in y.chunks_exact(2).zip(dy.chunks_exact_mut(2)) {
            dy.copy_from_slice(b2);
            for h in 0..8 {
                let hidden = (w1[2 * h] * y[0] + w1[2 * h + 1] * y[1] + b1[h]).tanh();
                dy[0] += w2[h] * hidden;
                dy[1] += w2[8 + h] * hidden;
            }
        }
    }
}

/// `x' = y`, `y' = mu (1 - x^2) y - x`, with p = (mu).
#[derive(Debug, Clone, Copy)]
pub struct VanDerPol;

impl Equation for VanDerPol {
    fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) {
        dy[0] = y[1];
        dy[1] = p[0] * (R::constant(1.0) - y[0] * y[0]) * y[1] - y[0];
    }
}

/// `x' = s (y - x)`, `y' = x (r - z) - y`, `z' = x y - b z`, with p = (s, r, b).
#[derive(Debug, Clone, Copy)]
pub struct Lorenz;

impl Equation for Lorenz {
    fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) {
        dy[0] = p[0] * (y[1] - y[0]);
        dy[1] = y[0] * (p[1] - y[2]) - y[1];
        dy[2] = y[0] * y[1] - p[2] * y[2];
    }
}

/// `y' = p y` for every coordinate.
#[derive(Debug, Clone, Copy)]
pub struct Exponential;

impl Equation for Exponential {
    fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) {
        for (y, dy) in y.iter().zip(dy) {
            *dy = p[0] * *y;
        }
    }
}
