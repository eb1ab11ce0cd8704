//! One step of an explicit Runge-Kutta method, over any scalar.

use crate::check::check_shape;
use crate::rows::Rows;
use crate::{Field, SolveError};
use costate_norms::{Space, linear::combine};
use costate_tableau::Tableau;

/// The times that the stages of a step see.
///
/// At a jump of the field they stay strictly on the step's own side of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StageTimes {
    start: f64,
    h: f64,
    first: f64,
    last: f64,
}

impl StageTimes {
    #[inline(always)]
    pub(crate) fn new(
        start: f64,
        h: f64,
        end: f64,
        jump_at_start: bool,
        jump_at_end: bool,
    ) -> Self {
        StageTimes {
            start,
            h,
            first: if jump_at_start { next(start, h > 0.0) } else { start },
            last: if jump_at_end { next(end, h < 0.0) } else { end },
        }
    }

    /// The time of a stage with node `c`.
    #[inline]
    pub fn at(&self, c: f64) -> f64 {
        if c == 0.0 {
            return self.first;
        }
        // `end` was rounded once; start + h may round elsewhere.
        if c == 1.0 {
            return self.last;
        }
        let t = self.start + c * self.h;
        if (0.0..=1.0).contains(&c) { self.inside(t) } else { t }
    }

    /// The time of the step that is nearest to `t`: a short step rounds the times of its stages to its ends and beyond.
    #[inline]
    pub(crate) fn inside(&self, t: f64) -> f64 {
        let (least, largest) =
            if self.h > 0.0 { (self.first, self.last) } else { (self.last, self.first) };
        // Not `clamp`, which panics on crossed bounds: between jumps at two neighbouring numbers there is no time.
        t.max(least).min(largest)
    }
}

/// The neighbouring number. Jumps are rare: kept apart, it is not computed beside every step.
#[cold]
fn next(t: f64, up: bool) -> f64 {
    if up { t.next_up() } else { t.next_down() }
}

/// Evaluates stages `from..S` and writes the candidate `y1`. Stages before `from` are taken as they are.
///
/// Returns the number of evaluations.
///
/// # Errors
/// [`SolveError::ShapeChanged`] when the field leaves a vector of another shape.
#[inline]
pub(crate) fn advance<V: Space, const S: usize>(
    rows: &Rows<'_, S>,
    field: &mut impl Field<V>,
    times: &StageTimes,
    y0: &V,
    stages: &mut [V; S],
    y1: &mut V,
    from: usize,
) -> Result<usize, SolveError> {
    // A loop over the stages, written out so far: with a constant index the compiler unrolls the sum over the stages before
    // and keeps short vectors in registers, which a step of few unknowns would otherwise spend most of its time loading.
    macro_rules! unrolled {
        ($($i:literal)*) => {
            $(if from <= $i && $i < S {
                stage($i, rows, field, times, y0, stages, y1)?;
            })*
        };
    }
    unrolled!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    for i in from.max(16)..S {
        stage(i, rows, field, times, y0, stages, y1)?;
    }
    if !rows.fsal {
        rows.b.write(y1, y0, times.h, stages);
    }
    Ok(S - from)
}

/// The same for a step that is taken again, bit for bit: not written out stage by stage, which takes as long to compile as the
/// loop of a solve and is worth it there only.
pub(crate) fn advance_again<V: Space, const S: usize>(
    rows: &Rows<'_, S>,
    field: &mut impl Field<V>,
    times: &StageTimes,
    y0: &V,
    stages: &mut [V; S],
    y1: &mut V,
) -> Result<usize, SolveError> {
    for i in 0..S {
        stage(i, rows, field, times, y0, stages, y1)?;
    }
    if !rows.fsal {
        rows.b.write(y1, y0, times.h, stages);
    }
    Ok(S)
}

/// Evaluates stage `i`; its point is left in `y1`.
#[inline(always)]
fn stage<V: Space, const S: usize>(
    i: usize,
    rows: &Rows<'_, S>,
    field: &mut impl Field<V>,
    times: &StageTimes,
    y0: &V,
    stages: &mut [V; S],
    y1: &mut V,
) -> Result<(), SolveError> {
    let (before, rest) = stages.split_at_mut(i);
    rows.a[i].write(y1, y0, times.h, before);
    let t = times.at(rows.c[i]);
    field.eval(t, y1, &mut rest[0]);
    check_shape("the field's value", &rest[0], y0, t)
}

/// Evaluates the stages that only the continuous extension of a finished step needs.
///
/// Returns the number of evaluations.
///
/// # Errors
/// [`SolveError::ShapeChanged`] when the field leaves a vector of another shape.
pub(crate) fn extend<V: Space, const S: usize>(
    tableau: &Tableau<S>,
    field: &mut impl Field<V>,
    times: &StageTimes,
    (y0, y1): (&V, &V),
    stages: &[V; S],
    extra: &mut [V],
    scratch: &mut V,
) -> Result<usize, SolveError> {
    let mut evaluations = 0;
    while let Some((c, a)) = tableau.extra_stage(evaluations) {
        let (before, rest) = extra.split_at_mut(evaluations);
        // The end of the step is known already.
        let at_end = evaluations == 0 && tableau.extension_ends_with_slope();
        if !at_end {
            let terms = a.iter().zip(stages.iter().chain(&*before));
            let terms = terms.filter(|(w, _)| **w != 0.0).map(|(w, k)| (times.h * w, k));
            combine(scratch, y0, terms);
        }
        let t = times.at(c);
        field.eval(t, if at_end { y1 } else { scratch }, &mut rest[0]);
        check_shape("the field's value", &rest[0], y0, t)?;
        evaluations += 1;
    }
    Ok(evaluations)
}
