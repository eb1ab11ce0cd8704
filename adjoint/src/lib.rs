#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod backsolve;
mod equation;
mod error;
mod field;
mod forward;
mod gradient;
pub mod laws;
mod loss;
mod observations;
mod problem;
mod report;
mod strategy;

pub use backsolve::{
    Augmented, Backsolve, BackwardAttempt, Between, CostateTolerance, Policy, Workspace,
};
pub use costate_autodiff as autodiff;
pub use costate_solver as solver;
pub use costate_solver::{controller, norms, tableau};
pub use equation::{Equation, Traced};
pub use error::GradientError;
pub use field::{DifferentiableField, ParamsOf, ScalarOf, StateOf, Vjp};
pub use gradient::Gradient;
pub use loss::{AtEnd, AtTimes, Loss};
pub use problem::Problem;
pub use report::{Counts, Report};
pub use strategy::Adjoint;
