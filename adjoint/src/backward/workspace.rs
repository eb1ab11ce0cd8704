//! The memory of a gradient that is solved for backwards.

use super::integral::IntegralMemory;
use super::layout::{Layout, StateCostateGradient};
use crate::discrete::SweepMemory;
use crate::forward::Forward;
use crate::{DifferentiableField, Gradient, ParamsOf, StateOf};
use costate_solver::{self as solver, norms::Space};

/// The memory that a gradient works in, made once and used for any number of gradients of one shape.
///
/// A second gradient that takes no more steps than one before it allocates nothing. `S` is the method's number of stages, `B` what
/// the backward solve carries.
pub struct Workspace<
    F: DifferentiableField,
    const S: usize = 7,
    B: Layout<F> = StateCostateGradient,
> {
    pub(crate) forward: Forward<F, S>,
    pub(crate) backward: solver::Workspace<B::State, S>,
    /// The backward state between intervals.
    pub(crate) state: B::State,
    pub(crate) integral: IntegralMemory<F, B::State>,
    pub(crate) times: Vec<f64>,
    pub(crate) jumps: Vec<f64>,
    pub(crate) difference: StateOf<F>,
    pub(crate) reference: StateOf<F>,
    pub(crate) rates: (StateOf<F>, ParamsOf<F>),
    /// For a gradient that had to be computed once more.
    pub(crate) sweep: Option<Box<SweepMemory<F, S>>>,
    /// The last gradient.
    pub gradient: Gradient<StateOf<F>, ParamsOf<F>>,
}

impl<F: DifferentiableField, const S: usize, B: Layout<F>> Workspace<F, S, B> {
    /// For states and parameters of these shapes.
    pub fn new(y: &StateOf<F>, p: &ParamsOf<F>) -> Self {
        let zeros = || y.zeros_like();
        let state = B::zeros(y, p);
        Workspace {
            forward: Forward::new(y, p),
            backward: solver::Workspace::new(&state),
            integral: IntegralMemory::new(y, p, state.zeros_like(), S),
            state,
            times: Vec::new(),
            jumps: Vec::new(),
            difference: zeros(),
            reference: zeros(),
            rates: (zeros(), p.zeros_like()),
            sweep: None,
            gradient: Gradient::zeros(y, p),
        }
    }

    /// Makes room anew where a shape has changed, or where a caller has taken a vector away.
    pub(crate) fn fit(&mut self, y: &StateOf<F>, p: &ParamsOf<F>) {
        let fits = self.forward.fits(y, p)
            && self.gradient.y0.same_shape(y)
            && self.gradient.p.same_shape(p);
        if !fits {
            *self = Workspace::new(y, p);
        }
    }
}

impl<F: DifferentiableField, const S: usize, B: Layout<F>> core::fmt::Debug for Workspace<F, S, B> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (states, params) = (self.gradient.y0.dimension(), self.gradient.p.dimension());
        f.debug_struct("Workspace")
            .field("states", &states)
            .field("params", &params)
            .finish_non_exhaustive()
    }
}
