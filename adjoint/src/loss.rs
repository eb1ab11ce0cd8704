//! What a gradient is the gradient of: a number made of the state at observation times.

use costate_solver::norms::Space;

/// A loss `L(y(t_1), .., y(t_n))` of the states at observation times, with its derivatives.
pub trait Loss<Y: Space> {
    /// The observation times, in the direction of the solve and within its interval; repeats are allowed. `end` is the
    /// final time of the solve, for a loss that looks there.
    fn times<'a>(&'a self, end: &'a f64) -> &'a [f64];

    /// The value of the loss. Writes the cotangents `dL/dy(t_i)` over the zeros in `cotangents`, which are as many and of
    /// the same shape as `observed`.
    fn evaluate(&self, observed: &[Y], cotangents: &mut [Y]) -> f64;
}

impl<Y: Space, L: Loss<Y> + ?Sized> Loss<Y> for &L {
    fn times<'a>(&'a self, end: &'a f64) -> &'a [f64] {
        (**self).times(end)
    }
    fn evaluate(&self, observed: &[Y], cotangents: &mut [Y]) -> f64 {
        (**self).evaluate(observed, cotangents)
    }
}

/// A loss of the final state: a function of `(y, dL/dy)` that returns the value and writes the cotangent.
///
/// ```
/// use costate_adjoint::{AtEnd, Loss};
/// let loss = AtEnd(|y: &[f64; 2], a: &mut [f64; 2]| {
///     *a = *y;
///     (y[0] * y[0] + y[1] * y[1]) / 2.0
/// });
/// let mut cotangents = [[0.0; 2]];
/// assert_eq!(loss.evaluate(&[[3.0, 4.0]], &mut cotangents), 12.5);
/// assert_eq!(cotangents, [[3.0, 4.0]]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct AtEnd<F>(
    /// The value and, written, the cotangent.
    pub F,
);

impl<Y: Space, F: Fn(&Y, &mut Y) -> f64> Loss<Y> for AtEnd<F> {
    fn times<'a>(&'a self, end: &'a f64) -> &'a [f64] {
        core::slice::from_ref(end)
    }
    fn evaluate(&self, observed: &[Y], cotangents: &mut [Y]) -> f64 {
        match (observed.last(), cotangents.last_mut()) {
            (Some(y), Some(a)) => (self.0)(y, a),
            _ => 0.0,
        }
    }
}

/// A loss of the states at given times: a function of all observed states that returns the value and writes all cotangents.
///
/// An observation whose cotangent stays zero adds nothing to the gradient, and resets the backward solve's state there all
/// the same: extra times make a reconstruction safer.
#[derive(Debug, Clone, Copy)]
pub struct AtTimes<T, F> {
    /// The observation times, in the direction of the solve.
    pub times: T,
    /// The value of the loss and, written, its cotangents.
    pub loss: F,
}

impl<Y, T, F> Loss<Y> for AtTimes<T, F>
where
    Y: Space,
    T: AsRef<[f64]>,
    F: Fn(&[Y], &mut [Y]) -> f64,
{
    fn times<'a>(&'a self, _: &'a f64) -> &'a [f64] {
        self.times.as_ref()
    }
    fn evaluate(&self, observed: &[Y], cotangents: &mut [Y]) -> f64 {
        (self.loss)(observed, cotangents)
    }
}
