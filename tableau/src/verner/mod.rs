//! J. H. Verner's "most efficient" pairs, with interpolants of the order of the method.

mod verner_65;
mod verner_76;
mod verner_87;
mod verner_98;

pub use verner_65::VERNER_65;
pub use verner_76::VERNER_76;
pub use verner_87::VERNER_87;
pub use verner_98::VERNER_98;
