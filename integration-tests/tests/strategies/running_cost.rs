//! A running cost, alone and with observations.

use crate::cases::cases;
use crate::ways::{Cost, all, distance, run, size};
use costate_adjoint::autodiff::Real;
use costate_adjoint::{
    AtTimes, CostRate, Discrete, Equation, Policy, Problem, Rate, TracedRate, laws,
};
use costate_integration_tests::any_field::AnyField;
use costate_integration_tests::sensitivity::forward_sensitivities;
use costate_integration_tests::smooth::{Case, Smooth};
use proptest::prelude::*;

/// `c = sum of y^2 / 2 + sin(t) p_0 y_0`.
#[derive(Clone, Copy)]
struct Effort;

impl CostRate for Effort {
    fn rate<R: Real>(&self, t: R, y: &[R], p: &[R]) -> R {
        let squares = y.iter().fold(R::constant(0.0), |sum, y| sum + *y * *y);
        squares / R::constant(2.0) + t.sin() * p[0] * y[0]
    }
}

/// The cost as one more unknown, `q' = c`: the reference, which no strategy goes.
#[derive(Clone, Copy)]
struct Extended(Smooth);

impl Equation for Extended {
    fn eval<R: Real>(&self, t: R, y: &[R], p: &[R], dy: &mut [R]) {
        let n = self.0.n;
        self.0.eval(t, &y[..n], p, &mut dy[..n]);
        dy[n] = Effort.rate(t, &y[..n], p);
    }
}

/// The same case with q, which the loss adds at the end.
fn extended(case: &Case) -> Case<Extended> {
    let longer = |list: &[f64], last: f64| [list, &[last]].concat();
    let mut times = case.times.clone();
    let mut weights: Vec<_> =
        case.weights.iter().map(|(c, q)| (longer(c, 0.0), longer(q, 0.0))).collect();
    times.push(case.t1);
    let zeros = vec![0.0; case.y0.len()];
    weights.push((longer(&zeros, 1.0), longer(&zeros, 0.0)));
    Case {
        equation: Extended(case.equation),
        t0: case.t0,
        t1: case.t1,
        y0: longer(&case.y0, 0.0),
        p: case.p.clone(),
        times,
        weights,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    /// Observations and a cost, or a cost alone, in both directions of time: every strategy has the gradient to 1e-6 of its parts at a
    /// tolerance of 1e-9, and the loss to 1e-7 of its own: a cost is not measured, and its integrand has twice the frequencies.
    #[test]
    fn every_strategy_takes_a_running_cost(mut case in cases(3.0), observed in any::<bool>()) {
        if !observed {
            case.times.clear();
            case.weights.clear();
        }
        let truth = forward_sensitivities(&extended(&case), 1e-13).unwrap();
        let cost = TracedRate::new(Effort, &case.y0, &case.p).unwrap();
        let n = case.y0.len();
        for (way, outcome) in all(&case, Some(&cost), 1e-9, Policy::Repair) {
            let g = outcome.unwrap();
            let sizes = g.report.gross + size(&truth.y0) + truth.loss.abs() + 1.0;
            prop_assert!((g.loss - truth.loss).abs() <= 1e-7 * sizes, "{way}: {} and {}", g.loss, truth.loss);
            prop_assert!(distance(&g.p, &truth.p) <= 1e-6 * sizes, "{way}: dL/dp {:?} and {:?}", g.p, truth.p);
            prop_assert!(distance(&g.y0, &truth.y0[..n]) <= 1e-6 * sizes, "{way}: dL/dy0");
        }
    }

    /// The discrete adjoint is exact for a cost too: against the steps replayed over dual numbers with the cost as one more unknown.
    #[test]
    fn the_discrete_gradient_of_a_cost_is_exact(case in cases(3.0), e in -7.0..-3.0_f64) {
        use costate_adjoint::solver::{Plan, Record};
        let r = 10.0_f64.powf(e);
        let cost = TracedRate::new(Effort, &case.y0, &case.p).unwrap();
        let mut method = Discrete::new(r, r);
        let g = run(&case, Some(&cost), method.clone()).unwrap();
        let plan = Plan::new(case.t0, case.t1).save_at(&case.times).stop_at_saves().record(Record::Steps);
        let eval = |t: f64, y: &Vec<f64>, dy: &mut Vec<f64>| case.equation.eval(t, y, &case.p, dy);
        let steps = method.solver.solve(eval, &case.y0, plan).unwrap().recording.steps().to_vec();
        let reference =
            costate_integration_tests::sensitivity::discrete(&extended(&case), &method.solver.tableau, &steps).unwrap();
        let allowed = 1e-11 * (size(&reference.p) + size(&reference.y0) + g.report.gross + 1.0);
        prop_assert!(distance(&g.p, &reference.p) <= allowed);
        prop_assert!(distance(&g.y0, &reference.y0[..case.y0.len()]) <= allowed);
        prop_assert!((g.loss - reference.loss).abs() <= 1e-12 * (1.0 + g.loss.abs()));
    }
}

/// The public law of gradients knows the running cost, and the ends of the solve: a wrong gradient of the cost is found.
#[test]
fn the_law_of_gradients_knows_the_cost() {
    let case = costate_integration_tests::trials::lotka_volterra();
    let mut field = AnyField::new(case.equation, &case.y0, &case.p);
    let right = Rate {
        rate: |_: f64, y: &Vec<f64>, p: &Vec<f64>| y[0] * p[0],
        gradient: |_: f64, y: &Vec<f64>, p: &Vec<f64>, to_y: &mut Vec<f64>, to_p: &mut Vec<f64>| {
            to_y[0] = p[0];
            to_p[0] = y[0];
        },
    };
    let wrong = Rate {
        gradient: |_: f64, y: &Vec<f64>, _: &Vec<f64>, _: &mut Vec<f64>, to_p: &mut Vec<f64>| {
            to_p[0] = y[0];
        },
        rate: right.rate,
    };
    let loss =
        AtTimes { times: &case.times, loss: |y: &[Vec<f64>], a: &mut [Vec<f64>]| case.loss(y, a) };
    let mut check = |cost: Cost<'_>| {
        let problem = Problem::new(0.25, case.t1, &case.y0, &case.p).with_running_cost(cost);
        laws::check_gradient(&mut Discrete::new(1e-9, 1e-9), &mut field, &problem, &loss, 1e-7)
    };
    check(&right).unwrap();
    check(&wrong).unwrap_err();
}
