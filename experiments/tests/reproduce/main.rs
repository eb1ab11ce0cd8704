//! What a reproduction leaves: its record, and the report made from it.

mod record;
mod report;
mod synthetic;
