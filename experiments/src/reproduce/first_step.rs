//! Two norms in one backward pass: one chooses the first step of each interval, the other judges.
//!
//! torchdiffeq starts anew at every observation, and measures the first step by the norm that judges. So a part of what a
//! seminorm saves may come from first steps alone. Here the two are taken apart.

use super::norms::{Channels, literal};
use super::record::Cost;
use super::task::Element;
use costate_adjoint::controller::{ControlError, Start, StepControl, Verdict};
use costate_adjoint::norms::Space;
use costate_adjoint::solver::{End, Plan, SolveError, Solver};
use costate_adjoint::{Augmented, DifferentiableField, Loss, Problem, Vjp};
use costate_neural::GraphField;

/// Chooses first steps by one control and everything else by another.
#[derive(Debug, Clone)]
struct Split<C> {
    first: C,
    judge: C,
}

impl<V: Space, C: StepControl<V>> StepControl<V> for Split<C> {
    fn check(&self, y0: &V) -> Result<(), ControlError> {
        self.first.check(y0)?;
        self.judge.check(y0)
    }
    fn begin(&mut self, order: u32) {
        self.first.begin(order);
        self.judge.begin(order);
    }
    fn first_step(
        &self,
        start: Start<'_, V>,
        field: &mut dyn FnMut(f64, &V, &mut V),
        scratch: [&mut V; 2],
    ) -> (f64, usize) {
        self.first.first_step(start, field, scratch)
    }
    fn reads(&self, leaf: usize) -> bool {
        self.judge.reads(leaf)
    }
    fn measure(&self, y0: &V, y1: &V, error: &mut V) -> f64 {
        self.judge.measure(y0, y1, error)
    }
    fn decide(&mut self, h: f64, ratio: f64) -> Verdict {
        self.judge.decide(h, ratio)
    }
}

/// The cost of a backward pass at the paper's settings with one norm for the first steps and one for the judging, and the
/// gradients in the start and in the parameters.
///
/// # Errors
/// A solve that failed, forwards or backwards.
pub fn split_pass<Y: Space<Scalar: Element>>(
    field: &mut GraphField<Y>,
    problem: &Problem<'_, GraphField<Y>>,
    loss: &dyn Loss<Y>,
    [first, judge]: [Channels; 2],
    (rtol, atol): (f64, f64),
) -> Result<(Cost, Y, Vec<Y::Scalar>), SolveError> {
    let p = problem.p;
    let times = loss.times(&problem.t1);
    let [mut first, judge] = [first, judge].map(|channels| literal(channels, rtol, atol));
    let mut cost = Cost::default();
    let plan = Plan::new(problem.t0, problem.t1).save_at(times).jumps_at(problem.jumps);
    let plan = plan.end(End::Overstep);
    let slope = |t: f64, y: &Y, dy: &mut Y| {
        cost.nfe_forward += 1;
        field.eval(t, y, p, dy);
    };
    let solution = first.forward.solve(slope, problem.y0, plan)?;
    let observed = solution.saved.as_slice();
    let mut cotangents: Vec<Y> = observed.iter().map(Space::zeros_like).collect();
    loss.evaluate(observed, &mut cotangents);

    let control = Split { first: first.backward.control, judge: judge.backward.control };
    let mut solver = Solver::new(judge.backward.tableau, control);
    let zero = num_traits::zero();
    let mut z = ((problem.y0.zeros_like(), problem.y0.zeros_like(), p.zeros_like()), [zero; 1]);
    for (i, (y, a)) in observed.iter().zip(&cotangents).enumerate().rev() {
        z.0.0.assign(y);
        z.0.1.add_scaled(1.0, a);
        let to = if i > 0 { times[i - 1] } else { problem.t0 };
        if times[i] == to {
            continue;
        }
        let back =
            |t: f64, z: &Augmented<GraphField<Y>, 1>, dz: &mut Augmented<GraphField<Y>, 1>| {
                cost.nfe_backward += 1;
                let ((y, a, _), ((dy, da, dg), [dt])) = (&z.0, (&mut dz.0, &mut dz.1));
                let out = Vjp {
                    value: Some(dy),
                    y: Some(&mut *da),
                    p: Some(&mut *dg),
                    t: Some(&mut *dt),
                    keep: None,
                };
                field.vjp(t, y, p, a, out);
                let negate = |x: &mut [Y::Scalar]| x.iter_mut().for_each(|x| *x = -*x);
                (0..Y::LEAVES).for_each(|l| negate(da.leaf_mut(l)));
                negate(dg);
                *dt = -*dt;
            };
        let inside = |jump: &f64| (jump - to) * (jump - times[i]) <= 0.0;
        let jumps: Vec<f64> = problem.jumps.iter().copied().filter(inside).rev().collect();
        let plan = Plan::new(times[i], to).jumps_at(&jumps).end(End::Overstep);
        let solution = solver.solve(back, &z, plan)?;
        cost.accepted += solution.statistics.accepted as u64;
        cost.rejected += solution.statistics.rejected as u64;
        z = solution.y;
    }
    (cost.f_calls, cost.vjp_y_calls, cost.vjp_p_calls) =
        (cost.nfe_forward + cost.nfe_backward, cost.nfe_backward, cost.nfe_backward);
    let (_, to_start, gradient) = z.0;
    Ok((cost, to_start, gradient))
}
