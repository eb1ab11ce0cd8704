//! The forward half of a gradient: the solve, what is kept of it, the observed states, the loss and its cotangents.

use crate::observations::{evaluate, not_finite};
use crate::running::{Rates, RunningCost};
use crate::trajectory::{Keep, Trajectory};
use crate::{Counts, DifferentiableField, GradientError, Loss, ParamsOf, Problem, StateOf};
use costate_solver::controller::StepControl;
use costate_solver::norms::{L2, Rms, Seminorm, Space};
use costate_solver::tableau::{Dense, HermiteBasis};
use costate_solver::{self as solver, Attempt, Plan, SolveError, Solver, Statistics, Stepper};

/// The memory of a forward half, and what it leaves for the way back.
pub(crate) struct Forward<F: DifferentiableField, const S: usize> {
    pub(crate) solve: solver::Workspace<StateOf<F>, S>,
    pub(crate) trajectory: Trajectory<StateOf<F>>,
    /// The field at (t0, y0).
    pub(crate) first_slope: StateOf<F>,
    pub(crate) cotangents: Vec<StateOf<F>>,
    /// The largest RMS of the state until each observation.
    pub(crate) peaks: Vec<f64>,
    /// The end of each step and the Euclidean norm of its embedded error.
    pub(crate) errors: Vec<(f64, f64)>,
    pub(crate) scratch: StateOf<F>,
    pub(crate) rates: (StateOf<F>, ParamsOf<F>),
}

/// What the forward half found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// The loss, the running cost included.
    pub(crate) loss: f64,
    /// The unit of the costate: the largest RMS of a cotangent or of the running cost's gradient times the length of the solve.
    pub(crate) size: f64,
    /// Where the way back begins; none when the gradient is zero.
    pub(crate) start: Option<f64>,
    /// The observations that matter: all with an index below this.
    pub(crate) observations: usize,
    /// The largest RMS of the state.
    pub(crate) peak: f64,
    /// The same until the way back begins.
    pub(crate) peak_until_start: f64,
    /// The error of the running cost.
    pub(crate) running_error: f64,
    /// What it cost.
    pub(crate) counts: Counts,
}

impl Found {
    /// The unit of the costate: that of the loss over that of the state. For states under 1 the loss alone decides: a state that
    /// hardly leaves its own tolerance must not take the costate's error control with it.
    pub(crate) fn unit(&self) -> f64 {
        self.size / self.peak_until_start.max(1.0)
    }
}

impl<F: DifferentiableField, const S: usize> Forward<F, S> {
    pub(crate) fn new(y: &StateOf<F>, p: &ParamsOf<F>) -> Self {
        Forward {
            solve: solver::Workspace::new(y),
            trajectory: Trajectory::default(),
            first_slope: y.zeros_like(),
            cotangents: Vec::new(),
            peaks: Vec::new(),
            errors: Vec::new(),
            scratch: y.zeros_like(),
            rates: (y.zeros_like(), p.zeros_like()),
        }
    }

    /// Whether the memory is for states and parameters of these shapes.
    pub(crate) fn fits(&self, y: &StateOf<F>, p: &ParamsOf<F>) -> bool {
        let states = [&self.first_slope, &self.scratch, &self.rates.0];
        states.into_iter().all(|state| state.same_shape(y)) && self.rates.1.same_shape(p)
    }

    /// The observed states.
    pub(crate) fn observed(&self) -> &[StateOf<F>] {
        self.solve.solution.saved.as_slice()
    }

