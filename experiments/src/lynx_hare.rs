//! The default experiment: a predator-prey model fitted to the pelts of hares and lynxes.

pub mod comparison;
pub mod console;
mod course;
pub mod curve;
pub mod figures;
pub mod fit;
pub mod guess;
mod line_search;
pub mod model;
pub mod objective;
pub mod options;
pub mod pelts;
pub mod plots;
pub mod report;
pub mod run;
pub mod sensitivity;
