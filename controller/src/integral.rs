//! The I controller: the next step is the one that this error asks for.

use crate::{History, Law};
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

/// The elementary controller, `h <- h min(max_factor, max(min_factor, safety r^(-1/k)))`.
///
/// (Hairer, Nørsett, Wanner, *Solving ODEs I*, II.4, eq. 4.13.) With `r` the error ratio and `k` the power of h that the
/// error falls with, an error of `C h^k` is brought to `safety^k` of what is allowed in one step. For a smooth problem
/// that is all one needs; on a stiff one its steps saw up and down, which [`Pi`](crate::Pi) damps.
///
/// ```
/// use costate_controller::{History, I, Law};
/// let factor = I::TORCHDIFFEQ.factor(32.0, 5, &History::default());
/// assert!((factor - 0.9 / 2.0).abs() < 1e-15);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct I {
    /// Aims below the limit, so that most steps pass; between 0 and 1. At 1 or more a rejected step may be tried again
    /// unchanged.
    pub safety: f64,
    /// The step never shrinks by more at once; between 0 and 1.
    pub min_factor: f64,
    /// The step never grows by more at once; at least 1.
    pub max_factor: f64,
    /// Whether a step that passed may be followed by a shorter one: true asks for what the formula says, false holds the
    /// factor at 1 or more after an accepted step.
    pub shrink_when_accepted: bool,
    /// Whether the step may grow right after a rejection.
    pub grow_after_rejection: bool,
}

impl I {
    /// The book's: no growth right after a rejection. Safety 0.9 and limits like these are its suggestions (after eq. 4.13);
    /// 0.2 and 10 are those of the presets beside it, so that only the rules differ.
    pub const CLASSIC: I = I {
        safety: 0.9,
        min_factor: 0.2,
        max_factor: 10.0,
        shrink_when_accepted: true,
        grow_after_rejection: false,
    };

    /// torchdiffeq's (`_optimal_step_size`, version 0.2): `min(10, max(0.9 r^(-1/5), d))` with `d = 0.2` for `r >= 1` and 1
    /// below, and 10 for `r = 0`. An accepted step is not followed by a shorter one (but at `r = 1` exactly), and growth
    /// right after a rejection is allowed.
    pub const TORCHDIFFEQ: I =
        I { shrink_when_accepted: false, grow_after_rejection: true, ..I::CLASSIC };
}

impl Default for I {
    fn default() -> Self {
        I::CLASSIC
    }
}

impl Law for I {
    fn factor(&self, ratio: f64, order: u32, history: &History) -> f64 {
        let accepted = ratio <= 1.0;
        // At a ratio of exactly 1 torchdiffeq accepts and yet lets the step shrink; kept, so that its counts are met.
        let floor = if ratio < 1.0 && !self.shrink_when_accepted { 1.0 } else { self.min_factor };
        let ceiling = if accepted && history.rejections > 0 && !self.grow_after_rejection {
            1.0
        } else {
            self.max_factor
        };
        let wanted = self.safety / ratio.powf(1.0 / f64::from(order));
        wanted.max(floor).min(ceiling)
    }
}
