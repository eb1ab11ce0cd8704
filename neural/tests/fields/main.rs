//! Laws of the fields: products against differences, values against the same mathematics in plain loops.

mod by_hand;
mod inputs;
mod neural_ode;