    /// Solves forwards by `plan`, whose save times are the losses', and keeps what the way back will need; what a loss makes of it
    /// is for [`judge`](Self::judge).
    pub(crate) fn run<C>(
        &mut self,
        solver: &mut Solver<C, S>,
        field: &mut F,
        problem: &Problem<'_, F>,
        plan: Plan<'_>,
        keep: Keep,
        for_a_solve_back: bool,
    ) -> Result<Course, GradientError>
    where
        C: StepControl<StateOf<F>>,
    {
        let Problem { t0, y0, p, running, .. } = *problem;
        field.check(y0, p)?;
        if let Some((index, value)) = not_finite(p) {
            return Err(GradientError::Parameters { index, value });
        }
        // First what is the problem's own, then what the loss asks of it.
        Plan { save: &[], ..plan }.check()?;
        plan.check().map_err(|source| GradientError::Observations { source })?;

        let Forward { solve, trajectory, first_slope, peaks, errors, scratch, rates, .. } = self;
        // What is computed again of a step: its error, or the points of its stages.
        let keeps_errors = for_a_solve_back && solver.tableau.error.is_some();
        let tableau = (keeps_errors || running.is_some()).then(|| solver.tableau.clone());
        let stepper = tableau.as_ref().map(Stepper::new);
        let mut course = Course { peak: Rms.measure(y0), ..Course::default() };
        let mut seen_first = false;
        peaks.clear();
        let mut unseen = plan.save;
        let mut note_peaks = |end: f64, peak: f64| {
            while let Some((t, rest)) = unseen.split_first() {
                if (t - end) * plan.direction() > 0.0 {
                    break;
                }
                peaks.push(peak);
                unseen = rest;
            }
        };
        note_peaks(t0, course.peak);
        errors.clear();
        trajectory.begin(keep, y0);
        let mut rates = Rates { cost: running, to_y: &mut rates.0, to_p: &mut rates.1 };
        let solution = solver.solve_watched(
            solve,
            |t: f64, y: &StateOf<F>, dy: &mut StateOf<F>| field.eval(t, y, p, dy),
            y0,
            plan,
            &mut |attempt| {
                // The first attempt begins with the field at (t0, y0).
                if !core::mem::replace(&mut seen_first, true) {
                    first_slope.assign(&attempt.stages[0]);
                }
                if !attempt.accepted {
                    return;
                }
                let step = attempt.step;
                if for_a_solve_back {
                    course.peak = course.peak.max(Rms.measure(attempt.y1));
                    note_peaks(step.end, course.peak);
                }
                trajectory.push(step, attempt.y0, attempt.y1, attempt.stages);
                let Some(stepper) = &stepper else { return };
                if keeps_errors {
                    stepper.error(step.h, attempt.stages, scratch);
                    errors.push((step.end, L2.measure(scratch)));
                }
                if let Some(cost) = running {
                    // Beyond the end the loss does not look.
                    let past = ((plan.t1 - step.t) / step.h).min(1.0);
                    course.add_cost::<F, S>(cost, &mut rates, p, attempt, stepper, past, scratch);
                }
            },
        )?;
        course.counts = Counts::forward(solution.statistics);
        course.seen_first = seen_first;
        Ok(course)
    }

    /// Evaluates a loss on the solve just made.
    pub(crate) fn judge<L>(
        &mut self,
        course: &Course,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &L,
    ) -> Result<Found, GradientError>
    where
        L: Loss<StateOf<F>> + ?Sized,
    {
        let Problem { t0, t1, y0, p, running, .. } = *problem;
        let times = loss.times(&t1);
        let observed = self.solve.solution.saved.as_slice();
        let (value, largest) = evaluate(loss, times, observed, &mut self.cotangents, y0)?;
        let loss = value + course.cost;
        if !loss.is_finite() {
            return Err(GradientError::Loss { value: loss });
        }
        // Late observations that the loss does not depend on leave the costate at zero: nothing to solve.
        let last = self.cotangents.iter().rposition(|a| Rms.measure(a) > 0.0);
        let start = if running.is_some() { Some(t1) } else { last.map(|last| times[last]) };
        let mut counts = course.counts;
        if start.is_some() && !course.seen_first {
            // Nothing was solved, but an observation that moves sees the field.
            field.eval(t0, y0, p, &mut self.first_slope);
            counts.f += 1;
            counts.calls += 1;
            if let Some((index, value)) = not_finite(&self.first_slope) {
                let what = "the field's first value";
                return Err(SolveError::NotFinite { what, index, value, t: t0 }.into());
            }
        }
        let peak_until_last = last.and_then(|last| self.peaks.get(last).copied());
        let until_start = if running.is_some() { None } else { peak_until_last };
        let direction = if t1 >= t0 { 1.0 } else { -1.0 };
        let observations =
            start.map_or(0, |s| times.partition_point(|&t| (t - s) * direction <= 0.0));
        Ok(Found {
            loss,
            size: largest.max((t1 - t0).abs() * course.cost_slope),
            start,
            observations,
            peak: course.peak,
            peak_until_start: until_start.unwrap_or(course.peak),
            running_error: course.cost_error,
            counts,
        })
    }
}

