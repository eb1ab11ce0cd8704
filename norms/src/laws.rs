//! The laws that every space and every measure obeys, to be run on your own.
//!
//! Each returns what it found, with the numbers, instead of panicking, so that it fits any test framework. Feed them from
//! a generator of random vectors: a law holds when it holds for all of them.
//!
//! ```
//! use costate_norms::{Seminorm, laws};
//!
//! /// The largest absolute value, written carelessly: `f64::max` drops NaN.
//! struct Careless;
//! impl Seminorm<Vec<f64>> for Careless {
//!     fn measure(&self, v: &Vec<f64>) -> f64 {
//!         v.iter().fold(0.0, |m, x| m.max(x.abs()))
//!     }
//! }
//! let broken = laws::check_seminorm(&Careless, &vec![1.0, 2.0], &vec![0.5, -1.0], 3.0).unwrap_err();
//! assert_eq!(broken.law, "NaN in a coordinate that is read gives NaN out");
//! ```

use crate::{Float, Norm, Scalar, Seminorm, Space, linear::combine};
use num_traits::{One, Zero};

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

fn same(law: &'static str, left: usize, right: usize) -> Result<(), Broken> {
    close(law, left as f64, right as f64, 0.0)
}

fn holds(law: &'static str, held: bool) -> Result<(), Broken> {
    if held { Ok(()) } else { Err(Broken { law, left: 0.0, right: 1.0 }) }
}

/// The rounding unit of a sum of this many terms: each term and each addition rounds once in the scalar's precision.
fn rounding<V: Space<Scalar: Float>>(v: &V) -> f64 {
    let unit: f64 = <V::Scalar as num_traits::Float>::epsilon().into();
    unit * (v.dimension() as f64 + 8.0)
}

/// The zero vector but for one coordinate, which is that of `u`, or 1 where that is zero.
fn alone<V: Space<Scalar: Float>>(u: &V, leaf: usize, index: usize) -> V {
    let x = u.leaf(leaf)[index];
    let mut alone = u.zeros_like();
    alone.leaf_mut(leaf)[index] = if x.is_zero() { V::Scalar::one() } else { x };
    alone
}

/// Homogeneity, the triangle inequality, not negative, zero at zero; a coordinate that counts by itself gives NaN when it
/// is NaN, one that does not is not felt; and no dependence on the leaves that the seminorm says it does not read.
///
/// `u` and `v` are of one shape, and of a space that passes [`check_space`]. Their coordinates, sums, and products with `c`
/// are finite and either zero or normal numbers: subnormal ones lose digits that no tolerance can know of. Tolerances are
/// those of a sum that rounds in each of its terms. Takes time quadratic in the dimension.
///
/// With the feature `proptest`, `strategies::wide` draws such `u` and `v`, and `strategies::factor` such a `c`.
///
/// # Errors
/// The first law broken, with both of its sides.
pub fn check_seminorm<V, N>(norm: &N, u: &V, v: &V, c: f64) -> Result<(), Broken>
where
    V: Space<Scalar: Float>,
    N: Seminorm<V>,
{
    holds("u and v have the same shape", u.same_shape(v))?;
    let eps = rounding(u);
    let zero = u.zeros_like();
    let (mu, mv) = (norm.measure(u), norm.measure(v));
    // The factor that the coordinates really see.
    let c: f64 = V::Scalar::of(c).into();

    close("measure(0) = 0", norm.measure(&zero), 0.0, 0.0)?;
    if !(mu >= 0.0) {
        return Err(Broken { law: "measure(u) >= 0", left: mu, right: 0.0 });
    }
    let mut scaled = zero.clone();
    combine(&mut scaled, &zero, [(c, u)].into_iter());
    let (left, right) = (norm.measure(&scaled), c.abs() * mu);
    close("measure(c u) = |c| measure(u)", left, right, eps * right)?;

    let mut sum = zero.clone();
    combine(&mut sum, u, [(1.0, v)].into_iter());
    let ms = norm.measure(&sum);
    if !(ms <= (mu + mv) * (1.0 + eps)) {
        let law = "measure(u + v) <= measure(u) + measure(v)";
        return Err(Broken { law, left: ms, right: mu + mv });
    }

    let one = V::Scalar::one();
    let nan = <V::Scalar as num_traits::Float>::nan();
    for l in 0..V::LEAVES {
        let law = "measure does not read the leaf it says it does not";
        let reads = norm.reads(l);
        if !reads {
            let mut other = u.clone();
            other.leaf_mut(l).iter_mut().for_each(|x| *x = one - (*x + *x));
            close(law, norm.measure(&other), mu, 0.0)?;
            // A measure that drops NaN would pass this one alone.
            other.leaf_mut(l).fill(nan);
            close(law, norm.measure(&other), mu, 0.0)?;
        }
        for i in 0..u.leaf(l).len() {
            let mut other = u.clone();
            let m = norm.measure(&alone(u, l, i));
            if !reads {
                close(law, m, 0.0, 0.0)?;
            }
            if m == 0.0 {
                // In its kernel, so by the triangle inequality in no other measure either.
                other.leaf_mut(l)[i] = V::Scalar::zero();
                let law = "a coordinate with measure 0 by itself is not felt";
                close(law, norm.measure(&other), mu, eps * mu)?;
            } else {
                other.leaf_mut(l)[i] = nan;
                let m = norm.measure(&other);
                if !m.is_nan() {
                    let law = "NaN in a coordinate that is read gives NaN out";
                    return Err(Broken { law, left: m, right: f64::NAN });
                }
            }
        }
    }
    Ok(())
}

