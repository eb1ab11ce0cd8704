//! Linear systems of eight states, all of the matrix and the offset as parameters, against the matrix exponential and its
//! Fréchet derivative.
//!
//! Errors are in units of the tolerance times the size of what is computed: for dL/dp the gross gradient, the integral of
//! |(df/dp)^T a|; for dL/dy0 the largest |a|; for the loss the largest `|c| |y|`; for the derivatives in time the largest
//! `|c| |A y + b|`.

use costate_adjoint::norms::Space;
use costate_adjoint::{AtTimes, Backsolve, Gradient, Policy, Problem, Traced};
use costate_integration_tests::linear::{Affine, Exact, LinearCase, exponential_with_derivative};
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

const N: usize = 8;

/// Systems with `|A| |t1 - t0|` (spectral) at most 5, in both directions of time, observed one to four times and at the end.
fn cases() -> impl Strategy<Value = LinearCase> {
    let entries = |count: usize| prop::collection::vec(-1.0..1.0_f64, count);
    let observations = prop::collection::vec((0.0..1.0_f64, entries(N)), 0..4);
    (
        (entries(N * N), entries(N), entries(N), entries(N)),
        observations,
        (0.2..5.0_f64, 0.2..4.0_f64, -2.0..2.0_f64, any::<bool>()),
    )
        .prop_map(|((a, b, y0, last), mut observations, (reach, length, t0, backwards))| {
            let matrix = DMatrix::from_vec(N, N, a);
            let size = matrix.singular_values().max();
            let matrix = matrix * (reach / length / size.max(1e-9));
            let span = if backwards { -length } else { length };
            observations.sort_by(|x, y| x.0.total_cmp(&y.0));
            observations.push((1.0, last));
            // Exactly the end, not t0 plus the rounded span.
            let t1 = t0 + span;
            let times =
                observations.iter().map(|(f, _)| if *f == 1.0 { t1 } else { t0 + f * span });
            LinearCase {
                matrix,
                offset: DVector::from_vec(b) / length,
                y0: DVector::from_vec(y0),
                t0,
                t1,
                times: times.collect(),
                weights: observations.into_iter().map(|(_, c)| DVector::from_vec(c)).collect(),
            }
        })
}

fn tolerances() -> impl Strategy<Value = f64> {
    (-10.0..-4.0_f64).prop_map(|e| 10.0_f64.powf(e))
}

/// The gradient over whatever states and parameters hold the case's numbers.
fn gradient<Y, P>(case: &LinearCase, r: f64, y0: &Y, p: &P) -> Gradient<Y, P>
where
    Y: Space<Scalar = f64>,
    P: Space<Scalar = f64>,
{
    let loss = |observed: &[Y], cotangents: &mut [Y]| -> f64 {
        let mut value = 0.0;
        for ((y, a), c) in observed.iter().zip(cotangents).zip(&case.weights) {
            a.leaf_mut(0).copy_from_slice(c.as_slice());
            value += c.iter().zip(y.leaf(0)).map(|(c, y)| c * y).sum::<f64>();
        }
        value
    };
    let loss = AtTimes { times: &case.times, loss };
    let problem = Problem::new(case.t0, case.t1, y0, p);
    let mut field = Traced::new(Affine, y0, p).unwrap();
    // e^5 tolerances of drift and more are possible here, and the law holds all the same.
    let mut method = Backsolve::new(r, r).with_policy(Policy::Report);
    method.gradient(&mut field, &problem, &loss).unwrap()
}

fn dynamic(case: &LinearCase, r: f64) -> Gradient<DVector<f64>, DVector<f64>> {
    gradient(case, r, &case.y0, &DVector::from_vec(case.params()))
}

