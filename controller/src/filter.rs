//! Digital filters: laws that also remember how the steps changed.

use crate::law_error::{between_0_and_1, check_finite, check_order};
use crate::root::{finite, root};
use crate::{Accepted, ClosedLoop, History, Law, LawError, Limiter};
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

/// Söderlind's digital filters,
///
/// ```text
/// h_(n+1)/h_n = c_n^b1 c_(n-1)^b2 c_(n-2)^b3 (h_n/h_(n-1))^(-a2) (h_(n-1)/h_(n-2))^(-a3),    c = safety r^(-1/k),
/// ```
///
/// behind a limiter. (Söderlind, "Digital filters in adaptive time-stepping", ACM TOMS 29, 2003; `b` are his `k beta`, `a` his
/// `alpha`.) Every step asks for one that is `c` times as long; the filter smooths these wishes. Where an error estimate is
/// noisy, or stability and not accuracy holds the steps down, they become regular, at the price of reacting later.
///
/// The names are Söderlind's: H211 has dynamics of order 2 (how many steps it looks back), adaptivity of order 1, and a
/// low-pass filter of order 1; `b` filters harder the larger it is; H0 are those whose roots are all 0.
///
/// Rules around the formula, in which codes differ: while there are too few steps to look back on, and after a rejected
/// attempt, the elementary law `h <- h c` holds, as in SUNDIALS for the first two steps; a rejected step never keeps more than
/// `safety`. PETSc (`TSADAPTDSP`) takes missing ratios as 1, and rejects by the factor, not by the error.
///
/// `safety` multiplies each `c`, as in the papers, and so every filter aims at a ratio of `safety^k`, whatever its gain. It
/// costs an attempt two or three `ln`, one `exp`, and an `atan` with the smooth limiter.
///
/// ```
/// use costate_controller::{Controller, Filter, Limiter, norms::{Rms, Tolerance}};
/// let tolerance = Tolerance { rtol: 1e-6, atol: 1e-9 };
/// let smooth = Controller::new(Rms, Filter::H211B, tolerance);
/// let smoother = smooth.clone().with_law(Filter::h211b(8.0));
/// let clipped = smooth.clone().with_law(Filter {
///     limiter: Limiter::Clamp { min_factor: 0.2, max_factor: 5.0 },
///     ..Filter::H312B
/// });
/// # let _ = (smoother, clipped);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Filter {
    /// The exponents of `c` at this attempt and at the two accepted ones before.
    pub beta: [f64; 3],
    /// The negative exponents of h_n/h_(n-1) and h_(n-1)/h_(n-2).
    pub alpha: [f64; 2],
    /// Aims below the limit, so that most steps pass; between 0 and 1. A rejected step never keeps more than this.
    pub safety: f64,
    /// What a factor goes through at the end.
    pub limiter: Limiter,
    /// Whether the step may grow right after a rejection.
    pub grow_after_rejection: bool,
}

/// Table 1 of Söderlind 2003, in the form of PETSc's `filterlist` (`src/ts/adapt/impls/dsp/adaptdsp.c`), which writes each row
/// over one denominator. The safety of 0.8 is ours: a filter reacts later, and at 0.9 it has rejections where the I law has none;
/// see [`comparison`](crate::comparison). (odeint's table has -5/16 for `alpha_2` of H321; the roots of the closed loop say -15/18.)
impl Filter {
    const fn over(scale: f64, beta: [f64; 3], alpha: [f64; 2]) -> Filter {
        Filter {
            beta: [beta[0] / scale, beta[1] / scale, beta[2] / scale],
            alpha: [alpha[0] / scale, alpha[1] / scale],
            safety: 0.8,
            limiter: Limiter::Arctangent { kappa: 1.0 },
            grow_after_rejection: false,
        }
    }

    /// H211b: exponents 1/b, 1/b and -1/b. A disturbance is multiplied by `1 - 2/b` at each step. From 2, which is H0211 and
    /// does not filter a step response, to about 8.
    pub const fn h211b(b: f64) -> Filter {
        Filter::over(b, [1.0, 1.0, 0.0], [1.0, 0.0])
    }

