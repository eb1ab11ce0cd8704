//! Models that are trained under several norms, evaluated and compared.

mod end_to_end;
mod first_step;
mod norms;
mod training;
