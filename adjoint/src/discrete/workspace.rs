//! The memory of a discrete gradient.

use super::sweep::SweepMemory;
use crate::forward::Forward;
use crate::{DifferentiableField, Gradient, ParamsOf, StateOf};
use costate_solver::norms::Space;
use costate_solver::tableau::Tableau;

/// The memory that a discrete gradient works in, made once and used for any number of gradients of one shape.
///
/// A second gradient that takes no more steps than one before it allocates nothing. `S` is the method's number of stages.
pub struct DiscreteWorkspace<F: DifferentiableField, const S: usize = 7> {
    pub(crate) forward: Forward<F, S>,
    pub(crate) sweep: SweepMemory<F, S>,
}

impl<F: DifferentiableField, const S: usize> DiscreteWorkspace<F, S> {
    /// For states and parameters of these shapes, and this method.
    pub fn new(y: &StateOf<F>, p: &ParamsOf<F>, tableau: &Tableau<S>) -> Self {
        DiscreteWorkspace { forward: Forward::new(y, p), sweep: SweepMemory::new(y, p, tableau) }
    }

    /// The last gradient; the first one where there were several.
    pub fn gradient(&self) -> &Gradient<StateOf<F>, ParamsOf<F>> {
        &self.sweep.strands[0].gradient
    }

    pub(crate) fn into_gradient(mut self) -> Gradient<StateOf<F>, ParamsOf<F>> {
        self.sweep.strands.swap_remove(0).gradient
    }

    /// Makes room anew where a shape has changed.
    pub(crate) fn fit(&mut self, y: &StateOf<F>, p: &ParamsOf<F>, tableau: &Tableau<S>) {
        let fits = self.forward.fits(y, p) && self.sweep.fits(y, p, tableau);
        if !fits {
            *self = DiscreteWorkspace::new(y, p, tableau);
        }
    }
}

impl<F: DifferentiableField, const S: usize> core::fmt::Debug for DiscreteWorkspace<F, S> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Gradient { y0, p, .. } = self.gradient();
        f.debug_struct("DiscreteWorkspace")
            .field("states", &y0.dimension())
            .field("params", &p.dimension())
            .finish_non_exhaustive()
    }
}
