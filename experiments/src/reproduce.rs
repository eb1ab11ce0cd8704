//! The paper's experiments: their data, what a run of them leaves, and the report made from it.
//!
//! P. Kidger, R. T. Q. Chen, T. Lyons, "Hey, that's not an ODE: Faster ODE Adjoints via Seminorms", ICML 2021.

pub mod ablation;
pub mod all;
pub mod cde;
pub mod checkpoint;
pub mod command;
pub mod comparison;
pub mod console;
pub mod equal_error;
pub mod error;
pub mod evaluation;
pub mod first_batch;
pub mod first_step;
pub mod flows;
pub mod gradients;
pub mod interrupt;
pub mod memory;
pub mod norms;
pub mod objective;
pub mod options;
pub mod pendulum;
pub mod prepared;
pub mod progress;
pub mod record;
pub mod report;
pub mod run;
pub mod session;
pub mod task;
pub mod training;
pub mod way;
pub mod work;
