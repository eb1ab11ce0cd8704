//! The backward pass under four norms: what it costs, how good the gradient is, and what happened attempt by attempt.

use crate::lynx_hare::model::{LotkaVolterra, LotkaVolterraField, UNKNOWNS, Unknowns};
use crate::lynx_hare::objective::{absolute_tolerance, in_logs, pelt_loss};
use crate::lynx_hare::pelts::SPAN;
use crate::lynx_hare::sensitivity::reference_gradient;
use costate_adjoint::autodiff::TraceError;
use costate_adjoint::norms::{Null, Pooled, Rms, Seminorm};
use costate_adjoint::solver::{Attempt, SolveError};
use costate_adjoint::{Augmented, Backsolve, Policy, Problem, Workspace};
use serde::Serialize;

/// The relative tolerances compared.
pub const TOLERANCES: [f64; 6] = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8];

/// The tolerance at which attempts are shown one by one: tight enough for the error to decide most steps, not the yearly
/// observations, and loose enough to tell single attempts apart.
pub const SHOWN_TOLERANCE: f64 = 1e-6;

/// What the error of a backward step is measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// The largest of three RMS: of the state, the costate and the parameter gradient.
    Default,
    /// The largest of two: the parameter gradient is left out. The paper's seminorm.
    Seminorm,
    /// One RMS over everything.
    PooledDefault,
    /// One RMS over state and costate.
    PooledSeminorm,
}

impl Measure {
    /// All four.
    pub const ALL: [Measure; 4] =
        [Measure::Default, Measure::Seminorm, Measure::PooledDefault, Measure::PooledSeminorm];

    /// What it is called in tables.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Default => "default",
            Measure::Seminorm => "seminorm",
            Measure::PooledDefault => "pooled default",
            Measure::PooledSeminorm => "pooled seminorm",
        }
    }

    /// How it is written in a program.
    pub fn written(self) -> &'static str {
        match self {
            Measure::Default => "(Rms, Rms, Rms)",
            Measure::Seminorm => "(Rms, Rms, Null)",
            Measure::PooledDefault => "Pooled((Rms, Rms, Rms))",
            Measure::PooledSeminorm => "Pooled((Rms, Rms, Null))",
        }
    }
}

/// What one backward pass cost and how good its gradient is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Cost {
    /// Evaluations of the backward equations.
    pub evaluations: usize,
    /// Steps accepted.
    pub accepted: usize,
    /// Steps rejected.
    pub rejected: usize,
    /// Attempts whose length the next observation decided, not the error.
    pub cut_short: usize,
    /// The Euclidean distance to the reference gradient over the length of it, both in the logarithms of the unknowns. The
    /// forward solve, at the same tolerance, has its part in it.
    pub gradient_error: f64,
    /// How far the state solved backwards strayed, in tolerances.
    pub drift: f64,
    /// Gross over net gradient.
    pub conditioning: f64,
    /// Attempts in which the parameter gradient's scaled error was the largest of the three channels'; of no meaning, and
    /// zero, for the norms that do not look at it.
    pub decided_by_gradient: usize,
    /// In those, the median of its error over the larger of the other two's; 0 where there are none.
    pub gradient_excess: f64,
    /// Attempts in which the costate's was.
    pub decided_by_costate: usize,
    /// Attempts in which the state's was.
    pub decided_by_state: usize,
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Relative tolerance of the forward solve; the backward one has an eighth of it.
    pub rtol: f64,
    /// The norm.
    pub norm: Measure,
    /// What came of it.
    #[serde(flatten)]
    pub cost: Option<Cost>,
    /// Why there is no gradient, when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// One attempted step of a backward pass.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Tried {
    /// Where it began, in years since the first.
    pub t: f64,
    /// Its length in years, without its sign.
    pub h: f64,
    /// The measured error over the allowed one.
    pub ratio: f64,
    /// Whether it was accepted.
    pub accepted: bool,
    /// Whether it would have ended, or ended, at an observation.
    pub to_observation: bool,
    /// The RMS of the scaled error in state, costate and, where the norm looks at it, parameter gradient.
    pub channels: [f64; 3],
}

/// The attempts of one backward pass.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trail {
    /// The norm.
    pub norm: Measure,
    /// In the order they were made: from the last year to the first.
    pub attempts: Vec<Tried>,
}

/// The whole comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The gradient that the others are held against, in the logarithms of the unknowns.
    pub reference: [f64; UNKNOWNS],
    /// One row for each tolerance and norm.
    pub rows: Vec<Row>,
    /// The relative tolerance of the trails.
    pub shown_rtol: f64,
    /// The attempts under the default norm and under the seminorm.
    pub trails: Vec<Trail>,
}

impl Comparison {
    /// The cost under one norm at one tolerance, if there was a gradient.
    pub fn cost(&self, rtol: f64, norm: Measure) -> Option<&Cost> {
        self.rows.iter().find(|r| r.rtol == rtol && r.norm == norm)?.cost.as_ref()
    }

    /// The part of the evaluations that the seminorm saves at one tolerance.
    pub fn saving(&self, rtol: f64) -> Option<f64> {
        let usual = self.cost(rtol, Measure::Default)?.evaluations as f64;
        Some(1.0 - self.cost(rtol, Measure::Seminorm)?.evaluations as f64 / usual)
    }
}

/// A comparison that could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ComparisonError {
    /// The model has no derivative.
    #[error("the model could not be differentiated: {0}")]
    Model(#[from] TraceError),
    /// The reference could not be solved.
    #[error(
        "the reference gradient could not be computed at the starting values: {0}. Take another --seed"
    )]
    Reference(#[from] SolveError),
}

