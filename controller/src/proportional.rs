//! The PI controller: this error, and how it changed.

use crate::law_error::{between_0_and_1, check_finite, check_limits, check_order};
use crate::root::finite;
use crate::{ClosedLoop, History, Law, LawError};
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
/// The two powers are one exponential of a sum of logarithms, of which the older is remembered: one `ln` and one `exp` an
/// attempt. The published form, a product of two powers, differs by a few units in the last place, by
/// `12 + 7 |alpha ln r|/k + 7 |beta ln q|/k` times 2^-53 at most, with `q` the ratio before.
///
/// ```
/// use costate_controller::{Accepted, History, Law, Pi};
/// let law = Pi::HAIRER_DOPRI5;
/// let falling = History { previous: Some(Accepted::new(0.1, 1.0)), ..History::default() };
/// let rising = History { previous: Some(Accepted::new(0.1, 0.01)), ..History::default() };
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
    /// It also stands for the missing ratio before the first step. Between 0 and 1.
    pub least_ratio: f64,
    /// Whether the step may grow right after a rejection.
    pub grow_after_rejection: bool,
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
        grow_after_rejection: false,
    };

    /// The `PIController` of OrdinaryDiffEq.jl with its defaults for explicit methods (`controllers.jl` and `alg_utils.jl` of
    /// OrdinaryDiffEqCore): `beta1 = 7/10`, `beta2 = 2/5` in units of 1/k, `gamma = 9/10`, `qmin = 1/5`, `qmax = 10`,
    /// `qoldinit = 1e-4`. Its `q` is the inverse of a factor, and `qmin` and `qmax` are those of the factor. The `qsteady`
    /// range, inside of which a step keeps its size, is the single point 1 for explicit methods, and says nothing here.
    ///
    /// Differences: since its version 7 the very first accepted step may grow by `qmax_first_step = 10000`, here by 10; and
    /// at an error of exactly 0 its memory keeps what it had. Its methods DP5 and DP8 have Hairer's constants instead. The
    /// exponents, 0.7 and -0.4, are Söderlind's PI.3.4.
    pub const ORDINARY_DIFF_EQ: Pi =
        Pi { alpha: 0.7, beta: 0.4, grow_after_rejection: true, ..Pi::HAIRER_DOPRI5 };

    /// Its linear dynamics: the roots of `z^2 - (1 - alpha) z - beta`, and 0.
    pub fn closed_loop(&self) -> ClosedLoop {
        ClosedLoop { beta: [self.alpha, -self.beta, 0.0], alpha: [0.0; 2] }
    }
}

impl Default for Pi {
    fn default() -> Self {
        Pi::HAIRER_DOPRI5
    }
}

impl Law for Pi {
    #[inline]
    fn factor(&self, ratio: f64, order: u32, history: &History) -> f64 {
        // One division, made while the ratio is still being measured.
        let per_order = 1.0 / f64::from(order);
        let present = self.alpha * finite(ratio.ln());
        if !(ratio <= 1.0) {
            // The limit below 1 keeps a rejected step from being tried again unchanged.
            return (self.safety * (-present * per_order).exp())
                .max(self.min_factor)
                .min(self.safety);
        }
        let previous = match history.previous {
            Some(previous) if previous.ratio > self.least_ratio => previous.log_ratio,
            _ => self.least_ratio.ln(),
        };
        let factor = self.safety * ((self.beta * previous - present) * per_order).exp();
        let ceiling = if history.rejections > 0 && !self.grow_after_rejection {
            1.0
        } else {
            self.max_factor
        };
        factor.max(self.min_factor).min(ceiling)
    }

    fn check(&self, order: u32) -> Result<(), LawError> {
        check_order(order)?;
        check_limits(self.safety, self.min_factor, self.max_factor)?;
        between_0_and_1("least_ratio", self.least_ratio)?;
        let (alpha, beta) = (self.alpha, self.beta);
        check_finite("alpha", alpha)?;
        check_finite("beta", beta)?;
        let closed_loop = self.closed_loop();
        closed_loop.check_as([
            ("alpha - beta", alpha - beta, "above 0"),
            ("alpha + beta", alpha + beta, "below 2"),
            ("beta", beta, "between -1 and 1"),
            // Of a quadratic, the same once more.
            ("1 - |beta|", closed_loop.margin(), "above 0"),
        ])
    }
}
