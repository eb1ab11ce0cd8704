//! The command: reads the options, runs, and turns the outcome into an exit code.

#![forbid(unsafe_code)]

use clap::{Parser, Subcommand};
use costate_experiments::lynx_hare::{self, options::Options};
use costate_experiments::reproduce::interrupt::{EXIT_CODE, Interrupt};
use costate_experiments::reproduce::memory::{self, Counting};
use costate_experiments::reproduce::{self, error::ReproduceError, options::Reproduce};
use std::process::ExitCode;

#[global_allocator]
static MEMORY: Counting = memory::COUNTING;

/// Gradients through differential-equation solves, demonstrated on data.
///
/// Without a subcommand: fits Lotka and Volterra's predator and prey to the pelts of hares and lynxes that
/// the Hudson's Bay Company bought from 1900 to 1920, by the seminorm adjoint. Six unknowns (four
/// rates, two populations in 1900) are moved by L-BFGS until half the sum of squared log residuals no
/// longer falls. Each gradient is one solve forwards and one backwards. The run also compares, at the
/// starting values, what the backward solve costs under the usual norm and under the seminorm, and
/// writes a report to look at in a browser.
///
/// Exit code: 0 when the run came to an end, for a fit in the best known minimum or, with a warning, in
/// another place; 1 when it did not or a file could not be written; 2 for an option that is not
/// understood; 130 when it was broken off by Ctrl-C or SIGTERM.
#[derive(Parser)]
#[command(
    name = "experiments",
    version,
    verbatim_doc_comment,
    args_conflicts_with_subcommands = true
)]
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
        None => lynx_hare::run::run(&fit).map(|_| ExitCode::SUCCESS).map_err(|e| e.to_string()),
        Some(Instead::Reproduce(options)) => reproduced(options).map_err(|e| e.to_string()),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("Error: {error}.");
            ExitCode::FAILURE
        }
    }
}

fn reproduced(options: &Reproduce) -> Result<ExitCode, ReproduceError> {
    let interrupt = Interrupt::on_signals().map_err(ReproduceError::Signals)?;
    let record = reproduce::run::run(options, &interrupt)?;
    Ok(if record.broken_off.is_some() { EXIT_CODE.into() } else { ExitCode::SUCCESS })
}
