//! The paper's physical experiment: a Symplectic ODE-Net learns a double pendulum under control.

use super::learning::Pendulum;
use crate::reproduce::comparison::{Extent, compare};
use crate::reproduce::error::ReproduceError;
use crate::reproduce::options::Plan;
use crate::reproduce::progress::Progress;
use crate::reproduce::record::{Record, Size};
use crate::reproduce::report::Words;
use crate::reproduce::training::Settings;

/// Runs it.
///
/// # Errors
/// What could not be done, and what to do.
pub fn run(plan: &Plan) -> Result<(Record, Words), ReproduceError> {
    let task = Pendulum::new(plan.size, plan.seed)?;
    let settings = Settings {
        epochs: plan.epochs,
        steps: plan.steps,
        rate: 1e-3,
        decay: 0.01,
        plateau: None,
        validation: usize::MAX,
        seed: plan.seed,
    };
    let extent = match plan.size {
        Size::Quick => Extent {
            batches: usize::MAX,
            rtols: vec![1e-2, 1e-3, 1e-4, 1e-5, 1e-6],
            reference: true,
        },
        Size::Paper => {
            Extent { batches: usize::MAX, rtols: vec![1e-3, 1e-4, 1e-5], reference: true }
        }
    };
    let mut record = Record::new("pendulum", plan.size, plan.seed);
    let trainings = plan.norms.len() as u64 * plan.repeats;
    let mut progress = Progress::new(trainings * settings.total(&task));
    let learnt = compare(&task, plan, &settings, &extent, &mut record, &mut progress);
    progress.finish();
    let _learnt = learnt?;
    Ok((record, Words { title: "Double pendulum".to_owned(), ..Words::default() }))
}
