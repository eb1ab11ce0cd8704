//! The forward solve, kept for the way back: all of it, or checkpoints from which the rest is taken again.

use costate_solver::norms::Space;
use costate_solver::{SolveError, Span, Step, Stepper, Tape};

/// How much of the forward solve is kept for the way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// The states and stages of all steps: nothing is computed twice, and memory grows with the number of steps times one more
    /// than the number of stages.
    #[default]
    Everything,
    /// The state at the start of every n-th step (of every step for 0 and 1). The steps between two of them are taken again when
    /// the way back reaches them: about one more forward solve, for memory of N / n states and 2 n steps, least for
    /// n = sqrt(N / 2 S) of N steps with S stages.
    Every(usize),
}

/// The field, for steps that are taken again. Behind a pointer, since this is compiled once for a kind of state and not once for
/// every strategy and field.
pub(crate) type Eval<'a, V> = dyn FnMut(f64, &V, &mut V) + 'a;

/// The accepted steps of a forward solve, first to last, with their states and stages in memory where they are needed.
#[derive(Debug, Clone)]
pub(crate) struct Trajectory<V> {
    keep: Keep,
    steps: Vec<Step>,
    /// The states at the starts of segments.
    checkpoints: Tape<V>,
    /// The segments in memory, the one looked at last first. A step backwards may look to both sides of a checkpoint.
    segments: [Segment<V>; 2],
    most_held: usize,
    /// The index of the step that was looked into last.
    looked_at: usize,
    /// Vectors to take steps in.
    scratch: Vec<V>,
}

/// Consecutive steps with all that belongs to them.
#[derive(Debug, Clone)]
struct Segment<V> {
    /// The index of its first step; none of an empty one.
    first: usize,
    steps: usize,
    /// One more than steps.
    states: Tape<V>,
    /// S a step.
    stages: Tape<V>,
    /// The stages of the continuous extension, where they were asked for.
    extra: Tape<V>,
    extended: bool,
}

impl<V> Default for Segment<V> {
    fn default() -> Self {
        Segment {
            first: 0,
            steps: 0,
            states: Tape::default(),
            stages: Tape::default(),
            extra: Tape::default(),
            extended: false,
        }
    }
}

impl<V> Default for Trajectory<V> {
    fn default() -> Self {
        Trajectory {
            keep: Keep::Everything,
            steps: Vec::new(),
            checkpoints: Tape::default(),
            segments: [Segment::default(), Segment::default()],
            most_held: 0,
            looked_at: 0,
            scratch: Vec::new(),
        }
    }
}

impl<V: Space> Segment<V> {
    fn clear(&mut self, first: usize) {
        (self.first, self.steps, self.extended) = (first, 0, false);
        self.states.clear();
        self.stages.clear();
        self.extra.clear();
    }

    fn holds(&self, index: usize) -> bool {
        (self.first..self.first + self.steps).contains(&index)
    }

    fn vectors(&self) -> usize {
        self.states.len() + self.stages.len() + self.extra.len()
    }
}

impl<V: Space> Trajectory<V> {
    /// Forgets what was recorded, and begins to keep this much from `y0`.
    pub(crate) fn begin(&mut self, keep: Keep, y0: &V) {
        self.keep = keep;
        self.most_held = 0;
        self.steps.clear();
        self.checkpoints.clear();
        self.segments.iter_mut().for_each(|segment| segment.clear(0));
        if let Keep::Everything = keep {
            self.segments[0].states.push(y0);
        }
    }

    /// Keeps an accepted step.
    #[inline]
    pub(crate) fn push(&mut self, step: Step, y0: &V, y1: &V, stages: &[V]) {
        match self.keep {
            Keep::Everything => {
                let segment = &mut self.segments[0];
                segment.steps += 1;
                segment.states.push(y1);
                segment.stages.extend(stages);
            }
            Keep::Every(n) => {
                if self.steps.len().is_multiple_of(n.max(1)) {
                    self.checkpoints.push(y0);
                }
            }
        }
        self.steps.push(step);
    }

    /// The steps.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether the way back finds what it needs without all steps in memory being taken again at once.
    pub(crate) fn is_whole(&self) -> bool {
        self.keep != Keep::Every(usize::MAX)
    }

    /// Takes the same steps again to keep a checkpoint of every n-th, where only their times were kept.
    pub(crate) fn retake<const S: usize>(
        &mut self,
        n: usize,
        stepper: &Stepper<'_, S>,
        field: &mut Eval<'_, V>,
        y0: &V,
    ) -> Result<(), SolveError> {
        let n = n.max(1);
        self.keep = Keep::Every(n);
        let Trajectory { steps, checkpoints, segments, scratch, .. } = self;
        checkpoints.clear();
        segments.iter_mut().for_each(|segment| segment.clear(0));
        if scratch.len() < S + 2 || !scratch.iter().all(|v| v.same_shape(y0)) {
            *scratch = vec![y0.zeros_like(); S + 2];
        }
        let Some(([y, y1], stages)) = scratch.split_first_chunk_mut::<2>() else { return Ok(()) };
        let Some(stages) = stages.first_chunk_mut::<S>() else { return Ok(()) };
        y.assign(y0);
        for (index, step) in steps.iter().enumerate() {
            if index.is_multiple_of(n) {
                checkpoints.push(y);
            }
            stepper.take(&mut &mut *field, step, y, stages, y1)?;
            core::mem::swap(y, y1);
        }
        Ok(())
    }

