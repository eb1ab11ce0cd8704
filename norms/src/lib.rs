#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

#[cfg(not(any(feature = "std", feature = "libm")))]
compile_error!(
    "costate-norms takes square roots: enable its feature `std`, or `libm` where there is no standard library"
);

extern crate alloc;

mod blocks;
mod element;
mod error_scale;
mod largest;
pub mod laws;
pub mod linear;
#[cfg(feature = "nalgebra")]
mod matrices;
mod null;
mod per_element;
mod pooled;
mod relative;
mod scalar;
mod seminorm;
mod sequences;
mod space;
mod tolerance;
mod tuples;
mod weighted;

pub use blocks::Blocks;
pub use element::{ElementNorm, L1, L2, LInf, Rms, SumOfSquares};
pub use error_scale::{ErrorScale, ToleranceError};
pub use null::Null;
pub use per_element::PerElement;
pub use pooled::{Pooled, PooledPart};
pub use relative::Relative;
pub use scalar::{Float, Scalar};
pub use seminorm::{Norm, Seminorm, ShapeError};
pub use space::Space;
pub use tolerance::Tolerance;
pub use weighted::Weighted;
