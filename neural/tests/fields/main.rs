//! Laws of the fields: products against differences, values against the same mathematics in plain loops.

mod by_hand;
mod flow;
mod hamiltonian_net;
mod inputs;
mod neural_ode;
mod second_order;
mod strategies;
mod symplectic_ode_net;