/// Compares the norms at `unknowns`, and calls `done` after each backward pass with the part of the work that is done.
///
/// # Errors
/// [`ComparisonError`] when there is nothing to compare with. A single pass that fails is a row that says why.
pub fn compare(
    unknowns: &Unknowns,
    mut done: impl FnMut(f64),
) -> Result<Comparison, ComparisonError> {
    let reference = reference_gradient(unknowns)?;
    let mut bench = Bench::new(unknowns, reference)?;
    let (mut rows, mut trails) = (Vec::new(), Vec::new());
    for (i, rtol) in TOLERANCES.into_iter().enumerate() {
        for norm in Measure::ALL {
            let (row, attempts) = match norm {
                Measure::Default => bench.pass(rtol, norm, (Rms, Rms, Rms)),
                Measure::Seminorm => bench.pass(rtol, norm, (Rms, Rms, Null)),
                Measure::PooledDefault => bench.pass(rtol, norm, Pooled((Rms, Rms, Rms))),
                Measure::PooledSeminorm => bench.pass(rtol, norm, Pooled((Rms, Rms, Null))),
            };
            rows.push(row);
            if rtol == SHOWN_TOLERANCE && matches!(norm, Measure::Default | Measure::Seminorm) {
                trails.push(Trail { norm, attempts });
            }
        }
        done((i + 1) as f64 / TOLERANCES.len() as f64);
    }
    Ok(Comparison { reference, rows, shown_rtol: SHOWN_TOLERANCE, trails })
}

/// What all passes have in common.
struct Bench<'a> {
    unknowns: &'a Unknowns,
    reference: [f64; UNKNOWNS],
    field: LotkaVolterraField,
    workspace: Workspace<LotkaVolterraField, 7>,
}

/// The backward state: state, costate, parameter gradient.
type Channels = ([f64; 2], [f64; 2], [f64; 4]);

impl<'a> Bench<'a> {
    fn new(unknowns: &'a Unknowns, reference: [f64; UNKNOWNS]) -> Result<Self, TraceError> {
        let Unknowns { rates, start } = unknowns;
        let field = LotkaVolterraField::new(LotkaVolterra, start, rates)?;
        Ok(Bench { unknowns, reference, field, workspace: Workspace::new(start, rates) })
    }

    fn pass<N: Seminorm<Channels>>(
        &mut self,
        rtol: f64,
        norm: Measure,
        seminorm: N,
    ) -> (Row, Vec<Tried>) {
        let reads_gradient = seminorm.reads(2);
        let mut backsolve = Backsolve::new(rtol, absolute_tolerance(rtol))
            .with_norm(seminorm)
            .with_policy(Policy::Report)
            // What is compared is the norms: no more evaluations than their own.
            .with_witness(None);
        let mut attempts = Vec::new();
        let mut watch = |attempt: &Attempt<'_, Augmented<LotkaVolterraField, 0>>| {
            let ((y, a, g), _) = attempt.scaled_error;
            let g = if reads_gradient { Rms.measure(g) } else { 0.0 };
            attempts.push(Tried {
                t: attempt.step.t,
                h: attempt.step.h.abs(),
                ratio: attempt.ratio,
                accepted: attempt.accepted,
                to_observation: attempt.step.end == attempt.step.end.round(),
                channels: [Rms.measure(y), Rms.measure(a), g],
            });
        };
        let Bench { unknowns, reference, field, workspace } = self;
        let problem = Problem::new(0.0, SPAN, &unknowns.start, &unknowns.rates);
        let outcome =
            backsolve.gradient_watched(workspace, field, &problem, &pelt_loss(), &mut watch);
        let gradient = match outcome {
            Ok(gradient) => gradient,
            Err(error) => {
                let failure = Some(error.to_string());
                return (Row { rtol, norm, cost: None, failure }, attempts);
            }
        };
        let found = in_logs(unknowns, &gradient.p, &gradient.y0);
        let mut decided = [0; 3];
        for tried in &attempts {
            let largest = tried.channels.iter().fold(0.0, |m: f64, c| m.max(*c));
            let channel = tried.channels.iter().position(|c| *c == largest).unwrap_or(0);
            decided[channel] += 1;
        }
        let mut excesses: Vec<f64> = attempts
            .iter()
            .map(|tried| tried.channels[2] / tried.channels[0].max(tried.channels[1]))
            .filter(|excess| *excess > 1.0)
            .collect();
        excesses.sort_by(f64::total_cmp);
        let cost = Cost {
            evaluations: gradient.report.backward.calls,
            accepted: gradient.report.backward.accepted,
            rejected: gradient.report.backward.rejected,
            cut_short: attempts.iter().filter(|t| t.to_observation).count(),
            gradient_error: distance(&found, reference) / distance(reference, &[0.0; UNKNOWNS]),
            drift: gradient.report.drift,
            conditioning: gradient.report.conditioning,
            decided_by_state: decided[0],
            decided_by_costate: decided[1],
            decided_by_gradient: decided[2],
            gradient_excess: excesses.get(excesses.len() / 2).copied().unwrap_or(0.0),
        };
        (Row { rtol, norm, cost: Some(cost), failure: None }, attempts)
    }
}

fn distance(u: &[f64; UNKNOWNS], v: &[f64; UNKNOWNS]) -> f64 {
    u.iter().zip(v).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}
