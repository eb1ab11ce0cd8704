//! diffsol's discrete adjoint: the steps that were taken, pulled back one by one.

use crate::model::{Context, Matrix, Vector};
use crate::problem::{P, Params, State, TIMES, Y0};
use diffsol::error::DiffsolError;
use diffsol::{
    ConstantOp, NonLinearOpAdjoint, NonLinearOpSensAdjoint, OdeEquationsImplicitAdjoint,
    OdeSolverProblem, OdeSolverState, OdeSolverStopReason, StepVjp, Vector as _,
};

/// The gradient by `solver`, whose steps end at the observations: a cotangent is that of a state at the end of a step.
pub(crate) fn gradient<'a, Eqn, S>(
    problem: &'a OdeSolverProblem<Eqn>,
    mut solver: S,
    data: &[State],
) -> Result<(State, Params), DiffsolError>
where
    Eqn: OdeEquationsImplicitAdjoint<M = Matrix, V = Vector, T = f64, C = Context> + 'a,
    S: StepVjp<'a, Eqn>,
{
    // Room for the steps of the explicit method, so that no list is moved while it grows.
    let mut ends = Vec::with_capacity(256);
    let mut observations = Vec::with_capacity(data.len());
    for (t, d) in TIMES.iter().zip(data) {
        solver.set_stop_time(*t)?;
        loop {
            let stop = solver.step()?;
            ends.push(solver.state_clone());
            if stop == OdeSolverStopReason::TstopReached {
                break;
            }
        }
        let y = solver.state().y;
        observations.push((ends.len(), [0, 1].map(|i| 2.0 * (y.get_index(i) - d[i]))));
    }

    let context = problem.context();
    let mut to_p = Vector::zeros(P.len(), *context);
    let mut cotangent = solver.state_clone().zeros_like();
    for (count, end) in ends.iter().enumerate().rev() {
        if let Some((_, a)) = observations.pop_if(|(ended, _)| *ended == count + 1) {
            let y = cotangent.as_mut().y;
            (0..2).for_each(|i| y.set_index(i, y.get_index(i) + a[i]));
        }
        solver.step_vjp(end, &mut cotangent, &mut to_p)?;
    }

    // What is left is the cotangent of the state at the start and of its slope, the field there.
    let cotangent = cotangent.as_ref();
    let (rhs, y0) = (problem.eqn.rhs(), problem.eqn.init().call(0.0));
    let mut slope_to_y = Vector::zeros(Y0.len(), *context);
    let mut slope_to_p = Vector::zeros(P.len(), *context);
    rhs.jac_transpose_mul_inplace(&y0, 0.0, cotangent.dy, &mut slope_to_y);
    rhs.sens_transpose_mul_inplace(&y0, 0.0, cotangent.dy, &mut slope_to_p);
    Ok((
        core::array::from_fn(|i| cotangent.y.get_index(i) - slope_to_y.get_index(i)),
        core::array::from_fn(|i| to_p.get_index(i) - slope_to_p.get_index(i)),
    ))
}
