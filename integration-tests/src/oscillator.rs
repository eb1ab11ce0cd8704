//! A field written by hand over a tuple of leaves, and the same mathematics as an equation.

use costate_adjoint::autodiff::Real;
use costate_adjoint::{DifferentiableField, Equation, Vjp};

/// Two pendulums joined by a spring, `x'' = -w sin x - c x' + k (other - x) + A sin(t)`, as a state (positions, velocities);
/// p = (w, c, k, A).
#[derive(Debug, Clone, Copy)]
pub struct Oscillator;

impl DifferentiableField for Oscillator {
    type State = ([f64; 2], [f64; 2]);
    type Params = [f64; 4];

    fn eval(&mut self, t: f64, y: &Self::State, p: &[f64; 4], dy: &mut Self::State) {
        let ((x, v), [w, c, k, force]) = (y, *p);
        dy.0 = *v;
        for i in 0..2 {
            dy.1[i] = -w * x[i].sin() - c * v[i] + k * (x[1 - i] - x[i]) + force * t.sin();
        }
    }

    fn vjp(&mut self, t: f64, y: &Self::State, p: &[f64; 4], a: &Self::State, out: Vjp<'_, Self>) {
        let ((x, v), [w, c, k, force], (b, a)) = (y, *p, a);
        if let Some(value) = out.value {
            self.eval(t, y, p, value);
        }
        if let Some((to_x, to_v)) = out.y {
            for i in 0..2 {
                to_x[i] = -(w * x[i].cos() + k) * a[i] + k * a[1 - i];
                to_v[i] = b[i] - c * a[i];
            }
        }
        if let Some(to_p) = out.p {
            *to_p = [
                -x[0].sin() * a[0] - x[1].sin() * a[1],
                -v[0] * a[0] - v[1] * a[1],
                (x[1] - x[0]) * (a[0] - a[1]),
                t.sin() * (a[0] + a[1]),
            ];
        }
        if let Some(to_t) = out.t {
            *to_t = force * t.cos() * (a[0] + a[1]);
        }
    }
}

/// The same, with the state in one leaf: positions, then velocities.
#[derive(Debug, Clone, Copy)]
pub struct FlatOscillator;

impl Equation for FlatOscillator {
    fn eval<R: Real>(&self, t: R, y: &[R], p: &[R], dy: &mut [R]) {
        for i in 0..2 {
            dy[i] = y[2 + i];
            dy[2 + i] =
                -p[0] * y[i].sin() - p[1] * y[2 + i] + p[2] * (y[1 - i] - y[i]) + p[3] * t.sin();
        }
    }
}
