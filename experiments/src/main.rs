//! The command: reads the options, runs, and turns the outcome into an exit code.

#![forbid(unsafe_code)]

use clap::Parser;
use costate_experiments::lynx_hare::{options::Options, run::run};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error}.");
            ExitCode::FAILURE
        }
    }
}
