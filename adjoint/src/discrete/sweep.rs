//! The reverse sweep over recorded steps.

use super::strand::Strand;
use super::transposed::TransposedStep;
use crate::forward::Forward;
use crate::{DifferentiableField, GradientError, ParamsOf, Problem, Report, StateOf};
use costate_solver::Stepper;
use costate_solver::norms::{L2, Seminorm, Space};
use costate_solver::tableau::Tableau;

/// The memory of a sweep.
pub(crate) struct SweepMemory<F: DifferentiableField, const S: usize> {
    pub(crate) strands: Vec<Strand<F>>,
    step: TransposedStep<F, S>,
}

impl<F: DifferentiableField, const S: usize> SweepMemory<F, S> {
    pub(crate) fn new(y: &StateOf<F>, p: &ParamsOf<F>, tableau: &Tableau<S>) -> Self {
        let step = TransposedStep::new(y, p, tableau);
        SweepMemory { strands: vec![Strand::new(y, p)], step }
    }

    pub(crate) fn fits(&self, y: &StateOf<F>, p: &ParamsOf<F>, tableau: &Tableau<S>) -> bool {
        let of = |s: &Strand<F>| s.gradient.y0.same_shape(y) && s.gradient.p.same_shape(p);
        self.strands.first().is_some_and(of) && self.step.fits(y, p, tableau)
    }

    /// As many strands as there are losses.
    pub(crate) fn strands_for(&mut self, losses: usize, y: &StateOf<F>, p: &ParamsOf<F>) {
        self.strands.truncate(losses.max(1));
        while self.strands.len() < losses {
            self.strands.push(Strand::new(y, p));
        }
    }

    /// Sweeps all strands back over the recorded steps.
    pub(crate) fn run(
        &mut self,
        stepper: &Stepper<'_, S>,
        forward: &mut Forward<F, S>,
        field: &mut F,
        problem: &Problem<'_, F>,
        times: &[f64],
    ) -> Result<(), GradientError> {
        let Problem { t0, t1, p, running, .. } = *problem;
        let SweepMemory { strands, step: transposed } = self;
        let direction = if t1 >= t0 { 1.0 } else { -1.0 };
        let trajectory = &mut forward.trajectory;
        let fsal = stepper.tableau().fsal();
        // Observations later than the step at hand are taken up already: a search in every step would cost as much as a stage.
        let mut earlier = times.len();
        for index in (0..trajectory.steps().len()).rev() {
            let step = trajectory.steps()[index];
            while earlier > 0 && (times[earlier - 1] - step.end) * direction >= 0.0 {
                earlier -= 1;
            }
            let at_end = earlier;
            while earlier > 0 && (times[earlier - 1] - step.t) * direction > 0.0 {
                earlier -= 1;
            }
            // Observations at its end, from `at_end` on, and inside of it.
            let inside = earlier..at_end;
            let needed = |strand: &Strand<F>| {
                strand.alive || strand.left > inside.start || running.is_some()
            };
            if !strands.iter().any(needed) {
                continue;
            }
            let mut again = 0;
            let mut eval = |t: f64, y: &StateOf<F>, dy: &mut StateOf<F>| {
                again += 1;
                field.eval(t, y, p, dy);
            };
            let looks_inside = strands.iter().any(|s| s.left.min(at_end) > inside.start);
            let loaded = trajectory.load(stepper, &mut eval, index, looks_inside);
            let span = loaded.map_err(|source| GradientError::Backward {
                source,
                report: Box::new(strands[0].gradient.report),
            })?;
            for strand in strands.iter_mut() {
                strand.gradient.report.backward.f += core::mem::take(&mut again);
                if strand.left > at_end {
                    let slope = if fsal {
                        &span.stages[S - 1]
                    } else {
                        field.eval(step.stage_time(1.0), span.y1, p, &mut transposed.point);
                        strand.gradient.report.backward.f += 1;
                        &transposed.point
                    };
                    strand.observe(at_end, slope);
                }
                let inside = inside.start..strand.left.min(at_end);
                if inside.is_empty() {
                    transposed.pull_back(stepper, &span, field, problem, strand);
                } else {
                    transposed
                        .pull_back_inside(stepper, &span, field, problem, strand, times, inside);
                }
                if let Some(source) = transposed.reshaped.take() {
                    let report = Box::new(strand.gradient.report);
                    return Err(GradientError::Backward { source, report });
                }
            }
        }
        for Strand { gradient, costate, left, cotangents, .. } in strands {
            // An observation at t0 sees y0 itself.
            gradient.t0 = -costate.dot(&forward.first_slope);
            for (a, out) in cotangents[..*left].iter().zip(&mut gradient.times) {
                costate.add_scaled(1.0, a);
                *out = a.dot(&forward.first_slope);
            }
            gradient.y0.assign(costate);
            let Report { backward, gross, .. } = &mut gradient.report;
            backward.calls = backward.f + backward.vjp_y;
            *gross = gross.max(L2.measure(&gradient.p));
            if *gross > 0.0 {
                gradient.report.conditioning = *gross / L2.measure(&gradient.p);
            }
            gradient.report.states_held = forward.trajectory.most_held();
        }
        Ok(())
    }
}
