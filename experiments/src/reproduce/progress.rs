//! How far a run is, on the terminal.

use super::training::Step;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar over all steps of all trainings, with loss, cost so far and time left; nothing where there is no terminal.
#[derive(Debug, Clone)]
pub struct Progress {
    bar: ProgressBar,
    /// Steps of the trainings that are done.
    done: u64,
}

impl Progress {
    /// An empty bar for so many steps, on standard error.
    pub fn new(steps: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{msg} [{bar:24}] {percent:>3}%, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Progress { bar, done: 0 }
    }

    /// Shows a step of a training.
    pub fn step(&self, what: &str, at: Step) {
        let Step { step, loss, cost } = at;
        let calls = cost.nfe_backward;
        self.bar.set_position(self.done + step);
        self.bar.set_message(format!("{what}: loss {loss:.4}, {calls} backward evaluations"));
    }

    /// A training is over, which might have taken so many steps.
    pub fn trained(&mut self, steps: u64, what: &str) {
        self.done += steps;
        self.bar.set_position(self.done);
        self.bar.set_message(format!("{what}: counting on test data"));
    }

    /// Says something else.
    pub fn say(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }

    /// Prints a line above the bar.
    pub fn warn(&self, line: &str) {
        self.bar.suspend(|| eprintln!("{line}"));
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
