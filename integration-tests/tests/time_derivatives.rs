//! Derivatives in time: of the start, the end and the observations, in both directions of time, and across jumps of the field.

mod cases;

use cases::cases;
use costate_adjoint::solver::{Plan, Solver};
use costate_adjoint::{
    AtEnd, AtTimes, Backsolve, Counts, DifferentiableField, Equation, Gradient, Policy, Problem,
    Vjp, laws,
};
use costate_integration_tests::any_field::AnyField;
use costate_integration_tests::smooth::Case;
use proptest::prelude::*;

const R: f64 = 1e-9;

fn gradient(case: &Case) -> Gradient<Vec<f64>, Vec<f64>> {
    let mut field = AnyField::new(case.equation, &case.y0, &case.p);
    let problem = Problem::new(case.t0, case.t1, &case.y0, &case.p);
    let loss = |y: &[Vec<f64>], a: &mut [Vec<f64>]| case.loss(y, a);
    let mut method = Backsolve::new(R, R).with_policy(Policy::Report);
    method.gradient(&mut field, &problem, &AtTimes { times: &case.times, loss }).unwrap()
}

/// The loss of a tight solve.
fn value(case: &Case) -> f64 {
    let plan = Plan::new(case.t0, case.t1).save_at(&case.times).stop_at_saves();
    let field = |t: f64, y: &Vec<f64>, dy: &mut Vec<f64>| case.equation.eval(t, y, &case.p, dy);
    let solution = Solver::tsitouras(1e-13, 1e-13).solve(field, &case.y0, plan).unwrap();
    let mut unused = solution.saved.to_vec();
    case.loss(&solution.saved, &mut unused)
}

/// The size of the loss's parts: what rounding and the tolerance of the reference are relative to.
fn size(case: &Case) -> f64 {
    let weights = case.weights.iter().flat_map(|(c, q)| c.iter().chain(q));
    1.0 + weights.map(|c| c.abs()).sum::<f64>()
}

/// Central differences with a step of 1e-4 have a truncation error of h^2 / 6 times the third derivative, which for forcings of
/// frequency 3, |J| of up to 6 and states of a few units is at most some hundreds: 1e-6. The solves at 1e-13, e^3 of growth,
/// add 1e-13 x 20 / 1e-4 = 2e-8, the adjoint 20 tolerances, 2e-8. In units of the size of the loss.
const ALLOWED: f64 = 3e-6;
const H: f64 = 1e-4;

fn difference(case: &Case, moved: impl Fn(&mut Case, f64)) -> f64 {
    let at = |h: f64| {
        let mut case = case.clone();
        moved(&mut case, h);
        value(&case)
    };
    (at(H) - at(-H)) / (2.0 * H)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn derivatives_in_time_are_those_of_tight_solves((mut case, at_end) in (cases(3.0), any::<bool>())) {
        // Differences need times that do not change order.
        let mut times = case.times.clone();
        times.dedup_by(|a, b| (*a - *b).abs() < 3.0 * H);
        prop_assume!(times.len() == case.times.len());
        if at_end {
            *case.times.last_mut().unwrap() = case.t1;
        }
        let g = gradient(&case);
        let allowed = ALLOWED * size(&case);
        let to_t0 = difference(&case, |case, h| case.t0 += h);
        prop_assert!((g.t0 - to_t0).abs() <= allowed, "dL/dt0: {} against {to_t0}", g.t0);
        for i in 0..case.times.len() {
            let moved = |case: &mut Case, h: f64| {
                case.times[i] += h;
                // The last observation takes the end along where it stands there.
                if at_end && i + 1 == case.times.len() {
                    case.t1 += h;
                }
            };
            let to_t = difference(&case, moved);
            prop_assert!((g.times[i] - to_t).abs() <= allowed, "dL/dt_{i}: {} against {to_t}", g.times[i]);
        }
        let expected = if at_end { g.times[case.times.len() - 1] } else { 0.0 };
        prop_assert_eq!(g.t1, expected);
    }
}

