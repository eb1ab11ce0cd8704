//! Series that are told apart: how they are read and made, and what is learnt of them.

mod chirps;
mod end_to_end;
mod gradient;
mod noise;
mod reader;
mod scaling;
mod series;
mod task;
