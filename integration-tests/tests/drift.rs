//! What the report knows of a gradient's quality, and what is refused for it.

mod cases;

use cases::cases;
use costate_adjoint::autodiff::Real;
use costate_adjoint::norms::Tolerance;
use costate_adjoint::{
    AtEnd, AtTimes, Backsolve, Equation, Gradient, GradientError, Loss, Policy, Problem, Report,
    Workspace,
};
use costate_integration_tests::any_field::AnyField;
use costate_integration_tests::fields::{
    Exponential, ForcedPendulum, Lorenz, LotkaVolterra, VanDerPol,
};
use costate_integration_tests::smooth::Case;
use proptest::prelude::*;

type Vector = Vec<f64>;
type Outcome = Result<Gradient<Vector, Vector>, GradientError>;

fn solve<const N: usize, const M: usize>(
    mut method: Backsolve,
    equation: impl Equation + 'static,
    y0: [f64; N],
    p: [f64; M],
    t1: f64,
    loss: &impl Loss<Vector>,
) -> Outcome {
    // What is looked at here is what is refused; that it is mended by default is a law of all strategies.
    if method.policy == Policy::Repair {
        method.policy = Policy::Refuse;
    }
    let (y0, p) = (y0.to_vec(), p.to_vec());
    let mut field = AnyField::new(equation, &y0, &p);
    method.gradient(&mut field, &Problem::new(0.0, t1, &y0, &p), loss)
}

/// The sum of all coordinates at the end.
fn sum_at_end() -> impl Loss<Vector> {
    AtEnd(|y: &Vector, a: &mut Vector| {
        a.fill(1.0);
        y.iter().sum()
    })
}

/// Half the sum of squares at all times.
fn half_squares(times: Vec<f64>) -> impl Loss<Vector> {
    let loss = |y: &[Vector], a: &mut [Vector]| {
        a.clone_from_slice(y);
        y.iter().flatten().map(|y| y * y / 2.0).sum::<f64>()
    };
    AtTimes { times, loss }
}

/// The refusal carries a report and says what to do.
fn refused(outcome: &Outcome) {
    let error = outcome.as_ref().expect_err("a gradient along a wrong path");
    let text = error.to_string();
    for remedy in ["Observe the state at more times", "shorten the interval"] {
        // One remedy stands in the middle of a sentence in one of the errors.
        assert!(text.to_lowercase().contains(&remedy.to_lowercase()), "{remedy} is not in {text}");
    }
    let report = error.report().expect("a report");
    assert!(report.forward.calls > 0 && report.backward.calls > 0, "{report}");
    match error {
        GradientError::Drift { drift, t, bound, report } => {
            assert_eq!(*bound, 1000.0);
            assert!(*drift > *bound && report.drift == *drift && t.is_finite());
        }
        GradientError::Backward { .. } => {}
        other => panic!("refused for another reason: {other}"),
    }
}

/// With the report instead of the refusal: numbers, or an error; never NaN.
fn reported(outcome: &Outcome) {
    let Ok(g) = outcome else { return };
    let numbers = g.y0.iter().chain(&g.p).chain(&g.times).chain([&g.loss, &g.t0, &g.t1]);
    assert!(numbers.clone().all(|x| x.is_finite()), "{g:?}");
    let Report { drift, conditioning, gross, .. } = g.report;
    assert!(!(drift.is_nan() || conditioning.is_nan() || gross.is_nan()));
    assert!(drift > 1000.0, "not refused, then: {g:?}");
}

const TOLERANCES: [f64; 6] = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8];

#[test]
fn a_stiff_oscillator_is_refused() {
    for r in TOLERANCES {
        let method = Backsolve::new(r, r);
        let loss = sum_at_end();
        let go = |method| solve(method, VanDerPol, [2.0, 0.0], [5.0], 20.0, &loss);
        refused(&go(method.clone()));
        reported(&go(method.with_policy(Policy::Report)));
    }
}

#[test]
fn a_chaotic_system_is_refused() {
    for r in TOLERANCES {
        for y0 in [[1.0, 1.0, 1.0], [1.0, 0.9, 1.1], [-2.0, 1.0, 15.0]] {
            let method = Backsolve::new(r, r);
            let loss = sum_at_end();
            let go = |method| solve(method, Lorenz, y0, [10.0, 28.0, 8.0 / 3.0], 2.0, &loss);
            refused(&go(method.clone()));
            reported(&go(method.with_policy(Policy::Report)));
        }
    }
}

#[test]
fn a_fast_decay_is_refused() {
    for r in TOLERANCES {
        let method = Backsolve::new(r, r);
        let loss = sum_at_end();
        let go = |method| solve(method, Exponential, [1.0], [-50.0], 10.0, &loss);
        refused(&go(method.clone()));
        reported(&go(method.with_policy(Policy::Report)));
    }
}