/// `y' = p_0 y + p_1 u(t)` with a forcing u that is 1 from each even to the next odd multiple of a quarter, and -2 elsewhere.
///
/// Its switches are at multiples of 1/4. What it is exactly there is nobody's business: infinity says so if asked.
#[derive(Debug, Clone, Copy)]
struct Switched(
    /// How much later it is asked than the time says.
    f64,
);

fn forcing(t: f64) -> f64 {
    let quarters = 4.0 * t;
    if quarters == quarters.round() {
        f64::INFINITY
    } else if quarters.floor().rem_euclid(2.0) == 0.0 {
        1.0
    } else {
        -2.0
    }
}

/// By hand, as a graph has no branches on time.
impl DifferentiableField for Switched {
    type State = [f64; 1];
    type Params = [f64; 2];
    fn eval(&mut self, t: f64, y: &[f64; 1], p: &[f64; 2], dy: &mut [f64; 1]) {
        dy[0] = p[0] * y[0] + p[1] * forcing(t + self.0);
    }
    fn vjp(&mut self, t: f64, y: &[f64; 1], p: &[f64; 2], a: &[f64; 1], out: Vjp<'_, Self>) {
        if let Some(value) = out.value {
            self.eval(t, y, p, value);
        }
        if let Some(to_y) = out.y {
            to_y[0] = p[0] * a[0];
        }
        if let Some(to_p) = out.p {
            *to_p = [y[0] * a[0], forcing(t + self.0) * a[0]];
        }
        if let Some(to_t) = out.t {
            *to_t = 0.0;
        }
    }
}

/// The state at `t`, exactly, and its derivatives in (y0, p0, p1), from `t0 = 0`: variation of constants between the switches,
/// `y(s) = y e^(p0 d) + p1 u E(d)` with `E(d) = (e^(p0 d) - 1) / p0` and its derivative
/// `E' = (d e^(p0 d) - E) / p0` in p0.
fn exact(y0: f64, p: [f64; 2], t: f64) -> (f64, [f64; 3]) {
    let direction = t.signum();
    let (mut at, mut y, mut slopes) = (0.0, y0, [1.0, 0.0, 0.0]);
    while at != t {
        let next = at + direction * 0.25;
        let to = if (next - t) * direction > 0.0 { t } else { next };
        let (d, u) = (to - at, forcing((at + to) / 2.0));
        let (growth, e) = ((p[0] * d).exp(), (p[0] * d).exp_m1() / p[0]);
        let to_p0 = d * growth * y + p[1] * u * (d * growth - e) / p[0];
        slopes = [growth * slopes[0], growth * slopes[1] + to_p0, growth * slopes[2] + u * e];
        y = growth * y + p[1] * u * e;
        at = to;
    }
    (y, slopes)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    /// Switches inside the intervals, at observations (multiples of an eighth, every other of which is a switch), at the start
    /// and at the end, in both directions of time. An observation at a switch sees the field on the side that the solve comes
    /// from: its time derivative is that of moving it there.
    #[test]
    fn gradients_across_jumps_are_exact(
        (y0, p, eighths, weights, backwards) in (
            -2.0..2.0_f64,
            [0.2..1.0_f64, -2.0..2.0_f64],
            prop::collection::vec(1..=12_i32, 1..5),
            prop::collection::vec(-1.0..1.0_f64, 5),
            any::<bool>(),
        )
    ) {
        // Contracting in the direction of the solve or not: |p0| t is at most 1.5.
        let sign = if backwards { -1.0 } else { 1.0 };
        let mut eighths = eighths;
        eighths.sort_unstable();
        let times: Vec<f64> = eighths.iter().map(|i| sign * f64::from(*i) / 8.0).collect();
        let t1 = sign * 1.5;
        let jumps: Vec<f64> = (0..=6).map(|i| sign * f64::from(i) / 4.0).collect();
        let loss = |y: &[[f64; 1]], a: &mut [[f64; 1]]| {
            let mut value = 0.0;
            for ((y, a), c) in y.iter().zip(a).zip(&weights) {
                value += c * y[0];
                a[0] = *c;
            }
            value
        };
        let y0 = [y0];
        let problem = Problem::new(0.0, t1, &y0, &p).jumps_at(&jumps);
        let loss = AtTimes { times: &times, loss };
        let g = Backsolve::new(R, R).gradient(&mut Switched(0.0), &problem, &loss).unwrap();

        let (mut value, mut slopes) = (0.0, [0.0; 3]);
        for (i, (&t, &c)) in times.iter().zip(&weights).enumerate() {
            let (y, to) = exact(y0[0], p, t);
            value += c * y;
            slopes = core::array::from_fn(|k| slopes[k] + c * to[k]);
            // The side that the solve comes from.
            let before = t - sign * 1e-3;
            let rate = c * (p[0] * y + p[1] * forcing(before));
            // 20 tolerances of |c| |f|, where a growth of e^1.5 and a forcing of 2 x 2 make at most |y'| = 30.
            prop_assert!((g.times[i] - rate).abs() <= 20.0 * R * 30.0, "dL/dt_{i}: {} {rate}", g.times[i]);
        }
        // 20 tolerances of what there is at most: five weights of 1, states and slopes of at most 30.
        let allowed = 20.0 * R * 5.0 * 30.0;
        prop_assert!((g.loss - value).abs() <= allowed);
        prop_assert!((g.y0[0] - slopes[0]).abs() <= allowed);
        prop_assert!((g.p[0] - slopes[1]).abs() <= allowed, "{} against {}", g.p[0], slopes[1]);
        prop_assert!((g.p[1] - slopes[2]).abs() <= allowed);
        // The start moves away from the solve's side of a switch: minus the rate just after it.
        let rate = p[0] * y0[0] + p[1] * forcing(sign * 1e-3);
        prop_assert!((g.t0 + slopes[0] * rate).abs() <= allowed, "{} against {}", g.t0, -slopes[0] * rate);
    }
}

