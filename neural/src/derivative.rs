//! Derivatives of a part of a field in one of its inputs, within the trace of the field.

use crate::NeuralError;
use costate_adjoint::autodiff::{Graph, Real, Var};

/// `J^T w` of a graph's only output, in the input of this index.
pub(crate) fn pulled_back(
    graph: &Graph,
    input: usize,
    x: &[Var],
    w: Var,
) -> Result<Var, NeuralError> {
    let product = graph.vjp().select_outputs(&[1 + input])?;
    Ok(product.apply(&[x, &[w]].concat())?[0])
}

/// `J v` of a graph's only output, where the input of this index moves with `v` and no other does.
///
/// `J^T w` is linear in `w`, so its own transpose in `w` is `J v`. That way the inputs that stand still, a net's parameters above all,
/// need no tangents of zeros, which would be multiplied like any others.
pub(crate) fn pushed_forward(
    graph: &Graph,
    input: usize,
    x: &[Var],
    v: Var,
) -> Result<Var, NeuralError> {
    let transposed = graph.vjp().select_outputs(&[1 + input])?;
    // Inputs (x, w, v), outputs (J^T w, the products in x, the product in w).
    let product = transposed.vjp().select_outputs(&[1 + x.len()])?;
    let [shape] = graph.output_shapes()[..] else { return Ok(v) };
    // Nothing linear in w is left in its own derivative.
    let any = Var::constant(0.0).broadcast(shape);
    Ok(product.apply(&[x, &[any, v]].concat())?[0])
}
