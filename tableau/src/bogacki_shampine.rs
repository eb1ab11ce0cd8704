//! The 3(2) pair of Bogacki and Shampine.

use crate::Tableau;
use crate::exact::{Exact, O, ratio, row};

const ERROR: [crate::Ratio; 4] = [ratio(-5, 72), ratio(1, 12), ratio(1, 9), ratio(-1, 8)];

const EXACT: Exact<4> = Exact {
    c: [O, ratio(1, 2), ratio(3, 4), ratio(1, 1)],
    a: [
        [O, O, O, O],
        [ratio(1, 2), O, O, O],
        [O, ratio(3, 4), O, O],
        [ratio(2, 9), ratio(1, 3), ratio(4, 9), O],
    ],
    b: [ratio(2, 9), ratio(1, 3), ratio(4, 9), O],
    error: Some(ERROR),
    dense: None,
};

/// Bogacki and Shampine's 3(2) pair: four stages, three evaluations a step (FSAL), order 3 with an
/// error estimate of order 2.
///
/// P. Bogacki, L. F. Shampine, "A 3(2) pair of Runge-Kutta formulas", Appl. Math. Lett. 2(4),
/// 321-325 (1989). The embedded weights are `b_hat = (7/24, 1/4, 1/3, 1/8)`.
///
/// Dense output is its authors': the cubic Hermite interpolant, of order 3, which FSAL makes free.
///
/// ```
/// use costate_tableau::BOGACKI_SHAMPINE_32;
/// assert!(BOGACKI_SHAMPINE_32.fsal());
/// assert_eq!(BOGACKI_SHAMPINE_32.dense.order(), 3);
/// ```
pub const BOGACKI_SHAMPINE_32: Tableau<4> = Tableau::rational(
    "Bogacki-Shampine 3(2)",
    "P. Bogacki, L. F. Shampine, A 3(2) pair of Runge-Kutta formulas, \
     Appl. Math. Lett. 2(4), 321-325 (1989)",
    3,
    &EXACT,
)
.estimating(2, row(&ERROR))
.compiled(true);
