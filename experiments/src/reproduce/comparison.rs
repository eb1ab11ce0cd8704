//! One task under every norm: trained from the same seed, evaluated the same way, taken up into the record.

use super::ablation::ablations;
use super::checkpoint::{Counted, Key, Subject};
use super::equal_error::at_equal_error;
use super::error::ReproduceError;
use super::evaluation::{errors, evaluate, gradient_error, ways};
use super::first_batch::FirstBatch;
use super::options::Plan;
use super::prepared::{Prepared, small_batches};
use super::record::{Course, Pass, Record, Run, replace};
use super::session::Session;
use super::task::{Part, Task};
use super::training::Settings;
use super::way::{Norm, Way};
use super::work::Work;
use costate_neural::tensors;

/// What is evaluated of a task, besides its trainings.
#[derive(Debug, Clone, PartialEq)]
pub struct Extent {
    /// The most test batches in an evaluation.
    pub batches: usize,
    /// The relative tolerances at which gradient errors are measured.
    pub rtols: Vec<f64>,
    /// Whether gradients are held against a reference at all: it costs a thousand evaluations of the field in `f64`.
    pub reference: bool,
    /// Of at most how many rows of a batch, and of one at least: where few do, the reference of a large batch would only take longer.
    pub measured: usize,
    /// Over how many test batches it is measured what the savings hang on.
    pub ablation: usize,
}

/// A model that was trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Learnt {
    /// Under which norm.
    pub norm: Norm,
    /// At which relative tolerance.
    pub rtol: f64,
    /// At which absolute one.
    pub atol: f64,
    /// Its parameters.
    pub parameters: Vec<f32>,
}

/// Trains and evaluates under every norm of the plan, at all its tolerances and for every repeat. Returns the models of the first repeat.
///
/// Where the run is broken off, [`Session::broken_off`] says so; record and models then have what there was until then, and the
/// record the course of the training that was under way.
///
/// # Errors
/// A model, data or settings that cannot be, or parameters that could not be saved. A training, an evaluation or a measurement
/// that fails is a warning.
pub fn compare<K: Task>(
    task: &K,
    plan: &Plan,
    settings: &Settings,
    extent: &Extent,
    record: &mut Record,
    session: &mut Session,
) -> Result<Vec<Learnt>, ReproduceError>
where
    K::State<f32>: 'static,
    K::State<f64>: 'static,
{
    let mut learnt = Vec::new();
    match compare_into(&mut learnt, task, plan, settings, extent, record, session) {
        Err(ReproduceError::BrokenOff { place }) => {
            // Before its first step it has no course.
            let under_way = session.under_way().filter(|(_, points)| !points.is_empty());
            if let Some((Key { subject, norm, repeat }, points)) = under_way {
                record.courses.push(Course {
                    task: subject.task.clone(),
                    way: Way::under(*norm),
                    rtol: subject.rtol,
                    repeat: *repeat,
                    points: points.to_vec(),
                });
            }
            session.broken_off = Some(place);
            Ok(learnt)
        }
        compared => compared.map(|()| learnt),
    }
}

