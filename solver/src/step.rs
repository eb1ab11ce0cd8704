//! One step of an explicit Runge-Kutta method, over any scalar.

use crate::check::check_shape;
use crate::{Field, SolveError};
use costate_norms::{Space, linear::combine};
use costate_tableau::Tableau;

/// The times that the stages of a step see.
///
/// At a jump of the field they stay strictly on the step's own side of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StageTimes {
    start: f64,
    h: f64,
    first: f64,
    last: f64,
}

impl StageTimes {
    pub(crate) fn new(
        start: f64,
        h: f64,
        end: f64,
        jump_at_start: bool,
        jump_at_end: bool,
    ) -> Self {
        let inward = |t: f64, forwards: bool| if forwards { t.next_up() } else { t.next_down() };
        StageTimes {
            start,
            h,
            first: if jump_at_start { inward(start, h > 0.0) } else { start },
            last: if jump_at_end { inward(end, h < 0.0) } else { end },
        }
    }

    /// The time of a stage with node `c`.
    #[inline]
    pub(crate) fn at(&self, c: f64) -> f64 {
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

/// Evaluates stages `from..S` and writes the candidate `y1`. Stages before `from` are taken as they are.
///
/// Returns the number of evaluations.
///
/// # Errors
/// [`SolveError::ShapeChanged`] when the field leaves a vector of another shape.
#[inline]
pub(crate) fn advance<V: Space, const S: usize>(
    tableau: &Tableau<S>,
    field: &mut impl Field<V>,
    times: &StageTimes,
    y0: &V,
    stages: &mut [V; S],
    y1: &mut V,
    from: usize,
) -> Result<usize, SolveError> {
    let h = times.h;
    for i in from..S {
        let (before, rest) = stages.split_at_mut(i);
        combine(y1, y0, weighted(&tableau.a[i], before, h));
        let t = times.at(tableau.c[i]);
        field.eval(t, y1, &mut rest[0]);
        check_shape("the field's value", &rest[0], y0, t)?;
    }
    // First same as last: the point of the last stage is the candidate already.
    if !tableau.fsal() {
        combine(y1, y0, weighted(&tableau.b, stages, h));
    }
    Ok(S - from)
}

/// The terms `h w_j k_j` whose weight is not zero.
#[inline]
pub(crate) fn weighted<'a, V>(
    weights: &'a [f64],
    stages: &'a [V],
    h: f64,
) -> impl Iterator<Item = (f64, &'a V)> + Clone {
    weights.iter().zip(stages).filter(|(w, _)| **w != 0.0).map(move |(w, k)| (h * w, k))
}
