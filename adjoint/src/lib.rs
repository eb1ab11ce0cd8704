#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod backsolve;
mod backward;
mod checked;
mod discrete;
mod equation;
mod error;
mod field;
mod forward;
mod gradient;
mod guard;
mod interpolating;
pub mod laws;
mod loss;
mod observations;
mod problem;
mod quadrature;
mod report;
mod running;
mod strategy;
mod trajectory;

pub use backsolve::{Backsolve, BackwardControl};
pub use backward::{
    Augmented, BackwardAttempt, Between, CostateAlone, CostateGradient, CostateTolerance, Layout,
    Parts, PartsMut, StateCostate, StateCostateGradient, Workspace,
};
pub use checked::Checked;
pub use costate_autodiff as autodiff;
pub use costate_solver as solver;
pub use costate_solver::{controller, norms, tableau};
pub use discrete::{Discrete, DiscreteWorkspace};
pub use equation::{Equation, Traced};
pub use error::GradientError;
pub use field::{DifferentiableField, ParamsOf, Point, ScalarOf, StateOf, Vjp};
pub use gradient::{Gradient, GradientOf};
pub use guard::{Policy, Witness};
pub use interpolating::Interpolating;
pub use loss::{AtEnd, AtTimes, Loss};
pub use problem::Problem;
pub use quadrature::Quadrature;
pub use report::{Counts, Report};
pub use running::{CostRate, Rate, RunningCost, TracedRate};
pub use strategy::Adjoint;
pub use trajectory::Keep;

#[doc = include_str!("../docs/choose_a_strategy.md")]
pub mod choose_a_strategy {}
