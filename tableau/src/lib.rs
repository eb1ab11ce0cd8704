#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod compensated;
mod dense;
mod display;
mod error_estimate;
mod exact;
pub mod laws;
mod rooted_tree;
mod structure;
mod structure_error;
mod tableau;

// The methods, by rising order: one family a file.
mod bogacki_shampine;
mod dormand_prince;
mod euler;
mod heun;
mod kutta;
mod midpoint;
mod tsitouras;

pub use bogacki_shampine::BOGACKI_SHAMPINE_32;
pub use dense::{Dense, HermiteBasis};
pub use dormand_prince::{DORMAND_PRINCE_54, DORMAND_PRINCE_54_SHAMPINE};
pub use error_estimate::ErrorEstimate;
pub use euler::EULER;
pub use exact::{Exact, Ratio};
pub use heun::HEUN;
pub use kutta::RK4;
pub use midpoint::MIDPOINT;
pub use rooted_tree::{RootedTree, RootedTrees};
pub use structure_error::{Entry, StructureError};
pub use tableau::{Tableau, TableauError};
pub use tsitouras::TSITOURAS_54;
