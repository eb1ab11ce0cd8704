//! A training, one step at a time.

use super::snapshot::{Arrays, Snapshot};
use super::thinned::Thinned;
use super::{Settings, Step, Stopped, Trained, mean_loss};
use crate::reproduce::error::ReproduceError;
use crate::reproduce::memory;
use crate::reproduce::prepared::{Prepared, Rows};
use crate::reproduce::record::Cost;
use crate::reproduce::task::{Part, Task};
use costate_neural::{AdamW, NeuralError, Plateau};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::time::Instant;

/// What a training has just done.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    /// A step of the optimiser.
    Step(Step),
    /// A look at the validation data after an epoch, with their mean loss; NaN where there is none.
    Validation(f64),
}

/// A training that can be left after any step and gone on with from its [`Snapshot`].
pub struct UnderWay {
    settings: Settings,
    /// How many steps there are to be.
    total: u64,
    /// How many steps make an epoch.
    epoch: u64,
    batch: usize,
    parameters: Vec<f32>,
    last_good: Vec<f32>,
    optimiser: AdamW<f32>,
    plateau: Option<Plateau>,
    course: Thinned,
    step: u64,
    validated: u64,
    cost: Cost,
    seconds: f64,
    peak_bytes: Option<u64>,
    stopped: Option<Stopped>,
    /// The training data in the order of the epoch, and how often they were shuffled for it.
    rows: Vec<usize>,
    random: ChaCha8Rng,
    shuffled: u64,
}

impl UnderWay {
    /// From the parameters that the seed gives.
    ///
    /// # Errors
    /// A model or settings that cannot be.
    pub fn begin<K: Task>(task: &K, settings: &Settings) -> Result<Self, ReproduceError> {
        memory::begin();
        let begun = Instant::now();
        let parameters: Vec<f32> = task.initial(settings.seed)?;
        let optimiser = AdamW::new(settings.rate, parameters.len())?.with_decay(settings.decay);
        let (total, batch) = (settings.total(task), task.batch_size().max(1));
        let rows: Vec<usize> = (0..task.rows(Part::Train)).collect();
        Ok(UnderWay {
            settings: settings.clone(),
            total,
            epoch: rows.len().div_ceil(batch) as u64,
            batch,
            last_good: parameters.clone(),
            parameters,
            optimiser,
            plateau: settings.schedule.plateau(),
            course: Thinned::new(total),
            step: 0,
            validated: 0,
            cost: Cost::default(),
            seconds: begun.elapsed().as_secs_f64(),
            peak_bytes: None,
            stopped: None,
            rows,
            random: ChaCha8Rng::seed_from_u64(settings.seed),
            shuffled: 0,
        })
    }

    /// From where a snapshot was taken.
    ///
    /// # Errors
    /// [`ReproduceError::Snapshot`] where it is of another model or of other settings, or does not hang together; a model or
    /// settings that cannot be.
    pub fn resume<K: Task>(
        task: &K,
        settings: &Settings,
        snapshot: Snapshot,
    ) -> Result<Self, ReproduceError> {
        let fresh = UnderWay::begin(task, settings)?;
        let refused = |reason: String| Err(ReproduceError::Snapshot { reason });
        let told = Snapshot::told(settings);
        if snapshot.settings != told {
            return refused(format!(
                "it was set to {} and is to go on with {told}",
                snapshot.settings
            ));
        }
        let expected = fresh.parameters.len();
        let lengths = snapshot.arrays.all().map(Vec::len);
        if let Some(found) = lengths.into_iter().find(|found| *found != expected) {
            return refused(format!("its model has {found} parameters and this one {expected}"));
        }
        if snapshot.step > fresh.total {
            return refused(format!("it is at step {} of {}", snapshot.step, fresh.total));
        }
        let plateau = snapshot.remembered(fresh.plateau);
        let Snapshot { step, validated, rate, updates, course, cost, seconds, peak_bytes, .. } =
            snapshot;
        let Arrays { parameters, last_good, mean, square } = snapshot.arrays;
        let optimiser = AdamW { rate, step: updates, mean, square, ..fresh.optimiser };
        Ok(UnderWay {
            parameters,
            last_good,
            optimiser,
            plateau,
            course,
            step,
            validated,
            cost,
            seconds,
            peak_bytes,
            ..fresh
        })
    }

