//! All ways to a gradient, held against each other, against the truth, and against what they say of themselves.

#[path = "../cases/mod.rs"]
mod cases;

mod bad_input;
mod exact;
mod loss_error;
mod problems;
mod quadrature;
mod rough;
mod running_cost;
mod together;
mod twice;
mod ways;
