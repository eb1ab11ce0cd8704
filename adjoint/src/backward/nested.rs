//! A step's integral by nested rules, cut finer until it is good.

use super::field::BackwardField;
use super::integral::{Integral, IntegralMemory};
use super::layout::Layout;
use super::ledger::distance;
use super::rule::{GAUSS, KRONROD};
use crate::{DifferentiableField, ParamsOf, ScalarOf};
use costate_solver::Span;
use costate_solver::norms::{L2, Seminorm, Space};
use num_traits::Zero;

/// A step over which the nested rule did not settle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Unsettled {
    pub(crate) t: f64,
    pub(crate) h: f64,
    pub(crate) error: f64,
    pub(crate) allowed: f64,
}

/// Halves of a step at most: what is left is a part in 10^9 of it.
const DEPTH: usize = 30;
/// Intervals of a step at most.
const INTERVALS: usize = 10_000;

impl<F, Z, const S: usize> Integral<'_, F, Z, S>
where
    F: DifferentiableField,
    Z: Space<Scalar = ScalarOf<F>>,
{
    /// The integral over a step by the nested rules, added to `delta`; returns the integral of sizes and the estimated error.
    ///
    /// An interval is looked at with the three nodes of Gauss's rule, and with four more if these do not do; then it is halved. What
    /// is known of each rule's error is its difference to a lower rule, which falls with a lower power of h: that of Gauss's rule with
    /// h^6 where the difference to the midpoint falls with h^2, that of Kronrod's with h^12 where the difference to Gauss's falls
    /// with h^6. So the errors go like the cube and the square of these differences, relative to the integral of sizes. For a sine
    /// that turns by x over the interval they are x^6 / 2 016 000 where the difference to the midpoint is x^2 / 24, which makes 0.007
    /// of the cube; and for Kronrod's rule less than 0.0001 of the square. Both are taken ten times over and more, and as 1 where
    /// the differences are so large that the interval is not resolved (x over 1.5 and 9): of rules that see nothing some agree by chance.
    pub(super) fn nested<B: Layout<F, State = Z>>(
        &mut self,
        span: &Span<'_, Z>,
        field: &mut BackwardField<'_, F, B, S>,
        allowed: Allowed,
    ) -> Result<(f64, f64), Unsettled> {
        let IntegralMemory { delta, trial, check, kronrod, scratch, points, z, .. } =
            &mut *self.memory;
        let tableau = self.stepper.tableau();
        let (t, h) = (span.step.t, span.step.h);
        let point = &mut points[0];
        let (mut size, mut error) = (0.0, 0.0);
        // Parts of the step still to do: where each begins, and how often the step was halved for it.
        let mut open = [(0.0, 0); (1 << MOST) + DEPTH + 2];
        // A step is cut from the start as the one before it was in the end.
        let (mut count, mut done) = (1 << self.halvings, 0);
        let first = 0.5_f64.powi(self.halvings);
        for (i, piece) in open[..count].iter_mut().enumerate() {
            *piece = (i as f64 * first, self.halvings);
        }
        let (mut coarse, mut fine) = (0, 0);
        while count > 0 {
            count -= 1;
            let (begin, halvings) = open[count];
            let part = 0.5_f64.powi(halvings);
            for sum in [&mut *trial, &mut *check, &mut *kronrod] {
                sum.fill(Zero::zero());
            }
            let mut here = 0.0;
            // The product at a node is left in `scratch`.
            let mut look = |at: f64, scratch: &mut ParamsOf<F>| {
                let now = t + h * (begin + part * at);
                span.at_where(tableau, now, z, |leaf| leaf < B::PATH);
                field.locate(now, z, point);
                field.product(point, scratch);
                L2.measure(scratch)
            };
            let scale = -h * part;
            for node in &GAUSS {
                here += node.gauss * scale.abs() * look(node.at, scratch);
                trial.add_scaled(scale * node.gauss, scratch);
                kronrod.add_scaled(scale * node.kronrod, scratch);
                check.add_scaled(scale * (node.gauss - node.midpoint), scratch);
            }
            let allow = |here: f64| {
                let relative = allowed.rtol * here.max(allowed.part * part.max(LEAST));
                relative.max(allowed.atol * part).max(8.0 * unit_of::<F>() * here)
            };
            let relative = ratio(L2.measure(check), here);
            let of_gauss = if relative <= 0.1 { 0.1 } else { 1.0 } * here * relative.powi(3);
            if of_gauss <= allow(here) {
                size += here;
                error += of_gauss;
                delta.add_scaled(1.0, trial);
                done += 1;
                coarse += 1;
                continue;
            }
            let mut larger = 0.0;
            for node in &KRONROD {
                larger += node.kronrod * look(node.at, scratch);
                kronrod.add_scaled(scale * node.kronrod, scratch);
            }
            here = here.max(scale.abs() * larger);
            let relative = ratio(distance(kronrod, trial), here);
            let of_kronrod = if relative <= 0.2 { 0.01 } else { 1.0 } * here * relative.powi(2);
            done += 1;
            if of_kronrod <= allow(here) || halvings as usize == DEPTH && of_kronrod.is_finite() {
                size += here;
                error += of_kronrod;
                delta.add_scaled(1.0, kronrod);
                fine += 1;
                continue;
            }
            if !(of_kronrod.is_finite() && done < INTERVALS) {
                let (t, h) = (t + h * begin, h * part);
                return Err(Unsettled { t, h, error: of_kronrod, allowed: allow(here) });
            }
            open[count] = (begin + part / 2.0, halvings + 1);
            open[count + 1] = (begin, halvings + 1);
            count += 2;
        }
        // Pieces for which three nodes did might have been larger.
        let pieces = if fine == 0 { (coarse / 2).max(1) } else { coarse + fine };
        self.halvings = usize::ilog2(pieces).min(MOST) as i32;
        Ok((size, error))
    }
}

/// The most halvings that a step begins with.
const MOST: u32 = 5;

/// A difference relative to a size; nothing of nothing is no error.
fn ratio(difference: f64, size: f64) -> f64 {
    if difference == 0.0 { 0.0 } else { difference / size }
}

/// The least part of a step whose error is held to its own share of what is allowed: where the integrand jumps, smaller ones share.
const LEAST: f64 = 1.0 / 32.0;

/// What an interval of the nested rule may be off by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowed {
    pub(super) rtol: f64,
    /// For the whole step.
    pub(super) atol: f64,
    /// The gross gradient that the whole step may count on.
    pub(super) part: f64,
}

/// The rounding unit of a field's scalar.
fn unit_of<F: DifferentiableField>() -> f64 {
    let unit = <ScalarOf<F> as num_traits::Float>::epsilon();
    unit.into()
}
