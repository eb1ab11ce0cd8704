//! The I controller: the next step is the one that this error asks for.

use crate::law_error::{check_limits, check_order};
use crate::root::root;
use crate::{ClosedLoop, History, Law, LawError};

/// The elementary controller, `h <- h min(max_factor, max(min_factor, safety r^(-1/k)))`.
///
/// (Hairer, Nørsett, Wanner, *Solving ODEs I*, II.4, eq. 4.13.) With `r` the error ratio and `k` the power of h that the
/// error falls with, an error of `C h^k` is brought to `safety^k` of what is allowed in one step. For a smooth problem
/// that is all one needs; on a stiff one its steps saw up and down, which [`Pi`](crate::Pi) damps.
///
/// The k-th root is a square root, a cube root or square roots of square roots where it can be; the published forms write
/// a power, and the two differ by a few units in the last place.
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
    /// The step never shrinks by more at once; between 0 and `safety`.
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
    ///
    /// This is also SciPy's law for `RK23`, `RK45` and `DOP853` (`scipy/integrate/_ivp/rk.py`: `SAFETY = 0.9`,
    /// `MIN_FACTOR = 0.2`, `MAX_FACTOR = 10`), except at `r = 1` exactly, which SciPy rejects.
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

    /// Hairer's DOP853 code (subroutines `DOP853` and `DP86CO` of `dop853.f`): `BETA = 0`, `EXPO1 = 1/8 - 0.2 BETA`,
    /// `SAFE = 0.9`, `FAC1 = 0.333`, `FAC2 = 6`, no growth right after a rejection. For an error that falls with h^8, as its
    /// combination of two estimates does.
    ///
    /// With `BETA = 0` the code's memory, `FACOLD`, has no say: it is an I law. (A user of the code may set `BETA`: that is
    /// [`Pi`](crate::Pi) with `alpha = 1 - 1.6 BETA` and `beta = 8 BETA`.)
    pub const HAIRER_DOP853: I = I { min_factor: 0.333, max_factor: 6.0, ..I::CLASSIC };

    /// Its linear dynamics: deadbeat, whatever the constants.
    pub fn closed_loop(&self) -> ClosedLoop {
        ClosedLoop { beta: [1.0, 0.0, 0.0], alpha: [0.0; 2] }
    }
}

impl Default for I {
    fn default() -> Self {
        I::CLASSIC
    }
}

impl Law for I {
    const READS_LOGARITHMS: bool = false;

    #[inline]
    fn factor(&self, ratio: f64, order: u32, history: &History) -> f64 {
        let accepted = ratio <= 1.0;
        // At a ratio of exactly 1 torchdiffeq accepts and yet lets the step shrink; kept, so that its counts are met.
        let floor = if ratio < 1.0 && !self.shrink_when_accepted { 1.0 } else { self.min_factor };
        let ceiling = if accepted && history.rejections > 0 && !self.grow_after_rejection {
            1.0
        } else {
            self.max_factor
        };
        let wanted = self.safety / root(ratio, order);
        wanted.max(floor).min(ceiling)
    }

    fn check(&self, order: u32) -> Result<(), LawError> {
        check_order(order)?;
        check_limits(self.safety, self.min_factor, self.max_factor)
    }
}
