//! Observations inside a step, where dense output gave the observed states.

use super::strand::Strand;
use super::transposed::TransposedStep;
use crate::{DifferentiableField, Problem, StateOf, Vjp};
use core::ops::Range;
use costate_solver::norms::Space;
use costate_solver::tableau::{Dense, HermiteBasis};
use costate_solver::{Span, Stepper};
use num_traits::Zero;

impl<F: DifferentiableField, const S: usize> TransposedStep<F, S> {
    /// Takes up the observations inside a step: what they add to its ends and stages, with the stages of the continuous extension
    /// pulled back already.
    #[cold]
    #[allow(clippy::too_many_arguments)]
    pub(super) fn look_inside(
        &mut self,
        stepper: &Stepper<'_, S>,
        span: &Span<'_, StateOf<F>>,
        problem: &Problem<'_, F>,
        field: &mut F,
        times: &[f64],
        strand: &mut Strand<F>,
        inside: Range<usize>,
    ) {
        let (tableau, h) = (stepper.tableau(), span.step.h);
        self.bases.iter_mut().for_each(|base| base.fill(Zero::zero()));
        self.direct.fill(Zero::zero());
        let last = self.bases.len() - 1;
        let last = if tableau.fsal() { S - 1 } else { last };
        for i in inside.clone() {
            let cotangent = &strand.cotangents[i];
            let theta = (times[i] - span.step.t) / h;
            let mut slope = 0.0;
            if let Dense::Hermite { .. } = tableau.dense {
                let HermiteBasis { h10, h01, h11, .. } = HermiteBasis::at(theta);
                strand.costate.add_scaled(h01, cotangent);
                self.direct.add_scaled(1.0 - h01, cotangent);
                self.bases[0].add_scaled(h * h10, cotangent);
                self.bases[last].add_scaled(h * h11, cotangent);
                let HermiteBasis { h10, h01, h11, .. } = HermiteBasis::slope_at(theta);
                let of_ends = cotangent.dot(span.y1) - cotangent.dot(span.y0);
                let field_at = |j: usize| span.stages.iter().chain(span.extra).nth(j);
                let of = |j: usize| field_at(j).map_or(0.0, |k| cotangent.dot(k));
                slope += h01 * of_ends / h + h10 * of(0) + h11 * of(last);
            } else {
                self.direct.add_scaled(1.0, cotangent);
                for (j, k) in span.stages.iter().chain(span.extra).enumerate() {
                    self.bases[j].add_scaled(h * tableau.dense_weight(j, theta), cotangent);
                    let weight = tableau.dense_slope_weight(j, theta);
                    if weight != 0.0 {
                        slope += weight * cotangent.dot(k);
                    }
                }
            }
            strand.gradient.times[i] = slope;
        }
        strand.left = inside.start;
        strand.alive = true;
        for e in (0..tableau.extra_stages()).rev() {
            let Some((c, row)) = tableau.extra_stage(e) else { continue };
            // The point of the stage, then its product.
            let before = span.stages.iter().chain(span.extra);
            let terms = row.iter().zip(before).filter(|(a, _)| **a != 0.0);
            self.point.assign(span.y0);
            terms.for_each(|(a, k)| self.point.add_scaled(h * a, k));
            let out = Vjp {
                y: Some(&mut self.extra_pulled[e]),
                p: Some(&mut self.product),
                ..Vjp::default()
            };
            field.vjp(span.step.stage_time(c), &self.point, problem.p, &self.bases[S + e], out);
            let counts = &mut strand.gradient.report.backward;
            counts.vjp_y += 1;
            counts.vjp_p += 1;
            self.delta.add_scaled(1.0, &self.product);
            for (j, a) in row.iter().enumerate().filter(|(_, a)| **a != 0.0) {
                self.bases[j].add_scaled(h * a, &self.extra_pulled[e]);
            }
        }
    }
}
