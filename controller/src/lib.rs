#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

#[cfg(not(any(feature = "std", feature = "libm")))]
compile_error!(
    "costate-controller takes powers: enable its feature `std`, or `libm` where there is no standard library"
);

mod control;
mod controller;
mod first_step;
mod fixed;
mod integral;
mod law;
pub mod laws;
mod proportional;

pub use control::{ControlError, StepControl, Verdict};
pub use controller::Controller;
pub use costate_norms as norms;
pub use first_step::{Start, first_step};
pub use fixed::Fixed;
pub use integral::I;
pub use law::{History, Law};
pub use proportional::Pi;
