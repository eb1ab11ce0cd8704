//! The paper's experiments: their data, what a run of them leaves, and the report made from it.
//!
//! P. Kidger, R. T. Q. Chen, T. Lyons, "Hey, that's not an ODE: Faster ODE Adjoints via Seminorms", ICML 2021.

pub mod flows;
pub mod options;
pub mod pendulum;
pub mod record;
pub mod report;
pub mod way;
