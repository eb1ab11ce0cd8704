//! The pictures of the report, as SVG text.

mod attempts;
mod canvas;
mod descent;
mod palette;
mod portrait;
mod years;

pub use attempts::attempts;
pub use canvas::PlotError;
pub use descent::descent;
pub use palette::stylesheet;
pub use portrait::portrait;
pub use years::years;
