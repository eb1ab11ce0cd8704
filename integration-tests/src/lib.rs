#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod faulty;
pub mod fields;
pub mod linear;
pub mod oscillator;
pub mod sensitivity;
pub mod smooth;

/// The example of the repository's front page.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct FrontPage;
