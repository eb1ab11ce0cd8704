//! The gradient of a solve on random smooth systems: how far it is from the truth, and how much of that the backward pass
//! adds.
//!
//! All errors are Euclidean, of dL/dp, and in units of rtol times the *gross* gradient, the integral of |(df/dp)^T a|.

use costate_adjoint::norms::{Null, Rms, Seminorm, Tolerance};
use costate_adjoint::solver::{Plan, Record, Solver};
use costate_adjoint::{AtTimes, Backsolve, Equation, Gradient, Policy, Problem, controller::Pi};
use costate_integration_tests::any_field::AnyField;
use costate_integration_tests::sensitivity::{Reference, discrete, forward_sensitivities};
use costate_integration_tests::smooth::{Case, Smooth};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

const TIGHT: Tolerance = Tolerance { rtol: 1e-13, atol: 1e-13 };

/// Systems of dimension 1 to 6 with the integral of |J| at most 5, solved forwards or backwards in time, observed one to four
/// times. The loss is linear in the observed states, or curved.
fn cases(curved: bool) -> impl Strategy<Value = Case> {
    let shape =
        (1..=6_usize, 1..=4_usize, 0.5..5.0_f64, -2.0..2.0_f64, any::<bool>(), 0.0..3.0_f64);
    shape.prop_flat_map(move |(n, observations, length, t0, backwards, w)| {
        let entries = |count: usize| prop::collection::vec(-1.0..1.0_f64, count);
        (
            (entries(n), entries(n * n), entries(n * n), entries(n)),
            prop::collection::vec(0.0..1.0_f64, observations),
            prop::collection::vec((entries(n), entries(n)), observations),
            0.5..5.0_f64,
        )
            .prop_map(
                move |((y0, mut outer, mut inner, bias), mut fractions, weights, reach)| {
                    // |W| = |U|, and |W| |U| length = reach: no parameter is there for nothing.
                    let size = (reach / length).sqrt();
                    for matrix in [&mut outer, &mut inner] {
                        let norm = matrix.iter().map(|x| x * x).sum::<f64>().sqrt();
                        matrix.iter_mut().for_each(|x| {
                            *x = if norm > 0.0 { *x * size / norm } else { size / n as f64 }
                        });
                    }
                    let p = [outer, inner, bias].concat();
                    let span = if backwards { -length } else { length };
                    fractions.sort_by(f64::total_cmp);
                    let times = fractions.iter().map(|f| t0 + f * span).collect();
                    let weights = weights
                        .into_iter()
                        .map(|(c, q)| if curved { (c, q) } else { (c, vec![0.0; n]) })
                        .collect();
                    let equation = Smooth { n, w };
                    Case { equation, t0, t1: t0 + span, y0, p, times, weights }
                },
            )
    })
}

/// rtol = atol, evenly in the logarithm.
fn tolerances() -> impl Strategy<Value = f64> {
    (-9.0..-4.0_f64).prop_map(|e| 10.0_f64.powf(e))
}

fn gradient<N>(case: &Case, method: Backsolve<N, Tolerance, Pi>) -> Gradient<Vec<f64>, Vec<f64>>
where
    N: Seminorm<(Vec<f64>, Vec<f64>, Vec<f64>)>,
{
    let mut field = AnyField::new(case.equation, &case.y0, &case.p);
    let problem = Problem::new(case.t0, case.t1, &case.y0, &case.p);
    let loss =
        AtTimes { times: &case.times, loss: |y: &[Vec<f64>], a: &mut [Vec<f64>]| case.loss(y, a) };
    // An integral of |J| of 5 allows a drift of a few times e^5 tolerances, and the law holds all the same.
    method.with_policy(Policy::Report).gradient(&mut field, &problem, &loss).unwrap()
}

