//! What cannot be computed is said, by every strategy, and what is merely degenerate is computed.

use costate_adjoint::{
    AtEnd, AtTimes, Backsolve, DifferentiableField, Discrete, Gradient, GradientError,
    Interpolating, Keep, Loss, Problem, Quadrature, Rate, Vjp,
};
use costate_integration_tests::any_field::AnyField;
use costate_integration_tests::faulty::{Faulty, Product};

type Outcome = Result<Gradient<Vec<f64>, Vec<f64>>, GradientError>;

/// Every strategy, by name.
fn all(
    field: impl DifferentiableField<State = Vec<f64>, Params = Vec<f64>> + 'static,
    problem: &Problem<'_, AnyField>,
    loss: &dyn Loss<Vec<f64>>,
) -> Vec<(&'static str, Outcome)> {
    let mut field = AnyField::of(field);
    let r = 1e-6;
    let mut list = Vec::new();
    macro_rules! way {
        ($name:literal, $method:expr) => {
            list.push(($name, $method.gradient(&mut field, problem, &loss)));
        };
    }
    way!("discrete", Discrete::new(r, r));
    way!("discrete, checkpoints", Discrete::new(r, r).keeping(Keep::Every(2)));
    way!("backsolve", Backsolve::new(r, r));
    way!("quadrature", Quadrature::new(r, r));
    way!("quadrature, refined", Quadrature::new(r, r).refined(r, r));
    way!("interpolating", Interpolating::new(r, r));
    way!("interpolating, norm", Interpolating::norm(r, r));
    list
}

const Y0: [f64; 2] = [1.0, -0.5];
const P: [f64; 2] = [0.3, -0.2];

fn sum_at(times: Vec<f64>) -> impl Loss<Vec<f64>> {
    AtTimes {
        times,
        loss: |y: &[Vec<f64>], a: &mut [Vec<f64>]| {
            a.iter_mut().flatten().for_each(|a| *a = 1.0);
            y.iter().flatten().sum()
        },
    }
}

/// A loss with a NaN in its gradient, or in itself.
#[test]
fn a_loss_that_is_not_finite() {
    let (y0, p) = (Y0.to_vec(), P.to_vec());
    let problem = Problem::new(0.0, 1.0, &y0, &p);
    let of_gradient = AtEnd(|_: &Vec<f64>, a: &mut Vec<f64>| {
        a[1] = f64::NAN;
        1.0
    });
    for (way, outcome) in all(Faulty::sound(), &problem, &of_gradient) {
        let found = outcome.unwrap_err();
        assert!(
            matches!(found, GradientError::Cotangent { observation: 0, index: 1, .. }),
            "{way}: {found}"
        );
    }
    for value in [f64::NAN, f64::INFINITY] {
        let of_loss = AtEnd(move |_: &Vec<f64>, _: &mut Vec<f64>| value);
        for (way, outcome) in all(Faulty::sound(), &problem, &of_loss) {
            assert!(matches!(outcome, Err(GradientError::Loss { .. })), "{way}");
        }
    }
}

/// A running cost whose rate or gradient is not finite.
#[test]
fn a_running_cost_that_is_not_finite() {
    let (y0, p) = (Y0.to_vec(), P.to_vec());
    let nothing = AtTimes { times: [], loss: |_: &[Vec<f64>], _: &mut [Vec<f64>]| 0.0 };
    let of_rate = Rate {
        rate: |_: f64, _: &Vec<f64>, _: &Vec<f64>| f64::NAN,
        gradient: |_: f64, _: &Vec<f64>, _: &Vec<f64>, _: &mut Vec<f64>, _: &mut Vec<f64>| {},
    };
    let problem = Problem::new(0.0, 1.0, &y0, &p).with_running_cost(&of_rate);
    for (way, outcome) in all(Faulty::sound(), &problem, &nothing) {
        assert!(matches!(outcome, Err(GradientError::Loss { .. })), "{way}");
    }
    let of_gradient = Rate {
        rate: |_: f64, _: &Vec<f64>, _: &Vec<f64>| 1.0,
        gradient: |t: f64, _: &Vec<f64>, _: &Vec<f64>, to_y: &mut Vec<f64>, _: &mut Vec<f64>| {
            to_y[0] = if t < 0.5 { f64::NAN } else { 1.0 };
        },
    };
    let problem = Problem::new(0.0, 1.0, &y0, &p).with_running_cost(&of_gradient);
    for (way, outcome) in all(Faulty::sound(), &problem, &nothing) {
        let error = outcome.expect_err(way);
        println!("{way}: {error}");
    }
}

/// A field whose products turn bad in the middle of the way back: no strategy returns a gradient with that in it, whether it finds out
/// on the way or at the end.
#[test]
fn a_field_that_fails_on_the_way_back() {
    let (y0, p) = (Y0.to_vec(), P.to_vec());
    let problem = Problem::new(0.0, 1.0, &y0, &p);
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for product in [Product::Y, Product::P] {
            let field = Faulty::always(product, bad).before(0.5);
            for (way, outcome) in all(field, &problem, &sum_at(vec![1.0])) {
                let error = outcome.expect_err(way);
                let said = error.to_string();
                assert!(
                    said.contains("check_field") || said.contains("not finite"),
                    "{way} {product:?}: {said}"
                );
                assert!(error.report().is_some(), "{way} {product:?}: {said}");
            }
        }
    }
}

