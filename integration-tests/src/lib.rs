#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod fields;
pub mod linear;
pub mod sensitivity;
pub mod smooth;
