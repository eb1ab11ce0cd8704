//! Random vectors of every space and magnitude, for property tests of one's own norm or space (feature `proptest`).
//!
//! ```
//! use costate_norms::{Seminorm, laws, strategies};
//! use proptest::prelude::*;
//!
//! /// How far apart two coordinates are at most.
//! struct Spread;
//! impl Seminorm<[f64; 3]> for Spread {
//!     fn measure(&self, v: &[f64; 3]) -> f64 {
//!         let [a, b, c] = *v;
//!         (a - b).abs() + (b - c).abs()
//!     }
//! }
//!
//! // As a test: `fn is_a_seminorm([u, v] in .., c in ..) { .. }` inside of `proptest! { .. }`, under `#[test]`.
//! # fn main() {
//! proptest!(|([u, v] in strategies::moderate(Just([0.0; 3])), c in strategies::exact_factor())| {
//!     laws::check_seminorm(&Spread, &u, &v, c)?;
//! });
//! # }
//! ```
//!
//! A strategy for *vectors* is made from a strategy for *shapes*: any strategy of vectors of your space, whose shapes count and
//! whose values do not. `Just([0.0; 3])` is the shape of an array, [`zeros`]`(0..20)` gives those of `Vec`s, and proptest makes
//! tuples of strategies a strategy for tuples, so `(zeros(1..9), Just(0.0))` is a strategy for shapes of `(Vec<f64>, f64)`.
//! All vectors are filled leaf by leaf: your own [`Space`] needs nothing but `Debug`.
//!
//! | law | from |
//! |---|---|
//! | [`check_norm`](crate::laws::check_norm), [`check_seminorm`](crate::laws::check_seminorm), [`check_space`](crate::laws::check_space) | [`wide`] or [`moderate`] vectors and a [`factor`]: these are what the laws ask for |
//! | [`check_extremes`](crate::laws::check_extremes) | [`extreme`] vectors |
//! | NaN and infinity are found | [`spoiled`] vectors |
//!
//! [`wide`] asks much of a measure: one that squares has to guard against overflow, as those of this crate do, and one that
//! subtracts coordinates loses digits that the laws do not forgive. [`moderate`] vectors hold small whole numbers, on which
//! such a one is exact, and stays so times an [`exact_factor`].

use crate::{Float, Scalar, Space};
use alloc::vec::Vec;
use core::fmt::Debug;
use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;

/// The largest decimal exponent of [`wide`] numbers: nearly half of what the type has, so that a *product* of two of them is
/// still a normal number. 150 for `f64`, 17 for `f32`.
fn decades<T: Float>() -> i32 {
    let largest: f64 = T::max_value().into();
    largest.log10() as i32 / 2 - if largest > 1e300 { 4 } else { 2 }
}

fn signed<T: Float>((negative, mantissa, decade): (bool, f64, i32)) -> T {
    let x = mantissa * 10_f64.powi(decade);
    T::of(if negative { -x } else { x })
}

/// A factor for the laws: from 1e-3 to 1e3 with a sign, or zero.
pub fn factor() -> impl Strategy<Value = f64> {
    let signed = (any::<bool>(), 1e-3..1e3_f64).prop_map(|(s, c)| if s { -c } else { c });
    prop_oneof![1 => Just(0.0), 9 => signed]
}

/// A factor whose products with [`moderate`] coordinates are exact, in `f32` too, and so are their sums and differences: a
/// multiple of 1/64 up to 1000 with a sign, or zero.
pub fn exact_factor() -> impl Strategy<Value = f64> {
    (-64_000..=64_000_i32).prop_map(|n| f64::from(n) / 64.0)
}

/// A number that is not zero, of any decade from 1e-150 to 1e150 (`f64`), 1e-17 to 1e17 (`f32`), with a sign.
///
/// Every such number, its square, and its product with a [`factor`] is a normal number.
pub fn nonzero<T: Float>() -> impl Strategy<Value = T> {
    (any::<bool>(), 1.0..10.0, -decades::<T>()..=decades::<T>()).prop_map(signed)
}

