#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

#[cfg(not(any(feature = "std", feature = "libm")))]
compile_error!(
    "costate-norms takes square roots: enable its feature `std`, or `libm` where there is no standard library"
);

extern crate alloc;

mod blocks;
mod combination;
mod element;
mod error_scale;
mod largest;
pub mod laws;
pub mod libraries;
pub mod linear;
mod lp;
mod masked;
#[cfg(feature = "nalgebra")]
mod matrices;
mod measure_error;
mod mixed;
mod null;
mod one_sided;
mod per_block;
mod per_element;
mod pooled;
mod power_sum;
mod relative;
mod scalar;
mod scaled;
mod seminorm;
mod sequences;
mod space;
#[cfg(feature = "proptest")]
pub mod strategies;
mod threshold;
mod tolerance;
mod tuples;
mod weighted;

pub use blocks::Blocks;
pub use element::{ElementNorm, L1, L2, LInf, Rms, SumOfSquares};
pub use error_scale::{ErrorScale, ToleranceError};
pub use lp::{Lp, PowerMean};
pub use masked::Masked;
pub use measure_error::MeasureError;
pub use mixed::Mixed;
pub use null::Null;
pub use one_sided::{AfterStep, BeforeStep};
pub use per_block::PerBlock;
pub use per_element::PerElement;
pub use pooled::{Pooled, PooledPart};
pub use power_sum::PowerSum;
pub use relative::Relative;
pub use scalar::{Float, Scalar};
pub use scaled::Scaled;
pub use seminorm::{Norm, Seminorm, ShapeError};
pub use space::Space;
pub use threshold::Threshold;
pub use tolerance::Tolerance;
pub use weighted::Weighted;