/// Times that coincide with the ends, a jump and one another, no observation at all, and a solve of no length.
#[test]
fn degenerate_tasks_have_gradients() {
    let (y0, p) = (Y0.to_vec(), P.to_vec());
    let jumps = [0.0, 0.5, 1.0];
    for (t0, t1) in [(0.0, 1.0), (1.0, 0.0)] {
        let mut times = vec![0.0, 0.0, 0.5, 0.5, 1.0, 1.0];
        let mut jumps = jumps.to_vec();
        if t1 < t0 {
            times.reverse();
            jumps.reverse();
        }
        let problem = Problem::new(t0, t1, &y0, &p).jumps_at(&jumps);
        // dy_i/dy0_i = e^(p_0 (t - t0)), for both states and every observation.
        let expected: f64 = times.iter().map(|t| (0.3 * (t - t0)).exp()).sum();
        for (way, outcome) in all(Faulty::sound(), &problem, &sum_at(times.clone())) {
            let g = outcome.unwrap();
            assert!(
                g.y0.iter().all(|a| (a - expected).abs() < 1e-4),
                "{way}: {:?} and {expected}",
                g.y0
            );
            assert_eq!(g.times.len(), 6, "{way}");
        }
    }
    let problem = Problem::new(0.0, 1.0, &y0, &p);
    for (way, outcome) in all(Faulty::sound(), &problem, &sum_at(vec![])) {
        let g = outcome.unwrap();
        assert_eq!(
            (g.loss, g.y0, g.p, g.t0, g.t1),
            (0.0, vec![0.0; 2], vec![0.0; 2], 0.0, 0.0),
            "{way}"
        );
        assert_eq!(g.report.backward.calls, 0, "{way}");
    }
    let problem = Problem::new(0.5, 0.5, &y0, &p);
    for (way, outcome) in all(Faulty::sound(), &problem, &sum_at(vec![0.5])) {
        let g = outcome.unwrap();
        assert_eq!((g.y0, g.p, g.t0), (vec![1.0; 2], vec![0.0; 2], 0.0), "{way}");
    }
}

/// A running cost of zero changes nothing; alone, it has a gradient of zero.
#[test]
fn a_running_cost_of_zero() {
    let (y0, p) = (Y0.to_vec(), P.to_vec());
    let zero = Rate {
        rate: |_: f64, _: &Vec<f64>, _: &Vec<f64>| 0.0,
        gradient: |_: f64, _: &Vec<f64>, _: &Vec<f64>, _: &mut Vec<f64>, _: &mut Vec<f64>| {},
    };
    let problem = Problem::new(0.0, 1.0, &y0, &p);
    let with_cost = problem.with_running_cost(&zero);
    let loss = sum_at(vec![0.5, 1.0]);
    let without = all(Faulty::sound(), &problem, &loss);
    for ((way, with), (_, without)) in
        all(Faulty::sound(), &with_cost, &loss).into_iter().zip(without)
    {
        let (with, without) = (with.unwrap(), without.unwrap());
        assert_eq!(
            (with.loss, with.p, with.y0, with.times),
            (without.loss, without.p, without.y0, without.times),
            "{way}"
        );
    }
    for (way, outcome) in all(Faulty::sound(), &with_cost, &sum_at(vec![])) {
        let g = outcome.unwrap();
        assert_eq!(
            (g.loss, g.y0, g.p, g.t0, g.t1),
            (0.0, vec![0.0; 2], vec![0.0; 2], 0.0, 0.0),
            "{way}"
        );
        assert_eq!(
            (g.report.witness, g.report.loss_error, g.report.conditioning),
            (0.0, 0.0, 1.0),
            "{way}"
        );
    }
}

/// `y' = -y`, with no parameters at all.
struct Free;

impl DifferentiableField for Free {
    type State = Vec<f64>;
    type Params = Vec<f64>;
    fn eval(&mut self, _: f64, y: &Vec<f64>, _: &Vec<f64>, dy: &mut Vec<f64>) {
        dy.iter_mut().zip(y).for_each(|(dy, y)| *dy = -y);
    }
    fn vjp(&mut self, t: f64, y: &Vec<f64>, p: &Vec<f64>, a: &Vec<f64>, out: Vjp<'_, Self>) {
        if let Some(value) = out.value {
            self.eval(t, y, p, value);
        }
        if let Some(to_y) = out.y {
            to_y.iter_mut().zip(a).for_each(|(to_y, a)| *to_y = -a);
        }
        if let Some(to_t) = out.t {
            *to_t = 0.0;
        }
    }
}

/// Without parameters there is a gradient in the state, an empty one in the parameters, and nothing to be doubted.
#[test]
fn a_field_without_parameters() {
    let (y0, p) = (Y0.to_vec(), vec![]);
    let problem = Problem::new(0.0, 1.0, &y0, &p);
    for (way, outcome) in all(Free, &problem, &sum_at(vec![1.0])) {
        let g = outcome.unwrap();
        assert!(g.y0.iter().all(|a| (a - f64::exp(-1.0)).abs() < 1e-5), "{way}");
        assert!(g.p.is_empty(), "{way}");
        assert_eq!(
            (g.report.witness, g.report.gross, g.report.conditioning),
            (0.0, 0.0, 1.0),
            "{way}"
        );
    }
}
