//! How good a gradient is, and what it cost.

/// What one pass cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Evaluations of the field. A VJP that also returns the field's value counts here too.
    pub f: usize,
    /// VJPs with respect to the state.
    pub vjp_y: usize,
    /// VJPs with respect to the parameters.
    pub vjp_p: usize,
    /// Jacobian-vector products.
    pub jvp: usize,
    /// Calls of the field or its VJP, whichever: what the literature counts as function evaluations.
    pub calls: usize,
    /// Steps accepted.
    pub accepted: usize,
    /// Steps rejected.
    pub rejected: usize,
}

/// What comes with every gradient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Report {
    /// The cost of the forward solve.
    pub forward: Counts,
    /// The cost of the backward pass.
    pub backward: Counts,
    /// How far the state solved backwards strayed from the state recorded forwards: the RMS of their difference over
    /// `atol + rtol * (largest RMS of y)`, the largest over all resets and `t0` (and
    /// over all steps whose state is more than ten times as large as the forward solve ever was). A few times 1 is healthy; where it is
    /// large, the costate was integrated along a wrong path. Zero where nothing was solved backwards.
    pub drift: f64,
    /// Gross over net: the integral of `|(df/dp)^T a|` over `|g|`, Euclidean norms. At 1 nothing cancels; at 1000 the
    /// gradient is a difference of parts a thousand times as large, and three digits are gone. Infinite when a gradient
    /// that is zero is made of parts that are not; 1 when there are no parts; NaN in the report of a backward solve that failed.
    pub conditioning: f64,
    /// The integral of `|(df/dp)^T a|`, Euclidean norm: the size that an error of the parameter gradient is measured by.
    pub gross: f64,
    /// The most vectors of the size of a state that were kept of the forward solve for the backward pass: observed states,
    /// checkpoints, and the states and stages of steps.
    pub states_held: usize,
    /// What the [witness](crate::Witness) says of the quadrature of dL/dp: the sum of its errors in units of `rtol` times the gross
    /// gradient, plus `atol` in the unit of the costate. Under 100 is healthy. Zero where there is none to be said: without a witness, and for the discrete adjoint, which
    /// has no quadrature.
    pub witness: f64,
    /// How far the loss itself may be off: the sum of the embedded errors of the forward steps, each weighed by the costate at its
    /// end, plus the embedded error of the running cost.
    ///
    /// The discrete adjoint has both vectors and adds up `|a . e|`; the others have kept the size of `e` only and add up
    /// `|a| |e| / sqrt(n)`, as it is for two vectors of n coordinates at a random angle. The solution is propagated by the better of a method's two rules, and so is one order better than its error
    /// estimate: the tighter the tolerance, the more this is too large. Errors of dense output are not in it. Infinite sums and NaN
    /// are possible where a way back failed.
    pub loss_error: f64,
    /// How far a gradient at the tolerance asked for is off, relative to the gross gradient (without parameters: that of dL/dy0,
    /// relative to its size), where it was [computed twice](crate::Checked).
    pub gradient_error: Option<f64>,
    /// Steps of the way back whose quadrature was refined because the witness spoke.
    pub steps_refined: usize,
    /// Whether the gradient was computed once more, by the discrete adjoint, because the way back went wrong. Its counts are those
    /// of both.
    pub redone: bool,
}

impl Default for Report {
    fn default() -> Self {
        Report {
            forward: Counts::default(),
            backward: Counts::default(),
            drift: 0.0,
            conditioning: 1.0,
            gross: 0.0,
            states_held: 0,
            witness: 0.0,
            loss_error: 0.0,
            gradient_error: None,
            steps_refined: 0,
            redone: false,
        }
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (name, c) in [("forward", self.forward), ("backward", self.backward)] {
            writeln!(
                out,
                "{name}: {} calls ({} f, {} VJP in y, {} VJP in p), {} steps accepted, {} rejected",
                c.calls, c.f, c.vjp_y, c.vjp_p, c.accepted, c.rejected
            )?;
        }
        write!(
            out,
            "drift {:.3}, witness {:.3}, conditioning {:.3}, loss error {:.1e}, {} states held",
            self.drift, self.witness, self.conditioning, self.loss_error, self.states_held
        )?;
        if let Some(error) = self.gradient_error {
            write!(out, ", gradient error {error:.1e} of the gross gradient")?;
        }
        if self.steps_refined > 0 {
            write!(out, ", {} steps refined", self.steps_refined)?;
        }
        if self.redone {
            write!(out, ", computed once more by the discrete adjoint")?;
        }
        Ok(())
    }
}
