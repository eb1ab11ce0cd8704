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
use crate::reproduce::training::{Schedule, Settings};
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

/// Of fewer series than this a quick run takes more noise and more epochs.
const FEW: usize = 64;

/// The deviation of the noise on the training series of a small net from files, where that of each channel is 1, and for few series. By
/// the loss on parts of the training files that were put aside, a part or two for each value; the test had no say.
const NOISE: f64 = 0.3;
const NOISE_ON_FEW: f64 = 0.5;

/// Times through series from files, and through few: some seven hundred and five hundred steps. With noise, no fewer than that learn all
/// there is to learn.
const EPOCHS: u64 = 80;
const EPOCHS_OF_FEW: u64 = 100;

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
    let Meant { widths, noise, .. } = Meant::by(plan);
    let task = |data: &Labelled| {
        let series = data.parts.train.len();
        // Eight steps in each epoch at least, where there are series enough.
        let batch = if quick { (series / 8).clamp(8, 32) } else { BATCH.min(series.div_ceil(8)) };
        let noise = if series < FEW { noise[1] } else { noise[0] };
        Classification::noisy(data, widths, batch, noise)
    };
    data.iter().map(task).collect()
}

/// What is meant by a size.
struct Meant {
    widths: Widths,
    /// The first rate of training, and how it goes on.
    rate: f64,
    schedule: Schedule,
    /// The deviation of noise on training series, and where they are few.
    noise: [f64; 2],
    /// Times through the training series where nothing is said, and through few.
    epochs: [u64; 2],
}

impl Meant {
    fn by(plan: &Plan) -> Meant {
        let plateau = Schedule::Plateau(Plateau::default());
        match (plan.size, &plan.data) {
            (Size::Paper, _) => Meant {
                widths: Widths::PAPER,
                rate: RATE,
                schedule: plateau,
                noise: [0.0; 2],
                epochs: [20; 2],
            },
            // A tenth of a few hundred series, or fewer, is too little to say when the rate should fall.
            (Size::Quick, Some(_)) => Meant {
                widths: Widths::SMALL,
                rate: SMALL_RATE,
                schedule: Schedule::Cosine,
                noise: [NOISE, NOISE_ON_FEW],
                epochs: [EPOCHS, EPOCHS_OF_FEW],
            },
            (Size::Quick, None) => Meant {
                widths: Widths::QUICK,
                rate: QUICK_RATE,
                schedule: plateau,
                noise: [0.0; 2],
                epochs: [20; 2],
            },
        }
    }
}

/// Runs it.
///
/// # Errors
/// What could not be done, and what to do.
pub fn run(plan: &Plan, session: &mut Session) -> Result<(Record, Words), ReproduceError> {
    let tasks = tasks(plan)?;
    let Meant { rate, schedule, epochs, .. } = Meant::by(plan);
    let settings = |task: &Classification| Settings {
        epochs: plan.epochs_or(if task.rows(Part::Train) < FEW { epochs[1] } else { epochs[0] }),
        steps: plan.steps,
        rate,
        decay: 0.01,
        schedule,
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
