//! Cash and Karp's pair of orders 5 and 4.

use crate::Tableau;
use crate::exact::{Exact, O, Ratio, ratio, row};

/// `b - b_hat`.
const ERROR: [Ratio; 6] = [
    ratio(-277, 64512),
    O,
    ratio(6925, 370944),
    ratio(-6925, 202752),
    ratio(-277, 14336),
    ratio(277, 7084),
];

const EXACT: Exact<6> = Exact {
    c: [O, ratio(1, 5), ratio(3, 10), ratio(3, 5), ratio(1, 1), ratio(7, 8)],
    a: [
        [O, O, O, O, O, O],
        [ratio(1, 5), O, O, O, O, O],
        [ratio(3, 40), ratio(9, 40), O, O, O, O],
        [ratio(3, 10), ratio(-9, 10), ratio(6, 5), O, O, O],
        [ratio(-11, 54), ratio(5, 2), ratio(-70, 27), ratio(35, 27), O, O],
        [
            ratio(1631, 55296),
            ratio(175, 512),
            ratio(575, 13824),
            ratio(44275, 110592),
            ratio(253, 4096),
            O,
        ],
    ],
    b: [ratio(37, 378), O, ratio(250, 621), ratio(125, 594), O, ratio(512, 1771)],
    error: Some(ERROR),
    dense: None,
};

/// Cash and Karp's 5(4) pair: six stages, order 5 with an error estimate of order 4.
///
/// J. R. Cash, A. H. Karp, "A variable order Runge-Kutta method for initial value problems with
/// rapidly varying right-hand sides", ACM Trans. Math. Softw. 16(3), 201-222 (1990), with
/// `b_hat = (2825/27648, 0, 18575/48384, 13525/55296, 277/14336, 1/4)`. The paper embeds methods of
/// orders 1, 2 and 3 as well and chooses among them; this is the pair of the two highest, which
/// Numerical Recipes and GSL's `rkck` use.
///
/// Dense output is the cubic Hermite interpolant, of order 3: the paper gives none. The fifth stage
/// has the node 1 and is not the slope at the right end, which is one evaluation more.
///
/// ```
/// use costate_tableau::CASH_KARP_54;
/// let error = CASH_KARP_54.error.expect("a pair");
/// assert_eq!((CASH_KARP_54.order, error.order), (5, 4));
/// // The fifth stage has no weight in the solution.
/// assert_eq!((CASH_KARP_54.b[4], error.weights[4]), (0.0, -277.0 / 14336.0));
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/cash_karp_54.svg"))]
pub const CASH_KARP_54: Tableau<6> = Tableau::rational(
    "Cash-Karp 5(4)",
    "J. R. Cash, A. H. Karp, A variable order Runge-Kutta method for initial value problems with \
     rapidly varying right-hand sides, ACM Trans. Math. Softw. 16(3), 201-222 (1990)",
    5,
    &EXACT,
)
.estimating(4, row(&ERROR))
.compiled(false);
