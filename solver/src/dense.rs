//! Values inside a step.

use crate::step::weighted;
use costate_norms::{Space, linear::combine};
use costate_tableau::{Dense, HermiteBasis, Tableau};

/// A finished step, with all that its continuous extension needs.
#[derive(Debug)]
pub(crate) struct Span<'a, V> {
    pub(crate) t: f64,
    pub(crate) h: f64,
    pub(crate) y0: &'a V,
    pub(crate) y1: &'a V,
    pub(crate) stages: &'a [V],
    /// The field at the end: read only where the continuous extension is a Hermite cubic.
    pub(crate) f1: &'a V,
}

/// Whether dense output costs one more evaluation: a Hermite cubic of a method that does not end with the field there.
pub(crate) fn needs_end_slope<const S: usize>(tableau: &Tableau<S>) -> bool {
    matches!(tableau.dense, Dense::Hermite { .. }) && !tableau.fsal()
}

impl<V: Space> Span<'_, V> {
    /// Writes the solution at `t`.
    pub(crate) fn at<const S: usize>(&self, tableau: &Tableau<S>, t: f64, out: &mut V) {
        let theta = (t - self.t) / self.h;
        if let Dense::Hermite { .. } = tableau.dense {
            let HermiteBasis { h10, h01, h11, .. } = HermiteBasis::at(theta);
            let terms = [
                (h01, self.y1),
                (-h01, self.y0),
                (self.h * h10, &self.stages[0]),
                (self.h * h11, self.f1),
            ];
            return combine(out, self.y0, terms.into_iter());
        }
        let mut weights = [0.0; S];
        tableau.dense.weights(theta, &mut weights);
        combine(out, self.y0, weighted(&weights, self.stages, self.h));
    }
}

/// Goes through save times in the direction of a solve, step by step.
#[derive(Debug, Clone)]
pub(crate) struct Saves<'a> {
    rest: &'a [f64],
    direction: f64,
}

impl<'a> Saves<'a> {
    pub(crate) fn new(times: &'a [f64], direction: f64) -> Self {
        Saves { rest: times, direction }
    }

    /// The next time that is due when a step ends at `end`.
    pub(crate) fn due(&mut self, end: f64) -> Option<f64> {
        let (&t, rest) = self.rest.split_first()?;
        if (t - end) * self.direction > 0.0 {
            return None;
        }
        self.rest = rest;
        Some(t)
    }
}
