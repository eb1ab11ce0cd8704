//! torchdiffeq's adjoint, as a preset of the continuous one.

use crate::{Backsolve, Between, CostateTolerance, Policy};
use costate_solver::End;
use costate_solver::controller::{Controller, I};
use costate_solver::norms::{LInf, Null, Rms, Tolerance};
use costate_solver::tableau::DORMAND_PRINCE_54_SHAMPINE;

/// torchdiffeq's `odeint_adjoint(method="dopri5")`, version 0.2.
type Torchdiffeq<N> = Backsolve<N, Tolerance, I, LInf, 7, 1>;

impl Torchdiffeq<(Rms, Rms, Rms)> {
    /// torchdiffeq's `odeint_adjoint(method="dopri5")` in its default norm, version 0.2, step for step.
    ///
    /// What differs from [`Backsolve::new`]: Shampine's embedded weights, so that errors are two thirds of Dormand and
    /// Prince's; an I controller that never shrinks after an accepted step; solves that overstep their end and interpolate
    /// back; a fresh solve between any two observations; a time cotangent `a_t` that is carried and measured even where
    /// nobody asks for it; and an absolute tolerance of the costate in fixed units, which with a mean-reduced loss leaves the
    /// costate without any error control.
    ///
    /// A drift of any size is reported and not refused, since torchdiffeq returns its number too. One thing is left as ours is:
    /// the trial of the first step never looks beyond the end of an interval, which torchdiffeq's does where an interval is
    /// shorter than the trial.
    ///
    /// Version 0.2 takes one RMS for each parameter tensor. Where there are several, say so with
    /// [`with_norm`](Backsolve::with_norm) and [`Blocks`](costate_solver::norms::Blocks); version 0.1 pooled them, as here.
    pub fn torchdiffeq(rtol: f64, atol: f64) -> Self {
        let forward = Controller::torchdiffeq(Rms, rtol, atol);
        let tolerance = Tolerance { rtol, atol };
        let norm = ((Rms, Rms, Rms), LInf);
        let backward = CostateTolerance::new(tolerance, tolerance);
        let backsolve = Backsolve::from_parts(DORMAND_PRINCE_54_SHAMPINE, forward, norm, backward);
        Backsolve {
            relative_to_loss: false,
            between: Between::Restart,
            end: End::Overstep,
            stop_at_observations: false,
            policy: Policy::Report,
            ..backsolve
        }
    }
}

impl Torchdiffeq<(Rms, Rms, Null)> {
    /// The same with torchdiffeq's seminorm (`adjoint_options=dict(norm="seminorm")`), which leaves the parameters out and
    /// keeps `a_t`. The paper's own leaves out `a_t` too.
    pub fn torchdiffeq_seminorm(rtol: f64, atol: f64) -> Self {
        Backsolve::torchdiffeq(rtol, atol).with_norm((Rms, Rms, Null))
    }
}
