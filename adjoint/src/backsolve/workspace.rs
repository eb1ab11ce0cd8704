//! The memory of a gradient.

use crate::{Augmented, DifferentiableField, Gradient, ParamsOf, Report, StateOf};
use costate_solver::{self as solver, norms::Space};

/// The memory that a gradient works in, made once and used for any number of gradients of one shape.
///
/// A second gradient that takes no more steps than one before it allocates nothing. `S` is the method's number of stages.
pub struct Workspace<F: DifferentiableField, const S: usize = 7, const K: usize = 0> {
    pub(crate) forward: solver::Workspace<StateOf<F>, S>,
    pub(crate) backward: solver::Workspace<Augmented<F, K>, S>,
    /// The backward state between intervals.
    pub(crate) state: Augmented<F, K>,
    /// The field at (t0, y0).
    pub(crate) first_slope: StateOf<F>,
    pub(crate) cotangents: Vec<StateOf<F>>,
    /// The largest RMS of the state until each observation.
    pub(crate) peaks: Vec<f64>,
    pub(crate) times: Vec<f64>,
    pub(crate) jumps: Vec<f64>,
    pub(crate) difference: StateOf<F>,
    pub(crate) reference: StateOf<F>,
    /// The last gradient.
    pub gradient: Gradient<StateOf<F>, ParamsOf<F>>,
}

impl<F: DifferentiableField, const S: usize, const K: usize> Workspace<F, S, K> {
    /// For states and parameters of these shapes.
    pub fn new(y: &StateOf<F>, p: &ParamsOf<F>) -> Self {
        let zeros = || y.zeros_like();
        let state = ((zeros(), zeros(), p.zeros_like()), [num_traits::zero(); K]);
        Workspace {
            forward: solver::Workspace::new(y),
            backward: solver::Workspace::new(&state),
            state,
            first_slope: zeros(),
            cotangents: Vec::new(),
            peaks: Vec::new(),
            times: Vec::new(),
            jumps: Vec::new(),
            difference: zeros(),
            reference: zeros(),
            gradient: Gradient {
                loss: 0.0,
                y0: zeros(),
                p: p.zeros_like(),
                t0: 0.0,
                t1: 0.0,
                times: Vec::new(),
                report: Report::default(),
            },
        }
    }

    /// Makes room anew where a shape has changed, or where a caller has taken a vector away.
    pub(crate) fn fit(&mut self, y: &StateOf<F>, p: &ParamsOf<F>) {
        let states = [&self.first_slope, &self.gradient.y0];
        let fits = states.iter().all(|state| state.same_shape(y)) && self.gradient.p.same_shape(p);
        if !fits {
            *self = Workspace::new(y, p);
        }
    }
}

impl<F: DifferentiableField, const S: usize, const K: usize> core::fmt::Debug
    for Workspace<F, S, K>
{
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (states, params) = (self.first_slope.dimension(), self.gradient.p.dimension());
        f.debug_struct("Workspace")
            .field("states", &states)
            .field("params", &params)
            .finish_non_exhaustive()
    }
}
