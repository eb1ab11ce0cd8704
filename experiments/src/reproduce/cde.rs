//! A neural controlled differential equation that tells series apart: the paper's experiment with spoken words.

pub mod chirps;
pub mod classified;
pub mod error;
pub mod experiment;
pub mod learning;
pub mod noise;
pub mod pictures;
pub mod prediction;
pub mod reader;
pub mod scaling;
pub mod series;
