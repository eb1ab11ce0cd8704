//! The command: reads the options, runs, and turns the outcome into an exit code.

#![forbid(unsafe_code)]

use clap::{Parser, Subcommand};
use costate_experiments::lynx_hare::{self, options::Options};
use costate_experiments::reproduce::memory::{self, Counting};
use costate_experiments::reproduce::{self, options::Reproduce};
use std::process::ExitCode;

#[global_allocator]
static MEMORY: Counting = memory::COUNTING;

/// By itself the command fits a predator-prey model; with a subcommand it does something else.
#[derive(Parser)]
#[command(name = "experiments", version, args_conflicts_with_subcommands = true)]
struct Command {
    #[command(flatten)]
    fit: Options,
    #[command(subcommand)]
    instead: Option<Instead>,
}

#[derive(Subcommand)]
enum Instead {
    /// Reproduce an experiment of "Hey, that's not an ODE" (Kidger, Chen, Lyons, ICML 2021)
    Reproduce(Reproduce),
}

fn main() -> ExitCode {
    let Command { fit, instead } = Command::parse();
    let outcome = match &instead {
        None => lynx_hare::run::run(&fit).map(|_| ()).map_err(|e| e.to_string()),
        Some(Instead::Reproduce(options)) => {
            reproduce::run::run(options).map(|_| ()).map_err(|e| e.to_string())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error}.");
            ExitCode::FAILURE
        }
    }
}
