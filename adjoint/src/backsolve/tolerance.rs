//! The tolerances of a backward solve.

use costate_solver::norms::linear::Elements;
use costate_solver::norms::{ErrorScale, Float, Space, Tolerance, ToleranceError};

/// Tolerances for the backward state `((y, a, g), [a_t; K])`.
///
/// The backward problem is linear in the loss: a loss in other units has a costate in other units. So in every channel that is
/// linear in the loss (a, g and the time cotangent a_t) the absolute tolerance is multiplied by `size`, which a gradient sets
/// to the largest RMS of a cotangent, over the largest RMS of the state where that is above 1 (an absolute tolerance of 1 for
/// a state of a million says nothing of a costate of one). Scaling the loss by a power of two then changes no step. Other
/// libraries keep the absolute tolerance as it is; with `size` 1 so do we. Measured with a mean-reduced loss, that leaves the
/// costate under the tolerance and without any error control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CostateTolerance<T = Tolerance> {
    /// For the state as it is, and for the costate with the absolute part times `size`.
    pub state: T,
    /// For the parameter gradient and the time cotangent, with the absolute part times `size`. Read only where the norm reads
    /// them.
    pub params: Tolerance,
    /// The unit of the costate over that of the state.
    pub size: f64,
}

impl<T> CostateTolerance<T> {
    /// These tolerances, in units of 1 until a gradient knows better.
    pub fn new(state: T, params: Tolerance) -> Self {
        CostateTolerance { state, params, size: 1.0 }
    }
}

impl<Y, P, S, T, const K: usize> ErrorScale<((Y, Y, P), [S; K])> for CostateTolerance<T>
where
    Y: Space<Scalar = S>,
    P: Space<Scalar = S>,
    S: Float,
    T: ErrorScale<Y>,
{
    #[inline]
    fn scale_leaf(&self, leaf: usize, atol_factor: f64, error: &mut [S], y0: &[S], y1: &[S]) {
        let linear = atol_factor * self.size;
        if leaf < Y::LEAVES {
            self.state.scale_leaf(leaf, atol_factor, error, y0, y1);
        } else if leaf < 2 * Y::LEAVES {
            self.state.scale_leaf(leaf - Y::LEAVES, linear, error, y0, y1);
        } else {
            ErrorScale::<P>::scale_leaf(&self.params, 0, linear, error, y0, y1);
        }
    }

    #[inline]
    fn write_leaf(
        &self,
        leaf: usize,
        atol_factor: f64,
        elements: impl Elements<S>,
        error: &mut [S],
        y0: &[S],
        y1: &[S],
    ) {
        let linear = atol_factor * self.size;
        if leaf < Y::LEAVES {
            self.state.write_leaf(leaf, atol_factor, elements, error, y0, y1);
        } else if leaf < 2 * Y::LEAVES {
            self.state.write_leaf(leaf - Y::LEAVES, linear, elements, error, y0, y1);
        } else {
            ErrorScale::<P>::write_leaf(&self.params, 0, linear, elements, error, y0, y1);
        }
    }

    fn check(&self, z: &((Y, Y, P), [S; K])) -> Result<(), ToleranceError> {
        self.state.check(&z.0.0)?;
        ErrorScale::<P>::check(&self.params, &z.0.2)
    }
}
