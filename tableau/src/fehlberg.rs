//! Fehlberg's pair of orders 4 and 5.

use crate::Tableau;
use crate::exact::{Exact, O, Ratio, ratio, row};

/// `b - b_hat`.
const ERROR: [Ratio; 6] =
    [ratio(1, 360), O, ratio(-128, 4275), ratio(-2197, 75240), ratio(1, 50), ratio(2, 55)];

const EXACT: Exact<6> = Exact {
    c: [O, ratio(1, 4), ratio(3, 8), ratio(12, 13), ratio(1, 1), ratio(1, 2)],
    a: [
        [O, O, O, O, O, O],
        [ratio(1, 4), O, O, O, O, O],
        [ratio(3, 32), ratio(9, 32), O, O, O, O],
        [ratio(1932, 2197), ratio(-7200, 2197), ratio(7296, 2197), O, O, O],
        [ratio(439, 216), ratio(-8, 1), ratio(3680, 513), ratio(-845, 4104), O, O],
        [ratio(-8, 27), ratio(2, 1), ratio(-3544, 2565), ratio(1859, 4104), ratio(-11, 40), O],
    ],
    b: [ratio(16, 135), O, ratio(6656, 12825), ratio(28561, 56430), ratio(-9, 50), ratio(2, 55)],
    error: Some(ERROR),
    dense: None,
};

/// Fehlberg's pair, RKF45, advanced with order 5: six stages, order 5 with an error estimate of
/// order 4.
///
/// E. Fehlberg, "Low-order classical Runge-Kutta formulas with stepsize control and their
/// application to some heat transfer problems", NASA Technical Report R-315 (1969), RK4(5), formula
/// 2, with `b_hat = (25/216, 0, 1408/2565, 2197/4104, -1/5, 0)` of order 4.
///
/// Fehlberg made the error of order 4 small and kept that solution. Codes differ in which they
/// keep: textbook programs that follow him advance with order 4; Shampine and Watts's RKF45 and
/// GSL's `rkf45` advance with order 5 (local extrapolation), and so does this method. The estimate
/// is the same for either, but for its sign.
///
/// Dense output is the cubic Hermite interpolant, of order 3: Fehlberg gave none.
///
/// ```
/// use costate_tableau::FEHLBERG_54;
/// let error = FEHLBERG_54.error.expect("a pair");
/// assert_eq!((FEHLBERG_54.order, error.order), (5, 4));
/// // The weight of the last stage, which the embedded method does not use.
/// assert_eq!(error.weights[5], FEHLBERG_54.b[5]);
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/fehlberg_54.svg"))]
pub const FEHLBERG_54: Tableau<6> = Tableau::rational(
    "Fehlberg 5(4)",
    "E. Fehlberg, Low-order classical Runge-Kutta formulas with stepsize control and their \
     application to some heat transfer problems, NASA TR R-315 (1969), RK4(5), formula 2",
    5,
    &EXACT,
)
.estimating(4, row(&ERROR))
.compiled(false);
