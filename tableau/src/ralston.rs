//! Ralston's method of order 2.

use crate::Tableau;
use crate::exact::{Exact, O, ratio};

const EXACT: Exact<2> = Exact {
    c: [O, ratio(2, 3)],
    a: [[O, O], [ratio(2, 3), O]],
    b: [ratio(1, 4), ratio(3, 4)],
    error: None,
    dense: None,
};

/// Ralston's method: two stages, order 2, fixed steps.
///
/// A. Ralston, "Runge-Kutta methods with minimum error bounds", Math. Comp. 16(80), 431-437 (1962):
/// the node 2/3 makes the bound on the local error smallest among all methods of two stages and
/// order 2. The term `[τ, τ]` of that error vanishes; the other, `[[τ]]`, is the same for all of
/// them.
///
/// Dense output is the cubic Hermite interpolant, of order 2: the right end limits it.
///
/// ```
/// use costate_tableau::RALSTON;
/// assert_eq!((RALSTON.c[1], RALSTON.b), (2.0 / 3.0, [0.25, 0.75]));
/// assert_eq!((RALSTON.order, RALSTON.dense.order()), (2, 2));
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/ralston.svg"))]
pub const RALSTON: Tableau<2> = Tableau::rational(
    "Ralston",
    "A. Ralston, Runge-Kutta methods with minimum error bounds, Math. Comp. 16(80), 431-437 (1962)",
    2,
    &EXACT,
)
.compiled(false);
