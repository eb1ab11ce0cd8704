//! The discrete adjoint is the derivative of what the solver computed, to rounding.

use crate::cases::cases;
use crate::ways::{distance, size};
use costate_adjoint::controller::{Controller, Pi, StepControl};
use costate_adjoint::norms::{Rms, Tolerance};
use costate_adjoint::solver::{Plan, Record, Solver, Step, Tape, replay};
use costate_adjoint::tableau::{
    BOGACKI_SHAMPINE_32, DORMAND_PRINCE_54, DORMAND_PRINCE_853, RK4, TSITOURAS_54, Tableau,
    VERNER_65,
};
use costate_adjoint::{AtTimes, Discrete, Equation, Gradient, Keep, Problem};
use costate_integration_tests::any_field::AnyField;
use costate_integration_tests::sensitivity::discrete;
use costate_integration_tests::smooth::Case;
use proptest::prelude::*;

/// The integral of |J| along a case, at most.
const REACH: f64 = 3.0;

fn gradient<C: StepControl<Vec<f64>>, const S: usize>(
    case: &Case,
    mut method: Discrete<C, S>,
) -> Gradient<Vec<f64>, Vec<f64>> {
    let mut field = AnyField::new(case.equation, &case.y0, &case.p);
    let problem = Problem::new(case.t0, case.t1, &case.y0, &case.p);
    let loss =
        AtTimes { times: &case.times, loss: |y: &[Vec<f64>], a: &mut [Vec<f64>]| case.loss(y, a) };
    method.gradient(&mut field, &problem, &loss).unwrap()
}

fn steps<C: StepControl<Vec<f64>>, const S: usize>(
    case: &Case,
    solver: &mut Solver<C, S>,
    stop: bool,
) -> Vec<Step> {
    let plan = Plan::new(case.t0, case.t1).save_at(&case.times).record(Record::Steps);
    let plan = Plan { stop_at_saves: stop, ..plan };
    let field = |t: f64, y: &Vec<f64>, dy: &mut Vec<f64>| case.equation.eval(t, y, &case.p, dy);
    solver.solve(field, &case.y0, plan).unwrap().recording.steps().to_vec()
}

/// How much larger than its result the parts are that a step's gradient is added up from, where something is observed inside of it:
/// `|b_j(theta)|`, pulled back through the stages by `|a_ij|` and `z = |h J|`, summed and at the worst theta. It says what becomes of a
/// rounding. The stages of an extension have large coefficients that cancel, and Verner's go through one another: for his 6(5) it is
/// 2e4 at z = 0.1 and 2e7 at 3, where it is 3 and 140 for Dormand and Prince's.
fn amplification<const S: usize>(tableau: &Tableau<S>, z: f64) -> f64 {
    let stages = S + tableau.extra_stages();
    let row = |j: usize| match tableau.a.get(j) {
        Some(a) => &a[..j],
        None => tableau.extra_stage(j - S).map_or(&[][..], |(_, a)| a),
    };
    let at = |theta: f64| {
        let mut v: Vec<f64> = (0..stages).map(|j| tableau.dense_weight(j, theta).abs()).collect();
        for j in (0..stages).rev() {
            for (i, a) in row(j).iter().enumerate() {
                v[i] += z * a.abs() * v[j];
            }
        }
        v.iter().sum::<f64>()
    };
    (0..=20).map(|k| at(f64::from(k) / 20.0)).fold(0.0, f64::max)
}

/// The gradient is that of dual numbers on the same steps to 1e-11 of the sizes of its parts: some hundred steps of some ten products,
/// each rounded to 1e-16, which grow by e^3 at most; and where observations are interpolated, to the [`amplification`] of a rounding
/// on either side. However much is kept, it is the same to the bit, since the steps that are taken again are.
fn exact<C: StepControl<Vec<f64>> + Clone, const S: usize>(case: &Case, solver: &Solver<C, S>) {
    for stop in [true, false] {
        let steps = steps(case, &mut solver.clone(), stop);
        let reference = discrete(case, &solver.tableau, &steps).unwrap();
        let method =
            Discrete { stop_at_observations: stop, ..Discrete::with_solver(solver.clone()) };
        let g = gradient(case, method.clone());
        let name = solver.tableau.name;
        let longest = steps.iter().map(|step| step.h.abs()).fold(0.0, f64::max);
        let z = REACH * longest / (case.t1 - case.t0).abs();
        let inside = if stop { 0.0 } else { amplification(&solver.tableau, z) };
        let rounding = 1e-11_f64.max(2.0 * f64::EPSILON * inside);
        let allowed = rounding * (size(&reference.p) + size(&reference.y0) + g.report.gross);
        let (to_p, to_y0) = (distance(&g.p, &reference.p), distance(&g.y0, &reference.y0));
        assert!(to_p <= allowed, "{name}: dL/dp {to_p:e} over {allowed:e}, stop: {stop}");
        assert!(to_y0 <= allowed, "{name}: dL/dy0 {to_y0:e} over {allowed:e}, stop: {stop}");
        assert!((g.loss - reference.loss).abs() <= 1e-12 * (1.0 + g.loss.abs()), "{name}");
        for n in [0, 1, 3, 1000] {
            let kept = gradient(case, method.clone().keeping(Keep::Every(n)));
            assert_eq!((&kept.y0, &kept.p, kept.t0), (&g.y0, &g.p, g.t0), "{name}, every {n}");
            assert_eq!((kept.times, kept.t1), (g.times.clone(), g.t1), "{name}, every {n}");
        }
    }
}

