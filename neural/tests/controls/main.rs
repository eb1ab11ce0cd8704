//! Laws of control paths, of single series and of batches.

mod bad_input;
mod batch;
mod hermite;
mod missing;
mod natural_cubic;
mod path;
mod rectilinear;
mod refined;
mod series;
