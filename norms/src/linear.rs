//! Fused linear combinations: the arithmetic of a Runge-Kutta stage.

pub use crate::combination::{Combination, Elements};
use crate::{Scalar, Space};

/// `out = base + sum of c_j * k_j`, over all leaves.
///
/// All vectors have the same shape. Terms are added in the order given, `((base + c_0 k_0) + c_1 k_1) + ...`, four to a
/// pass over memory, so the result does not depend on the length of the vectors or on the machine. No term at all copies
/// `base`. A coefficient of zero is multiplied like any other: leave the term out where its vector may be infinite.
///
/// # Panics
/// When a leaf of `base` has another length than that of `out`, or a leaf of a term is shorter: compare with
/// [`same_shape`](Space::same_shape) once, before a loop of these.
///
/// ```
/// use costate_norms::linear::combine;
/// let (y, k1, k2) = ([1.0, 2.0], [1.0, 0.0], [0.0, 1.0]);
/// let mut stage = [0.0; 2];
/// combine(&mut stage, &y, [(0.5, &k1), (0.25, &k2)].into_iter());
/// assert_eq!(stage, [1.5, 2.25]);
/// ```
#[inline]
pub fn combine<'a, V>(out: &mut V, base: &V, terms: impl Iterator<Item = (f64, &'a V)> + Clone)
where
    V: Space + 'a,
{
    for l in 0..V::LEAVES {
        combine_leaf(out, base, terms.clone(), l);
    }
}

/// The same on one leaf: the others keep what they hold.
///
/// ```
/// use costate_norms::linear::combine_leaf;
/// let (base, k) = (([1.0], [1.0]), ([3.0], [5.0]));
/// let mut out = ([0.0], [7.0]);
/// combine_leaf(&mut out, &base, [(2.0, &k)].into_iter(), 0);
/// assert_eq!(out, ([7.0], [7.0]));
/// ```
///
/// # Panics
/// As [`combine`], for this leaf.
#[inline]
pub fn combine_leaf<'a, V>(
    out: &mut V,
    base: &V,
    terms: impl Iterator<Item = (f64, &'a V)>,
    leaf: usize,
) where
    V: Space + 'a,
{
    let terms = terms.map(|(c, k)| (c, k.leaf(leaf)));
    add_up(out.leaf_mut(leaf), Some(base.leaf(leaf)), terms);
}

/// `out = sum of c_j * k_j` on the leaves that `wanted` names; the other leaves keep what they hold.
///
/// This is how an embedded error is computed only where a norm looks. No term at all writes zeros.
///
/// ```
/// use costate_norms::linear::combine_where;
/// let (k1, k2) = (([1.0], [1.0]), ([3.0], [5.0]));
/// let mut error = ([0.0], [7.0]);
/// combine_where(&mut error, [(2.0, &k1), (-1.0, &k2)].into_iter(), |leaf| leaf == 0);
/// assert_eq!(error, ([-1.0], [7.0]));
/// ```
///
/// # Panics
/// When a wanted leaf of a term is shorter than that of `out`.
#[inline]
pub fn combine_where<'a, V>(
    out: &mut V,
    terms: impl Iterator<Item = (f64, &'a V)> + Clone,
    wanted: impl Fn(usize) -> bool,
) where
    V: Space + 'a,
{
    for l in 0..V::LEAVES {
        if wanted(l) {
            add_up(out.leaf_mut(l), None, terms.clone().map(|(c, k)| (c, k.leaf(l))));
        }
    }
}

#[inline]
fn add_up<'a, T: Scalar>(
    out: &mut [T],
    base: Option<&[T]>,
    mut terms: impl Iterator<Item = (f64, &'a [T])>,
) {
    // Cutting every slice to one length lets the compiler drop the bounds checks and vectorise.
    let n = out.len();
    let cut = |(c, k): (f64, &'a [T])| (T::of(c), &k[..n]);
    match base {
        Some(base) => out.copy_from_slice(base),
        None => out.fill(T::zero()),
    }
    while let Some((c0, k0)) = terms.next().map(cut) {
        let Some((c1, k1)) = terms.next().map(cut) else {
            for i in 0..n {
                out[i] = out[i] + c0 * k0[i];
            }
            return;
        };
        let Some((c2, k2)) = terms.next().map(cut) else {
            for i in 0..n {
                out[i] = out[i] + c0 * k0[i] + c1 * k1[i];
            }
            return;
        };
        let Some((c3, k3)) = terms.next().map(cut) else {
            for i in 0..n {
                out[i] = out[i] + c0 * k0[i] + c1 * k1[i] + c2 * k2[i];
            }
            return;
        };
        for i in 0..n {
            out[i] = out[i] + c0 * k0[i] + c1 * k1[i] + c2 * k2[i] + c3 * k3[i];
        }
    }
}