/// The laws of a seminorm, and that every single coordinate counts: by itself it has a positive measure, and NaN in it gives
/// NaN.
///
/// Preconditions are those of [`check_seminorm`].
///
/// ```
/// use costate_norms::{LInf, laws};
/// laws::check_norm(&LInf, &[1.0, -2.0, 0.0], &[0.5, 3.0, 1.0], -1.5).unwrap();
/// ```
///
/// # Errors
/// The first law broken, with both of its sides.
pub fn check_norm<V, N>(norm: &N, u: &V, v: &V, c: f64) -> Result<(), Broken>
where
    V: Space<Scalar: Float>,
    N: Norm<V>,
{
    check_seminorm(norm, u, v, c)?;
    for l in 0..V::LEAVES {
        for i in 0..u.leaf(l).len() {
            let m = norm.measure(&alone(u, l, i));
            if !(m > 0.0) {
                return Err(Broken { law: "u != 0 has measure(u) > 0", left: m, right: 0.0 });
            }
        }
    }
    Ok(())
}

/// What holds at any magnitude, near the largest number and among subnormal ones: a measure of finite coordinates is not NaN
/// and not negative; a coordinate that counts does so however small it is; and an infinite one gives infinity.
///
/// `u` has any finite coordinates; with the feature `proptest`, `strategies::extreme` draws them. A measure may be infinite
/// where its true value is larger than the largest `f64`.
///
/// ```
/// use costate_norms::{Rms, Seminorm, laws};
/// laws::check_extremes(&Rms, &[f64::MAX, 5e-324, 0.0]).unwrap();
///
/// /// Squares without care.
/// struct Naive;
/// impl Seminorm<[f64; 1]> for Naive {
///     fn measure(&self, v: &[f64; 1]) -> f64 { (v[0] * v[0]).sqrt() }
/// }
/// let broken = laws::check_extremes(&Naive, &[1e-200]).unwrap_err();
/// assert_eq!(broken.law, "a coordinate that counts does so however small it is");
/// ```
///
/// # Errors
/// The first law broken, with both of its sides.
pub fn check_extremes<V, N>(norm: &N, u: &V) -> Result<(), Broken>
where
    V: Space<Scalar: Float>,
    N: Seminorm<V>,
{
    let measure = norm.measure(u);
    if !(measure >= 0.0) {
        let law = "a measure of finite coordinates is a number and not negative";
        return Err(Broken { law, left: measure, right: 0.0 });
    }
    let zero = u.zeros_like();
    let infinity = <V::Scalar as num_traits::Float>::infinity();
    for l in 0..V::LEAVES {
        for i in 0..u.leaf(l).len() {
            let mut one = zero.clone();
            one.leaf_mut(l)[i] = V::Scalar::one();
            if norm.measure(&one) == 0.0 {
                continue;
            }
            one.leaf_mut(l)[i] = u.leaf(l)[i];
            let small = norm.measure(&one);
            if !(small > 0.0) && !u.leaf(l)[i].is_zero() {
                let law = "a coordinate that counts does so however small it is";
                return Err(Broken { law, left: small, right: u.leaf(l)[i].into() });
            }
            let mut other = u.clone();
            other.leaf_mut(l)[i] = -infinity;
            let law = "infinity in a coordinate that is read gives infinity out";
            close(law, norm.measure(&other), f64::INFINITY, 0.0)?;
        }
    }
    Ok(())
}

