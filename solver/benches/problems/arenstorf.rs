//! Arenstorf's orbit: a satellite in the plane of earth and moon, on a closed path of four loops.
//!
//! E. Hairer, S. P. Norsett, G. Wanner, "Solving Ordinary Differential Equations I", 2nd ed. (1993), II.0, equations (0.1) and
//! (0.2): masses, initial values and period are theirs.

/// Positions, then velocities.
pub(crate) const Y0: [f64; 4] = [0.994, 0.0, 0.0, -2.001_585_106_379_082_5];
/// The period: the solution ends where it began.
pub(crate) const T1: f64 = 17.065_216_560_157_964;

const MOON: f64 = 0.012_277_471;
const EARTH: f64 = 1.0 - MOON;

#[inline]
pub(crate) fn field(_t: f64, y: &[f64; 4], dy: &mut [f64; 4]) {
    let [x, z, vx, vz] = *y;
    let cubed = |a: f64| {
        let square = a * a + z * z;
        square * square.sqrt()
    };
    let (to_earth, to_moon) = (EARTH / cubed(x + MOON), MOON / cubed(x - EARTH));
    *dy = [
        vx,
        vz,
        x + 2.0 * vz - to_earth * (x + MOON) - to_moon * (x - EARTH),
        z - 2.0 * vx - to_earth * z - to_moon * z,
    ];
}

/// The solution at `T1`, from `reference.py`, correctly rounded. It misses the start by 5e-11: initial values, masses and
/// period are rounded, and what is off grows on the way.
#[rustfmt::skip]
#[allow(dead_code, clippy::excessive_precision)]
pub(crate) const END: [f64; 4] = [
    0.9939999999999088,
    -3.0309430229824185e-13,
    -4.9285365810550526e-11,
    -2.00158510639327,
];
