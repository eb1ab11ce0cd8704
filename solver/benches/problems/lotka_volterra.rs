//! Lotka and Volterra's hares and lynxes: `x' = 1.5 x - x y`, `y' = x y - 3 y`. Two unknowns, four multiplications.

pub(crate) const Y0: [f64; 2] = [1.0, 1.0];
pub(crate) const T1: f64 = 10.0;

#[inline]
pub(crate) fn field(_t: f64, y: &[f64; 2], dy: &mut [f64; 2]) {
    *dy = [1.5 * y[0] - y[0] * y[1], y[0] * y[1] - 3.0 * y[1]];
}
