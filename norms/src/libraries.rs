#![doc = include_str!("../docs/libraries.md")]

#[cfg(doc)]
use crate::{
    AfterStep, BeforeStep, ErrorScale, LInf, PerElement, Relative, Rms, Scaled, Threshold,
    Tolerance,
};
