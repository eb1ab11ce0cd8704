//! Euler's method.

use crate::Tableau;
use crate::exact::{Exact, O, ratio};

const EXACT: Exact<1> = Exact { c: [O], a: [[O]], b: [ratio(1, 1)], error: None, dense: None };

/// Euler's method: one stage, order 1, fixed steps.
///
/// L. Euler, "Institutionum calculi integralis", vol. 1 (1768), section 2, chapter 7.
///
/// Dense output is the cubic Hermite interpolant. Its order is 1, the method's own: the value and
/// the slope at the right end are no better than that. It still joins steps smoothly (C1), where
/// the straight line would have a kink at every step.
///
/// ```
/// use costate_tableau::EULER;
/// assert_eq!((EULER.order, EULER.dense.order()), (1, 1));
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/euler.svg"))]
pub const EULER: Tableau<1> = Tableau::rational(
    "Euler",
    "L. Euler, Institutionum calculi integralis, vol. 1 (1768), section 2, chapter 7",
    1,
    &EXACT,
)
.compiled(false);
