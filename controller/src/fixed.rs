//! Steps of one size, judged by nothing.

use crate::{ControlError, Start, StepControl, Verdict};
use costate_norms::{Float, Space};

/// Every step has this length; the last one is shorter where it has to be.
///
/// No error is estimated and none is promised. A candidate that is not finite is rejected with the same step size, which a
/// solver reports as an error: there is no shorter step to try.
///
/// ```
/// use costate_controller::{Fixed, StepControl};
/// let mut fixed = Fixed { step: 0.5 };
/// let verdict = fixed.judge(-0.5, &1.0, &2.0, &mut 1e9);
/// assert!(verdict.accepted && verdict.next == -0.5);
/// assert!(!fixed.judge(-0.5, &1.0, &f64::NAN, &mut 0.0).accepted);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fixed {
    /// The length of a step, positive in both directions of time.
    pub step: f64,
}

impl<V: Space<Scalar: Float>> StepControl<V> for Fixed {
    fn check(&self, _: &V) -> Result<(), ControlError> {
        if !(self.step > 0.0 && self.step.is_finite()) {
            return Err(ControlError::NotPositive { name: "the fixed step", value: self.step });
        }
        Ok(())
    }

    fn begin(&mut self, _: u32) {}

    fn first_step(
        &self,
        start: Start<'_, V>,
        _: &mut dyn FnMut(f64, &V, &mut V),
        _: [&mut V; 2],
    ) -> (f64, usize) {
        (self.step.copysign(start.span), 0)
    }

    #[inline]
    fn reads(&self, _: usize) -> bool {
        false
    }

    #[inline]
    fn measure(&self, _: &V, y1: &V, _: &mut V) -> f64 {
        if y1.is_finite() { 0.0 } else { f64::NAN }
    }

    #[inline]
    fn decide(&mut self, h: f64, ratio: f64) -> Verdict {
        Verdict { ratio, accepted: !ratio.is_nan(), next: self.step.copysign(h) }
    }
}
