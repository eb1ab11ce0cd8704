//! Kutta's classical method.

use crate::Tableau;
use crate::exact::{Exact, O, ratio};

const EXACT: Exact<4> = Exact {
    c: [O, ratio(1, 2), ratio(1, 2), ratio(1, 1)],
    a: [[O, O, O, O], [ratio(1, 2), O, O, O], [O, ratio(1, 2), O, O], [O, O, ratio(1, 1), O]],
    b: [ratio(1, 6), ratio(1, 3), ratio(1, 3), ratio(1, 6)],
    error: None,
    dense: None,
};

/// *The* Runge-Kutta method: four stages, order 4, fixed steps.
///
/// W. Kutta, "Beitrag zur naeherungsweisen Integration totaler Differentialgleichungen",
/// Z. Math. Phys. 46, 435-453 (1901). torchdiffeq's `rk4` is another method of Kutta's, the
/// 3/8 rule.
///
/// Dense output is the cubic Hermite interpolant, of order 3.
///
/// ```
/// use costate_tableau::RK4;
/// assert_eq!(RK4.b, [1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0]);
/// assert_eq!((RK4.order, RK4.dense.order()), (4, 3));
/// ```
pub const RK4: Tableau<4> = Tableau::rational(
    "RK4",
    "W. Kutta, Beitrag zur naeherungsweisen Integration totaler Differentialgleichungen, \
     Z. Math. Phys. 46, 435-453 (1901)",
    4,
    &EXACT,
)
.compiled(false);