    /// What it hangs on.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            settings: Snapshot::told(&self.settings),
            step: self.step,
            validated: self.validated,
            rate: self.optimiser.rate,
            updates: self.optimiser.step,
            plateau: self.plateau.map(|p| (p.best, p.waited, p.cooling)),
            course: self.course.clone(),
            cost: self.cost,
            seconds: self.seconds,
            peak_bytes: self.peak(),
            arrays: Arrays {
                parameters: self.parameters.clone(),
                last_good: self.last_good.clone(),
                mean: self.optimiser.mean.clone(),
                square: self.optimiser.square.clone(),
            },
        }
    }

    /// Steps of the optimiser so far.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// How many there are to be.
    pub fn total(&self) -> u64 {
        self.total
    }

    fn peak(&self) -> Option<u64> {
        self.peak_bytes.max(memory::peak())
    }

    /// Does something whose memory is not the training's.
    pub fn uncounted<T>(&mut self, work: impl FnOnce(&Self) -> T) -> T {
        self.peak_bytes = self.peak();
        let done = work(self);
        memory::begin();
        done
    }

    /// One step of the optimiser, or a look at the validation data where an epoch has just ended; nothing when it is over. The time is
    /// counted here and nowhere else, so that what is done between two steps is not the training's.
    ///
    /// # Errors
    /// A model, data or settings that cannot be.
    pub fn advance<K: Task>(
        &mut self,
        prepared: &mut Prepared<'_, K>,
    ) -> Result<Option<Event>, ReproduceError>
    where
        K::State<f32>: 'static,
    {
        let begun = Instant::now();
        let event = if self.stopped.is_some() || self.total == 0 {
            Ok(None)
        } else if self.validated < self.step / self.epoch {
            self.validate(prepared).map(|loss| Some(Event::Validation(loss)))
        } else if self.step < self.total {
            self.improve(prepared).map(|step| step.map(Event::Step))
        } else {
            Ok(None)
        };
        self.seconds += begun.elapsed().as_secs_f64();
        event
    }

    fn improve<K: Task>(
        &mut self,
        prepared: &mut Prepared<'_, K>,
    ) -> Result<Option<Step>, ReproduceError>
    where
        K::State<f32>: 'static,
    {
        let (epoch, within) = (self.step / self.epoch, (self.step % self.epoch) as usize);
        // Each order is the one before, shuffled: whoever comes later makes up for all.
        while self.shuffled <= epoch {
            self.rows.shuffle(&mut self.random);
            self.shuffled += 1;
        }
        let (from, to) = (within * self.batch, ((within + 1) * self.batch).min(self.rows.len()));
        // A draw of its own for each step, and another than that of validation and test.
        let draw = self.settings.seed ^ (self.step << 20);
        let rows = Rows { part: Part::Train, rows: &self.rows[from..to], draw };
        let gradient = match prepared.gradient(rows, &self.parameters, None)? {
            Ok(gradient) => gradient,
            Err(error) => {
                self.stopped = Some(Stopped { step: self.step, reason: error.to_string() });
                return Ok(None);
            }
        };
        self.last_good.copy_from_slice(&self.parameters);
        if let Some(factor) = self.settings.schedule.factor(self.step, self.total) {
            self.optimiser.rate = self.settings.rate * factor;
        }
        match self.optimiser.step(&mut self.parameters, &gradient.p) {
            Ok(()) => {}
            Err(NeuralError::NotFinite { .. }) => {
                let reason = "the gradient is not finite".to_owned();
                self.stopped = Some(Stopped { step: self.step, reason });
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        }
        self.step += 1;
        let spent = Cost::from(&gradient.report);
        self.cost += spent;
        self.course.push(self.step, gradient.loss, spent);
        Ok(Some(Step { step: self.step, of: self.total, loss: gradient.loss, cost: self.cost }))
    }

    fn validate<K: Task>(&mut self, prepared: &mut Prepared<'_, K>) -> Result<f64, ReproduceError>
    where
        K::State<f32>: 'static,
    {
        self.validated += 1;
        let most = self.settings.validation;
        let Ok(loss) = mean_loss(prepared, Part::Validation, most, &self.parameters) else {
            // The next gradient says in which way these parameters are of no use.
            return Ok(f64::NAN);
        };
        self.course.validate(loss);
        if let Some(plateau) = &mut self.plateau {
            self.optimiser.rate = plateau.next(self.optimiser.rate, loss)?;
        }
        Ok(loss)
    }

    /// What it has come to.
    pub fn finish(mut self) -> Trained {
        if self.stopped.is_none() && self.parameters.iter().any(|p| !p.is_finite()) {
            let reason = "the last step made parameters that are not finite".to_owned();
            self.stopped = Some(Stopped { step: self.step, reason });
        }
        let peak_bytes = self.peak();
        Trained {
            parameters: if self.stopped.is_some() { self.last_good } else { self.parameters },
            points: self.course.finish(),
            cost: self.cost,
            seconds: self.seconds,
            peak_bytes,
            stopped: self.stopped,
        }
    }
}
