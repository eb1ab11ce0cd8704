//! Gradients whose value is known on paper, and what the crate promises around them.

use costate_adjoint::autodiff::Real;
use costate_adjoint::controller::StepControl;
use costate_adjoint::norms::{Null, Pooled, Rms};
use costate_adjoint::{
    AtEnd, AtTimes, Augmented, Backsolve, DifferentiableField, Discrete, Equation, Gradient,
    Policy, Problem, Traced, Workspace, laws,
};
use proptest::prelude::*;

/// `y' = p y + q t`.
#[derive(Clone, Copy)]
struct Driven;

type Field = Traced<Driven, [f64; 1], [f64; 2]>;

impl Equation for Driven {
    fn eval<R: Real>(&self, t: R, y: &[R], p: &[R], dy: &mut [R]) {
        dy[0] = p[0] * y[0] + p[1] * t;
    }
}

/// The solution of `y' = p y + q t`, `y(t0) = y0`: with `u(t) = -(q / p) (t + 1 / p)` a particular one,
/// `y = u(t) + (y0 - u(t0)) e^(p (t - t0))`.
fn solution(t0: f64, y0: f64, p: [f64; 2], t: f64) -> f64 {
    let u = |t: f64| -(p[1] / p[0]) * (t + 1.0 / p[0]);
    u(t) + (y0 - u(t0)) * (p[0] * (t - t0)).exp()
}

/// The derivative of `f` at `x` by Richardson extrapolation of central differences: good to about 1e-11 of the scale of `f`.
fn derivative(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let central = |h: f64| (f(x + h) - f(x - h)) / (2.0 * h);
    let (a, b, c) = (central(2e-3), central(1e-3), central(5e-4));
    let (ab, bc) = ((4.0 * b - a) / 3.0, (4.0 * c - b) / 3.0);
    (16.0 * bc - ab) / 15.0
}

fn gradient(
    t0: f64,
    y0: f64,
    p: [f64; 2],
    times: &[f64],
    t1: f64,
    r: f64,
) -> Gradient<[f64; 1], [f64; 2]> {
    let y0 = [y0];
    let mut field = Traced::new(Driven, &y0, &p).unwrap();
    // L = the sum of i y(t_i), i = 1, 2, ..
    let loss = AtTimes {
        times,
        loss: |observed: &[[f64; 1]], cotangents: &mut [[f64; 1]]| {
            let mut value = 0.0;
            for (i, (y, a)) in observed.iter().zip(cotangents).enumerate() {
                a[0] = (i + 1) as f64;
                value += a[0] * y[0];
            }
            value
        },
    };
    Backsolve::new(r, r).gradient(&mut field, &Problem::new(t0, t1, &y0, &p), &loss).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Every derivative of a driven linear equation, in both directions of time. Errors are 20 tolerances of the gross
    /// gradient, as promised, plus what the differences of the closed form are good for.
    #[test]
    fn every_derivative_of_a_driven_linear_equation(
        t0 in -2.0..2.0_f64,
        y0 in -2.0..2.0_f64,
        p0 in prop_oneof![-1.5..-0.3_f64, 0.3..1.5_f64],
        p1 in -2.0..2.0_f64,
        span in prop_oneof![-2.0..-0.5_f64, 0.5..2.0_f64],
        middle in 0.1..0.9_f64,
    ) {
        let (p, t1, r) = ([p0, p1], t0 + span, 1e-9);
        let times = [t0 + middle * span, t1];
        let g = gradient(t0, y0, p, &times, t1, r);
        let loss = |t0: f64, y0: f64, p: [f64; 2], times: [f64; 2]| {
            solution(t0, y0, p, times[0]) + 2.0 * solution(t0, y0, p, times[1])
        };
        let scale = g.loss.abs() + y0.abs() + p1.abs() + g.report.gross + 1.0;
        let close = |ours: f64, theirs: f64| (ours - theirs).abs() <= (20.0 * r + 1e-9) * 10.0 * scale;
        prop_assert!(close(g.loss, loss(t0, y0, p, times)));
        prop_assert!(close(g.y0[0], derivative(|y| loss(t0, y, p, times), y0)));
        prop_assert!(close(g.p[0], derivative(|x| loss(t0, y0, [x, p1], times), p0)));
        prop_assert!(close(g.p[1], derivative(|x| loss(t0, y0, [p0, x], times), p1)));
        prop_assert!(close(g.t0, derivative(|t| loss(t, y0, p, times), t0)));
        prop_assert!(close(g.times[0], derivative(|t| loss(t0, y0, p, [t, times[1]]), times[0])));
        prop_assert!(close(g.t1, derivative(|t| loss(t0, y0, p, [times[0], t]), t1)));
        prop_assert_eq!(g.t1, g.times[1]);
    }

    /// A workspace that served another problem gives the same bits as a fresh one.
    #[test]
    fn a_used_workspace_changes_nothing(y0 in -2.0..2.0_f64, other in -2.0..2.0_f64, p in -1.0..1.0_f64) {
        let params = [p, 1.0];
        let mut field = Traced::new(Driven, &[y0], &params).unwrap();
        let loss = AtEnd(|y: &[f64; 1], a: &mut [f64; 1]| { a[0] = y[0]; y[0] * y[0] / 2.0 });
        let mut workspace = Workspace::new(&[0.0], &params);
        let mut method = Backsolve::new(1e-6, 1e-6);
        method.gradient_in(&mut workspace, &mut field, &Problem::new(0.0, 3.0, &[other], &params), &loss).unwrap();
        let (start, problem_end) = ([y0], 1.0);
        let problem = Problem::new(0.0, problem_end, &start, &params);
        let fresh = Backsolve::new(1e-6, 1e-6).gradient(&mut field, &problem, &loss).unwrap();
        let used = method.gradient_in(&mut workspace, &mut field, &problem, &loss).unwrap();
        prop_assert_eq!(&fresh, used);
    }

    /// A traced field obeys the law of fields wherever it is asked.
    #[test]
    fn traced_fields_obey_the_law(t in -3.0..3.0_f64, y in -3.0..3.0_f64, p in prop::array::uniform2(-3.0..3.0_f64), seed: u64) {
        let mut field = Traced::new(Driven, &[y], &p).unwrap();
        prop_assert!(laws::check_field(&mut field, t, &[y], &p, seed).is_ok());
    }
}

