//! How far a run is: a bar on a terminal, a line now and then where there is none.

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often a line is written where there is no terminal.
const EVERY: Duration = Duration::from_secs(30);

/// All work of a run, phase by phase, with what is being done and the time left.
///
/// ```
/// use costate_experiments::reproduce::progress::Progress;
/// let mut progress = Progress::to_lines(std::time::Duration::ZERO, Box::new(std::io::sink()));
/// progress.expect(30);
/// progress.begin(20, "a training");
/// progress.at(5, 10, "a training: step 5 of 10");
/// assert_eq!(progress.position(), (10, 30));
/// ```
pub struct Progress {
    bar: ProgressBar,
    /// Work of the phases that are over, and of the one that is not.
    done: u64,
    phase: u64,
    /// When this run began, and what had been done before.
    begun: Instant,
    before: u64,
    lines: Option<Lines>,
}

/// Lines for logs.
struct Lines {
    every: Duration,
    last: Instant,
    out: Box<dyn Write>,
}

impl Progress {
    /// On standard error, with nothing to do yet: a bar on a terminal, a line every half minute elsewhere.
    pub fn new() -> Self {
        if io::stderr().is_terminal() {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{msg} [{bar:24}] {percent:>3}%{prefix}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            Progress::with(bar, None)
        } else {
            Progress::to_lines(EVERY, Box::new(io::stderr()))
        }
    }

    /// As lines, one after at least so long.
    pub fn to_lines(every: Duration, out: Box<dyn Write>) -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
        Progress::with(bar, Some(Lines { every, last: Instant::now(), out }))
    }

    fn with(bar: ProgressBar, lines: Option<Lines>) -> Self {
        Progress { bar, done: 0, phase: 0, begun: Instant::now(), before: 0, lines }
    }

    /// So much more is to be done.
    pub fn expect(&mut self, work: u64) {
        self.bar.inc_length(work);
    }

    /// A phase of so much work begins; the one before is over, however much of it was done.
    pub fn begin(&mut self, work: u64, what: &str) {
        self.done += self.phase;
        self.phase = work;
        self.at(0, 1, what);
    }

    /// Work that was done by an earlier run: the time left is not judged by it.
    pub fn skip(&mut self, work: u64) {
        self.done += self.phase + work;
        self.phase = 0;
        self.bar.set_position(self.done);
        (self.begun, self.before) = (Instant::now(), self.done);
    }

    /// The time left, if what is to come takes as long for its work as all that this run has done. Phases differ by much in that, and
    /// so the last of it alone would say less. None where nothing was done yet.
    pub fn left(&self) -> Option<Duration> {
        let (position, length) = self.position();
        let done = position.checked_sub(self.before).filter(|done| *done > 0)?;
        let ratio = length.saturating_sub(position) as f64 / done as f64;
        Duration::try_from_secs_f64(self.begun.elapsed().as_secs_f64() * ratio).ok()
    }

    /// Part `i` of `n` of the phase is reached.
    pub fn at(&mut self, i: u64, n: u64, what: &str) {
        let within = u128::from(self.phase) * u128::from(i.min(n)) / u128::from(n.max(1));
        self.bar.set_position(self.done + within as u64);
        self.bar.set_message(what.to_owned());
        let left = self.left().map(|left| format!(", {} left", HumanDuration(left)));
        let left = left.unwrap_or_default();
        self.bar.set_prefix(left.clone());
        let Some(lines) = &mut self.lines else { return };
        if lines.last.elapsed() < lines.every {
            return;
        }
        lines.last = Instant::now();
        let (position, length) = (self.bar.position(), self.bar.length().unwrap_or(0));
        let percent = 100.0 * position as f64 / length.max(1) as f64;
        // Where nobody listens there is nobody to tell.
        let _ = writeln!(lines.out, "{what}: {percent:.0} %{left}");
    }

    /// How much was done, and how much there is.
    pub fn position(&self) -> (u64, u64) {
        (self.bar.position(), self.bar.length().unwrap_or(0))
    }

    /// Prints a line above the bar.
    pub fn say(&mut self, line: &str) {
        match &mut self.lines {
            Some(lines) => {
                let _ = writeln!(lines.out, "{line}");
            }
            None => self.bar.suspend(|| eprintln!("{line}")),
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Default for Progress {
    fn default() -> Self {
        Progress::new()
    }
}