fn distance(u: &[f64], v: &[f64]) -> f64 {
    u.iter().zip(v).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// The exact gradient of the numerical solution that the gradient was computed for.
fn discrete_gradient(case: &Case, r: f64) -> Reference {
    let plan = Plan::new(case.t0, case.t1).save_at(&case.times).stop_at_saves();
    let field = |t: f64, y: &Vec<f64>, dy: &mut Vec<f64>| case.equation.eval(t, y, &case.p, dy);
    let mut solver = Solver::dormand_prince(r, r);
    let solution = solver.solve(field, &case.y0, plan.record(Record::Steps)).unwrap();
    discrete(case, &solver.tableau, solution.recording.steps()).unwrap()
}

/// The error of dL/dp beside the gross gradient, under the seminorm and under the default norm.
fn errors(case: &Case, r: f64, truth: &Reference) -> [(f64, f64); 2] {
    let semi = gradient(case, Backsolve::new(r, r));
    let full = gradient(case, Backsolve::new(r, r).with_norm((Rms, Rms, Rms)));
    [semi, full].map(|g| (distance(&g.p, &truth.p), g.report.gross))
}

/// |g(r, r) - g(r, 1e-13)|, and what it may be.
fn added<N>(case: &Case, r: f64, norm: N, truth: &Reference) -> (f64, f64)
where
    N: Seminorm<(Vec<f64>, Vec<f64>, Vec<f64>)> + Clone,
{
    let method = Backsolve::new(r, r).with_norm(norm);
    let loose = gradient(case, method.clone());
    let tight = gradient(case, method.with_backward_tolerance(TIGHT, TIGHT));
    let of_discrete = distance(&discrete_gradient(case, r).p, &truth.p);
    let of_tight = distance(&tight.p, &truth.p);
    let size = distance(&truth.p, &vec![0.0; truth.p.len()]);
    (distance(&loose.p, &tight.p), of_discrete.max(of_tight).max(10.0 * r * size))
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// At most 20 tolerances of the gross gradient, unless the forward solve alone is off by half as much: where a state grows
    /// by e^5, so do its errors. Of 24,000 such systems three went past 20, all scalar, by 23, 34 and 97, and in each the
    /// error was the forward solve's to two digits. For a linear loss: a curved one has cotangents that are differences, and
    /// divides every error of the forward solve by what is left of them, which no adjoint can help.
    #[test]
    fn the_error_is_within_twenty_tolerances((case, r) in (cases(false), tolerances())) {
        let truth = forward_sensitivities(&case, 1e-13).unwrap();
        let of_discrete = distance(&discrete_gradient(&case, r).p, &truth.p);
        let tight = gradient(&case, Backsolve::new(r, r).with_backward_tolerance(TIGHT, TIGHT));
        let of_forward = of_discrete.max(distance(&tight.p, &truth.p));
        for (error, gross) in errors(&case, r, &truth) {
            let allowed = (20.0 * r * gross).max(2.0 * of_forward);
            prop_assert!(error <= allowed, "{error:e} of {gross:e} at {r:e}");
        }
    }

    /// The backward pass adds no more error than the forward solve has, or ten tolerances of the gradient itself.
    #[test]
    fn the_backward_pass_adds_less_than_there_is(
        (case, r) in (any::<bool>().prop_flat_map(cases), tolerances())
    ) {
        let truth = forward_sensitivities(&case, 1e-13).unwrap();
        let (more, allowed) = added(&case, r, (Rms, Rms, Null), &truth);
        prop_assert!(more <= allowed, "seminorm: {more:e} over {allowed:e} at {r:e}");
        let (more, allowed) = added(&case, r, (Rms, Rms, Rms), &truth);
        prop_assert!(more <= allowed, "default norm: {more:e} over {allowed:e} at {r:e}");
    }
}

/// At most 5 tolerances of the gross gradient at the median and 20 at the worst, over 500 systems and tolerances that are the
/// same in every run; dL/dy0 is as good, in tolerances of itself.
#[test]
fn the_median_error_is_within_five_tolerances() {
    let mut runner = TestRunner::deterministic();
    let [mut semi, mut full, mut in_y0] = [const { Vec::new() }; 3];
    for _ in 0..500 {
        let (case, r) = (cases(false), tolerances()).new_tree(&mut runner).unwrap().current();
        let truth = forward_sensitivities(&case, 1e-13).unwrap();
        let [of_semi, of_full] = errors(&case, r, &truth).map(|(error, gross)| error / (r * gross));
        semi.push(of_semi);
        full.push(of_full);
        let y0 = gradient(&case, Backsolve::new(r, r)).y0;
        let size = distance(&truth.y0, &vec![0.0; truth.y0.len()]);
        in_y0.push(distance(&y0, &truth.y0) / (r * size));
    }
    for (name, mut list) in [("seminorm", semi), ("default norm", full), ("dL/dy0", in_y0)] {
        list.sort_by(f64::total_cmp);
        let (median, worst) = (list[list.len() / 2], list[list.len() - 1]);
        println!("{name}: median {median:.3}, worst {worst:.3} tolerances of {}", list.len());
        assert!(median <= 5.0, "{name}: {median} at the median");
        assert!(worst <= 20.0, "{name}: {worst} at the worst");
    }
}

/// The study behind the default tolerances of the backward pass, which holds no law: how often the backward pass alone adds more
/// error than the law above allows, at the forward tolerance and at parts of it, and what that costs. It takes minutes;
/// `cargo test --release -p costate-integration-tests --test gradient_accuracy -- --ignored --nocapture` prints it.
#[test]
#[ignore = "a study, not a law"]
fn what_a_tighter_backward_pass_buys() {
    const SYSTEMS: usize = 100_000;
    std::thread::scope(|scope| {
        let half = |seed: u8| scope.spawn(move || study([seed; 32], SYSTEMS));
        for table in [half(57), half(58)].map(|half| half.join().unwrap()) {
            println!("of {SYSTEMS} systems:");
            for (part, [semi, full]) in PARTS.iter().zip(table) {
                println!("{part:>5} of rtol: seminorm {semi:.2?}, default norm {full:.2?}");
            }
        }
    });
}

/// Parts of the forward tolerance.
const PARTS: [f64; 4] = [1.0, 0.5, 0.25, 0.125];

/// For each part and each norm: systems past the bound of the law, backward calls, the worst in units of the bound.
fn study(seed: [u8; 32], systems: usize) -> [[(usize, usize, f64); 2]; 4] {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    let mut table = [[(0, 0, 0.0_f64); 2]; 4];
    for _ in 0..systems {
        let sample = (any::<bool>().prop_flat_map(cases), tolerances());
        let (case, r) = sample.new_tree(&mut runner).unwrap().current();
        let tight = gradient(&case, Backsolve::new(r, r).with_backward_tolerance(TIGHT, TIGHT));
        let of_size = 10.0 * r * distance(&tight.p, &vec![0.0; tight.p.len()]);
        // The other parts of the bound are dear, and needed only where this one does not do.
        let mut of_forward = None;
        for (row, part) in table.iter_mut().zip(PARTS) {
            let tolerance = Tolerance { rtol: part * r, atol: part * r };
            let method = Backsolve::new(r, r).with_backward_tolerance(tolerance, tolerance);
            let semi = gradient(&case, method.clone());
            let full = gradient(&case, method.with_norm((Rms, Rms, Rms)));
            for ((past, calls, worst), g) in row.iter_mut().zip([semi, full]) {
                let added = distance(&g.p, &tight.p);
                let mut bound = of_size;
                if added > bound {
                    bound = bound.max(*of_forward.get_or_insert_with(|| {
                        let truth = forward_sensitivities(&case, 1e-13).unwrap().p;
                        let of_discrete = distance(&discrete_gradient(&case, r).p, &truth);
                        of_discrete.max(distance(&tight.p, &truth))
                    }));
                }
                *past += usize::from(added > bound);
                *calls += g.report.backward.calls;
                *worst = worst.max(added / bound);
            }
        }
    }
    table
}
