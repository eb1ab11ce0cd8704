//! The paper's physical experiment: a Symplectic ODE-Net learns a double pendulum under control.

use super::learning::Pendulum;
use super::pictures::pictures;
use super::windows::Sizes;
use crate::reproduce::comparison::{Extent, compare};
use crate::reproduce::error::ReproduceError;
use crate::reproduce::options::Plan;
use crate::reproduce::record::{Record, Size};
use crate::reproduce::report::Words;
use crate::reproduce::session::Session;
use crate::reproduce::training::{Schedule, Settings};
use crate::reproduce::work::Work;

/// Test batches in the ablation: at full size each takes a minute.
const ABLATION_BATCHES: usize = 4;

/// Runs it, or as much of it as there is time for until the session is broken off; there are no pictures then.
///
/// # Errors
/// What could not be done, and what to do.
pub fn run(plan: &Plan, session: &mut Session) -> Result<(Record, Words), ReproduceError> {
    let task = Pendulum::new(plan.size, plan.seed)?;
    let settings = Settings {
        epochs: plan.epochs_or(5),
        steps: plan.steps,
        // The paper's; a quick run has 160 steps where that has 3950.
        rate: if plan.size == Size::Paper { 1e-3 } else { 3e-3 },
        decay: 0.01,
        schedule: Schedule::Constant,
        validation: usize::MAX,
        seed: plan.seed,
    };
    let extent = match plan.size {
        Size::Quick => Extent {
            batches: usize::MAX,
            rtols: vec![1e-2, 1e-3, 1e-4, 1e-5, 1e-6],
            reference: true,
            measured: usize::MAX,
            ablation: ABLATION_BATCHES,
        },
        Size::Paper => Extent {
            batches: usize::MAX,
            rtols: vec![1e-3, 1e-4, 1e-5],
            reference: true,
            measured: usize::MAX,
            ablation: ABLATION_BATCHES,
        },
    };
    let mut record = Record::new("pendulum", plan.size, plan.seed);
    session.progress.expect(Work::of(&task, plan, &settings, &extent).total(plan));
    let learnt = compare(&task, plan, &settings, &extent, &mut record, session)?;
    let Sizes { train, validation, .. } = Sizes::of(plan.size);
    let mut words = words(plan);
    if session.broken_off.is_none() {
        let drawn = pictures(&task, &learnt, plan.seed, train + validation);
        words.pictures = session.drawn(drawn)?;
    }
    Ok((record, words))
}

fn words(plan: &Plan) -> Words {
    let size = match plan.size {
        Size::Quick => {
            "This is a quick run: nets of a tenth of the published widths and a tenth of the data, for a few epochs."
        }
        Size::Paper => "This is a run at full size, with the published net of 509,108 parameters.",
    };
    Words {
        title: "A double pendulum, learnt".to_owned(),
        introduction: format!(
            "A Symplectic ODE-Net learns a double pendulum with a torque on each joint from windows of eight states. It is trained under \
             every norm from the same seeds; what a gradient costs is counted in passes over test data with the trained parameters. Under all \
             norms but quadrature the adjoint is torchdiffeq's, as in the paper; quadrature is Costate's own, at an eighth of the \
             tolerance backwards and relative to the size of the loss. {size}"
        ),
        links: Vec::new(),
        pictures: Vec::new(),
    }
}
