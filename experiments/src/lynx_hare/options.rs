//! The command line.

use clap::Parser;
use std::path::PathBuf;

/// Fits Lotka and Volterra's predator and prey to the pelts of hares and lynxes that the
/// Hudson's Bay Company bought from 1900 to 1920, by the seminorm adjoint.
///
/// Six unknowns (four rates, two populations in 1900) are moved by L-BFGS until half the sum of
/// squared log residuals no longer falls. Each gradient is one solve forwards and one backwards.
/// The run also compares, at the starting values, what the backward solve costs under the usual
/// norm and under the seminorm, and writes a report to look at in a browser.
///
/// Exit code: 0 when the fit came to an end, in the best known minimum or, with a warning, in
/// another place; 1 when there is no fit or a file could not be written; 2 for an option that is
/// not understood.
#[derive(Debug, Clone, PartialEq, Parser)]
#[command(name = "experiments", version, verbatim_doc_comment)]
pub struct Options {
    /// Start from a perturbed guess: each unknown is multiplied by a random factor between
    /// 1/1.5 and 1.5 that this number decides, the same on every machine
    /// [default: the guess itself, read off the data]
    #[arg(long, value_name = "N", verbatim_doc_comment)]
    pub seed: Option<u64>,

    /// Relative tolerance of the solves in the fit, from 1e-12 to 1e-4 (an eighth of it backwards);
    /// the absolute tolerance is a hundredth of it, in thousands of pelts
    #[arg(long, value_name = "TOLERANCE", default_value = "1e-8", value_parser = tolerance)]
    #[arg(verbatim_doc_comment)]
    pub rtol: f64,

    /// Folder for the report, report.html; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/lynx-hare")]
    pub out: PathBuf,

    /// Write no report [default: write it]
    #[arg(long)]
    pub no_report: bool,

    /// Also write all figures of the run to this file, as JSON [default: not written]
    #[arg(long, value_name = "PATH")]
    pub json: Option<PathBuf>,
}

fn tolerance(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rtol) if (1e-12..=1e-4).contains(&rtol) => Ok(rtol),
        Ok(_) => {
            Err("give a number from 1e-12 to 1e-4: looser solves mislead the optimiser, tighter \
                      ones are under the rounding of 64-bit numbers"
                .to_owned())
        }
        Err(_) => Err("give a number such as 1e-8".to_owned()),
    }
}
