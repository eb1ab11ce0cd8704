//! Kutta's methods: the classical one, the 3/8 rule, and the one of order 3.

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
/// 3/8 rule: [`KUTTA_38`].
///
/// Dense output is the cubic Hermite interpolant, of order 3.
///
/// ```
/// use costate_tableau::RK4;
/// assert_eq!(RK4.b, [1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0]);
/// assert_eq!((RK4.order, RK4.dense.order()), (4, 3));
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/rk4.svg"))]
pub const RK4: Tableau<4> = Tableau::rational(
    "RK4",
    "W. Kutta, Beitrag zur naeherungsweisen Integration totaler Differentialgleichungen, \
     Z. Math. Phys. 46, 435-453 (1901)",
    4,
    &EXACT,
)
.compiled(false);

const EXACT_3: Exact<3> = Exact {
    c: [O, ratio(1, 2), ratio(1, 1)],
    a: [[O, O, O], [ratio(1, 2), O, O], [ratio(-1, 1), ratio(2, 1), O]],
    b: [ratio(1, 6), ratio(2, 3), ratio(1, 6)],
    error: None,
    dense: None,
};

/// Kutta's method of order 3: three stages, fixed steps. Where the field depends on `t` alone it is
/// Simpson's rule.
///
/// W. Kutta, "Beitrag zur naeherungsweisen Integration totaler Differentialgleichungen",
/// Z. Math. Phys. 46, 435-453 (1901); J. C. Butcher, "Numerical Methods for Ordinary Differential
/// Equations", 3rd ed. (2016), section 233.
///
/// Dense output is the cubic Hermite interpolant, of order 3. The last stage has the node 1 and is
/// not the slope at the right end, which is one evaluation more.
///
/// ```
/// use costate_tableau::KUTTA_3;
/// assert_eq!(KUTTA_3.b, [1.0 / 6.0, 2.0 / 3.0, 1.0 / 6.0]);
/// assert_eq!((KUTTA_3.order, KUTTA_3.dense.order()), (3, 3));
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/kutta_3.svg"))]
pub const KUTTA_3: Tableau<3> = Tableau::rational(
    "Kutta 3",
    "W. Kutta, Beitrag zur naeherungsweisen Integration totaler Differentialgleichungen, \
     Z. Math. Phys. 46, 435-453 (1901)",
    3,
    &EXACT_3,
)
.compiled(false);

const EXACT_38: Exact<4> = Exact {
    c: [O, ratio(1, 3), ratio(2, 3), ratio(1, 1)],
    a: [
        [O, O, O, O],
        [ratio(1, 3), O, O, O],
        [ratio(-1, 3), ratio(1, 1), O, O],
        [ratio(1, 1), ratio(-1, 1), ratio(1, 1), O],
    ],
    b: [ratio(1, 8), ratio(3, 8), ratio(3, 8), ratio(1, 8)],
    error: None,
    dense: None,
};

/// Kutta's 3/8 rule: four stages, order 4, fixed steps.
///
/// W. Kutta, "Beitrag zur naeherungsweisen Integration totaler Differentialgleichungen",
/// Z. Math. Phys. 46, 435-453 (1901); E. Hairer, S. P. Norsett, G. Wanner, "Solving Ordinary
/// Differential Equations I", 2nd ed. (1993), II.1, Table 1.2. It is a little more accurate than
/// [`RK4`], for as many evaluations; torchdiffeq's `rk4` is this method.
///
/// Dense output is the cubic Hermite interpolant, of order 3.
///
/// ```
/// use costate_tableau::KUTTA_38;
/// assert_eq!(KUTTA_38.b, [0.125, 0.375, 0.375, 0.125]);
/// assert_eq!((KUTTA_38.order, KUTTA_38.dense.order()), (4, 3));
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/kutta_38.svg"))]
pub const KUTTA_38: Tableau<4> = Tableau::rational(
    "Kutta 3/8",
    "W. Kutta, Beitrag zur naeherungsweisen Integration totaler Differentialgleichungen, \
     Z. Math. Phys. 46, 435-453 (1901)",
    4,
    &EXACT_38,
)
.compiled(false);
