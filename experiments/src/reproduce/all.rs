//! All experiments, one after the other, and the tables over all of them.

use super::cde::series::{self, Labelled};
use super::command::typed;
use super::error::ReproduceError;
use super::flows::digits;
use super::interrupt::Interrupt;
use super::options::{Plan, Together};
use super::record::{Record, Size, replace};
use super::report::{self, Words, markdown};
use super::run::{make_folder, one};
use super::{checkpoint, console};
use std::path::Path;

/// What they are called together.
const NAME: &str = "all experiments";

/// Runs every plan as if it were alone, then writes report, tables and, if it is asked for, the record of all together.
///
/// Where a run is broken off, the later ones are not begun, and what is written is of what there is. Checkpoints of those that are over
/// stay until all are, so that none is run twice by whoever goes on.
///
/// # Errors
/// Data that one of them would miss, before the first begins; that of the first run that fails.
pub fn run(
    plans: &[Plan],
    together: &Together,
    interrupt: &Interrupt,
) -> Result<Record, ReproduceError> {
    for plan in plans {
        data_is_there(plan)?;
    }
    if let Some(folder) = together.json.as_deref().and_then(Path::parent) {
        make_folder(folder)?;
    }
    let Some(first) = plans.first() else { return Ok(Record::new(NAME, Size::Quick, 0)) };
    let mut whole = Record::new(NAME, first.size, first.seed);
    let begun = |plan: &Plan| plan.out.join(checkpoint::FILE).exists();
    let any = plans.iter().any(begun);
    let mut sessions = Vec::new();
    for plan in plans {
        println!("\n== {} ==", plan.experiment);
        let mut plan = plan.clone();
        // One that was not begun has nothing to go on with; where none was, the first says so.
        plan.resuming.resume &= begun(&plan) || !any;
        let (record, session) = one(&plan, interrupt)?;
        sessions.push(session);
        whole.take_up(record);
        if whole.broken_off.is_some() {
            break;
        }
    }
    let tables = together.out.join("tables.md");
    replace(&tables, markdown::tables(&whole).as_bytes())?;
    let path = together.out.join("report.html");
    let mut words = words(&plans[..sessions.len()]);
    if let Some(place) = &whole.broken_off {
        words.mark_partial(place);
    }
    replace(&path, report::page(&whole, &words).as_bytes())?;
    if let Some(path) = &together.json {
        whole.write(path)?;
    }
    println!("\n== all ==");
    println!("{}", console::headline(&whole));
    println!("Tables: {}", tables.display());
    println!("Report: {}", path.display());
    match &whole.broken_off {
        Some(place) => {
            println!("\nBroken off at {place}. Record and reports are partial.");
            println!("To go on: {} --resume", typed());
        }
        None => sessions.into_iter().for_each(|session| session.finish()),
    }
    Ok(whole)
}

/// Whether a plan has its data: each wants others, and the last would miss them after hours.
fn data_is_there(plan: &Plan) -> Result<(), ReproduceError> {
    let Some(folder) = &plan.data else { return Ok(()) };
    match plan.experiment {
        "cnf" => digits::read(folder).map(drop)?,
        "cde" => {
            for name in series::names(folder)? {
                Labelled::read(folder, &name, plan.seed)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn words(plans: &[Plan]) -> Words {
    let links = plans.iter().map(|plan| {
        let to = format!("{}/report.html", plan.experiment);
        (plan.experiment.to_owned(), to)
    });
    Words {
        title: "The paper\u{2019}s experiments".to_owned(),
        introduction: "Every task under every norm and by every strategy: what gradients cost and how good they are. Each experiment has a \
                       report of its own, with its trainings, its steps and its pictures."
            .to_owned(),
        links: links.collect(),
        pictures: Vec::new(),
    }
}
