//! Laws of what training needs: losses against differences, optimisers against their formulas.

mod adamw;
mod clip;
mod losses;
mod net_program;
mod plateau;
mod tensors;
