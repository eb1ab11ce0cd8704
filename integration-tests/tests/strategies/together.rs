//! All strategies agree as the tolerance goes to zero: over both directions of time, jumps, observations anywhere, all spaces.

use crate::cases::cases;
use crate::ways::{all, distance, size};
use costate_adjoint::norms::Space;
use costate_adjoint::{
    Adjoint, AtTimes, Backsolve, DifferentiableField, Discrete, Gradient, Interpolating, Keep,
    Policy, Problem, Quadrature, Traced, Vjp, laws,
};
use costate_integration_tests::any_field::AnyField;
use costate_integration_tests::fields::LotkaVolterra;
use nalgebra::DVector;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    /// Pairwise, in y0, p and all times, to 2000 tolerances of the parts at 1e-10: an integral of |J| of 3 lets errors grow by e^3.
    #[test]
    fn strategies_agree(case in cases(3.0)) {
        let all: Vec<_> = all(&case, None, 1e-10, Policy::Report).into_iter().map(|(way, g)| (way, g.unwrap())).collect();
        let (_, first) = &all[0];
        for (way, g) in &all {
            let parts = 2e-7 * (first.report.gross + size(&first.y0) + size(&first.times) + 1e-3);
            prop_assert!(distance(&g.p, &first.p) <= parts, "{way}: dL/dp");
            prop_assert!(distance(&g.y0, &first.y0) <= parts, "{way}: dL/dy0");
            prop_assert!((g.t0 - first.t0).abs() <= parts, "{way}: dL/dt0 {} and {}", g.t0, first.t0);
            prop_assert!((g.t1 - first.t1).abs() <= parts, "{way}: dL/dt1");
            prop_assert!(distance(&g.times, &first.times) <= parts, "{way}: dL/dt_i {:?} and {:?}", g.times, first.times);
            prop_assert!((g.report.gross / first.report.gross - 1.0).abs() < 0.35, "{way}: gross");
        }
    }
}

/// `y' = p y` with another `p` after each jump: piecewise, with the jumps on the loss's own times too.
struct Switched {
    jumps: Vec<f64>,
}

impl DifferentiableField for Switched {
    type State = [f64; 2];
    type Params = [f64; 3];
    fn eval(&mut self, t: f64, y: &[f64; 2], p: &[f64; 3], dy: &mut [f64; 2]) {
        let k = self.jumps.partition_point(|j| *j < t);
        *dy = [p[k] * y[0], y[0] - p[k] * y[1]];
    }
    fn vjp(&mut self, t: f64, y: &[f64; 2], p: &[f64; 3], a: &[f64; 2], out: Vjp<'_, Self>) {
        let k = self.jumps.partition_point(|j| *j < t);
        if let Some(value) = out.value {
            self.eval(t, y, p, value);
        }
        if let Some(to_y) = out.y {
            *to_y = [p[k] * a[0] + a[1], -p[k] * a[1]];
        }
        if let Some(to_p) = out.p {
            *to_p = [0.0; 3];
            to_p[k] = y[0] * a[0] - y[1] * a[1];
        }
        if let Some(to_t) = out.t {
            *to_t = 0.0;
        }
    }
}

/// Every strategy on one field, loss and problem, of any space.
fn every<F: DifferentiableField<State: Space<Scalar = f64>>, L: costate_adjoint::Loss<F::State>>(
    field: &mut F,
    problem: &Problem<'_, F>,
    loss: &L,
    r: f64,
) -> Vec<Gradient<F::State, F::Params>> {
    vec![
        Discrete::new(r, r).gradient(field, problem, loss).unwrap(),
        Discrete { stop_at_observations: false, ..Discrete::new(r, r).keeping(Keep::Every(3)) }
            .gradient(field, problem, loss)
            .unwrap(),
        Backsolve::new(r, r).gradient(field, problem, loss).unwrap(),
        Quadrature::new(r, r).gradient(field, problem, loss).unwrap(),
        Quadrature::new(r, r).refined(r, r).gradient(field, problem, loss).unwrap(),
        Interpolating::new(r, r).keeping(Keep::Every(3)).gradient(field, problem, loss).unwrap(),
    ]
}

/// Observations at t0, at t1, at a jump and at one another; jumps at t0 and t1 and between: the closed form is a product of
/// exponentials, e.g. y_0(t1) = exp(sum of p_k times the length of its piece).
#[test]
fn jumps_and_observations_may_coincide() {
    let (y0, p) = ([1.0, 0.5], [0.4, -0.7, 0.9]);
    let jumps = vec![0.0, 0.5, 1.25, 2.0];
    let mut field = Switched { jumps: vec![0.5, 1.25] };
    let problem = Problem::new(0.0, 2.0, &y0, &p).jumps_at(&jumps);
    let times = vec![0.0, 0.5, 0.5, 1.25, 2.0, 2.0];
    let loss = AtTimes {
        times,
        loss: |y: &[[f64; 2]], a: &mut [[f64; 2]]| {
            a.iter_mut().for_each(|a| *a = [1.0, 0.0]);
            y.iter().map(|y| y[0]).sum::<f64>()
        },
    };
    // y_0 at the jumps and the end; L = y(0) + 2 y(0.5) + y(1.25) + 2 y(2).
    let at = |q: &[f64; 3]| {
        let (one, two) = ((0.5 * q[0]).exp(), (0.5 * q[0] + 0.75 * q[1]).exp());
        let three = (0.5 * q[0] + 0.75 * q[1] + 0.75 * q[2]).exp();
        [one, two, three]
    };
    let [one, two, three] = at(&p);
    let to_p = [0.5 * (2.0 * one + two + 2.0 * three), 0.75 * (two + 2.0 * three), 1.5 * three];
    for (i, g) in every(&mut field, &problem, &loss, 1e-9).into_iter().enumerate() {
        assert!((g.loss - (1.0 + 2.0 * one + two + 2.0 * three)).abs() < 1e-7);
        assert!(distance(&g.p, &to_p) < 1e-6, "strategy {i}: {:?} and {to_p:?}", g.p);
        // Beside a jump the field is that of the side that the solve comes from; at t0 of the side that it goes to.
        let slopes = [p[0], p[0] * one, p[0] * one, p[1] * two, p[2] * three, p[2] * three];
        assert!(distance(&g.times, &slopes) < 1e-6, "strategy {i}: {:?} and {slopes:?}", g.times);
        assert!((g.t1 - 2.0 * p[2] * three).abs() < 1e-6, "strategy {i}");
    }
}

