//! The PI controller: this error, and how it changed.

use crate::{History, Law};
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

/// The proportional-integral controller, `h <- h safety r_n^(-alpha/k) r_(n-1)^(beta/k)`, within limits.
///
/// (Gustafsson, Lundh, Söderlind, BIT 28, 1988; Hairer, Wanner, *Solving ODEs II*, IV.2, eq. 2.43c.) Where the step size is
/// held down by stability and not by accuracy, the I controller grows, fails, and grows again; the ratio before damps
/// that. A rejected step is answered by its own ratio alone, and the first one accepted after it does not grow.
///
/// Exponents are given as multiples of `1/k`, so that one preset serves methods of every order. `k` is the power of h that
/// the error falls with.
///
/// ```
/// use costate_controller::{History, Law, Pi};
/// let law = Pi::HAIRER_DOPRI5;
/// let falling = History { previous: Some(1.0), ..History::default() };
/// let rising = History { previous: Some(0.01), ..History::default() };
/// // The same error is answered with a shorter step when it has been growing.
/// assert!(law.factor(0.5, 5, &rising) < law.factor(0.5, 5, &falling));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pi {
    /// Exponent of the present ratio, in units of 1/k.
    pub alpha: f64,
    /// Exponent of the ratio before, in units of 1/k.
    pub beta: f64,
    /// Aims below the limit, so that most steps pass; between 0 and 1. A rejected step never keeps more than this.
    pub safety: f64,
    /// The step never shrinks by more at once; between 0 and `safety`.
    pub min_factor: f64,
    /// The step never grows by more at once; at least 1.
    pub max_factor: f64,
    /// A ratio before that is smaller than this counts as this: one lucky tiny error must not throttle the step after.
    /// It also stands for the missing ratio before the first step. Positive.
    pub least_ratio: f64,
}

impl Pi {
    /// Hairer's DOPRI5 code (subroutine `DOPCOR` of `dopri5.f`): `BETA = 0.04`, `EXPO1 = 0.2 - 0.75 BETA`, `SAFE = 0.9`, `FAC1 = 0.2`, `FAC2 = 10`,
    /// `FACOLD >= 1e-4`. With k = 5 these are alpha = 0.85 and beta = 0.2 in units of 1/k.
    pub const HAIRER_DOPRI5: Pi = Pi {
        alpha: 0.85,
        beta: 0.2,
        safety: 0.9,
        min_factor: 0.2,
        max_factor: 10.0,
        least_ratio: 1e-4,
    };
}

impl Default for Pi {
    fn default() -> Self {
        Pi::HAIRER_DOPRI5
    }
}

impl Law for Pi {
    fn factor(&self, ratio: f64, order: u32, history: &History) -> f64 {
        let k = f64::from(order);
        let present = self.safety / ratio.powf(self.alpha / k);
        if !(ratio <= 1.0) {
            // The limit below 1 keeps a rejected step from being tried again unchanged.
            return present.max(self.min_factor).min(self.safety);
        }
        let previous = history.previous.unwrap_or(self.least_ratio).max(self.least_ratio);
        let ceiling = if history.rejections > 0 { 1.0 } else { self.max_factor };
        (present * previous.powf(self.beta / k)).max(self.min_factor).min(ceiling)
    }
}
