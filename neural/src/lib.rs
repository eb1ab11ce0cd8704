#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod activation;
mod adamw;
mod clip;
mod cross_entropy;
mod density;
mod derivative;
mod error;
mod flow;
mod graph_field;
mod hamiltonian_net;
mod log_determinant;
mod mean_squared_error;
mod mlp;
mod model;
mod net_program;
mod neural_ode;
mod plateau;
mod probe;
mod second_order;
mod symplectic_ode_net;
pub mod tensors;
mod wanted;

pub use activation::Activation;
pub use adamw::AdamW;
pub use clip::clip;
pub use costate_adjoint as adjoint;
pub use cross_entropy::CrossEntropy;
pub use density::{log_density, negative_log_likelihood, sample};
pub use error::NeuralError;
pub use flow::{Divergence, Flow, FlowState};
pub use graph_field::GraphField;
pub use hamiltonian_net::HamiltonianNet;
pub use log_determinant::LogDeterminant;
pub use mean_squared_error::MeanSquaredError;
pub use mlp::Mlp;
pub use model::{Inputs, Model};
pub use net_program::NetProgram;
pub use neural_ode::NeuralOde;
pub use plateau::Plateau;
pub use probe::Probe;
pub use second_order::SecondOrder;
pub use symplectic_ode_net::SymplecticOdeNet;
pub use tensors::TensorError;
pub use wanted::Wanted;