/// Not told of the switches (and asked beside them, so that no value is infinite), both passes find them by rejecting steps.
#[test]
fn named_jumps_save_steps() {
    let (y0, p) = ([1.0], [0.5, 1.0]);
    let jumps: Vec<f64> = (1..6).map(|i| f64::from(i) / 4.0).collect();
    let loss = AtEnd(|y: &[f64; 1], a: &mut [f64; 1]| {
        a[0] = 1.0;
        y[0]
    });
    let problem = Problem::new(0.1, 1.4, &y0, &p);
    let mut method = Backsolve::new(1e-6, 1e-6);
    let told = method.gradient(&mut Switched(0.0), &problem.jumps_at(&jumps), &loss).unwrap();
    let untold = method.gradient(&mut Switched(1e-9), &problem, &loss).unwrap();
    let attempts = |c: Counts| c.accepted + c.rejected;
    assert!(2 * attempts(told.report.forward) < attempts(untold.report.forward));
    assert!(2 * attempts(told.report.backward) < attempts(untold.report.backward));
    assert_eq!((told.report.forward.rejected, told.report.backward.rejected), (0, 0));
}

/// The public law knows about jumps: in between, at the end and at the start.
#[test]
fn the_law_of_gradients_holds_across_jumps() {
    let (y0, p) = ([1.0], [0.5, 1.0]);
    let loss = AtEnd(|y: &[f64; 1], a: &mut [f64; 1]| {
        a[0] = y[0];
        y[0] * y[0] / 2.0
    });
    for (t0, t1, jumps) in [
        (0.1, 0.9, vec![0.25, 0.5, 0.75]),
        (0.9, 0.1, vec![0.75, 0.5, 0.25]),
        (0.1, 0.5, vec![0.25, 0.5]),
        (0.0, 0.9, vec![0.0, 0.25, 0.5, 0.75]),
    ] {
        let problem = Problem::new(t0, t1, &y0, &p).jumps_at(&jumps);
        let mut method = Backsolve::new(R, R);
        let checked =
            laws::check_gradient(&mut method, &mut Switched(0.0), &problem, &loss, 20.0 * R);
        assert!(checked.is_ok(), "from {t0} to {t1}: {}", checked.unwrap_err());
    }
}
