//! One costate of a sweep.

use crate::forward::{Forward, Found};
use crate::{DifferentiableField, Gradient, ParamsOf, StateOf};
use costate_solver::norms::{Rms, Seminorm, Space};
use num_traits::Zero;

/// A costate on its way back, and the gradient it is the way to.
pub(crate) struct Strand<F: DifferentiableField> {
    pub(super) cotangents: Vec<StateOf<F>>,
    pub(super) costate: StateOf<F>,
    /// Whether the costate is more than zero yet.
    pub(super) alive: bool,
    /// Observations not taken up yet: all with an index below this.
    pub(super) left: usize,
    pub(crate) gradient: Gradient<StateOf<F>, ParamsOf<F>>,
}

impl<F: DifferentiableField> Strand<F> {
    pub(super) fn new(y: &StateOf<F>, p: &ParamsOf<F>) -> Self {
        Strand {
            cotangents: Vec::new(),
            costate: y.zeros_like(),
            alive: false,
            left: 0,
            gradient: Gradient::zeros(y, p),
        }
    }

    /// Begins with the cotangents of the loss that the forward half has just judged.
    pub(crate) fn take_up<const S: usize>(
        &mut self,
        forward: &mut Forward<F, S>,
        times: &[f64],
        found: &Found,
    ) {
        core::mem::swap(&mut self.cotangents, &mut forward.cotangents);
        self.costate.fill(Zero::zero());
        self.alive = false;
        self.left = found.observations;
        self.gradient.begin(times.len(), found);
        self.gradient.report.loss_error = found.running_error;
    }

    /// Adds the cotangents of the observations from `first` on, where the field has this value.
    pub(super) fn observe(&mut self, first: usize, slope: &StateOf<F>) {
        for i in first..self.left {
            self.costate.add_scaled(1.0, &self.cotangents[i]);
            self.gradient.times[i] = self.cotangents[i].dot(slope);
        }
        self.alive |= first < self.left && Rms.measure(&self.costate) > 0.0;
        self.left = first;
    }
}
