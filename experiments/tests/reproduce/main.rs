//! What a reproduction leaves: its record, and the report made from it.

mod options;
mod record;
mod report;
mod synthetic;
