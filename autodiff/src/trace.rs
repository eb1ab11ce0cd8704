//! Running a function once, on paper.

use crate::tape::Recording;
use crate::{Graph, Layout, TraceError, Var};

/// Traces a function that returns its outputs.
///
/// `inputs` says what it takes: a number of scalars, or a [`Layout`] of arrays.
///
/// The function runs once, with [`Var`]s; loops and calls in it are unrolled, branches on traced values cannot be written
/// (see [`Real`](crate::Real)). No inputs, no outputs, unused inputs and arrays without entries are all fine.
///
/// ```
/// use costate_autodiff::{Layout, Real, Shape, trace};
/// let graph = trace(2, |x| vec![x[0] * x[1], x[0].exp()])?;
/// assert_eq!(graph.evaluate(&[0.0, 7.0])?, [0.0, 1.0]);
///
/// // A layer of a neural net, on a batch of eight.
/// let inputs = Layout::new([("W", Shape::new(3, 2)), ("b", Shape::column(3)), ("x", Shape::new(2, 8))])?;
/// let layer = trace(&inputs, |v| vec![(v[0].matmul(v[2]) + v[1]).tanh()])?;
/// assert_eq!(layer.output_shapes(), [Shape::new(3, 8)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A value from outside of this trace, a comparison of traced values, or shapes that do not go together; see
/// [`TraceError`].
pub fn trace(
    inputs: impl Into<Layout>,
    f: impl FnOnce(&[Var]) -> Vec<Var>,
) -> Result<Graph, TraceError> {
    let inputs = inputs.into();
    let count = inputs.entries().len();
    let recording = Recording::start(inputs);
    let x: Vec<Var> = (0..count).map(|i| Var::traced(recording.id, i)).collect();
    let y = f(&x);
    let outputs = y.into_iter().map(|y| y.node_on(recording.id)).collect::<Result<Vec<usize>, _>>();
    // A fault on the tape came first and caused what is wrong with an output, if anything is.
    let written = recording.finish()?;
    Ok(Graph::new(written, outputs?))
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
    inputs: impl Into<Layout>,
    outputs: usize,
    f: impl FnOnce(&[Var], &mut [Var]),
) -> Result<Graph, TraceError> {
    trace(inputs, |x| {
        let mut y: Vec<Var> = (0..outputs).map(Var::unwritten).collect();
        f(x, &mut y);
        y
    })
}
