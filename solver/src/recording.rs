//! What is kept of the accepted steps of a solve.

use crate::{Plan, Record, SolveError, Tape, dense::Span, step::StageTimes};
use costate_norms::Space;
use costate_tableau::Tableau;

/// An accepted step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Where it began.
    pub t: f64,
    /// Its length, with its sign.
    pub h: f64,
    /// Where it ended: `t + h` up to rounding, and exactly the stop where it was cut to one.
    pub end: f64,
    /// Whether the field jumps where it began.
    pub jump_at_start: bool,
    /// Whether the field jumps where it ended.
    pub jump_at_end: bool,
}

impl Step {
    /// The time that a stage with node `c` sees: beside a jump of the field it lies strictly on the step's own side of it.
    #[inline]
    pub fn stage_time(&self, c: f64) -> f64 {
        self.stage_times().at(c)
    }

    /// The times that the stages see, for who asks for many.
    #[inline(always)]
    pub fn stage_times(&self) -> StageTimes {
        StageTimes::new(self.t, self.h, self.end, self.jump_at_start, self.jump_at_end)
    }
}

/// The accepted steps of a solve, as much of them as was asked for, oldest first.
#[derive(Debug, Clone)]
pub struct Recording<V> {
    pub(crate) steps: Vec<Step>,
    pub(crate) states: Tape<V>,
    pub(crate) stages: Tape<V>,
    /// The stages of the continuous extension.
    pub(crate) extra: Tape<V>,
    kept: Record,
    /// Where the solve began; NaN before any did.
    t0: f64,
    method: Method,
}

/// What tells methods apart: the name and the stages; and the stages and the order of the continuous extension, of which one
/// method may be given several.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Method {
    name: &'static str,
    stages: usize,
    extra_stages: usize,
    dense_order: u32,
}

impl Method {
    const NONE: Self = Method { name: "no method", stages: 0, extra_stages: 0, dense_order: 0 };

    fn of<const S: usize>(tableau: &Tableau<S>) -> Self {
        let (extra_stages, dense_order) = (tableau.extra_stages(), tableau.dense.order());
        Method { name: tableau.name, stages: S, extra_stages, dense_order }
    }
}

impl<V> Default for Recording<V> {
    fn default() -> Self {
        Recording {
            steps: Vec::new(),
            states: Tape::default(),
            stages: Tape::default(),
            extra: Tape::default(),
            kept: Record::Nothing,
            t0: f64::NAN,
            method: Method::NONE,
        }
    }
}

impl<V: Space> Recording<V> {
    /// The steps; empty if none were asked for.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The state at the start of each step, and last the state at the end of the last one; empty if not asked for.
    pub fn states(&self) -> &[V] {
        self.states.as_slice()
    }

    /// Writes the solution at time `t`, anywhere within the recorded steps, by dense output.
    ///
    /// At the ends of steps this is the step's value itself. `out` takes the shape of the state if it has another. Inside a
    /// step at whose end the field is NaN or infinite, a Hermite cubic is too.
    ///
    /// # Errors
    /// [`SolveError::NotRecorded`] without [`Record::Dense`], [`SolveError::OtherMethod`] when the steps were taken by
    /// another method, [`SolveError::TimeOutside`] where no step reaches (of a trivial solve: anywhere but at its time).
    pub fn at<const S: usize>(
        &self,
        tableau: &Tableau<S>,
        t: f64,
        out: &mut V,
    ) -> Result<(), SolveError> {
        if self.kept < Record::Dense {
            return Err(SolveError::NotRecorded { needed: "dense output" });
        }
        let method = Method::of(tableau);
        if self.method != method {
            let (recorded, asked) = (self.method.name, method.name);
            return Err(SolveError::OtherMethod { recorded, asked });
        }
        let Some(y_first) = self.states.first() else {
            return Err(SolveError::NotRecorded { needed: "any state" });
        };
        // A trivial solve has one state and no step.
        let (t0, t1) = (self.t0, self.steps.last().map_or(self.t0, |s| s.end));
        let direction = if t1 >= t0 { 1.0 } else { -1.0 };
        if !((t - t0) * direction >= 0.0 && (t1 - t) * direction >= 0.0) {
            return Err(SolveError::TimeOutside { what: "time", index: 0, value: t, t0, t1 });
        }
        if !out.same_shape(y_first) {
            *out = y_first.zeros_like();
        }
        if t == t0 {
            out.assign(y_first);
            return Ok(());
        }
        let i = self.steps.partition_point(|s| (s.end - t) * direction < 0.0);
        let (step, y0, y1) = (&self.steps[i], &self.states[i], &self.states[i + 1]);
        if t == step.end {
            out.assign(y1);
            return Ok(());
        }
        let stages = &self.stages[i * S..(i + 1) * S];
        let extras = method.extra_stages;
        let extra = &self.extra[i * extras..(i + 1) * extras];
        Span { step: *step, y0, y1, stages, extra }.at(tableau, t, out);
        Ok(())
    }

    pub(crate) fn begin<const S: usize>(&mut self, tableau: &Tableau<S>, plan: &Plan<'_>, y0: &V) {
        (self.t0, self.method) = (plan.t0, Method::of(tableau));
        self.steps.clear();
        self.states.clear();
        self.stages.clear();
        self.extra.clear();
        self.kept = plan.record;
        if self.kept >= Record::States {
            self.states.push(y0);
        }
    }

    /// `extra` are the stages of the continuous extension, read where dense output is asked for.
    pub(crate) fn push(&mut self, step: Step, y1: &V, stages: &[V], extra: &[V]) {
        if self.kept >= Record::Steps {
            self.steps.push(step);
        }
        if self.kept >= Record::States {
            self.states.push(y1);
        }
        if self.kept >= Record::Dense {
            self.stages.extend(stages);
            self.extra.extend(extra);
        }
    }
}
