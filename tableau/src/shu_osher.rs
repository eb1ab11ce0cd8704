//! Shu and Osher's strong-stability-preserving method of order 3.

use crate::Tableau;
use crate::exact::{Exact, O, ratio};

const EXACT: Exact<3> = Exact {
    c: [O, ratio(1, 1), ratio(1, 2)],
    a: [[O, O, O], [ratio(1, 1), O, O], [ratio(1, 4), ratio(1, 4), O]],
    b: [ratio(1, 6), ratio(1, 6), ratio(2, 3)],
    error: None,
    dense: None,
};

/// Shu and Osher's method SSPRK(3,3): three stages, order 3, fixed steps.
///
/// C.-W. Shu, S. Osher, "Efficient implementation of essentially non-oscillatory shock-capturing
/// schemes", J. Comput. Phys. 77(2), 439-471 (1988), where it is the TVD (total variation
/// diminishing) method of order 3. There, with `E(u) = u + h f(u)` a step of Euler's method, it
/// reads
///
/// ```text
/// u_1 = E(y0),   u_2 = 3/4 y0 + 1/4 E(u_1),   y1 = 1/3 y0 + 2/3 E(u_2)
/// ```
///
/// Every line is a convex combination of Euler steps of length h. So whatever convex bound Euler's
/// method keeps for steps up to some length (total variation, positivity, a maximum), this method
/// keeps for the same steps, and no method of three stages and order 3 does so for longer ones
/// (S. Gottlieb, C.-W. Shu, "Total variation diminishing Runge-Kutta schemes", Math. Comp. 67(221),
/// 73-85 (1998)). The tableau is the same method in Butcher's form: `f(u_1)` and `f(u_2)` are its
/// second and third stage.
///
/// Dense output is the cubic Hermite interpolant, of order 3. The bounds are kept at the ends of
/// steps; a cubic between them need not keep them.
///
/// ```
/// use costate_tableau::SSPRK_3;
/// assert_eq!(SSPRK_3.c, [0.0, 1.0, 0.5]);
/// // One step of length 1 on y' = -y, where each Euler step arrives at 0: y1 = 1/3 y0.
/// let k1 = -1.0;
/// let k2 = -(1.0 + SSPRK_3.a[1][0] * k1);
/// let k3 = -(1.0 + SSPRK_3.a[2][0] * k1 + SSPRK_3.a[2][1] * k2);
/// let y1: f64 = 1.0 + SSPRK_3.b[0] * k1 + SSPRK_3.b[1] * k2 + SSPRK_3.b[2] * k3;
/// assert!((y1 - 1.0 / 3.0).abs() < 1e-15);
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/ssprk_3.svg"))]
pub const SSPRK_3: Tableau<3> = Tableau::rational(
    "SSPRK3",
    "C.-W. Shu, S. Osher, Efficient implementation of essentially non-oscillatory shock-capturing \
     schemes, J. Comput. Phys. 77(2), 439-471 (1988)",
    3,
    &EXACT,
)
.compiled(false);
