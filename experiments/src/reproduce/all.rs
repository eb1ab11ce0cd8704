//! All experiments, one after the other, and the tables over all of them.

use super::error::ReproduceError;
use super::interrupt::Interrupt;
use super::options::{Plan, Together};
use super::record::{Record, Size, replace};
use super::report::{self, Words, markdown};
use super::run::one;
use super::{checkpoint, console};

/// What they are called together.
const NAME: &str = "all experiments";

/// Runs every plan as if it were alone, then writes report, tables and, if it is asked for, the record of all together.
///
/// Where a run is broken off, the later ones are not begun, and what is written is of what there is. Checkpoints of those that are over
/// stay until all are, so that none is run twice by whoever goes on.
///
/// # Errors
/// That of the first run that fails.
pub fn run(
    plans: &[Plan],
    together: &Together,
    interrupt: &Interrupt,
) -> Result<Record, ReproduceError> {
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
    if let Some(path) = &together.json {
        whole.write(path)?;
    }
    let tables = together.out.join("tables.md");
    replace(&tables, markdown::tables(&whole).as_bytes())?;
    let path = together.out.join("report.html");
    replace(&path, report::page(&whole, &words(plans)).as_bytes())?;
    println!("\n== all ==");
    println!("{}", console::headline(&whole));
    println!("Tables: {}", tables.display());
    println!("Report: {}", path.display());
    match &whole.broken_off {
        Some(place) => {
            println!("\nBroken off at {place}. Record and reports are partial.");
            println!("To go on: {}", again());
        }
        None => sessions.into_iter().for_each(|session| session.finish()),
    }
    Ok(whole)
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

/// The command line as it was typed, to go on.
fn again() -> String {
    let typed = std::env::args().filter(|word| word != "--resume" && word != "--fresh");
    let quoted = typed.map(|word| match word.contains(char::is_whitespace) {
        true => format!("'{word}'"),
        false => word,
    });
    let mut words: Vec<String> = quoted.collect();
    words.push("--resume".to_owned());
    words.join(" ")
}
