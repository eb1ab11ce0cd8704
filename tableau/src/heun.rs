//! Heun's method of order 2.

use crate::Tableau;
use crate::exact::{Exact, O, ratio};

const EXACT: Exact<2> = Exact {
    c: [O, ratio(1, 1)],
    a: [[O, O], [ratio(1, 1), O]],
    b: [ratio(1, 2), ratio(1, 2)],
    error: None,
    dense: None,
};

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
pub const HEUN: Tableau<2> = Tableau::rational(
    "Heun",
    "K. Heun, Neue Methoden zur approximativen Integration der Differentialgleichungen einer \
     unabhaengigen Veraenderlichen, Z. Math. Phys. 45, 23-38 (1900)",
    2,
    &EXACT,
)
.compiled(false);