/// A [`nonzero`] number or, once in seven times, zero.
pub fn number<T: Float>() -> impl Strategy<Value = T> {
    prop_oneof![1 => Just(T::of(0.0)), 6 => nonzero()]
}

/// A number in the top decade of its type, with a sign: a sum of ten may overflow, and a square always does.
pub fn huge<T: Float>() -> impl Strategy<Value = T> {
    let largest: f64 = T::max_value().into();
    (any::<bool>(), 0.1..=1.0_f64)
        .prop_map(move |(s, m)| T::of(if s { -m * largest } else { m * largest }))
}

/// A number around the smallest of its type, with a sign and not zero: subnormal, or among the smallest normal ones.
pub fn tiny<T: Float>() -> impl Strategy<Value = T> {
    let normal: f64 = T::min_positive_value().into();
    let unit: f64 = <T as num_traits::Float>::epsilon().into();
    // The smallest subnormal number is the smallest normal one times the rounding unit.
    let smallest = normal * unit;
    let size = prop_oneof![
        1 => (1..20_u32).prop_map(move |n| f64::from(n) * smallest),
        3 => (unit..=1.0_f64).prop_map(move |m| m * normal),
        1 => (1.0..10.0_f64).prop_map(move |m| m * normal),
    ];
    (any::<bool>(), size).prop_map(|(s, x)| T::of(if s { -x } else { x }))
}

/// Any finite number: [`huge`], [`tiny`], zero, or of any decade between.
pub fn finite<T: Float>() -> impl Strategy<Value = T> {
    let all = T::max_value().into().log10() as i32 - 1;
    let between = (any::<bool>(), 1.0..10.0, -all..=all).prop_map(signed);
    prop_oneof![1 => huge(), 1 => tiny(), 1 => Just(T::of(0.0)), 3 => between]
}

/// NaN or an infinity, with a sign.
pub fn not_finite<T: Float>() -> impl Strategy<Value = T> {
    (any::<bool>(), any::<bool>()).prop_map(|(nan, negative)| {
        let x = if nan { f64::NAN } else { f64::INFINITY };
        T::of(if negative { -x } else { x })
    })
}

/// Zero vectors of so many coordinates: the shapes of `Vec`s.
pub fn zeros<T: Scalar>(lengths: impl Into<SizeRange>) -> impl Strategy<Value = Vec<T>> {
    vec(Just(T::zero()), lengths)
}

fn filled<V: Space>(shape: &V, numbers: &[V::Scalar]) -> V {
    let (mut v, mut rest) = (shape.zeros_like(), numbers);
    for l in 0..V::LEAVES {
        let (leaf, after) = rest.split_at(v.leaf(l).len());
        v.leaf_mut(l).copy_from_slice(leaf);
        rest = after;
    }
    v
}

/// Vectors of these shapes whose coordinates are drawn by a strategy of your choice.
///
/// ```
/// use costate_norms::strategies::{vectors, zeros};
/// use proptest::prelude::*;
/// let weights = vectors((zeros::<f64>(1..9), Just(0.0)), 0.0..=1.0);
/// # let _ = weights;
/// ```
pub fn vectors<V, N>(shapes: impl Strategy<Value = V>, numbers: N) -> impl Strategy<Value = V>
where
    V: Space + Debug,
    N: Strategy<Value = V::Scalar> + Clone,
{
    same_shape::<1, V, N>(shapes, numbers).prop_map(|[v]| v)
}

/// As many vectors as the pattern names, all of one of these shapes, with coordinates drawn by a strategy of your choice.
///
/// ```
/// use costate_norms::strategies::{same_shape, zeros};
/// use proptest::prelude::*;
/// # fn main() {
/// proptest!(|([error, y0, y1] in same_shape(zeros(0..9), -1.0..1.0))| {
///     prop_assert!(error.len() == y0.len() && y0.len() == y1.len());
/// });
/// # }
/// ```
pub fn same_shape<const K: usize, V, N>(
    shapes: impl Strategy<Value = V>,
    numbers: N,
) -> impl Strategy<Value = [V; K]>
where
    V: Space + Debug,
    N: Strategy<Value = V::Scalar> + Clone,
{
    shapes.prop_flat_map(move |shape| {
        let n = shape.dimension();
        vec(numbers.clone(), K * n)
            .prop_map(move |x| core::array::from_fn(|k| filled(&shape, &x[k * n..(k + 1) * n])))
    })
}

