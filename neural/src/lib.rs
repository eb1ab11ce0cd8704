#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod activation;
mod error;
mod graph_field;
mod mlp;
mod model;
mod neural_ode;

pub use activation::Activation;
pub use costate_adjoint as adjoint;
pub use error::NeuralError;
pub use graph_field::{GraphField, Wanted};
pub use mlp::Mlp;
pub use model::{Inputs, Model};
pub use neural_ode::NeuralOde;
