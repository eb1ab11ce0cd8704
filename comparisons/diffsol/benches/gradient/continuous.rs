//! diffsol's continuous adjoint: the adjoint equation, solved backwards over a forward solution interpolated between steps.

use crate::model::{Context, Matrix, Vector};
use crate::problem::{Params, State, TIMES};
use diffsol::error::DiffsolError;
use diffsol::{
    AdjointOdeSolverMethod, CheckpointingPath, DenseMatrix, OdeEquationsImplicitAdjoint,
    OdeSolverMethod, OdeSolverState, Vector as _,
};

/// The gradient by `solver`, and by the solver of the adjoint equation that `adjoint` makes of its checkpoints.
pub(crate) fn gradient<'a, Eqn, S, A>(
    mut solver: S,
    data: &[State],
    adjoint: impl FnOnce(CheckpointingPath<Eqn, S::State>, S) -> Result<A, DiffsolError>,
) -> Result<(State, Params), DiffsolError>
where
    Eqn: OdeEquationsImplicitAdjoint<M = Matrix, V = Vector, T = f64, C = Context> + 'a,
    S: OdeSolverMethod<'a, Eqn>,
    A: AdjointOdeSolverMethod<'a, Eqn, S>,
{
    let (checkpoints, mut cotangents, _) = solver.solve_dense_with_checkpointing(&TIMES, None)?;
    for (i, d) in data.iter().enumerate() {
        for j in 0..2 {
            cotangents.set_index(j, i, 2.0 * (cotangents.get_index(j, i) - d[j]));
        }
    }
    let (state, _) =
        adjoint(checkpoints, solver)?.solve_adjoint_backwards_pass(&TIMES, &[&cotangents])?;
    let state = state.as_ref();
    Ok((
        core::array::from_fn(|i| state.s.get_index(i)),
        core::array::from_fn(|i| state.sg.get_index(i)),
    ))
}
