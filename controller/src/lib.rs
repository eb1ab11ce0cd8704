#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

#[cfg(not(any(feature = "std", feature = "libm")))]
compile_error!(
    "costate-controller takes powers: enable its feature `std`, or `libm` where there is no standard library"
);

extern crate alloc;

mod closed_loop;
#[doc = include_str!("../docs/comparison.md")]
#[doc = ""]
#[doc = include_str!("../docs/laws.md")]
#[doc = include_str!("../docs/reading.md")]
#[doc = ""]
#[doc = concat!("<div style=\"overflow-x: auto\">\n", include_str!("../docs/step_sizes.svg"), "\n</div>")]
#[doc = ""]
#[doc = "The table and the picture are written by the example `compare_laws`, and a test holds the table to what is measured."]
pub mod comparison {}
mod control;
mod controller;
mod filter;
mod first_step;
mod fixed;
mod history;
mod integral;
mod law;
mod law_error;
pub mod laws;
mod limiter;
mod logged;
mod pid;
mod proportional;
mod root;
#[cfg(feature = "proptest")]
pub mod strategies;

pub use closed_loop::ClosedLoop;
pub use control::{ControlError, StepControl, Verdict};
pub use controller::Controller;
pub use costate_norms as norms;
pub use filter::Filter;
pub use first_step::{Start, first_step};
pub use fixed::Fixed;
pub use history::{Accepted, History};
pub use integral::I;
pub use law::Law;
pub use law_error::LawError;
pub use limiter::Limiter;
pub use logged::{Attempt, Logged, Roughness};
pub use pid::Pid;
pub use proportional::Pi;
