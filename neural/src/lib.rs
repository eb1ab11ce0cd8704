#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod activation;
mod derivative;
mod error;
mod graph_field;
mod hamiltonian_net;
mod mlp;
mod model;
mod neural_ode;
mod second_order;
mod symplectic_ode_net;

pub use activation::Activation;
pub use costate_adjoint as adjoint;
pub use error::NeuralError;
pub use graph_field::{GraphField, Wanted};
pub use hamiltonian_net::HamiltonianNet;
pub use mlp::Mlp;
pub use model::{Inputs, Model};
pub use neural_ode::NeuralOde;
pub use second_order::SecondOrder;
pub use symplectic_ode_net::SymplecticOdeNet;
