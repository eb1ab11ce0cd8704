//! Values inside a step.

use crate::Step;
use costate_norms::Space;
use costate_norms::linear::{Combination, combine_leaf};
use costate_tableau::{Dense, HermiteBasis, Tableau};

/// A step that was taken, with all that its continuous extension needs.
#[derive(Debug, Clone, Copy)]
pub struct Span<'a, V> {
    /// The step.
    pub step: Step,
    /// The state at its start.
    pub y0: &'a V,
    /// The state at its end.
    pub y1: &'a V,
    /// The field at the stages.
    pub stages: &'a [V],
    /// The field at the stages that only the extension needs; empty where it was not made ready.
    pub extra: &'a [V],
}

impl<V: Space> Span<'_, V> {
    /// Writes the solution at `t`, by the continuous extension of the method that took the step; outside of the step it
    /// extrapolates.
    pub fn at<const S: usize>(&self, tableau: &Tableau<S>, t: f64, out: &mut V) {
        self.at_where(tableau, t, out, |_| true);
    }

    /// The same on the leaves that `wanted` names; the others keep what they hold.
    #[inline]
    pub fn at_where<const S: usize>(
        &self,
        tableau: &Tableau<S>,
        t: f64,
        out: &mut V,
        wanted: impl Fn(usize) -> bool + Copy,
    ) {
        let h = self.step.h;
        let theta = (t - self.step.t) / h;
        let all = self.stages.iter().chain(self.extra);
        let leaves = (0..V::LEAVES).filter(|&l| wanted(l));
        if let Dense::Hermite { .. } = tableau.dense {
            let HermiteBasis { h10, h01, h11, .. } = HermiteBasis::at(theta);
            // The field at the end is the last stage, of the step or of the extension.
            let (f0, f1) = (&self.stages[0], all.last().unwrap_or(&self.stages[0]));
            let terms = [(h01, self.y1), (-h01, self.y0), (h * h10, f0), (h * h11, f1)];
            return leaves.for_each(|l| combine_leaf(out, self.y0, terms.into_iter(), l));
        }
        if tableau.extra_stages() == 0 && self.stages.len() == S {
            let weights: [f64; S] = core::array::from_fn(|j| tableau.dense_weight(j, theta));
            return Combination::new(&weights).write_from(out, self.y0, h, self.stages, wanted);
        }
        let weights = all.enumerate().map(|(j, k)| (tableau.dense_weight(j, theta), k));
        let terms = weights.filter(|(w, _)| *w != 0.0).map(|(w, k)| (h * w, k));
        leaves.for_each(|l| combine_leaf(out, self.y0, terms.clone(), l));
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
