//! Laws of the fields: products against differences, values against the same mathematics in plain loops.

mod by_hand;
mod controlled;
mod flow;
mod graph_field;
mod hamiltonian_net;
mod inputs;
mod linear_cde;
mod neural_cde;
mod neural_ode;
mod probe;
mod second_order;
mod strategies;
mod symplectic_ode_net;
mod unequal_lengths;