fn distance(u: &[f64], v: &[f64]) -> f64 {
    u.iter().zip(v).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// What errors are compared with.
struct Sizes {
    loss: f64,
    costate: f64,
    time: f64,
}

impl Sizes {
    fn of(case: &LinearCase, exact: &Exact) -> Sizes {
        let weights = case.weights.iter().map(DVector::norm).sum::<f64>();
        let states = || exact.observed.iter().chain([&case.y0]);
        let state = states().map(DVector::norm).fold(0.0, f64::max);
        let slope = states().map(|y| (&case.matrix * y + &case.offset).norm()).fold(0.0, f64::max);
        let costate = weights.max(exact.y0.norm());
        Sizes { loss: weights * state, costate, time: costate * slope }
    }
}

/// The errors in tolerances: of the loss, dL/dy0, dL/dp, dL/dt0 and the worst dL/dt_i.
fn errors(case: &LinearCase, exact: &Exact, r: f64) -> [f64; 5] {
    let sizes = Sizes::of(case, exact);
    let g = dynamic(case, r);
    let in_times = g.times.iter().zip(&exact.times).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    [
        (g.loss - exact.loss).abs() / (r * sizes.loss),
        distance(g.y0.as_slice(), exact.y0.as_slice()) / (r * sizes.costate),
        distance(g.p.as_slice(), &exact.p) / (r * g.report.gross),
        (g.t0 - exact.t0).abs() / (r * sizes.time),
        in_times / (r * sizes.time),
    ]
}

const NAMES: [&str; 5] = ["the loss", "dL/dy0", "dL/dp", "dL/dt0", "dL/dt_i"];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// What this library promises of a gradient: at most 20 tolerances.
    #[test]
    fn everything_is_within_twenty_tolerances((case, r) in (cases(), tolerances())) {
        for (name, error) in NAMES.iter().zip(errors(&case, &case.exact(), r)) {
            prop_assert!(error <= 20.0, "{name}: {error} tolerances at {r:e}");
        }
    }

    /// States and parameters on the stack or on the heap: the same numbers in the same order, so the same bits.
    #[test]
    fn arrays_and_vectors_give_the_same_bits((case, r) in (cases(), tolerances())) {
        let on_heap = dynamic(&case, r);
        let y0: [f64; N] = core::array::from_fn(|i| case.y0[i]);
        let params = case.params();
        let p: [f64; N * N + N] = core::array::from_fn(|i| params[i]);
        let on_stack = gradient(&case, r, &y0, &p);
        prop_assert_eq!(on_stack.loss, on_heap.loss);
        prop_assert_eq!(&on_stack.y0[..], on_heap.y0.as_slice());
        prop_assert_eq!(&on_stack.p[..], on_heap.p.as_slice());
        prop_assert_eq!((on_stack.t0, on_stack.t1), (on_heap.t0, on_heap.t1));
        prop_assert_eq!(&on_stack.times, &on_heap.times);
        prop_assert_eq!(on_stack.report, on_heap.report);
    }

    /// The loss looks at the end, so the end moves it by the time derivative of the observations there, and no other.
    #[test]
    fn the_end_is_an_observation_time_like_others((case, r) in (cases(), tolerances())) {
        let g = dynamic(&case, r);
        let there = case.times.iter().zip(&g.times).filter(|(t, _)| **t == case.t1);
        prop_assert_eq!(g.t1, there.map(|(_, d)| d).sum::<f64>());
    }

    /// The reference is held against its own definition, one direction at a time: `c . F(B s, s E) z0` for the E of one entry.
    /// Both are good to the rounding of an exponential of size e^5 of 18 rows, about 1e-12.
    #[test]
    fn the_reference_is_the_derivative_by_definition(
        (case, row, column) in (cases(), 0..N, 0..=N)
    ) {
        let b = case.homogeneous();
        let mut direction = DMatrix::zeros(N + 1, N + 1);
        direction[(row, column)] = 1.0;
        let expected: f64 = (case.times.iter().zip(&case.weights))
            .map(|(t, c)| {
                let s = t - case.t0;
                let (_, derivative) = exponential_with_derivative(&(&b * s), &(&direction * s));
                c.push(0.0).dot(&(derivative * case.y0.push(1.0)))
            })
            .sum();
        let exact = case.exact();
        let index = if column == N { N * N + row } else { row * N + column };
        let size = 1.0 + exact.p.iter().map(|x| x * x).sum::<f64>().sqrt();
        prop_assert!((exact.p[index] - expected).abs() <= 1e-12 * size * 5.0_f64.exp());
    }
}

/// What this library promises at the median: at most 5 tolerances.
#[test]
fn the_median_error_is_within_five_tolerances() {
    let mut runner = TestRunner::deterministic();
    let mut all: [Vec<f64>; 5] = Default::default();
    for _ in 0..301 {
        let (case, r) = (cases(), tolerances()).new_tree(&mut runner).unwrap().current();
        for (list, error) in all.iter_mut().zip(errors(&case, &case.exact(), r)) {
            list.push(error);
        }
    }
    for (name, mut list) in NAMES.iter().zip(all) {
        list.sort_by(f64::total_cmp);
        let (median, worst) = (list[list.len() / 2], list[list.len() - 1]);
        println!("{name}: median {median:.3}, worst {worst:.3} tolerances");
        assert!(median <= 5.0, "{name}: {median} at the median");
    }
}
