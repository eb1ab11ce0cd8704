//! Heun's method of order 2, alone and with Euler's embedded.

use crate::Tableau;
use crate::exact::{Exact, O, Ratio, ratio, row};

const EXACT: Exact<2> = Exact {
    c: [O, ratio(1, 1)],
    a: [[O, O], [ratio(1, 1), O]],
    b: [ratio(1, 2), ratio(1, 2)],
    error: None,
    dense: None,
};

/// `b - b_hat`, `b_hat` being Euler's method.
const ERROR: [Ratio; 2] = [ratio(-1, 2), ratio(1, 2)];

const EXACT_PAIR: Exact<2> = Exact { error: Some(ERROR), ..EXACT };

/// Heun's method, the explicit trapezoidal rule: two stages, order 2, fixed steps.
///
/// K. Heun, "Neue Methoden zur approximativen Integration der Differentialgleichungen einer
/// unabhaengigen Veraenderlichen", Z. Math. Phys. 45, 23-38 (1900). Also called the improved Euler
/// method. Hairer, Norsett and Wanner give Heun's name to his three-stage method of order 3; here,
/// as in diffrax, it is the one of order 2.
///
/// Dense output is the cubic Hermite interpolant, of order 2: the right end limits it. The second
/// stage is *not* the slope at the right end, since it is taken at Euler's value there.
///
/// ```
/// use costate_tableau::HEUN;
/// assert_eq!(HEUN.c[1], 1.0);
/// assert!(!HEUN.fsal());
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/heun.svg"))]
pub const HEUN: Tableau<2> = Tableau::rational(
    "Heun",
    "K. Heun, Neue Methoden zur approximativen Integration der Differentialgleichungen einer \
     unabhaengigen Veraenderlichen, Z. Math. Phys. 45, 23-38 (1900)",
    2,
    &EXACT,
)
.compiled(false);

/// Heun's method with Euler's embedded: two stages, order 2 with an error estimate of order 1.
///
/// The pair of least order: the stages and the solution of [`HEUN`], and
/// `b_hat = (1, 0)`, so the estimate is `h (k_1 - k_0) / 2`. As a pair it is folklore; E. Hairer,
/// S. P. Norsett, G. Wanner, "Solving Ordinary Differential Equations I", 2nd ed. (1993), II.4 tell
/// how such pairs are formed. It is diffrax's `Heun` and torchdiffeq's `adaptive_heun`.
///
/// Dense output is the cubic Hermite interpolant, of order 2.
///
/// ```
/// use costate_tableau::{EULER, HEUN, HEUN_EULER_21};
/// assert_eq!(HEUN_EULER_21.b, HEUN.b);
/// let error = HEUN_EULER_21.error.expect("a pair");
/// assert_eq!(HEUN.b[0] - error.weights[0], EULER.b[0]);
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/heun_euler_21.svg"))]
pub const HEUN_EULER_21: Tableau<2> = Tableau::rational(
    "Heun-Euler 2(1)",
    "K. Heun, Neue Methoden zur approximativen Integration der Differentialgleichungen einer \
     unabhaengigen Veraenderlichen, Z. Math. Phys. 45, 23-38 (1900); embedded: Euler's method",
    2,
    &EXACT_PAIR,
)
.estimating(1, row(&ERROR))
.compiled(false);
