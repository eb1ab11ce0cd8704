//! Runge's midpoint method.

use crate::Tableau;
use crate::exact::{Exact, O, ratio};

const EXACT: Exact<2> = Exact {
    c: [O, ratio(1, 2)],
    a: [[O, O], [ratio(1, 2), O]],
    b: [O, ratio(1, 1)],
    error: None,
    dense: None,
};

/// The explicit midpoint method: two stages, order 2, fixed steps.
///
/// C. Runge, "Ueber die numerische Aufloesung von Differentialgleichungen", Math. Ann. 46,
/// 167-178 (1895). Also called the modified Euler method.
///
/// Dense output is the cubic Hermite interpolant, of order 2: the right end limits it.
///
/// ```
/// use costate_tableau::MIDPOINT;
/// assert_eq!((MIDPOINT.order, MIDPOINT.dense.order()), (2, 2));
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/midpoint.svg"))]
pub const MIDPOINT: Tableau<2> = Tableau::rational(
    "midpoint",
    "C. Runge, Ueber die numerische Aufloesung von Differentialgleichungen, \
     Math. Ann. 46, 167-178 (1895)",
    2,
    &EXACT,
)
.compiled(false);
