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
mod largest;
pub mod laws;
pub mod linear;
#[cfg(feature = "nalgebra")]
mod matrices;
mod null;
mod pooled;
mod scalar;
mod seminorm;
mod sequences;
mod space;
mod tolerance;
mod tuples;
mod weighted;

pub use blocks::Blocks;
pub use element::{ElementNorm, L1, L2, LInf, Rms, SumOfSquares};
pub use null::Null;
pub use pooled::{Pooled, PooledPart};
pub use scalar::{Float, Scalar};
pub use seminorm::{Norm, Seminorm, ShapeError};
pub use space::Space;
pub use tolerance::{ErrorScale, PerElement, Relative, Tolerance, ToleranceError};
pub use weighted::Weighted;
