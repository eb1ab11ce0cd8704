//! The paper's generative experiment: continuous normalising flows.

use super::learning::Density;
use super::pictures;
use super::planar::Planar;
use crate::reproduce::comparison::{Extent, compare, shown};
use crate::reproduce::error::ReproduceError;
use crate::reproduce::options::Plan;
use crate::reproduce::progress::Progress;
use crate::reproduce::record::{Record, Size};
use crate::reproduce::report::Words;
use crate::reproduce::training::Settings;
use costate_neural::Divergence;

/// What is drawn of a task.
#[derive(Debug, Clone, Copy)]
enum Drawn {
    Planar(Planar),
    Digits,
    Nothing,
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

/// Runs it.
///
/// # Errors
/// What could not be done, and what to do.
pub fn run(plan: &Plan) -> Result<(Record, Words), ReproduceError> {
    let tasks = tasks(plan)?;
    let settings = Settings {
        epochs: plan.epochs,
        steps: plan.steps,
        // A quick run has 200 steps where FFJORD has 10,000 of 1e-3.
        rate: if plan.size == Size::Paper { 1e-3 } else { 1e-2 },
        // FFJORD's, for points in the plane.
        decay: 1e-5,
        plateau: None,
        validation: usize::MAX,
        seed: plan.seed,
    };
    let mut record = Record::new("cnf", plan.size, plan.seed);
    let trainings = plan.norms.len() as u64 * plan.repeats;
    let steps: u64 = tasks.iter().map(|(task, _)| settings.total(task)).sum();
    let mut progress = Progress::new(trainings * steps);
    let mut words = words(plan);
    for (task, drawn) in &tasks {
        let rtols = match drawn {
            Drawn::Nothing => Vec::new(),
            Drawn::Planar(_) | Drawn::Digits => vec![1e-2, 1e-3, 1e-4, 1e-5, 1e-6],
        };
        let ablation = if rtols.is_empty() { 0 } else { 4 };
        let extent = Extent { batches: usize::MAX, rtols, reference: true, ablation };
        let learnt = compare(task, plan, &settings, &extent, &mut record, &mut progress)
            .inspect_err(|_| progress.finish())?;
        let Some(shown) = shown(&learnt) else { continue };
        let picture = match drawn {
            Drawn::Planar(of) => Some(pictures::planar(*of, task, &shown.parameters)),
            Drawn::Digits => Some(pictures::digits(task, &shown.parameters)),
            Drawn::Nothing => None,
        };
        if let Some(picture) = picture.transpose().inspect_err(|_| progress.finish())? {
            words.pictures.push(picture);
        }
    }
    progress.finish();
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
            "Flows learn the densities of points in the plane, of wines and of digits, by the largest likelihood. Each is trained once under \
             every norm from the same seed; what a gradient costs is counted in passes over test data with the trained parameters. Under \
             \u{201C}exact\u{201D} the divergence of the field is its trace, under \u{201C}Hutchinson\u{201D} an estimate by random signs. {size}"
        ),
        pictures: Vec::new(),
    }
}