    /// H312b: exponents 1/b, 2/b, 1/b, and -3/b, -1/b. A disturbance is multiplied by `1 - 4/b`. From 4, which is H0312, to
    /// about 16.
    pub const fn h312b(b: f64) -> Filter {
        Filter::over(b, [1.0, 2.0, 1.0], [3.0, 1.0])
    }

    /// H211b with b = 4: smooth steps for problems of every kind.
    pub const H211B: Filter = Filter::h211b(4.0);

    /// H211PI: the same order of filter without the ratio of steps; exponents 1/6, 1/6.
    pub const H211PI: Filter = Filter::over(6.0, [1.0, 1.0, 0.0], [0.0, 0.0]);

    /// H312b with b = 8: very smooth, for noisy errors.
    pub const H312B: Filter = Filter::h312b(8.0);

    /// H312PID: the same order of filter without the ratios of steps; exponents 1/18, 1/9, 1/18.
    pub const H312PID: Filter = Filter::over(18.0, [1.0, 2.0, 1.0], [0.0, 0.0]);

    /// H0321: adaptivity of order 2 for smooth problems, the default of SUNDIALS's `SUNAdaptController_Soderlind`.
    pub const H0321: Filter = Filter::over(4.0, [5.0, 2.0, -3.0], [-1.0, -3.0]);

    /// H321: the same with some filtering.
    pub const H321: Filter = Filter::over(18.0, [6.0, 1.0, -5.0], [-15.0, -3.0]);

    /// Its linear dynamics. The limiter has a slope of 1 at a factor of 1, and has no part in them.
    pub fn closed_loop(&self) -> ClosedLoop {
        ClosedLoop { beta: self.beta, alpha: self.alpha }
    }

    /// How many accepted steps it looks back on.
    #[inline]
    fn depth(&self) -> u32 {
        if self.beta[2] != 0.0 || self.alpha[1] != 0.0 {
            2
        } else {
            u32::from(self.beta[1] != 0.0 || self.alpha[0] != 0.0)
        }
    }

    /// `c_n^b1 ..` of three attempts.
    #[inline]
    fn filtered(&self, ratio: f64, order: u32, history: &History) -> f64 {
        let log = |accepted: Option<Accepted>| accepted.map_or(0.0, |a| finite(a.log_ratio));
        let ([b1, b2, b3], [a2, a3]) = (self.beta, self.alpha);
        let errors = b1 * finite(ratio.ln())
            + b2 * log(history.previous)
            + b3 * log(history.before_previous);
        let mut sum = (b1 + b2 + b3) * self.safety.ln() - errors / f64::from(order);
        if a2 != 0.0 {
            sum -= a2 * history.growth().ln();
        }
        if a3 != 0.0 {
            sum -= a3 * history.previous_growth().ln();
        }
        sum.exp()
    }
}

impl Default for Filter {
    fn default() -> Self {
        Filter::H211B
    }
}

impl Law for Filter {
    #[inline]
    fn factor(&self, ratio: f64, order: u32, history: &History) -> f64 {
        if !(ratio <= 1.0) {
            return self.limiter.limit(self.safety / root(ratio, order)).min(self.safety);
        }
        let known =
            u32::from(history.previous.is_some()) + u32::from(history.before_previous.is_some());
        let factor = if known < self.depth() {
            self.safety / root(ratio, order)
        } else {
            self.filtered(ratio, order, history)
        };
        let ceiling =
            if history.rejections > 0 && !self.grow_after_rejection { 1.0 } else { f64::INFINITY };
        self.limiter.limit(factor).min(ceiling)
    }

    fn check(&self, order: u32) -> Result<(), LawError> {
        check_order(order)?;
        between_0_and_1("safety", self.safety)?;
        self.limiter.check()?;
        for (name, value) in ["beta_1", "beta_2", "beta_3"].into_iter().zip(self.beta) {
            check_finite(name, value)?;
        }
        for (name, value) in ["alpha_2", "alpha_3"].into_iter().zip(self.alpha) {
            check_finite(name, value)?;
        }
        self.closed_loop().check()
    }
}
