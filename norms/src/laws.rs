//! The laws that every space and every measure obeys, to be run on your own.
//!
//! Each returns what it found, with the numbers, instead of panicking, so that it fits any test framework.

use crate::{Float, Norm, Seminorm, Space, linear::combine};
use num_traits::Zero;

/// A law that did not hold.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{law}: {left} against {right}")]
pub struct Broken {
    /// The law, as a formula.
    pub law: &'static str,
    /// What stood on its left.
    pub left: f64,
    /// What stood on its right.
    pub right: f64,
}

fn close(law: &'static str, left: f64, right: f64, tolerance: f64) -> Result<(), Broken> {
    // Exact equality first: both may be infinite.
    if left == right || (left - right).abs() <= tolerance {
        return Ok(());
    }
    Err(Broken { law, left, right })
}

/// The rounding unit of a sum of this many terms: each term and each addition rounds once in the scalar's precision.
fn rounding<V: Space<Scalar: Float>>(v: &V) -> f64 {
    let unit: f64 = <V::Scalar as num_traits::Float>::epsilon().into();
    unit * (v.dimension() as f64 + 8.0)
}

/// Homogeneity, the triangle inequality, not negative, zero at zero, NaN in gives NaN out (in every leaf that is read),
/// and no dependence on the leaves that are not.
///
/// `u` and `v` have the same shape; coordinates times `c` must not overflow. Tolerances are those of a sum that rounds in
/// each of its terms.
///
/// # Errors
/// The first law broken, with both of its sides.
pub fn check_seminorm<V, N>(norm: &N, u: &V, v: &V, c: f64) -> Result<(), Broken>
where
    V: Space<Scalar: Float>,
    N: Seminorm<V>,
{
    let eps = rounding(u);
    let zero = u.zeros_like();
    let (mu, mv) = (norm.measure(u), norm.measure(v));

    close("measure(0) = 0", norm.measure(&zero), 0.0, 0.0)?;
    if !(mu >= 0.0) {
        return Err(Broken { law: "measure(u) >= 0", left: mu, right: 0.0 });
    }
    let mut scaled = zero.clone();
    combine(&mut scaled, &zero, [(c, u)].into_iter());
    close(
        "measure(c u) = |c| measure(u)",
        norm.measure(&scaled),
        c.abs() * mu,
        eps * c.abs() * mu,
    )?;

    let mut sum = zero.clone();
    combine(&mut sum, u, [(1.0, v)].into_iter());
    let ms = norm.measure(&sum);
    if !(ms <= (mu + mv) * (1.0 + eps)) {
        return Err(Broken {
            law: "measure(u + v) <= measure(u) + measure(v)",
            left: ms,
            right: mu + mv,
        });
    }

    let nan = <V::Scalar as num_traits::Float>::nan();
    for l in 0..V::LEAVES {
        let mut other = u.clone();
        if norm.reads(l) {
            continue;
        }
        other.leaf_mut(l).fill(nan);
        close("measure does not read the leaf it says it does not", norm.measure(&other), mu, 0.0)?;
    }
    Ok(())
}

/// The laws of a seminorm; and a single coordinate that is not zero is seen, one that is NaN gives NaN.
///
/// # Errors
/// The first law broken, with both of its sides.
pub fn check_norm<V, N>(norm: &N, u: &V, v: &V, c: f64) -> Result<(), Broken>
where
    V: Space<Scalar: Float>,
    N: Norm<V>,
{
    check_seminorm(norm, u, v, c)?;
    let nan = <V::Scalar as num_traits::Float>::nan();
    for l in 0..V::LEAVES {
        for i in 0..u.leaf(l).len() {
            let mut alone = u.zeros_like();
            alone.leaf_mut(l)[i] = u.leaf(l)[i];
            let m = norm.measure(&alone);
            if !u.leaf(l)[i].is_zero() && !(m > 0.0) {
                return Err(Broken { law: "u != 0 has measure(u) > 0", left: m, right: 0.0 });
            }
            let mut bad = u.clone();
            bad.leaf_mut(l)[i] = nan;
            let m = norm.measure(&bad);
            if !m.is_nan() {
                return Err(Broken { law: "NaN in gives NaN out", left: m, right: f64::NAN });
            }
        }
    }
    Ok(())
}

/// A space is what its leaves say: zeros are zero, `combine` acts coordinate by coordinate, and no leaf lies beyond
/// [`LEAVES`](Space::LEAVES).
///
/// # Errors
/// The first law broken, with both of its sides.
pub fn check_space<V: Space<Scalar: Float>>(u: &V, v: &V, c: f64) -> Result<(), Broken> {
    let zero = u.zeros_like();
    let count = |v: &V| (0..V::LEAVES).map(|l| v.leaf(l).len()).sum::<usize>() as f64;
    close("zeros_like has the same dimension", zero.dimension() as f64, u.dimension() as f64, 0.0)?;
    close("dimension counts the leaves", u.dimension() as f64, count(u), 0.0)?;
    close("no leaf beyond LEAVES", u.leaf(V::LEAVES).len() as f64, 0.0, 0.0)?;
    if !u.same_shape(&zero) {
        return Err(Broken { law: "zeros_like has the same shape", left: 0.0, right: 1.0 });
    }
    let mut sum = zero.clone();
    combine(&mut sum, u, [(c, v)].into_iter());
    let c = <V::Scalar as crate::Scalar>::of(c);
    for l in 0..V::LEAVES {
        for i in 0..u.leaf(l).len() {
            close("zeros_like is zero", zero.leaf(l)[i].into(), 0.0, 0.0)?;
            let expected = u.leaf(l)[i] + c * v.leaf(l)[i];
            close("combine adds coordinates", sum.leaf(l)[i].into(), expected.into(), 0.0)?;
        }
    }
    Ok(())
}