fn adaptive<const S: usize>(
    tableau: Tableau<S>,
    r: f64,
) -> Solver<Controller<Rms, Pi, Tolerance>, S> {
    Solver::new(tableau, Controller::hairer_dopri5(Rms, r, r))
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    /// Methods with all kinds of dense output: polynomials of the stages, cubics with and without the slope at hand, further stages;
    /// and fixed steps.
    #[test]
    fn the_gradient_is_that_of_dual_numbers(case in cases(REACH), e in -8.0..-3.0_f64) {
        let r = 10.0_f64.powf(e);
        exact(&case, &adaptive(DORMAND_PRINCE_54, r));
        exact(&case, &adaptive(TSITOURAS_54, r));
        exact(&case, &adaptive(BOGACKI_SHAMPINE_32, r.max(1e-6)));
        exact(&case, &adaptive(VERNER_65, r));
        exact(&case, &adaptive(DORMAND_PRINCE_853, r));
        exact(&case, &Solver::fixed(RK4, (case.t1 - case.t0).abs() / 17.3));
    }

    /// Steps as long as tolerances allow, in which the roundings of long extensions are largest.
    #[test]
    fn so_it_is_in_long_steps(case in cases(REACH), e in -3.5..-1.0_f64) {
        exact(&case, &adaptive(VERNER_65, 10.0_f64.powf(e)));
    }

    /// dL/dt_i is the slope of what was observed on steps that stay: differences of the interpolant in t_i, of order h^2 = 1e-10 times
    /// third derivatives of some hundreds at most, and of rounding: 1e-16 / 1e-5, times coefficients of some thousands in Verner's
    /// extension.
    #[test]
    fn observed_values_move_like_the_interpolant(case in cases(3.0), e in -7.0..-3.0_f64) {
        let r = 10.0_f64.powf(e);
        for tableau in [DORMAND_PRINCE_54, TSITOURAS_54] {
            moves(&case, &adaptive(tableau, r))?;
        }
        moves(&case, &Solver::fixed(RK4, (case.t1 - case.t0).abs() / 17.3))?;
        moves(&case, &adaptive(VERNER_65, r))?;
    }
}

fn moves<C: StepControl<Vec<f64>> + Clone, const S: usize>(
    case: &Case,
    solver: &Solver<C, S>,
) -> Result<(), TestCaseError> {
    const H: f64 = 1e-5;
    let method = Discrete { stop_at_observations: false, ..Discrete::with_solver(solver.clone()) };
    let g = gradient(case, method);
    let steps = steps(case, &mut solver.clone(), false);
    let value = |times: &[f64]| {
        let mut saved = Tape::default();
        let field = |t: f64, y: &Vec<f64>, dy: &mut Vec<f64>| case.equation.eval(t, y, &case.p, dy);
        replay(&solver.tableau, &steps, field, &case.y0, times, &mut saved).unwrap();
        let mut unused = saved.to_vec();
        case.loss(&saved, &mut unused)
    };
    for (i, &t) in case.times.iter().enumerate() {
        let crosses = |s: &Step| (s.end - t).abs() <= 2.0 * H;
        let neighbour = |j: usize| case.times.get(j).is_some_and(|s| (s - t).abs() <= 2.0 * H);
        if steps.iter().any(crosses) || neighbour(i + 1) || (i > 0 && neighbour(i - 1)) {
            continue;
        }
        let at = |h: f64| {
            let mut times = case.times.clone();
            times[i] += h;
            value(&times)
        };
        let slope = (at(H) - at(-H)) / (2.0 * H);
        let allowed = 1e-6 * (1.0 + g.loss.abs() + slope.abs());
        prop_assert!(
            (g.times[i] - slope).abs() <= allowed,
            "{}: dL/dt_{i} = {} and {slope}",
            solver.tableau.name,
            g.times[i]
        );
    }
    Ok(())
}

