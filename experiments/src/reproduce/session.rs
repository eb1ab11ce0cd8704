//! A run while it goes on: how far it is, whether it should end, and what is kept of it. Whatever was computed once, before or after
//! a break, is not computed again.

use super::checkpoint::{
    Checkpoint, CheckpointError, Contents, Counted, Finished, Key, OfTasks, Running, Subject,
};
use super::error::ReproduceError;
use super::interrupt::Interrupt;
use super::options::Plan;
use super::prepared::Prepared;
use super::progress::Progress;
use super::record::{Ablation, CoursePoint, EqualError, ErrorPoint, THEN};
use super::report::Picture;
use super::task::Task;
use super::training::{Event, Settings, Step, Trained, UnderWay};
use super::work::Work;
use std::fmt::Display;
use std::time::Instant;

/// What one run goes through.
pub struct Session {
    /// How far it is.
    pub progress: Progress,
    /// Where it was broken off, in words.
    pub broken_off: Option<String>,
    interrupt: Interrupt,
    checkpoint: Checkpoint,
}

/// Asked before each part of long work, of which `i` of `n` are done: an error where it should end. When all are done, a reference
/// gradient comes.
pub type Watch<'w> = &'w mut dyn FnMut(usize, usize) -> Result<(), ReproduceError>;

impl Session {
    /// With a checkpoint in the folder of the plan: the one that lies there, if the plan says so.
    ///
    /// # Errors
    /// [`CheckpointError`] where it cannot be gone on with, or is in the way.
    pub fn open(plan: &Plan, interrupt: &Interrupt) -> Result<Self, CheckpointError> {
        Ok(Session::with(Checkpoint::open(plan)?, interrupt))
    }

    /// Without a file: what is broken off is lost.
    pub fn in_memory(plan: &Plan) -> Self {
        Session::with(Checkpoint::in_memory(plan), &Interrupt::default())
    }

    fn with(mut checkpoint: Checkpoint, interrupt: &Interrupt) -> Self {
        let mut progress = Progress::new();
        for note in std::mem::take(&mut checkpoint.notes) {
            progress.say(&note);
        }
        let interrupt = interrupt.clone();
        let mut session = Session { progress, broken_off: None, interrupt, checkpoint };
        // Before the first step: from now on there is something to go on from.
        session.write();
        session
    }

    /// The sources that the run was made from.
    pub fn commit(&self) -> String {
        self.checkpoint.contents.commits.join(THEN)
    }

    /// The command that goes on with the run where it was broken off.
    pub fn again(&self) -> String {
        format!("{} --resume", self.checkpoint.contents.command)
    }

    /// The run has finished: there is nothing to go on with.
    pub fn finish(self) {
        self.progress.finish();
        self.checkpoint.remove();
    }

    /// A checkpoint that cannot be written stops nobody: the old one stays, and it is tried again later.
    fn write(&mut self) {
        let written = self.checkpoint.write();
        self.tried(written);
    }

    /// Whether something was written; where it was not, a warning says so, and that the run goes on.
    pub fn tried<E: Display>(&mut self, written: Result<(), E>) -> bool {
        if let Err(error) = &written {
            let line = format!("Warning: {error}. The run goes on, and it will be tried again");
            self.progress.say(&line);
        }
        written.is_ok()
    }

    /// Pictures that could be drawn, or none: where a model cannot be solved for them, a warning says so. The numbers are there.
    ///
    /// # Errors
    /// Those that are not of a gradient or a solve.
    pub fn drawn(
        &mut self,
        pictures: Result<Vec<Picture>, ReproduceError>,
    ) -> Result<Vec<Picture>, ReproduceError> {
        match pictures {
            Err(error @ (ReproduceError::Gradient { .. } | ReproduceError::Solve { .. })) => {
                self.progress.say(&format!("Warning: there are no pictures: {error}"));
                Ok(Vec::new())
            }
            other => other,
        }
    }

