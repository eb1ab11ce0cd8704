//! The fit: L-BFGS over the logarithms of the unknowns.

use crate::lynx_hare::course::Course;
use crate::lynx_hare::line_search::{Bisection, Point};
use crate::lynx_hare::model::{UNKNOWNS, Unknowns};
use crate::lynx_hare::objective::Objective;
use argmin::core::observers::ObserverMode;
use argmin::core::{Executor, Gradient, State, TerminationReason};
use argmin::solver::quasinewton::LBFGS;
use costate_adjoint::{GradientError, autodiff::TraceError};
use serde::Serialize;

/// The loss of the best fit known, to four digits: where the default start and 288 of the first 300
/// seeded ones end.
pub const BEST_KNOWN_LOSS: f64 = 1.0093;

/// A fit whose loss is at most this is in the best known minimum: one per cent of slack, where the next minimum that seeded
/// starts end in has a loss of eight.
pub const GOOD_LOSS: f64 = 1.02;

/// One iteration of the optimiser.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Iteration {
    /// The loss after it.
    pub loss: f64,
    /// The Euclidean norm of the gradient in the logarithms of the unknowns.
    pub gradient: f64,
    /// Evaluations of loss and gradient until then, those that failed included.
    pub evaluations: usize,
}

/// Where a fit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// In the best minimum known.
    BestKnown,
    /// Where the gradient vanishes, at a loss clearly above the best known.
    AnotherMinimum,
    /// Before the gradient vanished.
    Unfinished,
}

/// A finished fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Where it began.
    pub start: Unknowns,
    /// Where it ended.
    pub fitted: Unknowns,
    /// The iterations; the first entry is the start.
    pub iterations: Vec<Iteration>,
    /// Evaluations of loss and gradient.
    pub evaluations: usize,
    /// How many of them failed because the model could not be solved there. The line search takes such a place for
    /// infinitely bad.
    pub failures: usize,
    /// What made the optimiser stop.
    pub stopped: String,
}

impl Fit {
    /// The loss at the start.
    pub fn before(&self) -> f64 {
        self.iterations.first().map_or(f64::NAN, |i| i.loss)
    }

    /// The loss at the end.
    pub fn after(&self) -> f64 {
        self.iterations.last().map_or(f64::NAN, |i| i.loss)
    }

    /// The gradient's norm at the end.
    pub fn final_gradient(&self) -> f64 {
        self.iterations.last().map_or(f64::NAN, |i| i.gradient)
    }

    /// Which minimum it is in, if any.
    pub fn verdict(&self) -> Verdict {
        if self.after() <= GOOD_LOSS {
            Verdict::BestKnown
        } else if self.final_gradient() <= 1e-3 {
            Verdict::AnotherMinimum
        } else {
            Verdict::Unfinished
        }
    }
}

/// A fit that could not be done at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// The model has no derivative.
    #[error("the model could not be differentiated: {0}")]
    Model(#[from] TraceError),
    /// The first evaluation failed, so that there is nowhere to go from.
    #[error(
        "the model cannot be solved at the starting values, so there is nothing to improve on: {0}. Take another --seed, or \
         another --rtol"
    )]
    Start(#[source] GradientError),
    /// The optimiser gave up with an error of its own.
    #[error("the optimiser failed: {0}")]
    Optimiser(String),
}

/// At this norm of the gradient a fit is done. The solves' errors leave some 1e-7 of it, and the loss is within its square of
/// the minimum's.
pub const GRADIENT_TOLERANCE: f64 = 1e-5;

/// Iterations after which a fit is given up; a good one takes about thirty.
const MAX_ITERATIONS: u64 = 1000;

/// Pairs that L-BFGS remembers: for six unknowns as good as all.
const MEMORY: usize = 10;

/// How often L-BFGS may begin anew with an empty memory when its line search finds nothing better.
const RESTARTS: usize = 5;

/// No unknown changes by more than a factor of two in one iteration.
const LONGEST_MOVE: f64 = std::f64::consts::LN_2;

/// Fits the model to the pelts from `start`, with solves at `rtol`, and shows each iteration to `watch`.
///
/// L-BFGS (D. C. Liu, J. Nocedal, "On the limited memory BFGS method for large scale optimization", Mathematical Programming
/// 45, 1989) as argmin has it, with a line search that compares and never interpolates.
///
/// # Errors
/// [`FitError`] when there is no fit at all. A fit in a worse minimum is no error: [`Fit::verdict`] says so.
pub fn fit(
    start: Unknowns,
    rtol: f64,
    watch: impl FnMut(&Iteration) + 'static,
) -> Result<Fit, FitError> {
    let mut objective = Objective::new(rtol)?;
    let mut logs = start.logs();
    let first = objective.evaluate(logs).map_err(FitError::Start)?;
    let course = Course::new(objective, logs, first, watch);
    let mut loss = first.loss;
    let mut stopped = String::new();
    for _ in 0..=RESTARTS {
        let state = descend(&course, logs, loss).map_err(|e| FitError::Optimiser(e.to_string()))?;
        let improved = state.get_best_cost() < loss;
        if let Some(Ok(best)) = state.get_best_param().map(|best| best.as_slice().try_into()) {
            (logs, loss) = (best, state.get_best_cost());
        }
        let reason = state.get_termination_reason();
        stopped = reason.map_or("no reason", TerminationReason::text).to_owned();
        let line_search_failed = matches!(reason, Some(TerminationReason::SolverExit(_)));
        if !(line_search_failed && improved) {
            break;
        }
    }
    let log = &course.0;
    Ok(Fit {
        start,
        fitted: Unknowns::from_logs(logs),
        iterations: log.iterations.take(),
        evaluations: log.evaluations.get(),
        failures: log.failures.get(),
        stopped,
    })
}

/// L-BFGS with an empty memory, from a point with a known loss.
fn descend<W: FnMut(&Iteration) + 'static>(
    course: &Course<W>,
    logs: [f64; UNKNOWNS],
    loss: f64,
) -> Result<Point, argmin::core::Error> {
    let logs = logs.to_vec();
    let gradient = course.gradient(&logs)?;
    let lbfgs = LBFGS::new(Bisection::new(LONGEST_MOVE), MEMORY)
        .with_tolerance_grad(GRADIENT_TOLERANCE)?
        // Some iterations lower the loss by less than its last digit and still lead on.
        .with_tolerance_cost(0.0)?;
    let result = Executor::new(course.clone(), lbfgs)
        .configure(|point| {
            point.param(logs).cost(loss).gradient(gradient).max_iters(MAX_ITERATIONS)
        })
        .add_observer(course.clone(), ObserverMode::Always)
        .ctrlc(false)
        .run()?;
    Ok(result.state)
}
