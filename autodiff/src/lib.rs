#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod dual;
mod error;
mod expression;
mod graph;
pub mod laws;
mod primitive;
mod program;
mod pushforward;
mod real;
mod tape;
mod trace;
mod transpose;
mod var;

pub use dual::Dual;
pub use error::{Dimension, DimensionError, OutputError, TraceError};
pub use graph::{Graph, Node};
pub use primitive::Primitive;
pub use program::Program;
pub use real::Real;
pub use trace::{trace, trace_into};
pub use var::Var;
