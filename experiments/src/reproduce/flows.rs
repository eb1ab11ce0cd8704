//! The data of the generative experiment: points in the plane, wines, hand-written digits; and what is done to them before a
//! continuous normalising flow sees them.

pub mod digits;
pub mod experiment;
pub mod learning;
pub mod pictures;
pub mod pixels;
pub mod planar;
pub mod split;
pub mod standard;
pub mod wine;