/// Two terms of 3.5 that all but cancel: the differences are as good as the terms, not as their sum.
#[test]
fn terms_that_cancel_are_no_fault() {
    let (t, y, p) =
        (2.2076094120427503, 2.6365649914686635, [-1.34095821952044, 1.6015929926488885]);
    let mut field = Traced::new(Driven, &[y], &p).unwrap();
    for seed in 0..1000 {
        laws::check_field(&mut field, t, &[y], &p, 3711833107898558958 + seed).unwrap();
    }
}

/// Every norm leads to the same gradient, and each shows its attempts while it works.
#[test]
fn every_norm_leads_to_the_same_gradient() {
    let (y0, p) = ([1.0], [-0.7, 0.4]);
    let mut field = Traced::new(Driven, &y0, &p).unwrap();
    let problem = Problem::new(0.0, 2.0, &y0, &p);
    let loss = AtEnd(|y: &[f64; 1], a: &mut [f64; 1]| {
        a[0] = 1.0;
        y[0]
    });
    let expected = derivative(|x| solution(0.0, 1.0, [x, 0.4], 2.0), -0.7);
    macro_rules! under {
        ($norm:expr) => {{
            let mut method = Backsolve::new(1e-8, 1e-8).with_norm($norm);
            let mut workspace = Workspace::new(&y0, &p);
            let mut seen = [0, 0];
            let gradient = method
                .gradient_watched(&mut workspace, &mut field, &problem, &loss, &mut |attempt| {
                    seen[usize::from(attempt.accepted)] += 1;
                })
                .unwrap();
            let counts = gradient.report.backward;
            assert_eq!(seen, [counts.rejected, counts.accepted]);
            // One call for each stage, and the witness's product in the parameters for each step where g is not measured.
            let measured = StepControl::<Augmented<Field, 0>>::reads(&method.backward.control, 2);
            let witnessed = if measured { 0 } else { counts.accepted };
            assert_eq!([counts.f, counts.vjp_y], [counts.calls - witnessed; 2]);
            assert_eq!(counts.vjp_p, counts.calls);
            // Twenty tolerances of the gross gradient, which is about 2 here.
            assert!((gradient.p[0] - expected).abs() <= 40.0 * 1e-8);
        }};
    }
    under!((Rms, Rms, Null));
    under!((Rms, Rms, Rms));
    under!(Rms);
    under!(Pooled((Rms, Rms, Null)));
}

