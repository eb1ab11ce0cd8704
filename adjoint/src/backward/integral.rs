//! The parameter gradient as what it is, an integral along the accepted steps; and the witness of its error.

use super::field::BackwardField;
use super::layout::Layout;
use super::nested::{Allowed, Unsettled};
use super::simpson::Simpson;
use crate::{DifferentiableField, ParamsOf, Point, Report, StateOf, Witness};
use costate_solver::norms::linear::{Combination, Elements};
use costate_solver::norms::{L2, Seminorm, Space};
use costate_solver::{Span, Stepper};
use num_traits::Zero;

/// How the integral is taken over a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Rule {
    /// With the weights of the method, on the stages: as if it were a channel of the ODE.
    Tableau,
    /// By a nested rule on the dense output, halved until it is good to this part of the integral of absolute values, or to
    /// this size an interval of the length of the solve.
    Nested {
        /// Relative to the integral of `|(df/dp)^T a|`.
        rtol: f64,
        /// Absolute, in units of the costate.
        atol: f64,
    },
}

impl Rule {
    /// The same with its absolute part in this unit.
    pub(crate) fn in_unit(self, unit: f64) -> Self {
        match self {
            Rule::Tableau => Rule::Tableau,
            Rule::Nested { rtol, atol } => Rule::Nested { rtol, atol: atol * unit },
        }
    }
}

/// The memory of an integral: six vectors like the parameters, however many stages a method has.
pub(crate) struct IntegralMemory<F: DifferentiableField, Z> {
    /// The integral, or where `g` is a channel the correction to it.
    pub(crate) sum: ParamsOf<F>,
    pub(super) delta: ParamsOf<F>,
    pub(super) trial: ParamsOf<F>,
    pub(super) check: ParamsOf<F>,
    pub(super) kronrod: ParamsOf<F>,
    pub(super) scratch: ParamsOf<F>,
    pub(super) points: Vec<Point<StateOf<F>>>,
    pub(super) z: Z,
}

impl<F: DifferentiableField, Z> IntegralMemory<F, Z> {
    pub(crate) fn new(y: &StateOf<F>, p: &ParamsOf<F>, z: Z, stages: usize) -> Self {
        let zeros = || p.zeros_like();
        let points = (0..=stages).map(|_| Point::new(y)).collect();
        IntegralMemory {
            sum: zeros(),
            delta: zeros(),
            trial: zeros(),
            check: zeros(),
            kronrod: zeros(),
            scratch: zeros(),
            points,
            z,
        }
    }
}

/// An integral along a backward solve.
pub(crate) struct Integral<'a, F: DifferentiableField, Z, const S: usize> {
    pub(crate) memory: &'a mut IntegralMemory<F, Z>,
    pub(crate) stepper: &'a Stepper<'a, S>,
    pub(crate) simpson: &'a Simpson<S>,
    pub(crate) rule: Rule,
    pub(crate) witness: Option<Witness>,
    /// Whether steps that the witness speaks of are integrated again.
    pub(crate) repair: bool,
    /// The unit of the costate.
    pub(crate) unit: f64,
    /// The length of the whole solve.
    pub(crate) length: f64,
    /// The length of the steps so far.
    pub(crate) covered: f64,
    /// The sum of the witnessed errors.
    pub(crate) doubt: f64,
    /// How often a step is halved before the nested rule begins.
    pub(crate) halvings: i32,
}

impl<F: DifferentiableField, Z, const S: usize> Integral<'_, F, Z, S> {
    pub(crate) fn begin(&mut self) {
        self.memory.sum.fill(Zero::zero());
        (self.covered, self.doubt) = (0.0, 0.0);
    }
}

