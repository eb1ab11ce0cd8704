//! The paper's experiment with time series: a neural CDE tells them apart.

use super::chirps::{Sizes, chirps};
use super::learning::{Classification, Widths};
use super::pictures::pictures;
use super::series::{Labelled, names};
use crate::reproduce::comparison::{Extent, compare, shown};
use crate::reproduce::error::ReproduceError;
use crate::reproduce::options::Plan;
use crate::reproduce::record::{Record, Size};
use crate::reproduce::report::Words;
use crate::reproduce::session::Session;
use crate::reproduce::task::{Part, Task};
use crate::reproduce::training::Settings;
use crate::reproduce::work::Work;
use costate_neural::Plateau;

/// The paper's batch.
const BATCH: usize = 1024;
/// The paper's rate, at a batch of 1024.
const RATE: f64 = 1.6e-3;
/// The rates of smaller nets in smaller batches, with series from files and with chirps. Chosen by series put aside for validation, not
/// by the test.
const SMALL_RATE: f64 = 3e-3;
const QUICK_RATE: f64 = 5e-3;

/// Of fewer series than this a quick run takes more epochs.
const FEW: usize = 64;

/// Chirps, or all pairs of files in the folder of data.
fn tasks(plan: &Plan) -> Result<Vec<Classification>, ReproduceError> {
    let data = match &plan.data {
        None => vec![chirps(plan.seed, Sizes::of(plan.size))],
        Some(folder) => {
            let read = |name: &String| Labelled::read(folder, name, plan.seed);
            names(folder)?.iter().map(read).collect::<Result<_, _>>()?
        }
    };
    let quick = plan.size == Size::Quick;
    let (widths, _) = meant(plan);
    let task = |data: &Labelled| {
        let series = data.parts.train.len();
        // Eight steps in each epoch at least, where there are series enough.
        let batch = if quick { (series / 8).clamp(8, 32) } else { BATCH.min(series.div_ceil(8)) };
        Classification::new(data, widths, batch)
    };
    data.iter().map(task).collect()
}

/// The widths of nets and the rate of training.
fn meant(plan: &Plan) -> (Widths, f64) {
    match (plan.size, &plan.data) {
        (Size::Paper, _) => (Widths::PAPER, RATE),
        (Size::Quick, Some(_)) => (Widths::SMALL, SMALL_RATE),
        (Size::Quick, None) => (Widths::QUICK, QUICK_RATE),
    }
}

/// Runs it.
///
/// # Errors
/// What could not be done, and what to do.
pub fn run(plan: &Plan, session: &mut Session) -> Result<(Record, Words), ReproduceError> {
    let tasks = tasks(plan)?;
    let (_, rate) = meant(plan);
    let settings = |task: &Classification| Settings {
        // A few dozen series make few steps in each epoch.
        epochs: plan.epochs_or(if task.rows(Part::Train) < FEW { 60 } else { 20 }),
        steps: plan.steps,
        rate,
        decay: 0.01,
        plateau: Some(Plateau::default()),
        validation: usize::MAX,
        seed: plan.seed,
    };
    let extent = Extent {
        batches: usize::MAX,
        rtols: vec![1e-2, 1e-3, 1e-4, 1e-5],
        reference: true,
        ablation: 2,
    };
    let mut record = Record::new("cde", plan.size, plan.seed);
    let each = tasks.iter().map(|task| Work::of(task, plan, &settings(task), &extent).total(plan));
    session.progress.expect(each.sum());
    let mut words = words(plan);
    for task in &tasks {
        let learnt = compare(task, plan, &settings(task), &extent, &mut record, session)?;
        if let (Some(shown), Some(&tolerances)) = (shown(&learnt), plan.tolerances.first()) {
            words.pictures.extend(pictures(task, shown, tolerances)?);
        }
        if session.broken_off.is_some() {
            break;
        }
    }
    Ok((record, words))
}

fn words(plan: &Plan) -> Words {
    let size = match plan.size {
        Size::Quick => {
            "This is a quick run: nets of a third or less of the published widths, in small batches, for a few hundred steps."
        }
        Size::Paper => "This is a run at full size, with nets of the published widths.",
    };
    Words {
        title: "Series, told apart".to_owned(),
        introduction: format!(
            "A neural controlled differential equation is driven by a series, in straight lines from sample to sample, \
             and its last hidden state is read out for the class. It is trained once under every norm at each tolerance, \
             from the same seed; what a gradient costs is counted in passes over test series with the trained parameters. \
             The absolute tolerance is a thousandth of the relative one, as in the paper. {size}"
        ),
        links: Vec::new(),
        pictures: Vec::new(),
    }
}
