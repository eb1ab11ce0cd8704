//! The Pleiades: seven stars of masses 1 to 7 in a plane, under gravitation, with several near encounters.
//!
//! E. Hairer, S. P. Norsett, G. Wanner, "Solving Ordinary Differential Equations I", 2nd ed. (1993), II.10, equation (10.3).

pub(crate) const STARS: usize = 7;
pub(crate) const T1: f64 = 3.0;

/// `x`, `y`, `x'` and `y'` of the seven stars.
#[rustfmt::skip]
pub(crate) const Y0: [f64; 4 * STARS] = [
    3.0, 3.0, -1.0, -3.0, 2.0, -2.0, 2.0,
    3.0, -3.0, 2.0, 0.0, 0.0, -4.0, 4.0,
    0.0, 0.0, 0.0, 0.0, 0.0, 1.75, -1.5,
    0.0, 0.0, 0.0, -1.25, 1.0, 0.0, 0.0,
];

#[inline]
pub(crate) fn field(_t: f64, y: &[f64; 4 * STARS], dy: &mut [f64; 4 * STARS]) {
    dy[..2 * STARS].copy_from_slice(&y[2 * STARS..]);
    for i in 0..STARS {
        let mut pull = [0.0; 2];
        for j in 0..STARS {
            if i == j {
                continue;
            }
            let away = [y[j] - y[i], y[STARS + j] - y[STARS + i]];
            let square = away[0] * away[0] + away[1] * away[1];
            let strength = (j + 1) as f64 / (square * square.sqrt());
            pull[0] += strength * away[0];
            pull[1] += strength * away[1];
        }
        dy[2 * STARS + i] = pull[0];
        dy[3 * STARS + i] = pull[1];
    }
}

/// The solution at `T1`, from `reference.py`, correctly rounded.
///
/// Its positions agree with the 16 digits of the Test Set for IVP Solvers (F. Mazzia, C. Magherini, release 2.4, 2008,
/// problem `plei`) to 1.2e-15.
#[rustfmt::skip]
#[allow(dead_code, clippy::excessive_precision)]
pub(crate) const END: [f64; 4 * STARS] = [
    0.37061391439705127,
    3.237284092057233,
    -3.2225590324183235,
    0.6597091455775308,
    0.342558170715658,
    1.5621721014006311,
    -0.7003092922212495,
    -3.943437585517392,
    -3.27138097397255,
    5.225081843456544,
    -2.5906124349774693,
    1.1982136933922747,
    -0.24296823449358235,
    1.0914492404289797,
    3.4170038063143147,
    1.3545845016255011,
    -2.5900655978107756,
    2.025053734714241,
    -1.155815100160449,
    -0.8072988170223022,
    0.5952396354208719,
    -3.7412449612340084,
    0.3773459685750629,
    0.9386858869551079,
    0.36679222272005696,
    -0.3474046353808494,
    2.344915448180937,
    -1.947020434263292,
];
