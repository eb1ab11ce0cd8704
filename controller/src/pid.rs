//! The PID controller: this error, how it changed, and how that changed.

use crate::law_error::{check_finite, check_limits, check_order};
use crate::root::finite;
use crate::{ClosedLoop, History, Law, LawError};
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

/// The proportional-integral-derivative controller,
///
/// ```text
/// h <- h safety r_n^(-(p + i + d)/k) r_(n-1)^((p + 2 d)/k) r_(n-2)^(-d/k),
/// ```
///
/// within limits. (Söderlind, "Automatic control and adaptive time-stepping", Numer. Algorithms 31, 2002; the same
/// parametrisation as `PIDController` of diffrax and `TSAdaptDSPSetPID` of PETSc.) `i` weighs the error itself, `p` how it
/// changed, `d` how that changed; all three are multiples of `1/k`, so that one preset serves methods of every order.
///
/// A missing or zero earlier ratio counts as 1. A rejected attempt is answered by the same formula, but never keeps more than
/// `safety` of its step. With `d = 0` this is [`Pi`](crate::Pi) with `alpha = p + i` and `beta = p`, but for those two rules.
///
/// OrdinaryDiffEq.jl's `PIDController` takes the three exponents instead, with `beta1 = p + i + d`, `beta2 = -(p + 2 d)` and
/// `beta3 = d`. Here and in diffrax the safety multiplies the step; in Söderlind's papers it multiplies the tolerance, as in
/// [`Filter`](crate::Filter).
///
/// One `ln` and one `exp` an attempt: the earlier logarithms are remembered.
///
/// ```
/// use costate_controller::{Controller, Law, Pid, norms::{Rms, Tolerance}};
/// // For an error estimate that does not vary smoothly, as diffrax's documentation suggests.
/// let law = Pid::diffrax(0.4, 0.3, 0.0);
/// law.check(5).unwrap();
/// let controller = Controller::new(Rms, law, Tolerance { rtol: 1e-6, atol: 1e-9 });
/// assert!(Pid::diffrax(1.2, 0.3, 0.0).check(5).is_err());
/// # let _ = controller;
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pid {
    /// The proportional gain, in units of 1/k.
    pub p: f64,
    /// The integral gain, in units of 1/k; positive.
    pub i: f64,
    /// The derivative gain, in units of 1/k.
    pub d: f64,
    /// Aims below the limit, so that most steps pass; between 0 and 1. A rejected step never keeps more than this.
    pub safety: f64,
    /// The step never shrinks by more at once; between 0 and `safety`.
    pub min_factor: f64,
    /// The step never grows by more at once; at least 1.
    pub max_factor: f64,
    /// Whether a step that passed may be followed by a shorter one.
    pub shrink_when_accepted: bool,
    /// Whether the step may grow right after a rejection.
    pub grow_after_rejection: bool,
}

impl Pid {
    /// diffrax's `PIDController(pcoeff, icoeff, dcoeff)` with its defaults (`diffrax/_step_size_controller`, 0.7):
    /// `safety = 0.9`, `factormin = 0.2`, `factormax = 10`; a step that passed is not followed by a shorter one.
    ///
    /// Its documentation suggests (p, i, d) = (0, 1, 0), the default, or (0.4, 1, 0) for smooth problems, (0.4, 0.3, 0),
    /// (0.3, 0.3, 0) or (0.2, 0.4, 0) for harder and mildly stiff ones, and (0.1, 0.3, 0) for stochastic ones.
    ///
    /// Differences: at a ratio of 1 exactly diffrax rejects; and with a `dcoeff` it may try a rejected step again longer,
    /// which here is cut to the safety.
    pub const fn diffrax(p: f64, i: f64, d: f64) -> Pid {
        Pid {
            p,
            i,
            d,
            safety: 0.9,
            min_factor: 0.2,
            max_factor: 10.0,
            shrink_when_accepted: false,
            grow_after_rejection: true,
        }
    }

    /// diffrax's default, an I controller.
    pub const DIFFRAX: Pid = Pid::diffrax(0.0, 1.0, 0.0);

    /// PI.4.2: exponents 3/5 and -1/5 (Söderlind 2003; `PI42` of PETSc's `TSADAPTDSP`, and its default, and of
    /// OrdinaryDiffEq.jl). The limits are those of [`I::CLASSIC`](crate::I::CLASSIC), here and in the two below; the sources
    /// have a smooth limiter.
    pub const PI42: Pid = Pid::classic(0.2, 0.4);

    /// PI.3.3: exponents 2/3 and -1/3; sources as above.
    pub const PI33: Pid = Pid::classic(1.0 / 3.0, 1.0 / 3.0);

    /// PI.3.4: exponents 7/10 and -4/10; sources as above. Gustafsson's.
    pub const PI34: Pid = Pid::classic(0.4, 0.3);

    const fn classic(p: f64, i: f64) -> Pid {
        Pid { shrink_when_accepted: true, grow_after_rejection: false, ..Pid::diffrax(p, i, 0.0) }
    }

    /// Its linear dynamics.
    pub fn closed_loop(&self) -> ClosedLoop {
        let Pid { p, i, d, .. } = *self;
        ClosedLoop { beta: [p + i + d, -(p + 2.0 * d), d], alpha: [0.0; 2] }
    }
}

impl Default for Pid {
    fn default() -> Self {
        Pid::PI34
    }
}

impl Law for Pid {
    #[inline]
    fn factor(&self, ratio: f64, order: u32, history: &History) -> f64 {
        let [b1, b2, b3] = self.closed_loop().beta;
        let log = |accepted: Option<crate::Accepted>| match accepted {
            Some(accepted) if accepted.ratio > 0.0 => accepted.log_ratio,
            _ => 0.0,
        };
        let sum = b1 * finite(ratio.ln())
            + b2 * log(history.previous)
            + b3 * log(history.before_previous);
        let factor = self.safety * (-sum / f64::from(order)).exp();
        if !(ratio <= 1.0) {
            return factor.max(self.min_factor).min(self.safety);
        }
        let floor = if self.shrink_when_accepted { self.min_factor } else { 1.0 };
        let ceiling = if history.rejections > 0 && !self.grow_after_rejection {
            1.0
        } else {
            self.max_factor
        };
        factor.max(floor).min(ceiling)
    }

    fn check(&self, order: u32) -> Result<(), LawError> {
        check_order(order)?;
        check_limits(self.safety, self.min_factor, self.max_factor)?;
        let Pid { p, i, d, .. } = *self;
        check_finite("p", p)?;
        check_finite("i", i)?;
        check_finite("d", d)?;
        let closed_loop = self.closed_loop();
        closed_loop.check_as([
            ("i", i, "above 0"),
            ("i + 2 p + 4 d", i + 2.0 * p + 4.0 * d, "below 2"),
            ("d", d, "between -1 and 1"),
            ("1 - d^2 - |p + 2 d + d (p + i + d - 1)|", closed_loop.margin(), "above 0"),
        ])
    }
}