impl<F, Z, const S: usize> Integral<'_, F, Z, S>
where
    F: DifferentiableField,
    Z: Space<Scalar = crate::ScalarOf<F>>,
{
    /// Whether there is anything to do at all.
    pub(crate) fn idle<B: Layout<F, State = Z>>(&self) -> bool {
        B::CARRIES_GRADIENT && self.witness.is_none()
    }

    /// Whether the step has to be looked into, and not at its stages only.
    pub(crate) fn looks_inside(&self) -> bool {
        self.rule != Rule::Tableau || self.witness.is_some()
    }

    /// Takes up an accepted step, of which the gross gradient is `part` where `g` is a channel.
    pub(crate) fn absorb<B: Layout<F, State = Z>>(
        &mut self,
        span: &Span<'_, Z>,
        field: &mut BackwardField<'_, F, B, S>,
        part: f64,
        report: &mut Report,
    ) -> Result<(), Unsettled> {
        let length = span.step.h.abs();
        self.covered += length;
        if let Rule::Nested { rtol, atol } = self.rule {
            self.memory.delta.fill(Zero::zero());
            let part = self.share(length, report.gross);
            let allowed = Allowed { rtol, atol: atol * length / self.length, part };
            let (size, error) = self.nested(span, field, allowed)?;
            report.gross += size;
            self.doubt += error;
            self.memory.sum.add_scaled(1.0, &self.memory.delta);
            return Ok(());
        }
        let part = if B::CARRIES_GRADIENT { part } else { self.by_stages(span, field, report) };
        let Some(witness) = self.witness else { return Ok(()) };
        if B::CARRIES_GRADIENT {
            self.check_channel(span, field);
        }
        let error = L2.measure(&self.memory.check);
        let share = part.max(self.share(length, report.gross));
        let atol = witness.atol * self.unit * length / self.length;
        let bound = witness.bound * (witness.rtol * share + atol);
        if self.repair && !(error <= bound) {
            let allowed = Allowed { rtol: witness.rtol, atol, part: share };
            let (delta, sum) = (&self.memory.delta, &mut self.memory.sum);
            // What the method's weights had made of the step goes, and what the nested rule makes of it comes.
            sum.add_scaled(-1.0, delta);
            self.memory.delta.fill(Zero::zero());
            let (_, error) = self.nested(span, field, allowed)?;
            self.memory.sum.add_scaled(1.0, &self.memory.delta);
            self.doubt += error;
            report.steps_refined += 1;
        } else {
            self.doubt += error;
        }
        Ok(())
    }

    /// What a step of this length may count on, from the steps before it.
    fn share(&self, length: f64, gross: f64) -> f64 {
        if self.covered > 0.0 { gross * length / self.covered } else { 0.0 }
    }

    /// The step's integral by the method's weights on the stages, into `delta` and the sum; beside it, where there is a witness,
    /// its difference to Simpson's rule into `check`, up to the sign. Returns its part of the gross gradient.
    fn by_stages<B: Layout<F, State = Z>>(
        &mut self,
        span: &Span<'_, Z>,
        field: &mut BackwardField<'_, F, B, S>,
        report: &mut Report,
    ) -> f64 {
        let IntegralMemory { delta, check, scratch, points, z, .. } = &mut *self.memory;
        let (tableau, h) = (self.stepper.tableau(), span.step.h);
        let mut count = 0;
        for i in 0..S {
            // Beside the method's sum that of Simpson's rule and not their difference, in which every stage would count twice.
            let of_rule = if self.witness.is_some() { self.simpson.stages.weight(i) } else { 0.0 };
            let weights = [-h * tableau.b[i], -h * of_rule];
            if weights == [0.0; 2] {
                continue;
            }
            self.stepper.stage_point(i, (span.y0, h), span.stages, z, |leaf| leaf < B::PATH);
            let point = &mut points[count];
            field.locate(span.step.stage_time(tableau.c[i]), z, point);
            point.weights = weights;
            point.kept = field.slots.of(i);
            count += 1;
        }
        delta.fill(Zero::zero());
        check.fill(Zero::zero());
        let size = field.accumulate(&points[..count], scratch, [delta, check]);
        if self.witness.is_some() {
            self.add_simpson(span, field, -h);
            let IntegralMemory { delta, check, .. } = &mut *self.memory;
            check.add_scaled(-1.0, delta);
        }
        let IntegralMemory { sum, delta, .. } = &mut *self.memory;
        sum.add_scaled(1.0, delta);
        let whole = L2.measure(delta);
        // The weights have the sign of the way back.
        let part = size.map_or(whole, |size| whole.max(-size * h.signum()));
        report.gross += part;
        part
    }

    /// The difference between a channel's step and Simpson's rule, into `check`; the step itself into `delta` where it may be
    /// wanted, with the sign changed back from the channel's.
    fn check_channel<B: Layout<F, State = Z>>(
        &mut self,
        span: &Span<'_, Z>,
        field: &mut BackwardField<'_, F, B, S>,
    ) {
        let IntegralMemory { delta, check, .. } = &mut *self.memory;
        let (simpson, h) = (self.simpson, span.step.h);
        for leaf in 0..ParamsOf::<F>::LEAVES {
            // A channel's slope is minus the product.
            let of = |row: &Combination<S>, out: &mut ParamsOf<F>| {
                row.elements(B::PATH + leaf, h, span.stages)
                    .write(out.leaf_mut(leaf), |_, sum| sum);
            };
            of(&simpson.difference, check);
            if self.repair {
                of(&simpson.own, delta);
            }
        }
        self.add_simpson(span, field, h);
    }

    /// Adds Simpson's rule to `check`, times `h`, where its points are no stages.
    fn add_simpson<B: Layout<F, State = Z>>(
        &mut self,
        span: &Span<'_, Z>,
        field: &mut BackwardField<'_, F, B, S>,
        h: f64,
    ) {
        let IntegralMemory { check, scratch, points, z, .. } = &mut *self.memory;
        let (tableau, point) = (self.stepper.tableau(), &mut points[0]);
        self.simpson.middle(tableau, span, B::PATH, z);
        field.locate(span.step.t + span.step.h / 2.0, z, point);
        field.product(point, scratch);
        check.add_scaled(h * Simpson::<S>::MIDDLE, scratch);
        if !tableau.fsal() {
            field.locate(span.step.stage_time(1.0), span.y1, point);
            field.product(point, scratch);
            check.add_scaled(h * Simpson::<S>::END, scratch);
        }
    }
}
