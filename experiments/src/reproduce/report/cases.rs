//! Runs put in order: what was run at the same settings, and of that the repeats of each way.

use super::tasks;
use super::text::mean;
use crate::reproduce::record::Run;
use crate::reproduce::way::{Norm, Way};

/// Runs of one task at the same tolerances.
pub(super) struct Case<'r> {
    pub(super) task: &'r str,
    pub(super) rtol: f64,
    pub(super) atol: f64,
    pub(super) ways: Vec<Repeats<'r>>,
}

/// The repeats of one way.
pub(super) struct Repeats<'r> {
    pub(super) way: Way,
    runs: Vec<&'r Run>,
}

impl Repeats<'_> {
    /// A number of each run.
    pub(super) fn each(&self, of: fn(&Run) -> f64) -> Vec<f64> {
        self.runs.iter().map(|run| of(run)).collect()
    }

    /// Backward evaluations of each run.
    pub(super) fn backward(&self) -> Vec<f64> {
        self.each(|run| run.cost.nfe_backward as f64)
    }

    /// Gradient errors, of those runs where they were measured.
    pub(super) fn errors(&self) -> Vec<f64> {
        self.runs.iter().filter_map(|run| run.gradient_error).collect()
    }
}

impl Case<'_> {
    /// How many of the pooled norm's backward evaluations a way saves, in per cent: NaN where there is no pooled norm, and nothing for
    /// that itself.
    pub(super) fn saved(&self, repeats: &Repeats<'_>) -> Option<f64> {
        let pooled = Way::under(Norm::Pooled);
        let of_pooled = self.ways.iter().find(|repeats| repeats.way == pooled);
        let pooled_mean = of_pooled.map_or(f64::NAN, |pooled| mean(&pooled.backward()));
        (repeats.way != pooled).then(|| 100.0 * (1.0 - mean(&repeats.backward()) / pooled_mean))
    }
}

/// All runs in the order of tables: tasks as they come, looser tolerances first, ways as they are sorted.
pub(super) fn cases(runs: &[Run]) -> Vec<Case<'_>> {
    let order = tasks(runs, |r| &r.task);
    let place = |task: &str| order.iter().position(|t| *t == task);
    let mut sorted: Vec<&Run> = runs.iter().collect();
    sorted.sort_by(|a, b| {
        place(&a.task)
            .cmp(&place(&b.task))
            .then(b.rtol.total_cmp(&a.rtol))
            .then(b.atol.total_cmp(&a.atol))
            .then(a.way.cmp(&b.way))
    });
    let same_settings =
        |a: &&Run, b: &&Run| a.task == b.task && a.rtol == b.rtol && a.atol == b.atol;
    let mut out = Vec::new();
    for runs in sorted.chunk_by(same_settings) {
        let Run { task, rtol, atol, .. } = runs[0];
        let repeats = runs.chunk_by(|a, b| a.way == b.way);
        let ways = repeats.map(|runs| Repeats { way: runs[0].way, runs: runs.to_vec() }).collect();
        out.push(Case { task, rtol: *rtol, atol: *atol, ways });
    }
    out
}

/// What the numbers are by which models are told apart, each once.
pub(super) fn metrics(runs: &[Run]) -> Vec<&str> {
    let mut metrics: Vec<&str> = runs.iter().map(|r| r.metric_name.as_str()).collect();
    metrics.sort_unstable();
    metrics.dedup();
    metrics
}
