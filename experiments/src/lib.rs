#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod lynx_hare;
pub mod plots;
pub mod reproduce;