/// An error of a tolerance grows by e^(50 x 0.05) = 12 between resets at every twentieth, and by e^50 without them. The other
/// observations have no weight, so that the gradient is that of the loss at the end: with L = y(1), dL/dp = y0 e^-50, and
/// dL/dy0 = e^-50, under every tolerance.
#[test]
fn observations_without_weight_bring_a_decay_back_under_the_bound() {
    for r in TOLERANCES {
        let at_end = sum_at_end();
        refused(&solve(Backsolve::new(r, r), Exponential, [1.0], [-50.0], 1.0, &at_end));
        let times: Vec<f64> = (1..=20).map(|i| f64::from(i) / 20.0).collect();
        let loss = |y: &[Vector], a: &mut [Vector]| {
            a[19][0] = 1.0;
            y[19][0]
        };
        let loss = AtTimes { times, loss };
        let g = solve(Backsolve::new(r, r), Exponential, [1.0], [-50.0], 1.0, &loss).unwrap();
        println!("decay with resets at {r:e}: drift {:.2}", g.report.drift);
        assert!(g.report.drift < 100.0);
        assert_eq!(g.report.states_held, 20);
        let exact = (-50.0_f64).exp();
        // The promise of 20 tolerances, of the costate's own size (1) and of the gross gradient.
        assert!((g.y0[0] - exact).abs() <= 20.0 * r, "{} at {r:e}", g.y0[0]);
        assert!(
            (g.p[0] - exact).abs() <= 20.0 * r * g.report.gross.max(1.0),
            "{} at {r:e}",
            g.p[0]
        );
    }
}

#[test]
fn healthy_problems_hardly_drift() {
    for r in TOLERANCES {
        let method = || Backsolve::new(r, r);
        let yearly: Vec<f64> = (1..=10).map(f64::from).collect();
        let lotka_volterra = solve(
            method(),
            LotkaVolterra,
            [1.0, 1.0],
            [1.5, 1.0, 3.0, 1.0],
            10.0,
            &half_squares(yearly),
        );
        let pendulum = solve(
            method(),
            ForcedPendulum,
            [1.2, 0.0],
            [4.0, 0.1, 0.8, 1.7],
            5.0,
            &half_squares(vec![2.5, 5.0]),
        );
        let drifts = [lotka_volterra.unwrap().report.drift, pendulum.unwrap().report.drift];
        println!("at {r:e}: Lotka-Volterra {:.2}, pendulum {:.2}", drifts[0], drifts[1]);
        assert!(drifts.iter().all(|d| *d > 0.0 && *d < 100.0), "{drifts:?} at {r:e}");
    }
}

/// `y' = p cos(t)`.
#[derive(Debug, Clone, Copy)]
struct Cosine;

impl Equation for Cosine {
    fn eval<R: Real>(&self, t: R, _y: &[R], p: &[R], dy: &mut [R]) {
        dy[0] = p[0] * t.cos();
    }
}

/// `y' = p (1 - t)`.
#[derive(Debug, Clone, Copy)]
struct Parabola;

impl Equation for Parabola {
    fn eval<R: Real>(&self, t: R, _y: &[R], p: &[R], dy: &mut [R]) {
        dy[0] = p[0] * (R::constant(1.0) - t);
    }
}

/// The integral of |cos| from 0 to t.
fn integral_of_abs_cos(t: f64) -> f64 {
    use core::f64::consts::{FRAC_PI_2, PI};
    // Whole half periods after the first quarter bring 2 each.
    if t <= FRAC_PI_2 {
        return t.sin();
    }
    let halves = ((t - FRAC_PI_2) / PI).floor();
    1.0 + 2.0 * halves + 1.0 - (t - FRAC_PI_2 - halves * PI).cos()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    /// L = c y(T) for y' = p cos(t): a = c, g' = -c cos(t), so dL/dp = c sin(T) of parts c |cos(t)|.
    ///
    /// Steps are at most 0.01 long. Where the cosine keeps its sign the sum of the stages' |cos| is the quadrature itself. In a
    /// step across a zero, |cos| is at most 0.01 at all stages, so that the step's part and what is computed for it are both at
    /// most 0.01 x 0.01 x the sum of |b| (1.7): 2e-4 for each of the at most (T + 2) / pi zeros.
    #[test]
    fn gross_and_conditioning_are_the_integrals_they_say(
        (t1, p, c) in (0.5..12.0_f64, -3.0..3.0_f64, 0.1..10.0_f64)
    ) {
        let loss = AtEnd(|y: &Vector, a: &mut Vector| { a[0] = c; c * y[0] });
        let mut method = Backsolve::new(1e-8, 1e-8).with_policy(Policy::Report);
        method.backward.control.max_step = 0.01;
        let g = solve(method, Cosine, [0.3], [p], t1, &loss).unwrap();
        prop_assert!((g.p[0] - c * t1.sin()).abs() <= 1e-7 * c);
        let gross = c * integral_of_abs_cos(t1);
        let allowed = 2e-4 * c * (t1 + 2.0) / core::f64::consts::PI;
        prop_assert!((g.report.gross - gross).abs() <= allowed, "{} against {gross}", g.report.gross);
        let conditioning = g.report.gross / g.p[0].abs();
        prop_assert!((g.report.conditioning / conditioning - 1.0).abs() <= 1e-12);
        prop_assert!(g.report.conditioning >= 1.0 - 1e-12);
    }

    /// The gradient is a sum of parts: never larger than the sum of their sizes, up to rounding.
    #[test]
    fn gross_is_at_least_net((case, exponent) in (cases(3.0), -8.0..-2.0_f64)) {
        let g = of_case(&case, 10.0_f64.powf(exponent));
        let net = g.p.iter().map(|x| x * x).sum::<f64>().sqrt();
        prop_assert!(g.report.gross >= net * (1.0 - 1e-12));
        prop_assert!(g.report.conditioning >= 1.0 - 1e-12);
    }

    /// The integral of |J| is at most 2, so an error grows by at most e^2 = 7.4 on the way back, and twice that in RMS (four
    /// states). Each of the backward steps, at most a hundred at these tolerances, adds half a tolerance at the very most, a
    /// few hundredths of one as a rule: the fifth-order result is far better than the estimate for the fourth.
    #[test]
    fn random_smooth_problems_hardly_drift((case, exponent) in (cases(2.0), -9.0..-3.0_f64)) {
        let g = of_case(&case, 10.0_f64.powf(exponent));
        prop_assert!(g.report.drift < 100.0, "drift {}", g.report.drift);
    }
}

