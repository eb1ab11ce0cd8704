//! What a solver asks of whoever chooses its steps.

use crate::{LawError, Start};
use costate_norms::linear::Combination;
use costate_norms::{ShapeError, Space, ToleranceError};

/// What became of an attempted step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// The measure of the scaled error; NaN when the candidate or its error is not finite.
    pub ratio: f64,
    /// Whether the candidate is the new state.
    pub accepted: bool,
    /// The step size to try next, with its sign: from the new state when accepted, from the old one when not.
    pub next: f64,
}

/// A step control cannot work with these settings.
///
/// ```
/// use costate_controller::{Fixed, StepControl};
/// let error = Fixed { step: -0.1 }.check(&1.0).unwrap_err();
/// assert_eq!(error.to_string(), "the fixed step is -0.1: give a positive number");
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ControlError {
    /// A tolerance is out of range, or of the wrong shape.
    #[error(transparent)]
    Tolerance(#[from] ToleranceError),
    /// The norm was made for states of another shape.
    #[error(transparent)]
    Norm(#[from] ShapeError),
    /// The constants of the law make no sense, or cannot lead to a steady step size.
    #[error(transparent)]
    Law(#[from] LawError),
    /// A step size or limit is not a positive number; a fixed step is finite, too.
    #[error("{name} is {value}: give a positive number")]
    NotPositive {
        /// Which setting.
        name: &'static str,
        /// What was given.
        value: f64,
    },
}

/// Chooses step sizes and judges attempts: [`Controller`](crate::Controller) by an error, [`Fixed`](crate::Fixed) by none.
///
/// The integration loop is one piece of code, generic over this:
///
/// ```
/// use costate_controller::{Controller, Fixed, StepControl, norms::Rms};
///
/// /// Integrates dy/dt = 2 t from 0 to 1 by the midpoint rule, which is exact here: the error is none.
/// fn integrate(mut control: impl StepControl<f64>, mut h: f64) -> (f64, usize) {
///     let (mut t, mut y, mut steps) = (0.0, 0.0, 0);
///     while t < 1.0 {
///         h = h.min(1.0 - t);
///         let y1 = y + h * 2.0 * (t + h / 2.0);
///         let verdict = control.judge(h, &y, &y1, &mut 0.0);
///         if verdict.accepted {
///             (t, y, steps) = (t + h, y1, steps + 1);
///         }
///         h = verdict.next;
///     }
///     (y, steps)
/// }
/// assert_eq!(integrate(Fixed { step: 0.125 }, 0.125), (1.0, 8));
/// // An error of nothing lets steps grow tenfold: 1/8, then the rest.
/// assert_eq!(integrate(Controller::torchdiffeq(Rms, 1e-6, 1e-6), 0.125), (1.0, 2));
/// ```
pub trait StepControl<V: Space> {
    /// Whether the settings make sense for states of this shape. Asked once, before the first step.
    ///
    /// # Errors
    /// [`ControlError`] names the setting.
    fn check(&self, y0: &V) -> Result<(), ControlError>;

    /// Forgets earlier steps and learns the power of h that the error estimate falls with.
    fn begin(&mut self, order: u32);

    /// The first step size to try, with its sign. `field(t, y, dy)` may be called once; `scratch` are two vectors of the
    /// shape of the state to work in. Returns the step size and how often the field was called.
    fn first_step(
        &self,
        start: Start<'_, V>,
        field: &mut dyn FnMut(f64, &V, &mut V),
        scratch: [&mut V; 2],
    ) -> (f64, usize);

    /// Whether an error estimate is wanted in this leaf.
    fn reads(&self, leaf: usize) -> bool;

    /// The error ratio of the step from `y0` to `y1`: how large its error is in units of what is allowed.
    ///
    /// `error` holds the error estimate, with or without its sign, in the leaves that [`reads`](Self::reads) names; a
    /// control that measures it leaves the scaled error there. The ratio is NaN where the error is not a number, or where
    /// `y1` is not finite in any coordinate, read or not; `error` is then left as it was.
    ///
    /// A method with two error rows calls this once for each, combines the two ratios by its own rule, and then asks
    /// [`decide`](Self::decide).
    fn measure(&self, y0: &V, y1: &V, error: &mut V) -> f64;

    /// As [`measure`](Self::measure), of an error that is not written yet: `sum of (h w_j) k_j` over the stages `k`, with the
    /// weights of `row`.
    ///
    /// By default it is written where [`reads`](Self::reads) says so, and measured. A control may do both at once.
    #[inline]
    fn estimate<const S: usize>(
        &self,
        (y0, y1): (&V, &V),
        row: &Combination<S>,
        h: f64,
        stages: &[V],
        error: &mut V,
    ) -> f64
    where
        Self: Sized,
    {
        row.write_where(error, h, stages, |leaf| self.reads(leaf));
        self.measure(y0, y1, error)
    }

    /// What becomes of an attempt of size `h` with this error ratio. A ratio of NaN is rejected.
    fn decide(&mut self, h: f64, ratio: f64) -> Verdict;

    /// Judges the step of size `h` from `y0` to `y1`: [`measure`](Self::measure), then [`decide`](Self::decide).
    #[inline]
    fn judge(&mut self, h: f64, y0: &V, y1: &V, error: &mut V) -> Verdict {
        let ratio = self.measure(y0, y1, error);
        self.decide(h, ratio)
    }
}
