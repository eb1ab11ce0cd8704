//! Laws of what training needs: losses against differences, optimisers against their formulas.

mod adamw;
mod clip;
mod losses;
mod plateau;
mod tensors;
