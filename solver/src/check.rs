//! Whether a vector that a caller wrote may be worked with.

use crate::SolveError;
use costate_norms::{Float, Space};

pub(crate) fn check_shape<V: Space>(
    what: &'static str,
    v: &V,
    like: &V,
    t: f64,
) -> Result<(), SolveError> {
    if v.same_shape(like) {
        return Ok(());
    }
    let (expected, found) = (like.dimension(), v.dimension());
    Err(SolveError::ShapeChanged { what, expected, found, t })
}

pub(crate) fn check_finite<V>(what: &'static str, v: &V, t: f64) -> Result<(), SolveError>
where
    V: Space<Scalar: Float>,
{
    // Which one it is takes ten times as long to find out as that there is none.
    if v.is_finite() {
        return Ok(());
    }
    let Some(index) = v.first_not_finite() else { return Ok(()) };
    let value = v.coordinate(index).map_or(f64::NAN, Into::into);
    Err(SolveError::NotFinite { what, index, value, t })
}
