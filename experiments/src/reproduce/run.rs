//! One run, from the options to the files.

use super::error::ReproduceError;
use super::options::{Plan, Reproduce};
use super::record::{Record, replace};
use super::report::{self, Words};
use super::{console, flows, pendulum};

/// Runs what the options ask for, prints what came of it, and writes parameters, record and report. Returns the record.
///
/// # Errors
/// [`ReproduceError`], in words for someone who has never seen the code.
pub fn run(options: &Reproduce) -> Result<Record, ReproduceError> {
    let plan = options.plan()?;
    // What cannot be written is better known before the work than after it.
    std::fs::create_dir_all(&plan.out)
        .map_err(|source| ReproduceError::Folder { path: plan.out.clone(), source })?;
    let (record, words) = carried_out(&plan)?;
    if let Some(path) = &plan.json {
        record.write(path)?;
    }
    let path = plan.out.join("report.html");
    replace(&path, report::page(&record, &words).as_bytes())?;
    println!("{}", console::summary(&record));
    if let Some(path) = &plan.json {
        println!("Record: {}", path.display());
    }
    println!("Parameters: {}", plan.out.join("*.safetensors").display());
    println!("Report: {}", path.display());
    Ok(record)
}

fn carried_out(plan: &Plan) -> Result<(Record, Words), ReproduceError> {
    match plan.experiment {
        "pendulum" => pendulum::experiment::run(plan),
        _ => flows::experiment::run(plan),
    }
}
