//! An initial value problem with parameters.

use crate::{DifferentiableField, ParamsOf, StateOf};

/// `y' = f(t, y, p)`, `y(t0) = y0`, for t from `t0` to `t1`, in either direction of time.
pub struct Problem<'a, F: DifferentiableField> {
    /// The initial time.
    pub t0: f64,
    /// The final time.
    pub t1: f64,
    /// The initial state.
    pub y0: &'a StateOf<F>,
    /// The parameters.
    pub p: &'a ParamsOf<F>,
    /// Times at which the field jumps, in the direction of the solve.
    pub jumps: &'a [f64],
}

impl<'a, F: DifferentiableField> Problem<'a, F> {
    /// A problem without jumps.
    pub fn new(t0: f64, t1: f64, y0: &'a StateOf<F>, p: &'a ParamsOf<F>) -> Self {
        Problem { t0, t1, y0, p, jumps: &[] }
    }

    /// The same with jumps of the field at these times.
    pub fn jumps_at(self, jumps: &'a [f64]) -> Self {
        Problem { jumps, ..self }
    }
}

impl<F: DifferentiableField> Clone for Problem<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: DifferentiableField> Copy for Problem<'_, F> {}
