//! One run, from the options to the files.

use crate::lynx_hare::comparison::{ComparisonError, compare};
use crate::lynx_hare::console::{Progress, summary, table};
use crate::lynx_hare::figures::Figures;
use crate::lynx_hare::fit::{FitError, fit};
use crate::lynx_hare::guess;
use crate::lynx_hare::options::Options;
use crate::lynx_hare::report::{self, ReportError};
use std::path::PathBuf;
use std::time::Instant;

/// A run that could not be finished.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// There is no fit.
    #[error(transparent)]
    Fit(#[from] FitError),
    /// There is nothing to compare.
    #[error(transparent)]
    Comparison(#[from] ComparisonError),
    /// There is no report.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The figures could not be put into JSON.
    #[error("the figures could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A file or folder could not be written.
    #[error("{what} could not be written to {}: {source}. {remedy}", .path.display())]
    Write {
        /// The report or the figures.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// What to do.
        remedy: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
}

const OTHER_FOLDER: &str = "Give another folder by --out, or --no-report for none";
const OTHER_FILE: &str = "Give another file by --json, in a folder that is there";

/// Fits, compares, prints, and writes what the options ask for. Returns the figures.
///
/// # Errors
/// [`RunError`], in words for someone who has never seen the code. A fit in a worse minimum is none: it is printed as a
/// warning.
pub fn run(options: &Options) -> Result<Figures, RunError> {
    let Options { seed, rtol, out, no_report, json } = options;
    // What cannot be written is better known before the work than after it.
    if !no_report {
        std::fs::create_dir_all(out).map_err(|source| RunError::Write {
            what: "The report",
            path: out.clone(),
            remedy: OTHER_FOLDER,
            source,
        })?;
    }
    let progress = Progress::new();
    let begun = Instant::now();
    let start = seed.map_or_else(guess::by_eye, guess::seeded);
    let mut shown = progress.clone();
    let fit = fit(start, *rtol, move |iteration| shown.iteration(iteration))
        .inspect_err(|_| progress.finish())?;
    let seconds = begun.elapsed().as_secs_f64();
    let comparison =
        compare(&start, |part| progress.comparison(part)).inspect_err(|_| progress.finish())?;
    progress.finish();
    let figures = Figures::new(*seed, *rtol, &fit, comparison, seconds);
    println!("{}\n{}", summary(&figures), table(&figures.comparison));
    if let Some(reason) = figures.reason() {
        println!("{}\n", folded(&reason));
    }
    if let Some(warning) = figures.warning() {
        eprintln!("Warning: {}\n", folded(&warning));
    }
    if let Some(path) = json {
        let mut text = serde_json::to_string_pretty(&figures)?;
        text.push('\n');
        std::fs::write(path, text).map_err(|source| RunError::Write {
            what: "The figures",
            path: path.clone(),
            remedy: OTHER_FILE,
            source,
        })?;
        println!("Figures: {}", path.display());
    }
    if !no_report {
        let path = out.join("report.html");
        let page = report::page(&figures, &fit.start, &fit.fitted)?;
        std::fs::write(&path, page).map_err(|source| RunError::Write {
            what: "The report",
            path: path.clone(),
            remedy: OTHER_FOLDER,
            source,
        })?;
        println!("Report: {}", path.display());
    }
    Ok(figures)
}

/// In lines of at most 100 characters.
fn folded(text: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > 100 {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}
