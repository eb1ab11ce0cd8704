//! A step-size history that can be plotted.

use alloc::vec::Vec;

use crate::{ControlError, Start, StepControl, Verdict};
use costate_norms::{Space, linear::Combination};
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

/// One attempt, as [`Logged`] keeps it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attempt {
    /// Where it began: the sum of the accepted steps before it, from where the solve began.
    pub t: f64,
    /// Its size, with its sign.
    pub h: f64,
    /// Its error ratio; NaN when the candidate was not finite.
    pub ratio: f64,
    /// Whether it passed.
    pub accepted: bool,
}

/// How unsteady a sequence of accepted steps is, in `d = ln h_n/h_(n-1)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Roughness {
    /// The largest |d|.
    pub largest: f64,
    /// The root mean square of d; 0 for fewer than two steps.
    pub rms: f64,
}

impl Roughness {
    /// That of the sizes of accepted steps.
    pub fn of(sizes: impl IntoIterator<Item = f64>) -> Self {
        let mut before: Option<f64> = None;
        let (mut largest, mut squares, mut count) = (0.0_f64, 0.0_f64, 0.0);
        for size in sizes {
            if let Some(before) = before {
                let change = (size / before).abs().ln();
                largest = largest.max(change.abs());
                squares += change * change;
                count += 1.0;
            }
            before = Some(size);
        }
        let rms = if count > 0.0 { (squares / count).sqrt() } else { 0.0 };
        Roughness { largest, rms }
    }
}

/// Any step control, with a log of its attempts.
///
/// What it decides is what the control inside decides, so it can be put around one at any time, in a loop of your own and in
/// a solver alike. [`begin`](StepControl::begin) clears the log and keeps its memory. Times are sums of sizes, from
/// [`t0`](Self::t0) on, so they differ from the loop's own by the rounding of those sums.
///
/// The log takes a number of attempts and then only counts, so that a solve without an end does not eat the memory.
///
/// ```
/// use costate_controller::{Controller, Logged, StepControl, norms::Rms};
///
/// let mut control = Logged::new(Controller::hairer_dopri5(Rms, 0.0, 1.0));
/// // The errors of four attempts, in units of what is allowed.
/// let mut h = 0.1;
/// for ratio in [1e-3, 2.0, 0.5, 0.9] {
///     h = control.judge(h, &0.0, &0.0, &mut ratio.clone()).next;
/// }
/// assert_eq!((control.attempts().len(), control.accepted().count()), (4, 3));
/// // Ready to be plotted: size over time.
/// let points: Vec<(f64, f64)> = control.accepted().map(|a| (a.t, a.h)).collect();
/// assert_eq!(points[0], (0.0, 0.1));
/// let roughness = control.roughness();
/// assert!(roughness.rms <= roughness.largest && roughness.largest < 10_f64.ln());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Logged<C> {
    /// The control inside.
    pub control: C,
    /// Where the next solve begins; 0 unless set.
    pub t0: f64,
    t: f64,
    attempts: Vec<Attempt>,
    limit: usize,
    dropped: usize,
}

impl<C> Logged<C> {
    /// How many attempts are kept at most, unless told otherwise: 32 megabytes of them.
    pub const LIMIT: usize = 1_000_000;

    /// Around a control, with an empty log.
    pub fn new(control: C) -> Self {
        Logged { control, t0: 0.0, t: 0.0, attempts: Vec::new(), limit: Self::LIMIT, dropped: 0 }
    }

    /// The same with another limit. The memory for it is taken at once, up to [`LIMIT`](Self::LIMIT), so that no attempt asks
    /// for any.
    pub fn with_limit(self, limit: usize) -> Self {
        let mut attempts = self.attempts;
        attempts.truncate(limit);
        attempts.reserve_exact(limit.min(Self::LIMIT).saturating_sub(attempts.len()));
        Logged { attempts, limit, ..self }
    }

    /// The same for a solve that begins at another time than 0.
    pub fn with_start(self, t0: f64) -> Self {
        Logged { t0, t: t0, ..self }
    }

    /// The attempts since the last [`begin`](StepControl::begin), in order: the first `limit` of them.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// How many attempts came after the log was full.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Those that passed.
    pub fn accepted(&self) -> impl Iterator<Item = &Attempt> {
        self.attempts.iter().filter(|attempt| attempt.accepted)
    }

    /// Those that failed.
    pub fn rejected(&self) -> impl Iterator<Item = &Attempt> {
        self.attempts.iter().filter(|attempt| !attempt.accepted)
    }

    /// How unsteady the accepted steps are, the first ones and those cut by the loop among them.
    pub fn roughness(&self) -> Roughness {
        Roughness::of(self.accepted().map(|attempt| attempt.h))
    }
}

impl<V: Space, C: StepControl<V>> StepControl<V> for Logged<C> {
    fn check(&self, y0: &V) -> Result<(), ControlError> {
        self.control.check(y0)
    }

    fn begin(&mut self, order: u32) {
        self.control.begin(order);
        self.attempts.clear();
        self.dropped = 0;
        self.t = self.t0;
    }

    fn first_step(
        &self,
        start: Start<'_, V>,
        field: &mut dyn FnMut(f64, &V, &mut V),
        scratch: [&mut V; 2],
    ) -> (f64, usize) {
        self.control.first_step(start, field, scratch)
    }

    #[inline]
    fn reads(&self, leaf: usize) -> bool {
        self.control.reads(leaf)
    }

    #[inline]
    fn measure(&self, y0: &V, y1: &V, error: &mut V) -> f64 {
        self.control.measure(y0, y1, error)
    }

    #[inline]
    fn estimate<const S: usize>(
        &self,
        ends: (&V, &V),
        row: &Combination<S>,
        h: f64,
        stages: &[V],
        error: &mut V,
    ) -> f64 {
        self.control.estimate(ends, row, h, stages, error)
    }

    #[inline]
    fn decide(&mut self, h: f64, ratio: f64) -> Verdict {
        let verdict = self.control.decide(h, ratio);
        if self.attempts.len() < self.limit {
            let Verdict { ratio, accepted, .. } = verdict;
            self.attempts.push(Attempt { t: self.t, h, ratio, accepted });
        } else {
            self.dropped += 1;
        }
        if verdict.accepted {
            self.t += h;
        }
        verdict
    }
}
