//! Running a function once, on paper.

use crate::tape::Recording;
use crate::{Graph, TraceError, Var};

/// Traces a function of `inputs` numbers that returns its outputs.
///
/// The function runs once, with [`Var`]s; loops and calls in it are unrolled, branches on traced values cannot be written
/// (see [`Real`](crate::Real)). No inputs, no outputs and unused inputs are all fine.
///
/// ```
/// use costate_autodiff::{trace, Real};
/// let graph = trace(2, |x| vec![x[0] * x[1], x[0].exp()])?;
/// assert_eq!(graph.evaluate(&[0.0, 7.0])?, [0.0, 1.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A value from outside of this trace, or a comparison of traced values; see [`TraceError`].
pub fn trace(inputs: usize, f: impl FnOnce(&[Var]) -> Vec<Var>) -> Result<Graph, TraceError> {
    let recording = Recording::start(inputs);
    let x: Vec<Var> = (0..inputs).map(|i| Var::traced(recording.id, i)).collect();
    let y = f(&x);
    let outputs = y.into_iter().map(|y| y.node_on(recording.id)).collect::<Result<Vec<usize>, _>>();
    // A fault on the tape came first and caused what is wrong with an output, if anything is.
    let nodes = recording.finish()?;
    Ok(Graph::new(nodes, inputs, outputs?))
}

/// Traces a function that writes its outputs into a slice, as right-hand sides of differential equations do.
///
/// ```
/// use costate_autodiff::{trace_into, Real};
/// fn decay<R: Real>(_t: R, y: &[R], p: &[R], dy: &mut [R]) {
///     dy[0] = -p[0] * y[0];
/// }
/// // inputs (t, y, p), output dy
/// let graph = trace_into(3, 1, |x, dy| decay(x[0], &x[1..2], &x[2..], dy))?;
/// assert_eq!(graph.evaluate(&[0.0, 10.0, 0.5])?, [-5.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`trace`], and when an output is left unwritten or read before it is written.
pub fn trace_into(
    inputs: usize,
    outputs: usize,
    f: impl FnOnce(&[Var], &mut [Var]),
) -> Result<Graph, TraceError> {
    trace(inputs, |x| {
        let mut y: Vec<Var> =
            (0..outputs).map(|output| Var::void(TraceError::Unwritten { output })).collect();
        f(x, &mut y);
        y
    })
}
