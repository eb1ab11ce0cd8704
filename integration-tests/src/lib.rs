#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod any_field;
pub mod faulty;
pub mod fields;
pub mod linear;
pub mod oscillator;
pub mod sensitivity;
pub mod smooth;
pub mod trials;

/// The example of the repository's front page.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct FrontPage;
