//! A training: AdamW on gradients under one norm.

use super::error::ReproduceError;
use super::memory;
use super::prepared::{Prepared, Rows, batches};
use super::record::{Cost, CoursePoint};
use super::task::{Part, Task};
use costate_neural::{AdamW, Model, NeuralError, Plateau};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::time::Instant;

/// The most points that are kept of a training; longer ones are averaged over neighbours.
const POINTS: u64 = 400;

/// How a training goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Times through the training data.
    pub epochs: u64,
    /// The most steps of the optimiser, if there is a limit.
    pub steps: Option<u64>,
    /// AdamW's learning rate.
    pub rate: f64,
    /// AdamW's weight decay.
    pub decay: f64,
    /// Whether, and how, the rate falls where the loss on validation data gets no better.
    pub plateau: Option<Plateau>,
    /// How many batches of the validation data are looked at after each epoch.
    pub validation: usize,
    /// What the order of the data and the initial parameters come from.
    pub seed: u64,
}

impl Settings {
    /// How many steps that makes for a task.
    pub fn total<K: Task>(&self, task: &K) -> u64 {
        let epoch = task.rows(Part::Train).div_ceil(task.batch_size().max(1)) as u64;
        let all = epoch.saturating_mul(self.epochs);
        self.steps.map_or(all, |most| most.min(all))
    }
}

/// What a training has come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The parameters; where the training was stopped, the last with which the loss was a number.
    pub parameters: Vec<f32>,
    /// How it went.
    pub points: Vec<CoursePoint>,
    /// What all gradients cost.
    pub cost: Cost,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// The most memory held at once, in bytes, where it is counted.
    pub peak_bytes: Option<u64>,
    /// Why it ended early, if it did.
    pub stopped: Option<Stopped>,
}

/// A training that ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// After so many steps of the optimiser.
    pub step: u64,
    /// What happened.
    pub reason: String,
}

/// How far a training is.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Steps of the optimiser so far.
    pub step: u64,
    /// The loss of the last batch.
    pub loss: f64,
    /// What all gradients until now cost.
    pub cost: Cost,
}

/// Trains from the parameters that the seed gives. Whoever uses the same seed under another norm begins with the same
/// parameters and sees the same batches.
///
/// A loss that is not finite, or a gradient that cannot be had, ends the training and is no error: the parameters before are
/// kept, and [`Trained::stopped`] says what happened.
///
/// # Errors
/// A model, data or settings that cannot be.
pub fn train<K: Task>(
    prepared: &mut Prepared<'_, K>,
    settings: &Settings,
    watch: &mut dyn FnMut(Step),
) -> Result<Trained, ReproduceError>
where
    K::State<f32>: 'static,
{
    let task = prepared.task();
    memory::begin();
    let begun = Instant::now();
    let mut parameters: Vec<f32> = task.model().initial(settings.seed)?;
    let mut optimiser = AdamW::new(settings.rate, parameters.len())?.with_decay(settings.decay);
    let mut plateau = settings.plateau;
    let (mut last_good, mut stopped) = (parameters.clone(), None);
    let mut random = ChaCha8Rng::seed_from_u64(settings.seed);
    let total = settings.total(task);
    let mut course = Thinned::new(total);
    let (mut step, mut cost) = (0, Cost::default());
    let mut rows: Vec<usize> = (0..task.rows(Part::Train)).collect();
    'epochs: for _ in 0..settings.epochs {
        rows.shuffle(&mut random);
        for batch in rows.chunks(task.batch_size().max(1)) {
            if step == total {
                break 'epochs;
            }
            // A draw of its own for each step, and another than that of validation and test.
            let rows = Rows { part: Part::Train, rows: batch, draw: settings.seed ^ (step << 20) };
            let gradient = match prepared.gradient(rows, &parameters, None)? {
                Ok(gradient) => gradient,
                Err(error) => {
                    stopped = Some(Stopped { step, reason: error.to_string() });
                    break 'epochs;
                }
            };
            last_good.copy_from_slice(&parameters);
            match optimiser.step(&mut parameters, &gradient.p) {
                Ok(()) => {}
                Err(NeuralError::NotFinite { .. }) => {
                    let reason = "the gradient is not finite".to_owned();
                    stopped = Some(Stopped { step, reason });
                    break 'epochs;
                }
                Err(error) => return Err(error.into()),
            }
            step += 1;
            let spent = Cost::from(&gradient.report);
            cost += spent;
            course.push(step, gradient.loss, spent);
            watch(Step { step, loss: gradient.loss, cost });
        }
        let Ok(validation) =
            mean_loss(prepared, Part::Validation, settings.validation, &parameters)
        else {
            // The next gradient says in which way these parameters are of no use.
            continue;
        };
        course.validate(validation);
        if let Some(plateau) = &mut plateau {
            optimiser.rate = plateau.next(optimiser.rate, validation)?;
        }
    }
    if stopped.is_none() && parameters.iter().any(|p| !p.is_finite()) {
        let reason = "the last step made parameters that are not finite".to_owned();
        stopped = Some(Stopped { step, reason });
    }
    if stopped.is_some() {
        parameters = last_good;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let points = course.finish();
    Ok(Trained { parameters, points, cost, seconds, peak_bytes: memory::peak(), stopped })
}

/// The mean loss over the first batches of a part, by forward solves.
fn mean_loss<K: Task>(
    prepared: &mut Prepared<'_, K>,
    part: Part,
    most: usize,
    p: &Vec<f32>,
) -> Result<f64, ReproduceError>
where
    K::State<f32>: 'static,
{
    let (mut sum, mut count) = (0.0, 0);
    for rows in batches(prepared.task(), part, most) {
        let loss = prepared.loss(Rows { part, rows: &rows, draw: u64::MAX }, p)?;
        sum += loss * rows.len() as f64;
        count += rows.len();
    }
    Ok(sum / count as f64)
}

/// A course of limited length: each point is the mean over a few steps.
struct Thinned {
    every: u64,
    points: Vec<CoursePoint>,
    /// How many steps are in the last point.
    within: u64,
}

impl Thinned {
    fn new(total: u64) -> Self {
        Thinned { every: total.div_ceil(POINTS).max(1), points: Vec::new(), within: 0 }
    }

    fn push(&mut self, step: u64, loss: f64, cost: Cost) {
        let (nfe_forward, nfe_backward) = (cost.nfe_forward as f64, cost.nfe_backward as f64);
        if self.within == self.every {
            self.within = 0;
        }
        self.within += 1;
        match self.points.last_mut() {
            Some(point) if self.within > 1 => {
                let share = 1.0 / self.within as f64;
                point.step = step;
                point.loss += share * (loss - point.loss);
                point.nfe_forward += share * (nfe_forward - point.nfe_forward);
                point.nfe_backward += share * (nfe_backward - point.nfe_backward);
            }
            _ => {
                let validation = None;
                let point = CoursePoint { step, loss, validation, nfe_forward, nfe_backward };
                self.points.push(point);
            }
        }
    }

    fn validate(&mut self, loss: f64) {
        if let Some(point) = self.points.last_mut() {
            point.validation = Some(loss);
            // The next step begins a new point.
            self.within = self.every;
        }
    }

    fn finish(self) -> Vec<CoursePoint> {
        self.points
    }
}
