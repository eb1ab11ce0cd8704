//! What gradients cost.

use costate_adjoint::Report;
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// Counts, summed over the gradients of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cost {
    /// Calls of the field in the forward solves: the literature's number of function evaluations.
    pub nfe_forward: u64,
    /// Calls of the field with its products in the backward passes, likewise.
    pub nfe_backward: u64,
    /// Evaluations of the field, forwards and backwards.
    pub f_calls: u64,
    /// Products with its Jacobian in the state, transposed.
    pub vjp_y_calls: u64,
    /// Products with its Jacobian in the parameters, transposed.
    pub vjp_p_calls: u64,
    /// Products with a Jacobian.
    pub jvp_calls: u64,
    /// Backward steps accepted.
    pub accepted: u64,
    /// Backward steps rejected.
    pub rejected: u64,
}

impl From<&Report> for Cost {
    fn from(report: &Report) -> Self {
        let (forward, backward) = (report.forward, report.backward);
        Cost {
            nfe_forward: forward.calls as u64,
            nfe_backward: backward.calls as u64,
            f_calls: (forward.f + backward.f) as u64,
            vjp_y_calls: (forward.vjp_y + backward.vjp_y) as u64,
            vjp_p_calls: (forward.vjp_p + backward.vjp_p) as u64,
            jvp_calls: (forward.jvp + backward.jvp) as u64,
            accepted: backward.accepted as u64,
            rejected: backward.rejected as u64,
        }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.nfe_forward += other.nfe_forward;
        self.nfe_backward += other.nfe_backward;
        self.f_calls += other.f_calls;
        self.vjp_y_calls += other.vjp_y_calls;
        self.vjp_p_calls += other.vjp_p_calls;
        self.jvp_calls += other.jvp_calls;
        self.accepted += other.accepted;
        self.rejected += other.rejected;
    }
}
