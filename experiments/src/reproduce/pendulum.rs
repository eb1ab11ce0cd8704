//! The data of the paper's physical experiment: a double pendulum with a torque on both joints.

pub mod experiment;
pub mod learning;
pub mod pictures;
pub mod simulator;
pub mod windows;
