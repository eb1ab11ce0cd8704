//! What is watched over while a gradient is computed, and what happens where that speaks.

/// What happens when a guard of a gradient speaks: when the state solved backwards strays past the bound, or when the witness
/// doubts the quadrature of the parameter gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// The gradient is returned; the report says how good it is.
    Report,
    /// The gradient is refused with an error.
    Refuse,
    /// It is mended: where the witness speaks, the quadrature of that step is refined; where the state strayed, the gradient is
    /// computed once more from the recorded forward steps, by the [discrete adjoint](crate::Discrete). What cannot be mended is
    /// refused. The report says what was done.
    #[default]
    Repair,
}

/// The witness: once an accepted step, the parameter gradient's integrand is looked at where the method's stages were not, in the
/// middle of the step.
///
/// The seminorm lets nobody look at the error of `g`. The embedded estimate would be no good guard of it either: an integrand
/// rougher than the state slips through the stages of both of its rules. The witness compares the step's integral with Simpson's
/// rule, whose two outer points are known already: one product in the parameters a step. On smooth problems the difference is
/// about as large as the embedded error; where an integrand is rough, it is as large as the integral.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Witness {
    /// The unit of what it says: this part of the gross gradient, the integral of `|(df/dp)^T a|`. The strategies take the relative
    /// tolerance of the forward solve.
    pub rtol: f64,
    /// And this much more, in the unit of the costate: a gradient that is nothing beside what the solves resolve is not judged. The
    /// strategies take the absolute tolerance of the forward solve.
    pub atol: f64,
    /// It speaks past this many units.
    pub bound: f64,
}

impl Witness {
    /// Speaks past 100 of these tolerances.
    pub fn new(rtol: f64, atol: f64) -> Self {
        Witness { rtol, atol, bound: 100.0 }
    }
}

/// What a strategy is told to watch over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Guard {
    pub(crate) policy: Policy,
    pub(crate) drift_bound: f64,
    pub(crate) witness: Option<Witness>,
}
