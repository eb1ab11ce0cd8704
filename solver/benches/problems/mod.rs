//! The problems that solves are measured on.

pub(crate) mod arenstorf;
#[allow(dead_code)]
pub(crate) mod brusselator;
#[allow(dead_code)]
pub(crate) mod lorenz;
#[allow(dead_code)]
pub(crate) mod lotka_volterra;
pub(crate) mod pleiades;