/// What was seen on the way forwards, whatever the loss.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Course {
    pub(crate) counts: Counts,
    peak: f64,
    seen_first: bool,
    /// The integral of the running cost, the sum of its absolute embedded errors, and the largest RMS of its gradient in y.
    cost: f64,
    cost_error: f64,
    cost_slope: f64,
}

impl Course {
    /// Adds the running cost of a step, by the method's own weights; of the part of it before the end, by a cubic.
    #[allow(clippy::too_many_arguments)]
    fn add_cost<F: DifferentiableField, const S: usize>(
        &mut self,
        cost: &dyn RunningCost<StateOf<F>, ParamsOf<F>>,
        rates: &mut Rates<'_, StateOf<F>, ParamsOf<F>>,
        p: &ParamsOf<F>,
        attempt: &Attempt<'_, StateOf<F>>,
        stepper: &Stepper<'_, S>,
        part: f64,
        scratch: &mut StateOf<F>,
    ) {
        let (step, tableau) = (attempt.step, stepper.tableau());
        let (mut sum, mut error) = (0.0, 0.0);
        for i in 0..S {
            let weight = weight_until(tableau, i, part);
            let of_error = tableau.error.as_ref().map_or(0.0, |e| e.weights[i]);
            if weight == 0.0 && of_error == 0.0 {
                continue;
            }
            stepper.whole_stage_point(i, (attempt.y0, step.h), attempt.stages, scratch);
            let rate = cost.rate(step.stage_time(tableau.c[i]), scratch, p);
            sum += weight * rate;
            error += of_error * rate;
        }
        self.cost += step.h * sum;
        self.cost_error += (step.h * error).abs();
        rates.evaluate(cost, step.stage_time(1.0), attempt.y1, p);
        let slope = Rms.measure(rates.to_y);
        // Not `max`, which drops NaN.
        self.cost_slope =
            if slope > self.cost_slope || slope.is_nan() { slope } else { self.cost_slope };
    }
}

/// The weight of stage `i` in the integral over the first `part` of a step.
pub(crate) fn weight_until<const S: usize>(
    tableau: &costate_solver::tableau::Tableau<S>,
    i: usize,
    part: f64,
) -> f64 {
    if part == 1.0 {
        return tableau.b[i];
    }
    let Dense::Hermite { .. } = tableau.dense else { return tableau.dense_weight(i, part) };
    // The cubic through a cost that grows by sum of b_i c_i, with its rates at the first and the last stage for slopes.
    let HermiteBasis { h10, h01, h11, .. } = HermiteBasis::at(part);
    let of_slopes = if i == 0 { h10 } else { 0.0 } + if i + 1 == S { h11 } else { 0.0 };
    h01 * tableau.b[i] + of_slopes
}

impl Counts {
    /// A solve of the field alone.
    pub(crate) fn forward(statistics: Statistics) -> Self {
        let Statistics { evaluations, accepted, rejected, .. } = statistics;
        Counts { f: evaluations, calls: evaluations, accepted, rejected, ..Counts::default() }
    }
}
