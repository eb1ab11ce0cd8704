//! Laws that every graph obeys, for tests of one's own functions and primitives.
//!
//! A law is checked at a point and in directions of the caller's choice; random ones find mistakes soonest. Choose points
//! away from kinks (of `abs`, `max`, `min`, `select`) and where the function is well conditioned: the bounds are relative
//! to results, and cannot hold where large contributions cancel.

use crate::{Dimension, DimensionError, Dual, Graph};
use thiserror::Error;

/// The largest accepted error, relative to the norms named at each law: some thousand roundings.
pub const TOLERANCE: f64 = 1e-12;

/// Which law does not hold, and by how much.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum LawError {
    /// An argument has the wrong length.
    #[error(transparent)]
    Dimension(#[from] DimensionError),
    /// `<J v, w>` and `<v, J^T w>` differ (or are not finite).
    #[error(
        "the VJP is not the transpose of the JVP: <J v, w> = {forward:e} but <v, J^T w> = {backward:e}, \
         more than {bound:e} apart; one of the two is wrong"
    )]
    Transpose {
        /// `<J v, w>`.
        forward: f64,
        /// `<v, J^T w>`.
        backward: f64,
        /// How far apart they may be.
        bound: f64,
    },
    /// A derivative differs from that by dual numbers (or is not finite).
    #[error(
        "the {product} is {found:?} but dual numbers give {expected:?}: {error:e} apart, more than {bound:e}"
    )]
    Derivative {
        /// `"JVP"` or `"VJP"`.
        product: &'static str,
        /// As it was given, or by the graph.
        found: Vec<f64>,
        /// By dual numbers.
        expected: Vec<f64>,
        /// Euclidean distance of both.
        error: f64,
        /// The largest distance accepted.
        bound: f64,
    },
}

/// Checks a graph's [`vjp`](Graph::vjp) and [`jvp`](Graph::jvp) at `x`, with tangents `v` and cotangents `w`, by
/// [`check_products`].
///
/// ```
/// use costate_autodiff::{laws, trace, Real};
/// let graph = trace(2, |x| vec![x[0].sin() * x[1], x[1].exp()])?;
/// laws::check_vjp(&graph, &[0.3, 0.7], &[1.0, -2.0], &[0.5, 3.0])?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The first law that fails, with its numbers; or a wrong length. NaN and infinity fail.
pub fn check_vjp(graph: &Graph, x: &[f64], v: &[f64], w: &[f64]) -> Result<(), LawError> {
    DimensionError::check(Dimension::Inputs, graph.inputs(), x.len())?;
    DimensionError::check(Dimension::Tangents, graph.inputs(), v.len())?;
    DimensionError::check(Dimension::Cotangents, graph.outputs(), w.len())?;
    let pushed = graph.jvp().evaluate(&[x, v].concat())?.split_off(graph.outputs());
    let pulled = graph.vjp().evaluate(&[x, w].concat())?.split_off(graph.outputs());
    let f = |x: &[Dual<f64, 1>]| graph.evaluate(x).unwrap_or_default();
    check_products(f, x, v, w, &pushed, &pulled)
}

/// Checks derivatives from anywhere, written by hand for instance: `jv`, which claims to be `J(x) v`, and `jtw`, which
/// claims to be `J(x)^T w`, where `J` is the Jacobian of `f`.
///
/// - They are transposed to each other: `|<J v, w> - <v, J^T w>|` is at most [`TOLERANCE`] `(|J v| |w| + |v| |J^T w|)`.
/// - Each agrees with the Jacobian by dual numbers, in Euclidean norm, to [`TOLERANCE`] times `| |J| |v| |` and
///   `| |J|^T |w| |`.
///
/// ```
/// use costate_autodiff::{Dual, Real, laws};
/// let f = |x: &[Dual<f64, 1>]| vec![x[0] * x[1]];
/// let (x, v, w) = ([2.0, 3.0], [1.0, -1.0], [10.0]);
/// laws::check_products(f, &x, &v, &w, &[1.0], &[30.0, 20.0])?;
/// let wrong = laws::check_products(f, &x, &v, &w, &[1.0], &[20.0, 30.0]).unwrap_err();
/// assert!(wrong.to_string().contains("<v, J^T w> = -1e1"));
/// # Ok::<(), laws::LawError>(())
/// ```
///
/// # Errors
/// The first law that fails, with its numbers; or a wrong length. NaN and infinity fail.
pub fn check_products(
    f: impl Fn(&[Dual<f64, 1>]) -> Vec<Dual<f64, 1>>,
    x: &[f64],
    v: &[f64],
    w: &[f64],
    jv: &[f64],
    jtw: &[f64],
) -> Result<(), LawError> {
    DimensionError::check(Dimension::Tangents, x.len(), v.len())?;
    DimensionError::check(Dimension::Cotangents, x.len(), jtw.len())?;
    DimensionError::check(Dimension::Tangents, w.len(), jv.len())?;

    let (forward, backward) = (dot(jv, w), dot(v, jtw));
    let bound = TOLERANCE * (norm(jv) * norm(w) + norm(v) * norm(jtw));
    if !((forward - backward).abs() <= bound) {
        return Err(LawError::Transpose { forward, backward, bound });
    }

    // Both products by dual numbers, a column of the Jacobian at a time, and the same of absolute values.
    let (mut pushed, mut pushed_gross) = (vec![0.0; w.len()], vec![0.0; w.len()]);
    let (mut pulled, mut pulled_gross) = (vec![0.0; v.len()], vec![0.0; v.len()]);
    for i in 0..x.len() {
        let varied = |k: usize| Dual { value: x[k], tangent: [if k == i { 1.0 } else { 0.0 }] };
        let column = f(&(0..x.len()).map(varied).collect::<Vec<_>>());
        DimensionError::check(Dimension::Outputs, w.len(), column.len())?;
        for (j, y) in column.iter().enumerate() {
            let [slope] = y.tangent;
            pushed[j] += slope * v[i];
            pushed_gross[j] += (slope * v[i]).abs();
            pulled[i] += slope * w[j];
            pulled_gross[i] += (slope * w[j]).abs();
        }
    }
    agree("JVP", jv, pushed, TOLERANCE * norm(&pushed_gross))?;
    agree("VJP", jtw, pulled, TOLERANCE * norm(&pulled_gross))
}

fn agree(
    product: &'static str,
    found: &[f64],
    expected: Vec<f64>,
    bound: f64,
) -> Result<(), LawError> {
    let difference: Vec<f64> = found.iter().zip(&expected).map(|(a, b)| a - b).collect();
    let error = norm(&difference);
    if error <= bound {
        return Ok(());
    }
    Err(LawError::Derivative { product, found: found.to_vec(), expected, error, bound })
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}
