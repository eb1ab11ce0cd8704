//! Random coordinates over many magnitudes.

// Each test file takes what it needs.
#![allow(dead_code)]

use proptest::prelude::*;

/// A scalar with a wide range of magnitudes, in which products with a factor of 1e-3 to 1e3 stay normal.
pub(crate) trait Wide: costate_norms::Float {
    /// The largest decimal exponent; the smallest is its negative.
    const DECADES: i32;
}

impl Wide for f64 {
    const DECADES: i32 = 149;
}

impl Wide for f32 {
    const DECADES: i32 = 17;
}

fn number<T: Wide>((sign, mantissa, decade): (bool, f64, i32)) -> T {
    let x = mantissa * 10_f64.powi(decade);
    T::of(if sign { -x } else { x })
}

/// A number that is not zero, from 1e-150 to 1e150 (`f64`) or 1e-18 to 1e18 (`f32`).
pub(crate) fn nonzero<T: Wide>() -> impl Strategy<Value = T> {
    (any::<bool>(), 1.0..10.0, -T::DECADES..=T::DECADES).prop_map(number)
}

/// Such a number, or zero.
pub(crate) fn coordinate<T: Wide>() -> impl Strategy<Value = T> {
    prop_oneof![1 => Just(T::zero()), 6 => nonzero()]
}

/// So many coordinates, either all of one magnitude or each of its own.
pub(crate) fn coordinates<T: Wide>(length: usize) -> impl Strategy<Value = Vec<T>> {
    let alike = (-T::DECADES..=T::DECADES).prop_flat_map(move |decade| {
        let x = (any::<bool>(), 0.0..10.0, Just(decade)).prop_map(number);
        prop::collection::vec(x, length)
    });
    prop_oneof![alike, prop::collection::vec(coordinate(), length)]
}

/// A factor from 1e-3 to 1e3 with a sign, or zero.
pub(crate) fn factor() -> impl Strategy<Value = f64> {
    prop_oneof![1 => Just(0.0), 9 => (any::<bool>(), 1e-3..1e3_f64).prop_map(|(s, c)| if s { -c } else { c })]
}
