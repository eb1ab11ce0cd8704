//! One run, from the options to the files.

use super::error::ReproduceError;
use super::interrupt::Interrupt;
use super::options::{Plan, Planned, Reproduce};
use super::record::{Record, replace};
use super::report::{self, Words};
use super::session::Session;
use super::{all, cde, console, flows, pendulum};
use std::path::Path;

/// Runs what the options ask for, prints what came of it, and writes parameters, record and report. Returns the record.
///
/// Where the interrupt is raised, the running step is the last one; a checkpoint is written, and record and report of what there
/// is, marked as partial: [`Record::broken_off`] says where.
///
/// # Errors
/// [`ReproduceError`], in words for someone who has never seen the code. The last checkpoint stays.
pub fn run(options: &Reproduce, interrupt: &Interrupt) -> Result<Record, ReproduceError> {
    let plan = match options.planned()? {
        Planned::One(plan) => plan,
        Planned::All(plans, together) => return all::run(&plans, &together, interrupt),
    };
    let (record, session) = one(&plan, interrupt)?;
    match &record.broken_off {
        Some(place) => {
            println!("\nBroken off at {place}. Record and report are partial.");
            println!("To go on: {}", session.again());
        }
        None => session.finish(),
    }
    Ok(record)
}

/// Runs one experiment. Its checkpoint stays with the session that is returned.
pub(super) fn one(plan: &Plan, interrupt: &Interrupt) -> Result<(Record, Session), ReproduceError> {
    // What cannot be written is better known before the work than after it.
    make_folder(&plan.out)?;
    if let Some(folder) = plan.json.as_deref().and_then(Path::parent) {
        make_folder(folder)?;
    }
    let mut session = Session::open(plan, interrupt)?;
    let carried_out = carried_out(plan, &mut session);
    session.progress.finish();
    let (mut record, mut words) = carried_out?;
    record.commit = session.commit();
    record.broken_off = session.broken_off.clone();
    if let Some(place) = &record.broken_off {
        words.mark_partial(place);
    }
    let path = plan.out.join("report.html");
    replace(&path, report::page(&record, &words).as_bytes())?;
    println!("{}", console::summary(&record));
    if let Some(path) = &plan.json {
        record.write(path)?;
        println!("Record: {}", path.display());
    }
    println!("Parameters: {}", plan.out.join("*.safetensors").display());
    println!("Report: {}", path.display());
    Ok((record, session))
}

/// Makes a folder, and those that it is in. The empty path is the folder one is in.
pub(super) fn make_folder(folder: &Path) -> Result<(), ReproduceError> {
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    std::fs::create_dir_all(folder)
        .map_err(|source| ReproduceError::Folder { path: folder.to_owned(), source })
}

fn carried_out(plan: &Plan, session: &mut Session) -> Result<(Record, Words), ReproduceError> {
    match plan.experiment {
        "pendulum" => pendulum::experiment::run(plan, session),
        "cde" => cde::experiment::run(plan, session),
        _ => flows::experiment::run(plan, session),
    }
}