/// Vectors of one of these shapes that every law holds for: each has [`number`]s of its own magnitudes, or all of one, so
/// that many coordinates are felt and not only the largest.
///
/// Sums of two of them, and products with a [`factor`], are zero or normal numbers but for cancellation, which is exact.
///
/// ```
/// use costate_norms::{LInf, Rms, laws, strategies::{factor, wide, zeros}};
/// use proptest::prelude::*;
/// # fn main() {
/// proptest!(|([u, v] in wide((zeros::<f32>(0..9), Just([0.0; 2]))), c in factor())| {
///     laws::check_norm(&(Rms, LInf), &u, &v, c)?;
/// });
/// # }
/// ```
pub fn wide<const K: usize, V>(shapes: impl Strategy<Value = V>) -> impl Strategy<Value = [V; K]>
where
    V: Space<Scalar: Float> + Debug,
{
    let d = decades::<V::Scalar>();
    shapes.prop_flat_map(move |shape| {
        let n = shape.dimension();
        let alike = (-d..=d).prop_flat_map(move |decade| {
            vec((any::<bool>(), 0.0..10.0, Just(decade)).prop_map(signed), n)
        });
        vec(prop_oneof![alike, vec(number(), n)], K)
            .prop_map(move |x| core::array::from_fn(|k| filled(&shape, &x[k])))
    })
}

/// Vectors of one of these shapes with whole numbers from -100 to 100: their sums and differences are exact.
pub fn moderate<const K: usize, V>(
    shapes: impl Strategy<Value = V>,
) -> impl Strategy<Value = [V; K]>
where
    V: Space<Scalar: Float> + Debug,
{
    same_shape(shapes, (-100..=100_i32).prop_map(|n| V::Scalar::of(f64::from(n))))
}

/// Vectors of these shapes with any [`finite`] coordinates: all of them [`huge`], all [`tiny`], or of everything.
///
/// Their sums may overflow and their products underflow: for [`check_extremes`](crate::laws::check_extremes), not for the
/// laws that add or multiply.
pub fn extreme<V>(shapes: impl Strategy<Value = V>) -> impl Strategy<Value = V>
where
    V: Space<Scalar: Float> + Debug,
{
    shapes.prop_flat_map(|shape| {
        let n = shape.dimension();
        prop_oneof![vec(huge(), n), vec(tiny(), n), vec(finite(), n)]
            .prop_map(move |x| filled(&shape, &x))
    })
}

/// Vectors drawn by a strategy, with [`not_finite`] put at a random place, and that place, counted over all leaves in order.
/// Vectors without coordinates are left out.
///
/// ```
/// use costate_norms::{Space, strategies::{extreme, spoiled, zeros}};
/// use proptest::prelude::*;
/// # fn main() {
/// proptest!(|((v, place) in spoiled(extreme(zeros::<f64>(1..9))))| {
///     prop_assert_eq!(v.first_not_finite(), Some(place));
/// });
/// # }
/// ```
pub fn spoiled<V>(vectors: impl Strategy<Value = V>) -> impl Strategy<Value = (V, usize)>
where
    V: Space<Scalar: Float> + Debug,
{
    let vectors = vectors.prop_filter("a vector with coordinates", |v| v.dimension() > 0);
    (vectors, any::<prop::sample::Index>(), not_finite()).prop_map(|(mut v, place, bad)| {
        let place = place.index(v.dimension());
        let mut rest = place;
        for l in 0..V::LEAVES {
            let leaf = v.leaf_mut(l);
            if rest < leaf.len() {
                leaf[rest] = bad;
                break;
            }
            rest -= leaf.len();
        }
        (v, place)
    })
}