/// A space is what its leaves say: zeros are zero and of the same shape, what is written to a coordinate is read from it and
/// from no other, no leaf lies beyond [`LEAVES`](Space::LEAVES), and the provided methods, where a type has its own, do what
/// the provided ones do.
///
/// `u` and `v` are of one shape; their coordinates, `c`, and `u + c v` are finite. Takes time quadratic in the dimension.
///
/// ```
/// use costate_norms::laws;
/// laws::check_space(&(1.0, vec![2.0, 3.0]), &(-4.0, vec![0.5, 0.0]), 0.1).unwrap();
/// ```
///
/// # Errors
/// The first law broken, with both of its sides.
pub fn check_space<V: Space<Scalar: Float>>(u: &V, v: &V, c: f64) -> Result<(), Broken> {
    let zero = u.zeros_like();
    let mut written = zero.clone();
    same("no leaf beyond LEAVES", u.leaf(V::LEAVES).len(), 0)?;
    same("no leaf to be written beyond LEAVES", written.leaf_mut(V::LEAVES).len(), 0)?;
    for l in 0..V::LEAVES {
        let n = u.leaf(l).len();
        same("u and v have leaves of the same length", n, v.leaf(l).len())?;
        same("zeros_like has leaves of the same length", n, zero.leaf(l).len())?;
        same("leaf_mut is as long as leaf", n, written.leaf_mut(l).len())?;
    }
    holds("zeros_like has the same shape", u.same_shape(&zero))?;
    let dimension = (0..V::LEAVES).map(|l| u.leaf(l).len()).sum();
    same("dimension counts the leaves", u.dimension(), dimension)?;

    // Every coordinate gets its own number, so that two that share their memory are found.
    let number = |position: usize| V::Scalar::of(position as f64 + 1.0);
    let positions = |l: usize| {
        let before: usize = (0..l).map(|l| u.leaf(l).len()).sum();
        before..before + u.leaf(l).len()
    };
    for l in 0..V::LEAVES {
        for (x, p) in written.leaf_mut(l).iter_mut().zip(positions(l)) {
            *x = number(p);
        }
    }
    let law = "what is written to a coordinate is read from it";
    for l in 0..V::LEAVES {
        for (&x, p) in written.leaf(l).iter().zip(positions(l)) {
            close(law, x.into(), number(p).into(), 0.0)?;
        }
    }

    let factor = V::Scalar::of(c);
    let expected = |l: usize, i: usize| -> f64 { (u.leaf(l)[i] + factor * v.leaf(l)[i]).into() };
    let mut sum = zero.clone();
    combine(&mut sum, u, [(c, v)].into_iter());
    let mut copied = zero.clone();
    copied.assign(u);
    let mut added = u.clone();
    added.add_scaled(c, v);
    let mut filled = u.clone();
    filled.fill(factor);
    for l in 0..V::LEAVES {
        for i in 0..u.leaf(l).len() {
            let at = |v: &V| -> f64 { v.leaf(l)[i].into() };
            close("zeros_like is zero", at(&zero), 0.0, 0.0)?;
            close("combine adds coordinates", at(&sum), expected(l, i), 0.0)?;
            close("assign copies coordinates", at(&copied), at(u), 0.0)?;
            close("add_scaled adds coordinates", at(&added), expected(l, i), 0.0)?;
            close("fill writes every coordinate", at(&filled), factor.into(), 0.0)?;
        }
    }

    holds("a vector of finite numbers is finite", written.is_finite())?;
    holds("a finite vector has no first infinity", written.first_not_finite().is_none())?;
    let infinity = <V::Scalar as num_traits::Float>::infinity();
    for bad in [<V::Scalar as num_traits::Float>::nan(), infinity, -infinity] {
        for l in 0..V::LEAVES {
            for (i, p) in positions(l).enumerate() {
                let mut other = written.clone();
                other.leaf_mut(l)[i] = bad;
                holds("one NaN or infinity makes a vector not finite", !other.is_finite())?;
                let law = "first_not_finite is its position";
                same(law, other.first_not_finite().unwrap_or(usize::MAX), p)?;
            }
        }
    }
    Ok(())
}
