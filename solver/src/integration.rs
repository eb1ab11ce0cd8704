//! The integration loop, one attempt at a time.

use crate::check::{check_finite, check_shape};
use crate::dense::Span;
use crate::rows::Rows;
use crate::step::{advance, extend};
use crate::stops::{Stop, Stops};
use crate::{Attempt, Field, Plan, Recording, SolveError, Statistics, Step, workspace::Buffers};
use costate_controller::{Start, StepControl};
use costate_norms::{Float, Space};
use costate_tableau::Tableau;

/// A solve in progress: whoever holds it owns the loop.
///
/// Each call of [`attempt`](Self::attempt) tries one step. [`Solver::solve`](crate::Solver::solve) is this loop, run to its
/// end.
///
/// ```
/// use costate_solver::{Plan, Solver, Workspace};
/// let mut solver = Solver::dormand_prince(1e-6, 1e-6);
/// let mut workspace = Workspace::new(&[1.0]);
/// let decay = |_t: f64, y: &[f64; 1], dy: &mut [f64; 1]| dy[0] = -y[0];
/// let mut integration = solver.start(&mut workspace, decay, &[1.0], Plan::new(0.0, 1.0))?;
/// while let Some(attempt) = integration.attempt()? {
///     println!("t = {:.3}, h = {:.3}, error ratio {:.2e}", attempt.step.t, attempt.step.h, attempt.ratio);
/// }
/// assert!((integration.y()[0] - (-1.0_f64).exp()).abs() < 1e-6);
/// # Ok::<(), costate_solver::SolveError>(())
/// ```
#[derive(Debug)]
pub struct Integration<'w, 'p, V, F, C, const S: usize> {
    tableau: &'w Tableau<S>,
    rows: Rows<'w, S>,
    control: &'w mut C,
    buffers: &'w mut Buffers<V, S>,
    field: F,
    plan: Plan<'p>,
    stops: Stops<'p>,
    max_attempts: usize,
    statistics: Statistics,
    /// +1 forwards, -1 backwards.
    direction: f64,
    /// Where the next step must not go beyond.
    stop: Option<Stop>,
    t: f64,
    /// What the control would like to try next.
    wanted: f64,
    ratio: f64,
    /// The accepted attempt that `y` has not moved on from yet.
    ahead: Option<Step>,
    /// Whether the first stage holds the field at (t, y).
    has_first: bool,
    /// Whether the stages of the continuous extension are those of the step just accepted.
    extended: bool,
    at_jump: bool,
    /// The step size of the last attempt, if it was rejected.
    rejected: Option<f64>,
    /// Whether the state was changed and not looked at since.
    edited: bool,
}