    /// The most vectors of the size of a state that were held at once.
    pub(crate) fn most_held(&self) -> usize {
        let now: usize = self.segments.iter().map(Segment::vectors).sum();
        self.most_held.max(self.checkpoints.len() + now)
    }

    /// Step `index`, in memory; its extension too where that is asked for.
    #[inline]
    pub(crate) fn load<const S: usize>(
        &mut self,
        stepper: &Stepper<'_, S>,
        field: &mut Eval<'_, V>,
        index: usize,
        extended: bool,
    ) -> Result<Span<'_, V>, SolveError> {
        let extras = stepper.tableau().extra_stages();
        let front = &self.segments[0];
        if !front.holds(index) || (extended && extras > 0 && !front.extended) {
            self.fetch(stepper, field, index, extended)?;
        }
        let segment = &self.segments[0];
        let i = index - segment.first;
        let extra: &[V] =
            if extended && extras > 0 { &segment.extra[i * extras..(i + 1) * extras] } else { &[] };
        Ok(Span {
            step: self.steps[index],
            y0: &segment.states[i],
            y1: &segment.states[i + 1],
            stages: &segment.stages[i * S..(i + 1) * S],
            extra,
        })
    }

    /// Brings the segment of a step to the front.
    #[cold]
    fn fetch<const S: usize>(
        &mut self,
        stepper: &Stepper<'_, S>,
        field: &mut Eval<'_, V>,
        index: usize,
        extended: bool,
    ) -> Result<(), SolveError> {
        if !self.segments[0].holds(index) {
            self.segments.swap(0, 1);
        }
        if !self.segments[0].holds(index) {
            self.take_again(stepper, field, index)?;
        }
        if extended && stepper.tableau().extra_stages() > 0 && !self.segments[0].extended {
            self.extend(stepper, field)?;
        }
        Ok(())
    }

    /// Takes the steps of a segment again, from its checkpoint.
    fn take_again<const S: usize>(
        &mut self,
        stepper: &Stepper<'_, S>,
        field: &mut Eval<'_, V>,
        index: usize,
    ) -> Result<(), SolveError> {
        let Keep::Every(n) = self.keep else { return Ok(()) };
        let n = n.max(1);
        let first = index / n * n;
        let Trajectory { steps, checkpoints, segments: [segment, _], .. } = self;
        let start = &checkpoints[index / n];
        segment.clear(first);
        segment.states.push(start);
        for step in &steps[first..(first + n).min(steps.len())] {
            for _ in 0..S {
                segment.stages.next(start);
            }
            segment.states.next(start);
            let i = segment.steps;
            let (before, after) = segment.states.as_mut_slice().split_at_mut(i + 1);
            let stages = &mut segment.stages.as_mut_slice()[i * S..];
            let Some(stages) = stages.first_chunk_mut::<S>() else { break };
            stepper.take(&mut &mut *field, step, &before[i], stages, &mut after[0])?;
            segment.steps += 1;
        }
        self.most_held = self.most_held();
        Ok(())
    }

    /// Evaluates what the continuous extension needs, for all steps of the segment in front.
    fn extend<const S: usize>(
        &mut self,
        stepper: &Stepper<'_, S>,
        field: &mut Eval<'_, V>,
    ) -> Result<(), SolveError> {
        let extras = stepper.tableau().extra_stages();
        let Trajectory { steps, segments: [segment, _], scratch, .. } = self;
        let Segment { first, steps: count, states, stages, extra, extended } = segment;
        let Some(like) = states.first() else { return Ok(()) };
        if scratch.first().is_none_or(|v| !v.same_shape(like)) {
            *scratch = vec![like.zeros_like(); S + 2];
        }
        extra.clear();
        for i in 0..*count {
            for _ in 0..extras {
                extra.next(like);
            }
            let Some(stages) = stages[i * S..].first_chunk::<S>() else { break };
            let (step, ends) = (&steps[*first + i], (&states[i], &states[i + 1]));
            let extra = &mut extra.as_mut_slice()[i * extras..];
            stepper.extend(&mut &mut *field, step, ends, stages, extra, &mut scratch[0])?;
        }
        *extended = true;
        self.most_held = self.most_held();
        Ok(())
    }

    /// Writes the state at `t`, anywhere along the steps, by dense output; at the ends of steps the step's own value.
    pub(crate) fn at<const S: usize>(
        &mut self,
        stepper: &Stepper<'_, S>,
        field: &mut Eval<'_, V>,
        t: f64,
        out: &mut V,
    ) -> Result<(), SolveError> {
        let Some(first) = self.steps.first() else {
            return Err(SolveError::NotRecorded { needed: "any step" });
        };
        let direction = first.h.signum();
        let before = |t: f64| move |s: &Step| (s.end - t) * direction < 0.0;
        // Stages of one step ask one after the other, mostly inside the same recorded step.
        let last = self.looked_at.min(self.steps.len() - 1);
        let reached = !before(t)(&self.steps[last]);
        let here = reached && last.checked_sub(1).is_none_or(|i| before(t)(&self.steps[i]));
        let i = if here { last } else { self.steps.partition_point(before(t)) };
        let i = i.min(self.steps.len() - 1);
        self.looked_at = i;
        let at_end = self.steps[i].end == t;
        let span = self.load(stepper, field, i, !at_end)?;
        if at_end {
            out.assign(span.y1);
        } else {
            span.at(stepper.tableau(), t, out);
        }
        Ok(())
    }
}