fn of_case(case: &Case, r: f64) -> Gradient<Vec<f64>, Vec<f64>> {
    let mut field = AnyField::new(case.equation, &case.y0, &case.p);
    let problem = Problem::new(case.t0, case.t1, &case.y0, &case.p);
    let loss = |y: &[Vec<f64>], a: &mut [Vec<f64>]| case.loss(y, a);
    let mut method = Backsolve::new(r, r).with_policy(Policy::Report);
    method.gradient(&mut field, &problem, &AtTimes { times: &case.times, loss }).unwrap()
}

/// A state that rises and falls again within a step of the forward solve is larger there than at either end, and the
/// backward steps, which end elsewhere, see it. That is no drift.
///
/// `y' = cos t` from 0 over a quarter of a turn and more, solved backwards from the other side of the hill; and
/// `y' = 1 - t` over the hill, back to 0 and on, which the method solves exactly in few and growing steps. Nothing feeds
/// back, so the steps' errors add up unamplified: at most half a tolerance each.
#[test]
fn a_hill_between_two_steps_is_no_drift() {
    for r in TOLERANCES {
        for t1 in [2.0, 2.5, 3.0, 6.0, 9.0] {
            let method = Backsolve::new(r, r).with_policy(Policy::Report);
            let g = solve(method, Cosine, [0.0], [1.0], t1, &sum_at_end()).unwrap();
            let steps = g.report.backward.accepted as f64;
            assert!(g.report.drift <= steps / 2.0, "drift {} at {r:e} to {t1}", g.report.drift);
            for start in [0.0, 0.1, -0.1] {
                let method = Backsolve::new(r, r).with_policy(Policy::Report);
                let g = solve(method, Parabola, [start], [1.0], t1, &sum_at_end()).unwrap();
                assert!(g.report.drift <= 1.0, "drift {} at {r:e} to {t1}", g.report.drift);
            }
        }
    }
}

/// A gradient of nothing but zero parts.
#[test]
fn no_parts_are_well_conditioned() {
    let loss = AtEnd(|y: &Vector, a: &mut Vector| {
        a[0] = 1.0;
        y[0]
    });
    let g = solve(Backsolve::new(1e-6, 1e-6), Exponential, [0.0], [-1.0], 1.0, &loss).unwrap();
    assert_eq!((g.p[0], g.report.gross, g.report.conditioning), (0.0, 0.0, 1.0));
}

/// The drift is in tolerances of the forward solve: an unweighted reset where the state solved backwards is off by a known
/// amount. The backward solve is so loose that its one or two steps are visibly wrong, and the forward one so tight that it is
/// exact; y' = y from 1 to e, so the peak is e.
#[test]
fn the_drift_is_a_distance_in_tolerances() {
    let (r, loose) = (1e-10, Tolerance { rtol: 1e-1, atol: 1e-1 });
    let mut method =
        Backsolve::new(r, r).with_backward_tolerance(loose, loose).with_policy(Policy::Report);
    let (y0, p) = (vec![1.0], vec![1.0]);
    let mut field = AnyField::new(Exponential, &y0, &p);
    let loss = sum_at_end();
    let mut workspace = Workspace::new(&y0, &p);
    let mut reached = f64::NAN;
    let g = method
        .gradient_watched(
            &mut workspace,
            &mut field,
            &Problem::new(0.0, 1.0, &y0, &p),
            &loss,
            &mut |attempt| {
                if attempt.accepted {
                    reached = attempt.y1.0.0[0];
                }
            },
        )
        .unwrap();
    let expected = (reached - 1.0).abs() / (r + r * 1.0_f64.exp());
    assert!(expected > 10.0, "too good to be seen: {reached}");
    // The peak is e up to the forward error of a few tolerances.
    assert!((g.report.drift / expected - 1.0).abs() <= 1e-8, "{} {expected}", g.report.drift);
}
