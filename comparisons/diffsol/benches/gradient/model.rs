//! The model as diffsol takes it: closures for the right-hand side and its products.

use crate::problem::{P, TOLERANCE, Y0};
use diffsol::error::DiffsolError;
use diffsol::{NalgebraMat, OdeBuilder, OdeEquationsImplicitAdjoint, OdeSolverProblem};

pub(crate) type Matrix = NalgebraMat<f64>;
pub(crate) type Vector = diffsol::NalgebraVec<f64>;
pub(crate) type Context = diffsol::NalgebraContext;

/// The problem, built once. diffsol's transposed products come with a minus sign.
pub(crate) fn problem() -> Result<
    OdeSolverProblem<
        impl OdeEquationsImplicitAdjoint<M = Matrix, V = Vector, T = f64, C = Context>,
    >,
    DiffsolError,
> {
    OdeBuilder::<Matrix>::new()
        .rtol(TOLERANCE)
        .atol([TOLERANCE])
        .p(P)
        .rhs_adjoint_implicit(
            |y: &[f64], p: &[f64], _t, dy: &mut [f64]| {
                dy[0] = p[0] * y[0] - p[1] * y[0] * y[1];
                dy[1] = p[3] * y[0] * y[1] - p[2] * y[1];
            },
            |y: &[f64], p: &[f64], _t, v: &[f64], out: &mut [f64]| {
                out[0] = (p[0] - p[1] * y[1]) * v[0] - p[1] * y[0] * v[1];
                out[1] = p[3] * y[1] * v[0] + (p[3] * y[0] - p[2]) * v[1];
            },
            |y: &[f64], p: &[f64], _t, v: &[f64], out: &mut [f64]| {
                out[0] = -(p[0] - p[1] * y[1]) * v[0] - p[3] * y[1] * v[1];
                out[1] = p[1] * y[0] * v[0] - (p[3] * y[0] - p[2]) * v[1];
            },
            |y: &[f64], _p: &[f64], _t, v: &[f64], out: &mut [f64]| {
                let xy = y[0] * y[1];
                (out[0], out[1]) = (-y[0] * v[0], xy * v[0]);
                (out[2], out[3]) = (y[1] * v[1], -xy * v[1]);
            },
        )
        // The initial state is none of the four parameters; its derivatives are read from the costate at the start.
        .init_adjoint(
            |_p: &[f64], _t, y: &mut [f64]| y.copy_from_slice(&Y0),
            |_p: &[f64], _t, _v: &[f64], out: &mut [f64]| out.fill(0.0),
            Y0.len(),
        )
        .build()
}
