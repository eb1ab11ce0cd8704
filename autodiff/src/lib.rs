#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

#[doc = include_str!("../docs/add_a_primitive.md")]
pub mod adding_a_primitive {}
mod differential;
pub mod dual;
mod error;
mod exponential;
mod expression;
mod graph;
mod lanes;
pub mod laws;
mod layout;
mod matrix;
mod primitive;
mod product;
mod program;
mod pullback;
mod pushforward;
mod real;
mod shape;
#[cfg(feature = "proptest")]
pub mod strategies;
mod tape;
mod tidy;
mod trace;
mod transpose;
mod var;
mod wide;

pub use dual::Dual;
pub use error::{
    ArgumentError, CheckedError, DerivativeError, Dimension, DimensionError, NotFinite,
    OutputError, TraceError,
};
pub use graph::{Graph, Node};
pub use layout::{Entry, Layout, LayoutError};
pub use primitive::Primitive;
pub use program::Program;
pub use pullback::{FEW, Function, Pullback, PullbackError};
pub use real::Real;
pub use shape::{Axis, Shape};
pub use trace::{trace, trace_into};
pub use var::Var;
