//! One task under every norm: trained from the same seed, evaluated the same way, taken up into the record.

use super::ablation::ablations;
use super::equal_error::at_equal_error;
use super::error::ReproduceError;
use super::evaluation::{errors, evaluate, reference, relative_error, ways};
use super::first_batch::FirstBatch;
use super::options::Plan;
use super::prepared::Prepared;
use super::progress::Progress;
use super::record::{Course, Pass, Record, Run};
use super::task::Task;
use super::training::{Settings, train};
use super::way::{Norm, Way};
use costate_neural::{Model, tensors};

/// What is evaluated of a task, besides its trainings.
#[derive(Debug, Clone, PartialEq)]
pub struct Extent {
    /// The most test batches in an evaluation.
    pub batches: usize,
    /// The relative tolerances at which gradient errors are measured.
    pub rtols: Vec<f64>,
    /// Whether gradients are held against a reference at all: it costs a thousand evaluations of the field in `f64`.
    pub reference: bool,
    /// Over how many test batches it is measured what the savings hang on.
    pub ablation: usize,
}

/// A model that was trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Learnt {
    /// Under which norm.
    pub norm: Norm,
    /// Its parameters.
    pub parameters: Vec<f32>,
}

/// Trains and evaluates under every norm of the plan and for every repeat. Returns the models of the first repeat.
///
/// # Errors
/// A model, data or settings that cannot be, a failed evaluation, or parameters that could not be saved. A training that
/// fails is a warning.
pub fn compare<K: Task>(
    task: &K,
    plan: &Plan,
    settings: &Settings,
    extent: &Extent,
    record: &mut Record,
    progress: &mut Progress,
) -> Result<Vec<Learnt>, ReproduceError>
where
    K::State<f32>: 'static,
    K::State<f64>: 'static,
{
    let tolerances = (plan.rtol, plan.atol);
    let mut learnt = Vec::new();
    for repeat in 0..plan.repeats {
        let settings = Settings { seed: settings.seed.wrapping_add(repeat), ..settings.clone() };
        for &norm in &plan.norms {
            let way = Way::under(norm);
            let what = format!("{}, {}", task.name(), norm.name());
            let mut prepared = Prepared::new(task, norm, tolerances);
            let trained = train(&mut prepared, &settings, &mut |at| progress.step(&what, at))?;
            progress.trained(settings.total(task), &what);
            if let Some(stopped) = &trained.stopped {
                progress.warn(&format!(
                    "Warning: {what}: the training stopped after {} steps, with the parameters before: {}",
                    stopped.step, stopped.reason
                ));
            }
            let p = trained.parameters;
            save(task, plan, norm, repeat, &p)?;
            let evaluated = evaluate(&mut prepared, &p, extent.batches).and_then(|evaluated| {
                let error = extent.reference.then(|| reference(task, &p));
                let error = error.transpose()?.map(|r| relative_error(&evaluated.gradient, &r));
                Ok((evaluated, error))
            });
            let (evaluated, gradient_error) = match evaluated {
                Ok(evaluated) => evaluated,
                // Hours of training under other norms are not to be lost for it.
                Err(error @ (ReproduceError::Gradient { .. } | ReproduceError::Solve { .. })) => {
                    progress.warn(&format!("Warning: {what}: there is no evaluation: {error}"));
                    continue;
                }
                Err(error) => return Err(error),
            };
            let (task_name, rtol, atol) = (task.name().to_owned(), plan.rtol, plan.atol);
            record.push(Run {
                task: task_name.clone(),
                way,
                rtol,
                atol,
                repeat,
                cost: evaluated.cost,
                seconds: trained.seconds,
                metric: task.metric(evaluated.loss),
                metric_name: task.metric_name().to_owned(),
                gradient_error,
                conditioning: Some(evaluated.conditioning),
                evaluation_seconds: Some(evaluated.seconds),
                peak_bytes: trained.peak_bytes,
            });
            let points = trained.points;
            record.courses.push(Course { task: task_name.clone(), way, rtol, repeat, points });
            if repeat == 0 {
                let attempts = evaluated.attempts;
                record.passes.push(Pass { task: task_name, way, rtol, atol, attempts });
                learnt.push(Learnt { norm, parameters: p });
            }
            // What comes later may fail, or be broken off.
            if let Some(path) = &plan.json {
                record.write(path)?;
            }
        }
    }
    if let (Some(chosen), true) = (shown(&learnt), extent.reference) {
        progress.say(&format!("{}: gradient errors", task.name()));
        let p = &chosen.parameters;
        if let Some(mut batch) = FirstBatch::new(task, p)? {
            let (ways, ratio) = (ways(task, &plan.norms), plan.atol / plan.rtol);
            record.errors.extend(errors(&mut batch, &ways, task.name(), &extent.rtols, ratio)?);
            progress.say(&format!("{}: costs at equal error", task.name()));
            record.compare(at_equal_error(&mut batch, &ways, task.name(), tolerances)?);
            if extent.ablation > 0 {
                progress.say(&format!("{}: what the savings hang on", task.name()));
                // All that the experiment has: a table of one column would say nothing.
                let shipped = |norm: &Norm| task.observations() > 1 || *norm != Norm::AsShipped;
                let norms: Vec<Norm> = Norm::ALL.into_iter().filter(shipped).collect();
                let reference = batch.reference();
                let found = ablations(task, p, reference, tolerances, &norms, extent.ablation)?;
                record.ablations.extend(found);
            }
        }
    }
    Ok(learnt)
}

/// The model that stands for a task where only one is shown: the seminorm's, if there is one.
pub fn shown(learnt: &[Learnt]) -> Option<&Learnt> {
    learnt.iter().find(|l| l.norm == Norm::Seminorm).or(learnt.first())
}

fn save<K: Task>(
    task: &K,
    plan: &Plan,
    norm: Norm,
    repeat: u64,
    p: &[f32],
) -> Result<(), ReproduceError> {
    let name = task.name().replace([' ', ','], "-").replace("--", "-");
    let file = format!("{name}-{}-{repeat}.safetensors", norm.name());
    tensors::save(plan.out.join(file), &task.model().parameters()?, p)?;
    Ok(())
}
