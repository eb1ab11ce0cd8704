//! Tolerances relative to the state at one end of a step.

use crate::{ErrorScale, Float, Space, ToleranceError};

/// Tolerances relative to the state *before* the step only: `atol + rtol |y0|`.
///
/// CVODES, ARKODE, LSODA and Hairer's RADAU5 scale so: the scale is known before the step is tried and stays the same when
/// it is tried again. `T` is any tolerance: `BeforeStep(Tolerance { rtol, atol })`, `BeforeStep(PerElement { rtol, atol })`.
/// NaN in the state after the step still gives NaN.
///
/// ```
/// use costate_norms::{BeforeStep, ErrorScale, Tolerance};
/// let mut error = [1.0];
/// BeforeStep(Tolerance { rtol: 0.5, atol: 0.0 }).scale_where(&mut error, &[4.0], &[100.0], |_| true);
/// assert_eq!(error, [0.5]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BeforeStep<T>(
    /// The tolerances.
    pub T,
);

/// Tolerances relative to the state *after* the step only: `atol + rtol |y1|`, as GSL scales.
///
/// `T` is any tolerance. NaN in the state before the step still gives NaN.
///
/// ```
/// use costate_norms::{AfterStep, ErrorScale, Tolerance};
/// let mut error = [1.0];
/// AfterStep(Tolerance { rtol: 0.5, atol: 0.0 }).scale_where(&mut error, &[100.0], &[4.0], |_| true);
/// assert_eq!(error, [0.5]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AfterStep<T>(
    /// The tolerances.
    pub T,
);

/// What is not compared is still looked at: a state with NaN must not pass.
fn spread_nan<T: Float>(error: &mut [T], state: &[T]) {
    for (e, &y) in error.iter_mut().zip(state) {
        *e = if y.is_nan() { y } else { *e };
    }
}

macro_rules! one_sided {
    ($scale:ident, $y0:ident $y1:ident, $read:ident, $other:ident) => {
        impl<V: Space, T: ErrorScale<V>> ErrorScale<V> for $scale<T> {
            #[inline]
            fn scale_leaf(
                &self,
                leaf: usize,
                atol_factor: f64,
                error: &mut [V::Scalar],
                $y0: &[V::Scalar],
                $y1: &[V::Scalar],
            ) where
                V::Scalar: Float,
            {
                self.0.scale_leaf(leaf, atol_factor, error, $read, $read);
                spread_nan(error, $other);
            }

            fn check(&self, y: &V) -> Result<(), ToleranceError>
            where
                V::Scalar: Float,
            {
                self.0.check(y)
            }
        }
    };
}

one_sided!(BeforeStep, y0 y1, y0, y1);
one_sided!(AfterStep, y0 y1, y1, y0);
