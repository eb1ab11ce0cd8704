//! Runs that are broken off, in every way there is, and gone on with: to the same bits.

mod breaks;
mod comparison;
mod disk;
mod file;
#[cfg(unix)]
mod killed;
mod loop_by_hand;
mod options;
mod progress;
mod tiny;
