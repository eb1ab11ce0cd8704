//! Lorenz's convection (E. N. Lorenz, "Deterministic nonperiodic flow", J. Atmos. Sci. 20, 130-141 (1963), equations
//! (25)-(27)), with his sigma = 10, r = 28, b = 8/3.

pub(crate) const Y0: [f64; 3] = [1.0, 1.0, 1.0];
pub(crate) const T1: f64 = 10.0;

#[inline]
pub(crate) fn field(_t: f64, y: &[f64; 3], dy: &mut [f64; 3]) {
    *dy = [10.0 * (y[1] - y[0]), y[0] * (28.0 - y[2]) - y[1], y[0] * y[1] - 8.0 / 3.0 * y[2]];
}
