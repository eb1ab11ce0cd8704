//! The pictures of the report, as SVG text.

mod attempts;
mod descent;
mod portrait;
mod years;

pub use attempts::attempts;
pub use descent::descent;
pub use portrait::portrait;
pub use years::years;
