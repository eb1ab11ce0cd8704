#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod compensated;
mod dense;
mod display;
mod error_constant;
mod error_estimate;
mod exact;
mod latex;
pub mod laws;
mod rooted_tree;
mod stability;
#[cfg(doc)]
pub mod stability_regions;
#[cfg(feature = "proptest")]
pub mod strategies;
mod structure;
mod structure_error;
mod tableau;

// The methods, by rising order: one family a file.
mod bogacki_shampine;
mod cash_karp;
mod dormand_prince;
mod dormand_prince_853;
mod euler;
mod fehlberg;
mod heun;
mod kutta;
mod midpoint;
mod ralston;
mod shu_osher;
mod tsitouras;
mod verner;

pub use bogacki_shampine::{BOGACKI_SHAMPINE_32, BOGACKI_SHAMPINE_54};
pub use cash_karp::CASH_KARP_54;
pub use dense::{Dense, ExtraStage, HermiteBasis};
pub use dormand_prince::{DORMAND_PRINCE_54, DORMAND_PRINCE_54_SHAMPINE};
pub use dormand_prince_853::DORMAND_PRINCE_853;
pub use error_constant::{ErrorTerm, ErrorTerms};
pub use error_estimate::{ErrorEstimate, SecondRow};
pub use euler::EULER;
pub use exact::{Exact, Ratio};
pub use fehlberg::FEHLBERG_54;
pub use heun::{HEUN, HEUN_EULER_21};
pub use kutta::{KUTTA_3, KUTTA_38, RK4};
pub use midpoint::MIDPOINT;
pub use ralston::RALSTON;
pub use rooted_tree::{RootedTree, RootedTrees};
pub use shu_osher::SSPRK_3;
pub use stability::StabilityFunction;
pub use structure_error::{Entry, StructureError};
pub use tableau::{Tableau, TableauError};
pub use tsitouras::TSITOURAS_54;
pub use verner::{VERNER_65, VERNER_76, VERNER_87, VERNER_98};
