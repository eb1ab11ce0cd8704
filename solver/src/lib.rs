#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod attempt;
mod check;
mod dense;
mod error;
mod field;
mod integration;
pub mod laws;
mod plan;
mod recording;
mod replay;
mod rows;
mod solution;
mod solver;
mod statistics;
mod step;
mod stepper;
mod stops;
#[cfg(feature = "proptest")]
pub mod strategies;
mod tape;
mod workspace;

pub use attempt::Attempt;
pub use costate_controller as controller;
pub use costate_norms as norms;
pub use costate_tableau as tableau;
pub use dense::Span;
pub use error::SolveError;
pub use field::Field;
pub use integration::Integration;
pub use plan::{End, Plan, Record};
pub use recording::{Recording, Step};
pub use replay::replay;
pub use solution::Solution;
pub use solver::Solver;
pub use statistics::Statistics;
pub use step::StageTimes;
pub use stepper::Stepper;
pub use tape::Tape;
pub use workspace::Workspace;

#[doc = include_str!("../docs/write_the_loop_yourself.md")]
pub mod write_the_loop_yourself {}
