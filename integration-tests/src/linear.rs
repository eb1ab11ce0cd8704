//! Linear systems and their exact gradients, by the matrix exponential and its Fréchet derivative.

use costate_adjoint::Equation;
use costate_adjoint::autodiff::Real;
use nalgebra::{DMatrix, DVector};

/// `y' = A y + b`, with p = (A, b), A row-major.
#[derive(Debug, Clone, Copy)]
pub struct Affine;

impl Equation for Affine {
    fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) {
        let n = y.len();
        let (matrix, offset) = p.split_at(n * n);
        for (i, dy) in dy.iter_mut().enumerate() {
            *dy = offset[i];
            for j in 0..n {
                *dy += matrix[i * n + j] * y[j];
            }
        }
    }
}

/// A linear system from `t0` to `t1` with a loss `sum over i of c_i . y(t_i)`.
#[derive(Debug, Clone)]
pub struct LinearCase {
    /// The matrix A.
    pub matrix: DMatrix<f64>,
    /// The offset b.
    pub offset: DVector<f64>,
    /// The initial state.
    pub y0: DVector<f64>,
    /// The initial time.
    pub t0: f64,
    /// The final time.
    pub t1: f64,
    /// The observation times, in the direction of the solve.
    pub times: Vec<f64>,
    /// The weights of the loss, one vector for each observation.
    pub weights: Vec<DVector<f64>>,
}

/// The loss of a linear system and its derivatives, in closed form.
#[derive(Debug, Clone)]
pub struct Exact {
    /// The loss.
    pub loss: f64,
    /// The states at the observation times.
    pub observed: Vec<DVector<f64>>,
    /// dL/dy0.
    pub y0: DVector<f64>,
    /// dL/d(A, b), in the order of [`LinearCase::params`].
    pub p: Vec<f64>,
    /// dL/dt0.
    pub t0: f64,
    /// dL/dt_i.
    pub times: Vec<f64>,
}

impl LinearCase {
    /// A row-major, then b.
    pub fn params(&self) -> Vec<f64> {
        self.matrix.transpose().iter().chain(&self.offset).copied().collect()
    }

    /// `B = [[A, b], [0, 0]]`: with a last coordinate that stays 1, the affine system is the linear one `z' = B z`.
    pub fn homogeneous(&self) -> DMatrix<f64> {
        let n = self.y0.len();
        let mut b = DMatrix::zeros(n + 1, n + 1);
        b.view_mut((0, 0), (n, n)).copy_from(&self.matrix);
        b.view_mut((0, n), (n, 1)).copy_from(&self.offset);
        b
    }

    /// The loss and all its derivatives.
    ///
    /// The derivative of `c . exp(B s) z0` in B, in the direction E, is `c . F(B s, E s) z0` with the Fréchet derivative F of
    /// the exponential; and since F at the transpose is its adjoint, all entries at once are `F((B s)^T, s c z0^T)`.
    pub fn exact(&self) -> Exact {
        let n = self.y0.len();
        let b = self.homogeneous();
        let z0 = self.y0.push(1.0);
        let (mut loss, mut to_z, mut to_b) =
            (0.0, DVector::zeros(n + 1), DMatrix::zeros(n + 1, n + 1));
        let (mut observed, mut times) = (Vec::new(), Vec::new());
        for (&t, c) in self.times.iter().zip(&self.weights) {
            let (s, c) = (t - self.t0, c.push(0.0));
            let (flow, derivative) =
                exponential_with_derivative(&(b.transpose() * s), &(&c * z0.transpose() * s));
            let z = flow.transpose() * &z0;
            loss += c.dot(&z);
            to_z += flow * &c;
            to_b += derivative;
            times.push(c.dot(&(&b * &z)));
            observed.push(z.rows(0, n).into_owned());
        }
        let to_matrix = to_b.view((0, 0), (n, n)).transpose();
        let p = to_matrix.iter().chain(to_b.view((0, n), (n, 1)).iter()).copied().collect();
        let t0 = -to_z.dot(&(&b * &z0));
        Exact { loss, observed, y0: to_z.rows(0, n).into_owned(), p, t0, times }
    }
}

/// `exp(X)` and its Fréchet derivative at `X` in the direction `E`: the blocks of `exp [[X, E], [0, X]]`.
///
/// (Van Loan, "Computing integrals involving the matrix exponential", IEEE Trans. Automat. Control 23, 1978; Higham,
/// *Functions of Matrices*, eq. 3.16.)
pub fn exponential_with_derivative(
    x: &DMatrix<f64>,
    e: &DMatrix<f64>,
) -> (DMatrix<f64>, DMatrix<f64>) {
    let n = x.nrows();
    let mut blocks = DMatrix::zeros(2 * n, 2 * n);
    blocks.view_mut((0, 0), (n, n)).copy_from(x);
    blocks.view_mut((n, n), (n, n)).copy_from(x);
    blocks.view_mut((0, n), (n, n)).copy_from(e);
    let exponential = blocks.exp();
    (exponential.view((0, 0), (n, n)).into_owned(), exponential.view((0, n), (n, n)).into_owned())
}