impl<'w, 'p, V, F, C, const S: usize> Integration<'w, 'p, V, F, C, S>
where
    V: Space<Scalar: Float>,
    F: Field<V>,
    C: StepControl<V>,
{
    pub(crate) fn new(
        tableau: &'w Tableau<S>,
        control: &'w mut C,
        buffers: &'w mut Buffers<V, S>,
        field: F,
        y0: &V,
        plan: Plan<'p>,
        max_attempts: usize,
    ) -> Result<Self, SolveError> {
        plan.check()?;
        if y0.dimension() == 0 {
            return Err(SolveError::EmptyState);
        }
        control.check(y0)?;
        check_finite("the initial state", y0, plan.t0)?;
        if (0..V::LEAVES).any(|l| control.reads(l)) && tableau.error.is_none() {
            return Err(SolveError::NoErrorEstimate { method: tableau.name });
        }
        control.begin(tableau.error.as_ref().map_or(tableau.order + 1, |e| e.power()));
        buffers.y.assign(y0);
        let mut stops = Stops::new(&plan);
        let stop = stops.after(plan.t0);
        let mut integration = Integration {
            tableau,
            rows: Rows::new(tableau),
            control,
            buffers,
            field,
            plan,
            max_attempts,
            statistics: Statistics::default(),
            direction: plan.direction(),
            stops,
            stop,
            t: plan.t0,
            wanted: 0.0,
            ratio: 0.0,
            ahead: None,
            has_first: false,
            extended: false,
            at_jump: plan.jumps.contains(&plan.t0),
            rejected: None,
            edited: false,
        };
        if plan.t0 != plan.t1 {
            integration.begin()?;
        }
        Ok(integration)
    }

    /// The field at the start, and a first step from it.
    fn begin(&mut self) -> Result<(), SolveError> {
        let t0 = self.plan.t0;
        let jump = self.plan.after(t0, self.plan.jumps);
        let end = jump.unwrap_or(self.plan.t1);
        let (jump_at_start, jump_at_end) = (self.at_jump, jump.is_some());
        let times = Step { t: t0, h: end - t0, end, jump_at_start, jump_at_end }.stage_times();
        let Buffers { y, candidate, stages, error, .. } = &mut *self.buffers;
        self.field.eval(times.at(0.0), y, &mut stages[0]);
        self.statistics.evaluations += 1;
        check_shape("the field's first value", &stages[0], y, t0)?;
        check_finite("the field's first value", &stages[0], t0)?;
        self.has_first = true;
        // Before the first jump the trial of the field looks no further than the steps will.
        let start = Start { t0, span: end - t0, y0: y, f0: &stages[0] };
        let (h, trials) = self.control.first_step(
            start,
            &mut |t, y: &V, dy: &mut V| {
                self.field.eval(times.inside(t), y, dy);
                not_finite_if_reshaped(dy, y);
            },
            [candidate, error],
        );
        self.statistics.evaluations += trials;
        // A guess from a trial knows nothing of the resolution of time: 1e-6 after a start in Unix seconds is under it.
        let least = if trials > 0 { 2.0 * resolution(t0) } else { 0.0 };
        self.wanted = if h.abs() < least { least.copysign(h) } else { h };
        Ok(())
    }

    /// The time reached. After an accepted attempt, its end.
    pub fn t(&self) -> f64 {
        self.ahead.map_or(self.t, |step| step.end)
    }

    /// The state reached. After an accepted attempt, its candidate.
    pub fn y(&self) -> &V {
        if self.ahead.is_some() { &self.buffers.candidate } else { &self.buffers.y }
    }

    /// The cost so far.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }

    /// The step size that the control would like to try next.
    pub fn next_step(&self) -> f64 {
        self.wanted
    }

    /// Tries one step; `None` when the end is reached.
    ///
    /// # Errors
    /// [`SolveError::StepTooSmall`], [`SolveError::TooManyAttempts`], [`SolveError::StepNotFinite`]; after an
    /// [`edit`](Self::edit) also [`SolveError::NotFinite`] and [`SolveError::ShapeChanged`].
    pub fn attempt(&mut self) -> Result<Option<Attempt<'_, V>>, SolveError> {
        // At the end the last step stays as it is, so that it can still be interpolated.
        if (self.t() - self.plan.t1) * self.direction >= 0.0 {
            return Ok(None);
        }
        self.move_on();
        if self.edited {
            self.check_state()?;
        }
        let (t, wanted, ratio, statistics) = (self.t, self.wanted, self.ratio, self.statistics);
        if statistics.attempts() >= self.max_attempts {
            let limit = self.max_attempts;
            return Err(SolveError::TooManyAttempts { limit, t, h: wanted, ratio, statistics });
        }
        if !(wanted * self.direction > resolution(t)) {
            return Err(SolveError::StepTooSmall { t, h: wanted, ratio, statistics });
        }
        let step = self.cut();
        let from = usize::from(self.has_first);
        let Buffers { y, candidate, stages, error, second_error, .. } = &mut *self.buffers;
        let times = step.stage_times();
        self.statistics.evaluations +=
            advance(&self.rows, &mut self.field, &times, y, stages, candidate, from)?;
        self.has_first = true;
        self.extended = false;
        let ends = (&*y, &*candidate);
        let mut ratio = match &self.rows.error {
            Some(row) => self.control.estimate(ends, row, step.h, stages, error),
            None => self.control.measure(y, candidate, error),
        };
        if let Some((row, correction)) = &self.rows.second {
            let second = self.control.estimate(ends, row, step.h, stages, second_error);
            ratio = correction.combine(ratio, second);
        }
        let verdict = self.control.decide(step.h, ratio);
        self.ratio = verdict.ratio;
        if verdict.accepted {
            self.statistics.accepted += 1;
            self.ahead = Some(step);
            self.rejected = None;
            // A step cut short to end at a stop says nothing against the longer one that was wanted.
            let was_cut = step.h.abs() < wanted.abs();
            let keep = was_cut && verdict.next.abs() < wanted.abs();
            self.wanted = if keep { wanted } else { verdict.next };
        } else {
            self.statistics.rejected += 1;
            if verdict.ratio.is_nan() {
                self.statistics.not_finite += 1;
            }
            // A control that has no shorter step to offer; where it had none, the attempt may have been stretched to a stop.
            let shorter = verdict.next.abs() < step.h.abs().min(wanted.abs());
            if verdict.ratio.is_nan() && !shorter {
                let (h, statistics) = (step.h, self.statistics);
                return Err(SolveError::StepNotFinite { t, h, statistics });
            }
            self.rejected = Some(step.h);
            self.wanted = verdict.next;
        }
        Ok(Some(Attempt {
            step,
            ratio: verdict.ratio,
            accepted: verdict.accepted,
            y0: &self.buffers.y,
            y1: &self.buffers.candidate,
            stages: &self.buffers.stages,
            scaled_error: &self.buffers.error,
        }))
    }

    /// Writes the solution at `t` inside the attempt just accepted, by dense output; at its end the step's own value.
    ///
    /// A method whose continuous extension is a Hermite cubic and that does not end with the field at the new point
    /// evaluates it here, once a step; the next step begins with it. Before the first accepted attempt, after a rejected one
    /// and after an [`edit`](Self::edit) there is no step to look into, and this is the state, whatever `t`. Outside of the
    /// step the formulas extrapolate. `out` takes the shape of the state if it has another.
    pub fn interpolate(&mut self, t: f64, out: &mut V) {
        if !out.same_shape(&self.buffers.y) {
            *out = self.buffers.y.zeros_like();
        }
        let Some(step) = self.ahead else {
            return out.assign(&self.buffers.y);
        };
        if t == step.end {
            return out.assign(&self.buffers.candidate);
        }
        self.extend();
        let Buffers { y, candidate, stages, extra, .. } = &*self.buffers;
        Span { step, y0: y, y1: candidate, stages, extra }.at(self.tableau, t, out);
    }

    /// The attempt just accepted, made ready to be looked into, and the field beside it; none where there is no such step, as
    /// for [`interpolate`](Self::interpolate).
    ///
    /// This is how an integral along the solution is taken: over accepted steps only, at any points inside of them.
    pub fn inside(&mut self) -> Option<(Span<'_, V>, &mut F)> {
        self.ahead?;
        self.extend();
        self.taken()
    }

    /// The same for who looks at the stages only: what the extension alone needs is not evaluated.
    pub fn taken(&mut self) -> Option<(Span<'_, V>, &mut F)> {
        let step = self.ahead?;
        let Buffers { y, candidate, stages, extra, .. } = &*self.buffers;
        let extra = if self.extended { &extra[..] } else { &[] };
        Some((Span { step, y0: y, y1: candidate, stages, extra }, &mut self.field))
    }

    /// Evaluates the stages that dense output needs beside those of the step just accepted, once.
    pub(crate) fn extend(&mut self) {
        let Some(step) = self.ahead else { return };
        if self.extended || self.tableau.extra_stages() == 0 {
            return;
        }
        let Integration { tableau, field, statistics, .. } = self;
        let mut counted = |t: f64, y: &V, dy: &mut V| {
            field.eval(t, y, dy);
            not_finite_if_reshaped(dy, y);
            statistics.evaluations += 1;
        };
        let Buffers { y, candidate, stages, extra, error, .. } = &mut *self.buffers;
        // The error was judged; until the next attempt its vector is free. A reshaped value is NaN by now, and no error.
        let ends = (&*y, &*candidate);
        let done = extend(tableau, &mut counted, &step.stage_times(), ends, stages, extra, error);
        self.extended = done.is_ok();
    }

    /// The field, to be changed between attempts in what does not change its values.
    pub fn field_mut(&mut self) -> &mut F {
        &mut self.field
    }

    /// The method.
    pub(crate) fn tableau(&self) -> &'w Tableau<S> {
        self.tableau
    }

    /// The error of a step whose inside is not finite.
    pub(crate) fn not_finite(&self, step: Step) -> SolveError {
        SolveError::StepNotFinite { t: step.t, h: step.h, statistics: self.statistics }
    }

    /// Keeps the step just accepted.
    pub(crate) fn record(&self, step: Step, recording: &mut Recording<V>) {
        let Buffers { candidate, stages, extra, .. } = &*self.buffers;
        recording.push(step, candidate, stages, extra);
    }

    /// Changes the state where the solve stands, and drops what was known of the field there.
    ///
    /// This is how a costate takes up a loss at an observation time. What the control knows of earlier errors and the step
    /// it would like to try stay. Values that are not finite, or another shape, are an error of the next attempt.
    pub fn edit(&mut self, change: impl FnOnce(&mut V)) {
        self.move_on();
        change(&mut self.buffers.y);
        (self.has_first, self.rejected, self.edited) = (false, None, true);
    }

    /// Whether an edit left a state that can be gone on from.
    fn check_state(&mut self) -> Result<(), SolveError> {
        let Buffers { y, candidate, .. } = &*self.buffers;
        check_shape("the edited state", y, candidate, self.t)?;
        check_finite("the edited state", y, self.t)?;
        self.edited = false;
        Ok(())
    }

    /// Takes the accepted candidate as the state.
    fn move_on(&mut self) {
        let Some(step) = self.ahead.take() else { return };
        let Buffers { y, candidate, stages, extra, .. } = &mut *self.buffers;
        core::mem::swap(y, candidate);
        self.t = step.end;
        if self.stop.is_some_and(|stop| (step.end - stop.t) * self.direction >= 0.0) {
            self.stop = self.stops.after(step.end);
        }
        self.at_jump = step.jump_at_end;
        let has_slope = self.extended && self.tableau.extension_ends_with_slope();
        self.has_first = !step.jump_at_end && (self.rows.fsal || has_slope);
        if self.has_first && has_slope {
            core::mem::swap(&mut stages[0], &mut extra[0]);
        } else if self.has_first {
            stages.swap(0, S - 1);
        }
        self.extended = false;
    }

    /// The step that is wanted, cut or stretched a little to end at the next stop.
    fn cut(&self) -> Step {
        let Integration { t, wanted, at_jump: jump_at_start, .. } = *self;
        if let Some(stop) = self.stop {
            let reaches = |h: f64| (t + h - stop.t) * self.direction >= 0.0;
            let h = stop.t - t;
            // One hundredth more than wanted avoids a last step of almost nothing (Hairer's DOPRI5 does the same); but
            // what was rejected from here is not tried again.
            let shorter = self.rejected.is_none_or(|rejected| h.abs() < rejected.abs());
            if reaches(wanted) || (shorter && reaches(1.01 * wanted)) {
                return Step { t, h, end: stop.t, jump_at_start, jump_at_end: stop.is_jump };
            }
        }
        Step { t, h: wanted, end: t + wanted, jump_at_start, jump_at_end: false }
    }
}

/// Gives a vector that a field has resized its shape back, with NaN in it: it is then refused like any value that is not
/// finite, where there is no error to return.
fn not_finite_if_reshaped<V: Space<Scalar: Float>>(v: &mut V, like: &V) {
    if !v.same_shape(like) {
        *v = like.zeros_like();
        v.fill(num_traits::Float::nan());
    }
}

/// The step at `t` under which the stages of a step no longer lie at different times: sixteen rounding units.
fn resolution(t: f64) -> f64 {
    16.0 * f64::EPSILON * t.abs()
}