fn compare_into<K: Task>(
    learnt: &mut Vec<Learnt>,
    task: &K,
    plan: &Plan,
    settings: &Settings,
    extent: &Extent,
    record: &mut Record,
    session: &mut Session,
) -> Result<(), ReproduceError>
where
    K::State<f32>: 'static,
    K::State<f64>: 'static,
{
    let work = Work::of(task, plan, settings, extent);
    let measured = small_batches(task, Part::Test, extent.measured, 1).pop();
    let mut unsaved = Vec::new();
    for (tolerances @ (rtol, atol), repeat) in plan.trainings() {
        let subject = Subject { task: task.name().to_owned(), rtol, atol };
        let settings = Settings { seed: settings.seed.wrapping_add(repeat), ..settings.clone() };
        for &norm in &plan.norms {
            let way = Way::under(norm);
            let key = Key { subject: subject.clone(), norm, repeat };
            let what = key.name();
            let mut prepared = Prepared::new(task, norm, tolerances);
            let trained = session.train(&key, &mut prepared, &settings)?;
            let stopped = trained.stopped.map(|stopped| {
                format!(
                    "after {} steps, with the parameters before: {}",
                    stopped.step, stopped.reason
                )
            });
            if let Some(stopped) = &stopped {
                session.progress.say(&format!("Warning: {what}: the training stopped {stopped}"));
            }
            let p = trained.parameters;
            // A disk that is full now may have room later: until then the parameters are kept, and the run goes on.
            let saved = p.is_empty() || session.tried(save(task, plan, norm, rtol, repeat, &p));
            if !saved {
                unsaved.push((norm, rtol, repeat, p.clone()));
            }
            let (task_name, points) = (task.name().to_owned(), trained.points);
            record.courses.push(Course { task: task_name.clone(), way, rtol, repeat, points });
            let keep = repeat == 0 || !saved;
            let counted = session.evaluation(&key, work, keep, |watch| {
                let evaluated = evaluate(&mut prepared, &p, extent.batches, &mut *watch)?;
                let mut error = None;
                if let (true, Some(measured)) = (extent.reference, &measured) {
                    watch(extent.batches, extent.batches)?;
                    error = Some(gradient_error(&mut prepared, &p, measured)?);
                }
                Ok(Counted::of(evaluated, error))
            })?;
            let counted = match counted {
                Ok(counted) => counted,
                Err(reason) => {
                    let line = format!("Warning: {what}: there is no evaluation: {reason}");
                    session.progress.say(&line);
                    continue;
                }
            };
            record.push(Run {
                task: task_name.clone(),
                way,
                rtol,
                atol,
                repeat,
                cost: counted.cost,
                seconds: trained.seconds,
                metric: counted.metric,
                metric_name: task.metric_name().to_owned(),
                gradient_error: counted.gradient_error,
                conditioning: Some(counted.conditioning),
                evaluation_seconds: Some(counted.seconds),
                peak_bytes: trained.peak_bytes,
                stopped,
            });
            if repeat == 0 {
                let attempts = counted.attempts;
                record.passes.push(Pass { task: task_name, way, rtol, atol, attempts });
                learnt.push(Learnt { norm, rtol, atol, parameters: p });
            }
            // What comes later may fail, or be broken off.
            if let Some(path) = &plan.json {
                session.tried(record.write(path));
            }
        }
    }
    measure(learnt, task, plan, work, extent, record, session)?;
    for (norm, rtol, repeat, p) in unsaved {
        save(task, plan, norm, rtol, repeat, &p)?;
    }
    Ok(())
}

/// What is measured of one of the models: gradient errors, costs at equal error, and what the savings hang on.
fn measure<K: Task>(
    learnt: &[Learnt],
    task: &K,
    plan: &Plan,
    work: Work,
    extent: &Extent,
    record: &mut Record,
    session: &mut Session,
) -> Result<(), ReproduceError>
where
    K::State<f32>: 'static,
    K::State<f64>: 'static,
{
    let (Some(chosen), true) = (shown(learnt), extent.reference) else { return Ok(()) };
    let Some(&first @ (rtol, atol)) = plan.tolerances.first() else { return Ok(()) };
    let p = &chosen.parameters;
    let Some(mut batch) = FirstBatch::new(task, p, extent.measured) else { return Ok(()) };
    let ways = ways(task, &plan.norms);
    let subject = |(rtol, atol)| Subject { task: task.name().to_owned(), rtol, atol };
    record.errors.extend(session.errors(&subject(first), work, |watch| {
        errors(&mut batch, &ways, task.name(), &extent.rtols, atol / rtol, watch)
    })?);
    for &tolerances in &plan.tolerances {
        record.compare(session.equal_errors(&subject(tolerances), work, |watch| {
            at_equal_error(&mut batch, &ways, task.name(), tolerances, watch)
        })?);
    }
    if extent.ablation > 0 {
        // All that the experiment has: a table of one column would say nothing.
        let shipped = |norm: &Norm| task.observations() > 1 || *norm != Norm::AsShipped;
        let norms: Vec<Norm> = Norm::ALL.into_iter().filter(shipped).collect();
        let found = session.ablations(&subject(first), work, |watch| {
            let reference = batch.reference()?;
            ablations(task, p, reference, first, &norms, (extent.measured, extent.ablation), watch)
        })?;
        record.ablations.extend(found);
    }
    Ok(())
}

/// The model that stands for a task where only one is shown: the seminorm's at the first tolerance, if there is one.
pub fn shown(learnt: &[Learnt]) -> Option<&Learnt> {
    learnt.iter().find(|l| l.norm == Norm::Seminorm).or(learnt.first())
}

fn save<K: Task>(
    task: &K,
    plan: &Plan,
    norm: Norm,
    rtol: f64,
    repeat: u64,
    p: &[f32],
) -> Result<(), ReproduceError> {
    let name = task.name().replace([' ', ','], "-").replace("--", "-");
    // At one tolerance alone it need not be said.
    let at = if plan.tolerances.len() > 1 { format!("-rtol{rtol:e}") } else { String::new() };
    let file = format!("{name}-{}{at}-{repeat}.safetensors", norm.name());
    let bytes = tensors::to_bytes(&task.parameters()?, p)?;
    Ok(replace(&plan.out.join(file), &bytes)?)
}