    fn check(&self, place: impl FnOnce() -> String) -> Result<(), ReproduceError> {
        if self.interrupt.is_raised() {
            return Err(ReproduceError::BrokenOff { place: place() });
        }
        Ok(())
    }

    /// The training of a key: as it was, where it is over; from where it was, where it was under way; else from the beginning.
    ///
    /// # Errors
    /// As [`train`](super::training::train); and [`ReproduceError::BrokenOff`], with a checkpoint from the step that was reached.
    pub fn train<K: Task>(
        &mut self,
        key: &Key,
        prepared: &mut Prepared<'_, K>,
        settings: &Settings,
    ) -> Result<Trained, ReproduceError>
    where
        K::State<f32>: 'static,
    {
        let (task, name) = (prepared.task(), key.name());
        let total = settings.total(task);
        if let Some(finished) = self.finished(key) {
            let trained = finished.trained.clone();
            self.progress.skip(total);
            return Ok(trained);
        }
        let contents = &mut self.checkpoint.contents;
        let mut training = match contents.running.take_if(|running| running.key == *key) {
            Some(Running { snapshot, .. }) => UnderWay::resume(task, settings, snapshot)?,
            None => UnderWay::begin(task, settings)?,
        };
        let before = training.step();
        self.progress.skip(before);
        self.progress.begin(total - before, &format!("{name}: step {before} of {total}"));
        loop {
            let step = training.step();
            let stop = self.check(|| format!("{name}, step {step} of {total}"));
            if stop.is_err() || self.checkpoint.is_due() {
                training.uncounted(|training| {
                    let snapshot = training.snapshot();
                    self.checkpoint.contents.running = Some(Running { key: key.clone(), snapshot });
                    self.write();
                });
            }
            stop?;
            match training.advance(prepared)? {
                Some(Event::Step(step)) => {
                    let what = shown(&name, step);
                    self.progress.at(step.step - before, total - before, &what);
                }
                Some(Event::Validation(_)) => {}
                None => break,
            }
        }
        let trained = training.finish();
        let contents = &mut self.checkpoint.contents;
        contents.running = None;
        contents.finished.push(Finished {
            key: key.clone(),
            trained: trained.clone(),
            evaluation: None,
        });
        self.write();
        Ok(trained)
    }

    fn finished(&self, key: &Key) -> Option<&Finished> {
        self.checkpoint.contents.finished.iter().find(|finished| finished.key == *key)
    }

    /// How the training under way has gone until the run was broken off.
    pub fn under_way(&self) -> Option<(&Key, &[CoursePoint])> {
        let running = self.checkpoint.contents.running.as_ref()?;
        Some((&running.key, running.snapshot.points()))
    }

