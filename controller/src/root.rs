//! Roots without a general power where there is a cheaper way.

#[cfg(not(feature = "std"))]
use num_traits::Float as _;

/// The k-th root of a number that is not negative; 0 and infinity are their own. Square and cube roots are correct to a unit
/// in the last place, the fourth and eighth, made of square roots, to another half each; others are `powf`.
#[inline]
pub(crate) fn root(x: f64, k: u32) -> f64 {
    match k {
        1 => x,
        2 => x.sqrt(),
        3 => x.cbrt(),
        4 => x.sqrt().sqrt(),
        8 => x.sqrt().sqrt().sqrt(),
        _ => x.powf(1.0 / f64::from(k)),
    }
}

/// The natural logarithm with both ends cut off where those of the positive numbers end (ln 5e-324 = -744.4, ln 1.8e308 =
/// 709.8), so that an exponent of 0 times it is 0 and not NaN.
#[inline]
pub(crate) fn finite(log: f64) -> f64 {
    log.clamp(-745.0, 745.0)
}