/// Central differences of the loss on the same steps, where dual numbers are not believed: of order h^2 with h = 1e-6 of each number.
#[test]
fn the_gradient_is_that_of_differences_on_the_same_steps() {
    let case = costate_integration_tests::trials::lotka_volterra();
    let mut field = AnyField::new(case.equation, &case.y0, &case.p);
    let problem = Problem::new(case.t0, case.t1, &case.y0, &case.p);
    let loss =
        AtTimes { times: &case.times, loss: |y: &[Vec<f64>], a: &mut [Vec<f64>]| case.loss(y, a) };
    let mut method = Discrete::new(1e-5, 1e-5);
    let g = method.gradient(&mut field, &problem, &loss).unwrap();
    let plan =
        Plan::new(case.t0, case.t1).save_at(&case.times).stop_at_saves().record(Record::Steps);
    let eval = |t: f64, y: &Vec<f64>, dy: &mut Vec<f64>| case.equation.eval(t, y, &case.p, dy);
    let steps = method.solver.solve(eval, &case.y0, plan).unwrap().recording.steps().to_vec();
    let value = |y0: &Vec<f64>, p: &[f64]| {
        let mut saved = Tape::default();
        let eval = |t: f64, y: &Vec<f64>, dy: &mut Vec<f64>| case.equation.eval(t, y, p, dy);
        replay(&method.solver.tableau, &steps, eval, y0, &case.times, &mut saved).unwrap();
        let mut unused = saved.to_vec();
        case.loss(&saved, &mut unused)
    };
    let moved = |list: &[f64], k: usize, h: f64| {
        let mut list = list.to_vec();
        list[k] += h;
        list
    };
    for k in 0..4 {
        let h = 1e-6 * case.p[k];
        let slope = (value(&case.y0, &moved(&case.p, k, h))
            - value(&case.y0, &moved(&case.p, k, -h)))
            / (2.0 * h);
        assert!((g.p[k] / slope - 1.0).abs() < 1e-6, "{} and {slope}", g.p[k]);
    }
    for k in 0..2 {
        let slope = (value(&moved(&case.y0, k, 1e-6), &case.p)
            - value(&moved(&case.y0, k, -1e-6), &case.p))
            / 2e-6;
        assert!((g.y0[k] / slope - 1.0).abs() < 1e-6, "{} and {slope}", g.y0[k]);
    }
}

/// A block of losses gives the gradients that they have one by one, to the bit, at the price of one forward solve; checkpointed steps
/// are taken again once for all.
#[test]
fn a_block_of_losses_shares_the_forward_solve() {
    use costate_adjoint::{Adjoint, GradientError};
    let case = costate_integration_tests::trials::lotka_volterra();
    let mut field = AnyField::new(case.equation, &case.y0, &case.p);
    let problem = Problem::new(case.t0, case.t1, &case.y0, &case.p);
    // The rows of the Jacobian of what is observed at t = 10, and of all of it.
    let row = |k: usize| AtTimes {
        times: case.times.clone(),
        loss: move |y: &[Vec<f64>], a: &mut [Vec<f64>]| {
            a[9][k % 2] = 1.0;
            if k > 1 {
                a[4][1] = 2.0;
            }
            y[9][k % 2] + if k > 1 { 2.0 * y[4][1] } else { 0.0 }
        },
    };
    let losses: Vec<_> = (0..3).map(row).collect();
    for keep in [Keep::Everything, Keep::Every(5)] {
        let mut method = Discrete::new(1e-6, 1e-6).keeping(keep);
        let together = method.gradients(&mut field, &problem, &losses).unwrap();
        let mut again = 0;
        for (loss, g) in losses.iter().zip(&together) {
            let alone = method.gradient(&mut field, &problem, loss).unwrap();
            assert_eq!(
                (&g.p, &g.y0, g.loss, &g.times),
                (&alone.p, &alone.y0, alone.loss, &alone.times)
            );
            again += g.report.backward.f;
        }
        let alone = method.gradient(&mut field, &problem, &losses[0]).unwrap();
        assert_eq!(again, alone.report.backward.f, "{keep:?}");
    }
    let other = AtTimes { times: vec![1.0], loss: |_: &[Vec<f64>], _: &mut [Vec<f64>]| 0.0 };
    type AnyLoss = Box<dyn costate_adjoint::Loss<Vec<f64>>>;
    let (one, other): (AnyLoss, AnyLoss) = (Box::new(row(0)), Box::new(other));
    let refused = Discrete::new(1e-6, 1e-6).gradients(&mut field, &problem, &[&*one, &*other]);
    assert!(matches!(refused, Err(GradientError::Block { loss: 1 })));
    assert_eq!(
        Discrete::new(1e-6, 1e-6).gradients(&mut field, &problem, &losses[..0]).unwrap().len(),
        0
    );
}
