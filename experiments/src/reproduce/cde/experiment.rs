//! The paper's experiment with time series: a neural CDE tells them apart.

use super::chirps::{Sizes, chirps};
use super::learning::{Classification, Treatment, Widths};
use super::pictures::pictures;
use super::scaling::Time;
use super::series::{Labelled, names};
use crate::reproduce::comparison::{Extent, compare, shown};
use crate::reproduce::error::ReproduceError;
use crate::reproduce::options::Plan;
use crate::reproduce::record::{Record, Size};
use crate::reproduce::report::Words;
use crate::reproduce::session::Session;
use crate::reproduce::task::Part;
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

/// What a small net is shown of series from files. By the loss on series of the training files that were put aside, each of them once:
/// basic motions, of equal length, had 0.07 with time in samples and 0.01 in deviations, Japanese vowels, of unequal length, 0.07 and
/// 0.10. With a noise of 0.3 and of 0.5, motions had 0.02 and 0.14, vowels 0.10 and 0.07.
const SMALL_TREATMENT: Treatment = Treatment { time: Time::ByLength, noise: 0.3 };

/// Times through series from files: four hundred steps and more. With noise, no fewer than that learn all there is to learn.
const SMALL_EPOCHS: u64 = 80;

/// How many samples there are in all, at most, in the series on which gradients are held against a reference at paper size. The whole
/// of a batch of a few dozen short ones has no more, eight chirps have as many. The reference takes steps wherever a unit of any series
/// is switched on or off: twice the series make twice the steps of twice the work.
const MEASURED: usize = 1300;

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
    let Meant { widths, treatment, .. } = Meant::by(plan);
    let task = |data: &Labelled| {
        let series = data.parts.train.len();
        // Eight steps in each epoch at least, where there are series enough.
        let batch = if quick { (series / 8).clamp(8, 32) } else { BATCH.min(series.div_ceil(8)) };
        Classification::treated(data, widths, batch, treatment)
    };
    data.iter().map(task).collect()
}

/// What is meant by a size.
struct Meant {
    widths: Widths,
    /// The first rate of training, and how it goes on.
    rate: f64,
    schedule: Schedule,
    treatment: Treatment,
    /// Times through the training series of a quick run where nothing is said.
    epochs: u64,
}

impl Meant {
    fn by(plan: &Plan) -> Meant {
        let plateau = Schedule::Plateau(Plateau::default());
        match (plan.size, &plan.data) {
            (Size::Paper, _) => Meant {
                widths: Widths::PAPER,
                rate: RATE,
                schedule: plateau,
                treatment: Treatment::PAPER,
                epochs: 20,
            },
            // A tenth of a few hundred series, or fewer, is too little to say when the rate should fall.
            (Size::Quick, Some(_)) => Meant {
                widths: Widths::SMALL,
                rate: SMALL_RATE,
                schedule: Schedule::Cosine,
                treatment: SMALL_TREATMENT,
                epochs: SMALL_EPOCHS,
            },
            (Size::Quick, None) => Meant {
                widths: Widths::QUICK,
                rate: QUICK_RATE,
                schedule: plateau,
                treatment: Treatment::PAPER,
                epochs: 20,
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
    let settings = Settings {
        epochs: plan.epochs_or(epochs),
        steps: plan.steps,
        rate,
        decay: 0.01,
        schedule,
        validation: usize::MAX,
        seed: plan.seed,
    };
    let extent = |task: &Classification| Extent {
        batches: usize::MAX,
        rtols: vec![1e-2, 1e-3, 1e-4, 1e-5],
        reference: true,
        measured: match plan.size {
            Size::Quick => usize::MAX,
            Size::Paper => MEASURED / task.longest(Part::Test).max(1),
        },
        ablation: 2,
    };
    let mut record = Record::new("cde", plan.size, plan.seed);
    let each = tasks.iter().map(|task| Work::of(task, plan, &settings, &extent(task)).total(plan));
    session.progress.expect(each.sum());
    let mut words = words(plan);
    for task in &tasks {
        let learnt = compare(task, plan, &settings, &extent(task), &mut record, session)?;
        if session.broken_off.is_some() {
            break;
        }
        if let Some(shown) = shown(&learnt) {
            let drawn = pictures(task, shown);
            words.pictures.extend(session.drawn(drawn)?);
        }
    }
    Ok((record, words))
}

fn words(plan: &Plan) -> Words {
    let size = match plan.size {
        Size::Quick => {
            "This is a quick run: smaller nets than the published one, in small batches, for a few hundred steps."
        }
        Size::Paper => "This is a run at full size, with nets of the published widths.",
    };
    let paper = |&(rtol, atol): &(f64, f64)| (atol - rtol / 1e3).abs() < 1e-6 * atol;
    let atol = match plan.tolerances.iter().all(paper) {
        true => "The absolute tolerance is a thousandth of the relative one, as in the paper. ",
        false => "",
    };
    Words {
        title: "Series, told apart".to_owned(),
        introduction: format!(
            "A neural controlled differential equation is driven by a series, in straight lines from sample to sample, \
             and its last hidden state is read out for the class. It is trained under every norm at each tolerance, \
             from the same seeds; what a gradient costs is counted in passes over test series with the trained parameters. {atol}{size}"
        ),
        links: Vec::new(),
        pictures: Vec::new(),
    }
}