/// Lotka-Volterra on every kind of space gives one gradient.
#[test]
fn every_space_will_do() {
    let (y0, p) = ([1.0, 1.0], [1.5, 1.0, 3.0, 1.0]);
    fn last<Y: Space<Scalar = f64>>(y: &[Y], a: &mut [Y]) -> f64 {
        let at = y.len() - 1;
        a[at].leaf_mut(0)[0] = 1.0;
        y[at].leaf(0)[0]
    }
    macro_rules! on {
        ($y:expr, $p:expr) => {{
            let (y, p) = ($y, $p);
            let mut field = Traced::new(LotkaVolterra, &y, &p).unwrap();
            let problem = Problem::new(0.0, 3.0, &y, &p);
            let loss = AtTimes { times: [1.0, 3.0], loss: last };
            let list = every(&mut field, &problem, &loss, 1e-8);
            list.into_iter()
                .map(|g| (g.p.leaf(0).to_vec(), g.y0.leaf(0).to_vec()))
                .collect::<Vec<_>>()
        }};
    }
    let arrays = on!(y0, p);
    assert_eq!(arrays, on!(DVector::from_row_slice(&y0), DVector::from_row_slice(&p)));

    let pair = crate::together::pair();
    for (to_p, to_y0) in pair {
        assert!(distance(&to_p, &arrays[0].0) < 1e-5 && distance(&to_y0, &arrays[0].1) < 1e-5);
    }
}

/// The same field on a tuple of spaces, by hand.
fn pair() -> Vec<(Vec<f64>, Vec<f64>)> {
    struct Pair;
    impl DifferentiableField for Pair {
        type State = ([f64; 1], [f64; 1]);
        type Params = ([f64; 2], [f64; 2]);
        fn eval(
            &mut self,
            _: f64,
            (x, y): &Self::State,
            (q, r): &Self::Params,
            dy: &mut Self::State,
        ) {
            let eaten = x[0] * y[0];
            *dy = ([q[0] * x[0] - q[1] * eaten], [r[1] * eaten - r[0] * y[0]]);
        }
        fn vjp(
            &mut self,
            t: f64,
            z: &Self::State,
            p: &Self::Params,
            a: &Self::State,
            out: Vjp<'_, Self>,
        ) {
            let ((x, y), (q, r)) = (([z.0[0], z.1[0]]).into(), p);
            let (x, y): (f64, f64) = (x, y);
            let (a, b) = (a.0[0], a.1[0]);
            if let Some(value) = out.value {
                self.eval(t, z, p, value);
            }
            if let Some(to_y) = out.y {
                *to_y = (
                    [a * (q[0] - q[1] * y) + b * r[1] * y],
                    [-a * q[1] * x + b * (r[1] * x - r[0])],
                );
            }
            if let Some(to_p) = out.p {
                *to_p = ([a * x, -a * x * y], [-b * y, b * x * y]);
            }
            if let Some(to_t) = out.t {
                *to_t = 0.0;
            }
        }
    }
    let (y0, p) = (([1.0], [1.0]), ([1.5, 1.0], [3.0, 1.0]));
    let loss = AtTimes {
        times: [1.0, 3.0],
        loss: |y: &[([f64; 1], [f64; 1])], a: &mut [([f64; 1], [f64; 1])]| {
            a[1].0[0] = 1.0;
            y[1].0[0]
        },
    };
    every(&mut Pair, &Problem::new(0.0, 3.0, &y0, &p), &loss, 1e-8)
        .into_iter()
        .map(|g| (vec![g.p.0[0], g.p.0[1], g.p.1[0], g.p.1[1]], vec![g.y0.0[0], g.y0.1[0]]))
        .collect()
}

/// The laws of the crate itself hold for each.
#[test]
fn the_public_law_holds_for_every_strategy() {
    fn holds<A: Adjoint<AnyField>>(mut method: A) {
        let (y0, p) = (vec![1.0, 1.0], vec![1.5, 1.0, 3.0, 1.0]);
        let mut field = AnyField::new(LotkaVolterra, &y0, &p);
        let loss = AtTimes {
            times: [1.0, 2.5],
            loss: |y: &[Vec<f64>], a: &mut [Vec<f64>]| {
                a.clone_from_slice(y);
                y.iter().flatten().map(|y| y * y / 2.0).sum::<f64>()
            },
        };
        let problem = Problem::new(0.0, 3.0, &y0, &p);
        laws::check_gradient(&mut method, &mut field, &problem, &loss, 2e-8).unwrap();
    }
    let r = 1e-9;
    holds(Discrete::new(r, r));
    holds(Backsolve::new(r, r));
    holds(Quadrature::new(r, r));
    holds(Quadrature::new(r, r).refined(r, r));
    holds(Interpolating::new(r, r));
    holds(Interpolating::seminorm(r, r));
}
