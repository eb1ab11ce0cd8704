//! How far one factor may go.

use crate::LawError;
use crate::law_error::{between_0_and_1, check_max_factor, refuse_unless};
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

/// Keeps the factor of a step within bounds, sharply or smoothly.
///
/// ```
/// use costate_controller::Limiter;
/// let clamp = Limiter::Clamp { min_factor: 0.2, max_factor: 10.0 };
/// assert_eq!((clamp.limit(1e9), clamp.limit(1.1)), (10.0, 1.1));
/// let smooth = Limiter::Arctangent { kappa: 1.0 };
/// // Small changes pass almost unchanged, large ones are bent: 1 + pi/2 is the most.
/// assert!((smooth.limit(1.1) - 1.1).abs() < 1e-3);
/// assert!(smooth.limit(1e9) < 2.571 && smooth.limit(0.0) > 0.214);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limiter {
    /// `min(max_factor, max(min_factor, x))`.
    Clamp {
        /// The step never shrinks by more at once; between 0 and 1.
        min_factor: f64,
        /// The step never grows by more at once; at least 1.
        max_factor: f64,
    },
    /// `1 + kappa atan((x - 1)/kappa)` (Söderlind and Wang, "Adaptive time-stepping and computational stability", J. Comput.
    /// Appl. Math. 185, 2006, section 6; with `kappa = 1` in PETSc's `adaptdsp.c` and OrdinaryDiffEq.jl's
    /// `default_dt_factor_limiter`). It goes from `1 - kappa atan(1/kappa)` to `1 + kappa pi/2`: 0.21 to 2.57 for 1, 0.073 to
    /// 4.14 for 2.
    Arctangent {
        /// Positive and at most 100; the larger, the wider.
        kappa: f64,
    },
}

impl Limiter {
    /// The factor within bounds, for one from 0 to infinity.
    #[inline]
    pub fn limit(&self, factor: f64) -> f64 {
        match *self {
            Limiter::Clamp { min_factor, max_factor } => factor.max(min_factor).min(max_factor),
            Limiter::Arctangent { kappa } => 1.0 + kappa * ((factor - 1.0) / kappa).atan(),
        }
    }

    /// Whether its constants make sense.
    ///
    /// # Errors
    /// [`LawError::OutOfRange`] names the constant.
    pub fn check(&self) -> Result<(), LawError> {
        match *self {
            Limiter::Clamp { min_factor, max_factor } => {
                between_0_and_1("min_factor", min_factor)?;
                check_max_factor(max_factor)
            }
            // Beyond 100 the difference of 1 and kappa atan(1/kappa) would be lost to rounding.
            Limiter::Arctangent { kappa } => {
                let good = kappa > 0.0 && kappa <= 100.0;
                refuse_unless(good, "kappa", kappa, "a number above 0 and up to 100")
            }
        }
    }
}
