//! The paper's headline, how many backward evaluations the seminorm saves; and ours, what a gradient costs that is as good.

use super::{EqualError, Run, number};
use crate::reproduce::way::{Norm, Way};
use serde::{Deserialize, Serialize};

/// What the seminorm saves on one task at one tolerance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reduction {
    /// The task.
    pub task: String,
    /// Relative tolerance.
    #[serde(deserialize_with = "number::or_nan")]
    pub rtol: f64,
    /// Absolute tolerance.
    #[serde(deserialize_with = "number::or_nan")]
    pub atol: f64,
    /// Backward evaluations under the pooled default norm, the mean over its repeats.
    #[serde(deserialize_with = "number::or_nan")]
    pub nfe_pooled: f64,
    /// Backward evaluations under the seminorm, likewise.
    #[serde(deserialize_with = "number::or_nan")]
    pub nfe_seminorm: f64,
    /// `100 (1 - seminorm / pooled)`; negative where the seminorm costs more.
    #[serde(deserialize_with = "number::or_nan")]
    pub percent: f64,
}

/// The cheapest of Costate's strategies on one task at one tolerance, for gradients as good as those under the pooled norm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Best {
    /// The task.
    pub task: String,
    /// The experiment's relative tolerance.
    #[serde(deserialize_with = "number::or_nan")]
    pub rtol: f64,
    /// The way with the least work.
    #[serde(flatten)]
    pub way: Way,
    /// Its work over that under the pooled norm at the paper's settings.
    #[serde(deserialize_with = "number::or_nan")]
    pub work: f64,
    /// Its time over that, likewise.
    #[serde(deserialize_with = "number::or_nan")]
    pub seconds: f64,
}

/// The savings of all tasks and tolerances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The median over [`reductions`](Self::reductions); not a number, `null` in JSON, where there are none: without runs under
    /// the pooled norm and under the seminorm.
    #[serde(deserialize_with = "number::or_nan")]
    pub median_nfe_reduction_percent: f64,
    /// One for each task and tolerance that was run under both norms.
    pub reductions: Vec<Reduction>,
    /// The median of the work over [`best`](Self::best); not a number where there are none.
    #[serde(default = "nan", deserialize_with = "number::or_nan")]
    pub median_work_at_equal_error: f64,
    /// The same of time.
    #[serde(default = "nan", deserialize_with = "number::or_nan")]
    pub median_seconds_at_equal_error: f64,
    /// One for each task and tolerance at which equally good gradients were compared.
    #[serde(default)]
    pub best: Vec<Best>,
}

fn nan() -> f64 {
    f64::NAN
}

impl Summary {
    /// From the runs, and from what gradients cost that are equally good. Runs that did not finish a single backward evaluation do not count.
    pub fn of(runs: &[Run], equal: &[EqualError]) -> Self {
        let mut reductions: Vec<Reduction> = Vec::new();
        for run in runs {
            let Run { task, rtol, atol, .. } = run;
            let known = |r: &Reduction| r.task == *task && r.rtol == *rtol && r.atol == *atol;
            if reductions.iter().any(known) {
                continue;
            }
            let mean = |norm| {
                let of_norm = |r: &&Run| {
                    r.way == Way::under(norm)
                        && r.task == *task
                        && r.rtol == *rtol
                        && r.atol == *atol
                        && r.cost.nfe_backward > 0
                };
                let counts: Vec<f64> =
                    runs.iter().filter(of_norm).map(|r| r.cost.nfe_backward as f64).collect();
                (!counts.is_empty()).then(|| counts.iter().sum::<f64>() / counts.len() as f64)
            };
            if let (Some(nfe_pooled), Some(nfe_seminorm)) =
                (mean(Norm::Pooled), mean(Norm::Seminorm))
            {
                let percent = 100.0 * (1.0 - nfe_seminorm / nfe_pooled);
                let task = task.clone();
                reductions.push(Reduction {
                    task,
                    rtol: *rtol,
                    atol: *atol,
                    nfe_pooled,
                    nfe_seminorm,
                    percent,
                });
            }
        }
        let percents = reductions.iter().map(|r| r.percent).collect();
        let best = best(equal);
        Summary {
            median_nfe_reduction_percent: median(percents),
            reductions,
            median_work_at_equal_error: median(best.iter().map(|b| b.work).collect()),
            median_seconds_at_equal_error: median(best.iter().map(|b| b.seconds).collect()),
            best,
        }
    }
}

/// The way with the least work among those that are Costate's own, for each task and tolerance that has a baseline.
fn best(equal: &[EqualError]) -> Vec<Best> {
    let of_baseline = |baseline: &EqualError| {
        let own = equal.iter().filter(|e| !e.literal);
        let own = own.filter(|e| e.task == baseline.task && e.rtol == baseline.rtol);
        let least = own.min_by(|a, b| a.work.total_cmp(&b.work))?;
        let [work, seconds] = least.ratios(equal)?;
        Some(Best { task: least.task.clone(), rtol: least.rtol, way: least.way, work, seconds })
    };
    equal.iter().filter(|e| e.is_baseline()).filter_map(of_baseline).collect()
}

/// The middle value, or the mean of the two in the middle; NaN of nothing.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    match (n, n % 2) {
        (0, _) => f64::NAN,
        (_, 1) => values[n / 2],
        _ => 0.5 * (values[n / 2 - 1] + values[n / 2]),
    }
}
