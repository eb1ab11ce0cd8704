//! The seminorm that looks at nothing.

use crate::{Float, Seminorm, Space};

/// Measures every vector as 0: its kernel is the whole space.
///
/// As a member of a tuple it takes a channel out of the error control. This one word is the difference between the
/// usual backward solve `(Rms, Rms, Rms)` and the paper's `(Rms, Rms, Null)`.
///
/// Even NaN and infinity measure 0: nothing is looked at. A solver that carries such a channel must check by other
/// means that it is finite.
///
/// ```
/// use costate_norms::{Null, Rms, Seminorm};
/// let backward = ([3.0], [4.0], [1e9, 1e9]); // (y, a, g)
/// assert_eq!((Rms, Rms, Rms).measure(&backward), 1e9);
/// assert_eq!((Rms, Rms, Null).measure(&backward), 4.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Null;

impl<V: Space> Seminorm<V> for Null {
    fn measure(&self, _: &V) -> f64
    where
        V::Scalar: Float,
    {
        0.0
    }
    fn reads(&self, _: usize) -> bool {
        false
    }
}
