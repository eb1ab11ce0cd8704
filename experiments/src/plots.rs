//! What the pictures of all reports share: the canvas they are drawn on and the colours, for light paper and for dark.

pub(crate) mod canvas;
pub(crate) mod palette;

pub use canvas::PlotError;
pub use palette::stylesheet;

/// The typography and layout of every report's page; the colours it names are [`stylesheet`]'s.
pub(crate) const PAGE_STYLE: &str = include_str!("plots/page.css");
