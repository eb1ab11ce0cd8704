//! The ways to a gradient that are compared.

use serde::{Deserialize, Serialize};

/// What the error of a backward step is measured by. RMS runs over the whole batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Norm {
    /// The largest RMS among state, costate, and all parameter channels together: what the paper compares with, the default
    /// of torchdiffeq 0.1.
    Pooled,
    /// The same with an RMS for each parameter tensor, which is stricter: the default of torchdiffeq 0.2.
    PerTensor,
    /// The larger RMS of state and costate: the paper's.
    Seminorm,
    /// The seminorm as the paper's released code had it for the pendulum: built for a whole window instead of one state, and
    /// so with some of the parameter channels in it.
    AsShipped,
    /// The parameter gradient is no channel of the solve but an integral, taken where a step was accepted.
    Quadrature,
}

impl Norm {
    /// All of them, in the order of tables.
    pub const ALL: [Norm; 5] =
        [Norm::Pooled, Norm::PerTensor, Norm::Seminorm, Norm::AsShipped, Norm::Quadrature];

    /// What it is called in options, records and reports.
    pub fn name(self) -> &'static str {
        match self {
            Norm::Pooled => "pooled",
            Norm::PerTensor => "per-tensor",
            Norm::Seminorm => "seminorm",
            Norm::AsShipped => "as-shipped",
            Norm::Quadrature => "quadrature",
        }
    }
}

/// How the gradient is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// State, costate and parameter gradient are solved backwards.
    Backsolve,
    /// State and costate are; the parameter gradient is an integral over accepted steps.
    Quadrature,
    /// The costate is, along the recorded solution.
    Interpolating,
    /// Nothing is: each forward step is transposed.
    Discrete,
    /// The same along steps that go past observations, which are interpolated, instead of ending there.
    DiscreteInterpolant,
}

impl Strategy {
    /// What it is called in records and reports.
    pub fn name(self) -> &'static str {
        match self {
            Strategy::Backsolve => "backsolve",
            Strategy::Quadrature => "quadrature",
            Strategy::Interpolating => "interpolating",
            Strategy::Discrete => "discrete",
            Strategy::DiscreteInterpolant => "discrete-interpolant",
        }
    }
}

/// A strategy under a norm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Way {
    /// How.
    pub strategy: Strategy,
    /// By what its backward steps are judged; none where there are no such steps.
    pub norm: Option<Norm>,
}

impl Way {
    /// The continuous adjoint under a norm. Without the parameter gradient among its channels it is the quadrature adjoint.
    pub const fn under(norm: Norm) -> Self {
        let strategy = match norm {
            Norm::Quadrature => Strategy::Quadrature,
            _ => Strategy::Backsolve,
        };
        Way { strategy, norm: Some(norm) }
    }

    /// The discrete adjoint.
    pub const DISCRETE: Way = Way { strategy: Strategy::Discrete, norm: None };

    /// Whether something is solved backwards, with steps and tolerances of its own.
    pub const fn solves_backwards(self) -> bool {
        !matches!(self.strategy, Strategy::Discrete | Strategy::DiscreteInterpolant)
    }

    /// One word for it: the norm's name where that tells it from the others, else the strategy's.
    pub fn name(self) -> &'static str {
        match (self.strategy, self.norm) {
            (Strategy::Backsolve, Some(norm)) => norm.name(),
            (strategy, _) => strategy.name(),
        }
    }
}