    /// The evaluation of a training that is over: as it was, or by `count`. Parameters that nobody looks at after it are let go.
    /// Where no gradient could be had, the reason is kept instead.
    ///
    /// # Errors
    /// Those of `count` that are not of a gradient or a solve; [`ReproduceError::BrokenOff`].
    pub fn evaluation(
        &mut self,
        key: &Key,
        work: Work,
        keep: bool,
        count: impl FnOnce(Watch<'_>) -> Result<Counted, ReproduceError>,
    ) -> Result<Result<Counted, String>, ReproduceError> {
        if let Some(known) = self.finished(key).and_then(|finished| finished.evaluation.clone()) {
            self.progress.skip(work.evaluation + work.reference);
            return Ok(known);
        }
        let what = format!("{}: counting on test data", key.name());
        let counted = match self.watched(work.evaluation + work.reference, &what, count) {
            Ok(counted) => Ok(counted),
            // Hours of training under other norms are not to be lost for it.
            Err(error @ (ReproduceError::Gradient { .. } | ReproduceError::Solve { .. })) => {
                Err(error.to_string())
            }
            Err(error) => return Err(error),
        };
        let finished = self.checkpoint.contents.finished.iter_mut().find(|f| f.key == *key);
        if let Some(finished) = finished {
            finished.evaluation = Some(counted.clone());
            if !keep {
                finished.trained.parameters = Vec::new();
            }
        }
        self.write();
        Ok(counted)
    }

    /// The gradient errors of a task: as they were, or by `measure`.
    ///
    /// # Errors
    /// As [`evaluation`](Self::evaluation).
    pub fn errors(
        &mut self,
        subject: &Subject,
        work: Work,
        measure: impl FnOnce(Watch<'_>) -> Result<Vec<ErrorPoint>, ReproduceError>,
    ) -> Result<Vec<ErrorPoint>, ReproduceError> {
        let work = work.reference + work.errors;
        self.known_or_measured(|c| &mut c.errors, subject, work, "gradient errors", measure)
    }

    /// What gradients of a task cost that are equally good: as it was, or by `measure`.
    ///
    /// # Errors
    /// As [`evaluation`](Self::evaluation).
    pub fn equal_errors(
        &mut self,
        subject: &Subject,
        work: Work,
        measure: impl FnOnce(Watch<'_>) -> Result<Vec<EqualError>, ReproduceError>,
    ) -> Result<Vec<EqualError>, ReproduceError> {
        let (work, what) = (work.equal_errors, "costs at equal error");
        self.known_or_measured(|c| &mut c.equal_errors, subject, work, what, measure)
    }

    /// What the savings of a task hang on: as it was, or by `measure`.
    ///
    /// # Errors
    /// As [`evaluation`](Self::evaluation).
    pub fn ablations(
        &mut self,
        subject: &Subject,
        work: Work,
        measure: impl FnOnce(Watch<'_>) -> Result<Vec<Ablation>, ReproduceError>,
    ) -> Result<Vec<Ablation>, ReproduceError> {
        let (work, what) = (work.ablation, "what the savings hang on");
        self.known_or_measured(|c| &mut c.ablations, subject, work, what, measure)
    }

    /// A list that the checkpoint has for a task, or else what is measured; that is an empty one, with a warning, where a gradient could
    /// not be had.
    fn known_or_measured<T: Clone>(
        &mut self,
        place: fn(&mut Contents) -> &mut OfTasks<T>,
        subject: &Subject,
        work: u64,
        what: &str,
        measure: impl FnOnce(Watch<'_>) -> Result<Vec<T>, ReproduceError>,
    ) -> Result<Vec<T>, ReproduceError> {
        let known = place(&mut self.checkpoint.contents).iter().find(|(of, _)| of == subject);
        if let Some((_, known)) = known {
            let known = known.clone();
            self.progress.skip(work);
            return Ok(known);
        }
        let what = format!("{}: {what}", subject.task);
        let found = match self.watched(work, &what, measure) {
            Err(error @ (ReproduceError::Gradient { .. } | ReproduceError::Solve { .. })) => {
                self.progress.say(&format!("Warning: {what}: none, for {error}"));
                Vec::new()
            }
            other => other?,
        };
        place(&mut self.checkpoint.contents).push((subject.clone(), found.clone()));
        self.write();
        Ok(found)
    }

    fn watched<T>(
        &mut self,
        work: u64,
        what: &str,
        act: impl FnOnce(Watch<'_>) -> Result<T, ReproduceError>,
    ) -> Result<T, ReproduceError> {
        self.progress.begin(work, what);
        let begun = Instant::now();
        let done = act(&mut |i, n| {
            let place = match i {
                i if i < n => format!("{what}, {i} of {n}"),
                _ => format!("{what}, the reference gradient"),
            };
            self.progress.at(i as u64, n as u64, &place);
            self.check(|| place)
        });
        self.checkpoint.contents.measuring += begun.elapsed().as_secs_f64();
        if matches!(done, Err(ReproduceError::BrokenOff { .. })) {
            self.write();
        }
        done
    }
}

fn shown(name: &str, at: Step) -> String {
    let Step { step, of, loss, cost } = at;
    let calls = cost.nfe_backward;
    format!("{name}: step {step} of {of}, loss {loss:.4}, {calls} backward evaluations")
}
