//! Values inside a step.

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
    /// The stages that only the extension needs.
    pub(crate) extra: &'a [V],
}

impl<V: Space> Span<'_, V> {
    /// Writes the solution at `t`.
    pub(crate) fn at<const S: usize>(&self, tableau: &Tableau<S>, t: f64, out: &mut V) {
        let theta = (t - self.t) / self.h;
        let all = self.stages.iter().chain(self.extra);
        if let Dense::Hermite { .. } = tableau.dense {
            let HermiteBasis { h10, h01, h11, .. } = HermiteBasis::at(theta);
            // The field at the end is the last stage, of the step or of the extension.
            let (f0, f1) = (&self.stages[0], all.last().unwrap_or(&self.stages[0]));
            let terms = [(h01, self.y1), (-h01, self.y0), (self.h * h10, f0), (self.h * h11, f1)];
            return combine(out, self.y0, terms.into_iter());
        }
        let weights = all.enumerate().map(|(j, k)| (tableau.dense_weight(j, theta), k));
        let terms = weights.filter(|(w, _)| *w != 0.0).map(|(w, k)| (self.h * w, k));
        combine(out, self.y0, terms);
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
