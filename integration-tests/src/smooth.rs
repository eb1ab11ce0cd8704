//! Random smooth systems whose Jacobian is bounded, with a random loss: what the gradient laws range over.

use costate_adjoint::Equation;
use costate_adjoint::autodiff::Real;

/// `y' = W tanh(U y + b + sin(w t))`, with p = (W, U, b), row-major.
///
/// The slope of tanh is at most 1, so |J| is at most |W| |U| in Frobenius norms.
#[derive(Debug, Clone, Copy)]
pub struct Smooth {
    /// The dimension of the state.
    pub n: usize,
    /// The frequency of the forcing.
    pub w: f64,
}

impl Equation for Smooth {
    fn eval<R: Real>(&self, t: R, y: &[R], p: &[R], dy: &mut [R]) {
        let n = self.n;
        let (outer, rest) = p.split_at(n * n);
        let (inner, bias) = rest.split_at(n * n);
        let forcing = (R::constant(self.w) * t).sin();
        dy.fill(R::constant(0.0));
        for h in 0..n {
            let mut u = bias[h] + forcing;
            for j in 0..n {
                u += inner[h * n + j] * y[j];
            }
            let activation = u.tanh();
            for i in 0..n {
                dy[i] += outer[i * n + h] * activation;
            }
        }
    }
}

/// A system with everything that a gradient needs, and a loss `sum over i of c_i . y(t_i) + (q_i . y(t_i)^2) / 2`.
#[derive(Debug, Clone)]
pub struct Case<E = Smooth> {
    /// The right-hand side.
    pub equation: E,
    /// The initial time.
    pub t0: f64,
    /// The final time.
    pub t1: f64,
    /// The initial state.
    pub y0: Vec<f64>,
    /// The parameters.
    pub p: Vec<f64>,
    /// The observation times, in the direction of the solve.
    pub times: Vec<f64>,
    /// Linear and quadratic weights at each observation, coordinate by coordinate.
    pub weights: Vec<(Vec<f64>, Vec<f64>)>,
}

impl<E> Case<E> {
    /// The loss of observed states; writes its cotangents.
    pub fn loss(&self, observed: &[Vec<f64>], cotangents: &mut [Vec<f64>]) -> f64 {
        let mut value = 0.0;
        for ((y, a), (c, q)) in observed.iter().zip(cotangents).zip(&self.weights) {
            for i in 0..y.len() {
                value += c[i] * y[i] + q[i] * y[i] * y[i] / 2.0;
                a[i] = c[i] + q[i] * y[i];
            }
        }
        value
    }
}
