//! Bad input is a typed error that names what was wrong, where, and what to do: never a panic, a hang or a plausible number.

mod settings;
mod shapes;
mod task;
mod times;
mod values;
mod way_back;
mod workspaces;
