//! The paper's generative experiment: continuous normalising flows.

use super::learning::Density;
use super::pictures;
use super::planar::Planar;
use crate::reproduce::comparison::{Extent, compare, shown};
use crate::reproduce::error::ReproduceError;
use crate::reproduce::options::Plan;
use crate::reproduce::record::{Record, Size};
use crate::reproduce::report::Words;
use crate::reproduce::session::Session;
use crate::reproduce::training::{Schedule, Settings};
use crate::reproduce::work::Work;
use costate_neural::Divergence;

/// What is drawn of a task.
#[derive(Debug, Clone, Copy)]
enum Drawn {
    Planar(Planar),
    Digits,
    Nothing,
}

/// What is evaluated of a task.
fn extent(drawn: Drawn) -> Extent {
    let rtols = match drawn {
        Drawn::Nothing => Vec::new(),
        Drawn::Planar(_) | Drawn::Digits => vec![1e-2, 1e-3, 1e-4, 1e-5, 1e-6],
    };
    let ablation = if rtols.is_empty() { 0 } else { 4 };
    Extent { batches: usize::MAX, rtols, reference: true, measured: usize::MAX, ablation }
}

fn tasks(plan: &Plan) -> Result<Vec<(Density, Drawn)>, ReproduceError> {
    let mut tasks = Vec::new();
    for divergence in [Divergence::Exact, Divergence::Hutchinson] {
        for of in Planar::ALL {
            let exact = divergence == Divergence::Exact;
            let drawn = if exact { Drawn::Planar(of) } else { Drawn::Nothing };
            tasks.push((Density::planar(of, divergence, plan.size, plan.seed)?, drawn));
        }
    }
    tasks.push((Density::wine(plan.size, plan.seed)?, Drawn::Nothing));
    if let Some(folder) = &plan.data {
        tasks.push((Density::digits(folder, plan.size, plan.seed)?, Drawn::Digits));
    }
    Ok(tasks)
}

/// Runs it, or as much of it as there is time for until the session is broken off.
///
/// # Errors
/// What could not be done, and what to do.
pub fn run(plan: &Plan, session: &mut Session) -> Result<(Record, Words), ReproduceError> {
    let tasks = tasks(plan)?;
    let settings = Settings {
        epochs: plan.epochs_or(5),
        steps: plan.steps,
        // A quick run has 200 steps where FFJORD has 10,000 of 1e-3.
        rate: if plan.size == Size::Paper { 1e-3 } else { 1e-2 },
        // FFJORD's, for points in the plane.
        decay: 1e-5,
        schedule: Schedule::Constant,
        validation: usize::MAX,
        seed: plan.seed,
    };
    let mut record = Record::new("cnf", plan.size, plan.seed);
    let extents = tasks.iter().map(|(_, drawn)| extent(*drawn)).collect::<Vec<_>>();
    for ((task, _), extent) in tasks.iter().zip(&extents) {
        session.progress.expect(Work::of(task, plan, &settings, extent).total(plan));
    }
    let mut words = words(plan);
    for ((task, drawn), extent) in tasks.iter().zip(&extents) {
        let learnt = compare(task, plan, &settings, extent, &mut record, session)?;
        if session.broken_off.is_some() {
            break;
        }
        let Some(shown) = shown(&learnt) else { continue };
        let picture = match drawn {
            Drawn::Planar(of) => Some(pictures::planar(*of, task, &shown.parameters)),
            Drawn::Digits => Some(pictures::digits(task, &shown.parameters)),
            Drawn::Nothing => None,
        };
        let drawn = picture.transpose().map(|picture| picture.into_iter().collect());
        words.pictures.extend(session.drawn(drawn)?);
    }
    Ok((record, words))
}

fn words(plan: &Plan) -> Words {
    let size = match plan.size {
        Size::Quick => {
            "This is a quick run: small nets and a few hundred steps, which show how the norms differ and not how good flows can be."
        }
        Size::Paper => "This is a run at full size.",
    };
    Words {
        title: "Continuous normalising flows".to_owned(),
        introduction: format!(
            "Flows learn the densities of points in the plane, of wines and of digits, by the largest likelihood. Each is trained under \
             every norm from the same seeds; what a gradient costs is counted in passes over test data with the trained parameters. Under \
             \u{201C}exact\u{201D} the divergence of the field is its trace, under \u{201C}Hutchinson\u{201D} an estimate by random signs. {size}"
        ),
        links: Vec::new(),
        pictures: Vec::new(),
    }
}