/// The law of gradients passes for the default method and catches a field whose product in p is off by a thousandth.
#[test]
fn the_law_of_gradients_sees_a_wrong_product() {
    struct Wrong(Traced<Driven, [f64; 1], [f64; 2]>);
    impl DifferentiableField for Wrong {
        type State = [f64; 1];
        type Params = [f64; 2];
        fn eval(&mut self, t: f64, y: &[f64; 1], p: &[f64; 2], dy: &mut [f64; 1]) {
            self.0.eval(t, y, p, dy);
        }
        fn vjp(
            &mut self,
            t: f64,
            y: &[f64; 1],
            p: &[f64; 2],
            a: &[f64; 1],
            out: costate_adjoint::Vjp<'_, Self>,
        ) {
            let costate_adjoint::Vjp { value, y: to_y, p: mut to_p, t: to_t, .. } = out;
            let out = costate_adjoint::Vjp {
                value,
                y: to_y,
                p: to_p.as_deref_mut(),
                t: to_t,
                ..costate_adjoint::Vjp::default()
            };
            self.0.vjp(t, y, p, a, out);
            if let Some(to_p) = to_p {
                to_p[0] *= 1.001;
            }
        }
    }
    let (y0, p) = ([1.0], [-0.7, 0.4]);
    let problem = Problem::new(0.5, 2.0, &y0, &p);
    let loss = AtEnd(|y: &[f64; 1], a: &mut [f64; 1]| {
        a[0] = y[0];
        y[0] * y[0] / 2.0
    });
    let mut right = Traced::new(Driven, &y0, &p).unwrap();
    laws::check_gradient(&mut Backsolve::new(1e-9, 1e-9), &mut right, &problem, &loss, 2e-8)
        .unwrap();
    let problem = Problem::new(0.5, 2.0, &y0, &p);
    let mut wrong = Wrong(right);
    let broken =
        laws::check_gradient(&mut Backsolve::new(1e-9, 1e-9), &mut wrong, &problem, &loss, 2e-8);
    assert!(broken.unwrap_err().to_string().starts_with("dL/dp . w"));
}

/// A state that contracts by e^50 is refused, returned when a report is asked for, with what is wrong with it, and mended by
/// default.
#[test]
fn a_policy_decides_past_the_bound() {
    let (y0, p) = ([1.0], [-50.0, 0.0]);
    let mut field = Traced::new(Driven, &y0, &p).unwrap();
    let problem = Problem::new(0.0, 1.0, &y0, &p);
    let loss = AtEnd(|y: &[f64; 1], a: &mut [f64; 1]| {
        a[0] = 1.0;
        y[0]
    });
    let mut method = Backsolve::new(1e-6, 1e-6).with_policy(Policy::Refuse);
    let refused = method.gradient(&mut field, &problem, &loss).unwrap_err();
    assert!(refused.report().unwrap().drift > 1000.0);
    assert!(refused.to_string().contains("Observe the state at more times"));
    let mut method = Backsolve::new(1e-6, 1e-6).with_policy(Policy::Report);
    let reported = method.gradient(&mut field, &problem, &loss).unwrap();
    assert!(reported.report.drift > 1000.0 && reported.p[0].is_finite());
    let mended = Backsolve::new(1e-6, 1e-6).gradient(&mut field, &problem, &loss).unwrap();
    assert!(mended.report.drift > 1000.0 && mended.report.redone);
    let discrete = Discrete::new(1e-6, 1e-6).gradient(&mut field, &problem, &loss).unwrap();
    assert_eq!((mended.p, mended.y0), (discrete.p, discrete.y0));
}
