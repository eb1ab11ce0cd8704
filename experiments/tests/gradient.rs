//! The gradient of the objective against central differences of a loss that knows nothing of adjoints.

use costate_adjoint::Equation;
use costate_adjoint::solver::{Plan, Solver};
use costate_experiments::lynx_hare::model::{LotkaVolterra, UNKNOWNS, Unknowns};
use costate_experiments::lynx_hare::objective::Objective;
use costate_experiments::lynx_hare::pelts::{PELTS, SPAN, times};
use costate_experiments::lynx_hare::sensitivity::reference_gradient;
use costate_experiments::lynx_hare::{fit::fit, guess};

/// The loss, written anew, of a forward solve at 1e-12 with steps that end at the years.
fn loss(logs: [f64; UNKNOWNS]) -> f64 {
    let unknowns = Unknowns::from_logs(logs);
    let field = |t: f64, y: &[f64; 2], dy: &mut [f64; 2]| {
        LotkaVolterra.eval(t, y, &unknowns.rates, dy);
    };
    let years = times();
    let plan = Plan::new(0.0, SPAN).save_at(&years).stop_at_saves();
    let solution =
        Solver::dormand_prince(1e-12, 1e-12).solve(field, &unknowns.start, plan).unwrap();
    let residuals = solution
        .saved
        .iter()
        .zip(PELTS)
        .flat_map(|(y, catch)| [(y[0] / catch.hares).ln(), (y[1] / catch.lynxes).ln()]);
    residuals.map(|r| r * r / 2.0).sum()
}

/// Central differences of fourth order: `(8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12 h`.
fn central_differences(logs: [f64; UNKNOWNS]) -> [f64; UNKNOWNS] {
    let h = 1e-3;
    core::array::from_fn(|u| {
        let at = |steps: f64| {
            let mut moved = logs;
            moved[u] += steps * h;
            loss(moved)
        };
        (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * h)
    })
}

fn length(v: &[f64; UNKNOWNS]) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt()
}

fn distance(u: &[f64; UNKNOWNS], v: &[f64; UNKNOWNS]) -> f64 {
    length(&core::array::from_fn(|i| u[i] - v[i]))
}

fn starts() -> Vec<Unknowns> {
    (1..=10).map(guess::seeded).chain([guess::by_eye()]).collect()
}

// Truncation: h^4/30 of the fifth derivative. In logarithms a derivative of this loss grows by a factor of at most some
// t d(phase)/d(ln u) = 20 * 0.6 = 12 an order, so it is 1e-12/30 * 12^4 = 7e-10 of the gradient, times ten for what is not a
// pure wave. Noise: 1e-12 of solves of some 300 steps over h, 3e-7 absolute in the worst case, under gradients of more than 1.
const DIFFERENCES: f64 = 1e-6;

#[test]
fn forward_sensitivities_agree_with_central_differences() {
    for start in starts() {
        let (found, expected) =
            (reference_gradient(&start).unwrap(), central_differences(start.logs()));
        let error = distance(&found, &expected) / length(&expected);
        assert!(error < DIFFERENCES, "{start:?}: {error:e}");
    }
}

#[test]
fn the_adjoint_agrees_with_central_differences() {
    // An adjoint at r has an error of at most 20 r gross gradients, gross over net is under 50 here, and r is 1e-8.
    let allowed = DIFFERENCES + 20.0 * 50.0 * 1e-8;
    let mut objective = Objective::new(1e-8).unwrap();
    for start in starts() {
        let found = objective.evaluate(start.logs()).unwrap();
        let expected = central_differences(start.logs());
        let error = distance(&found.gradient, &expected) / length(&expected);
        assert!(error < allowed, "{start:?}: {error:e}");
        // On the way a cycle or two long a solve at 1e-8 amplifies its errors by less than a thousand.
        assert!((found.loss / loss(start.logs()) - 1.0).abs() < 1e-5);
    }
}

#[test]
fn at_the_fitted_rates_the_independent_loss_is_stationary() {
    let fitted = fit(guess::by_eye(), 1e-8, |_| {}).unwrap();
    let gradient = central_differences(fitted.fitted.logs());
    // The fit stops at 1e-5; the solves at 1e-8 and the differences add some 1e-6 each.
    assert!(length(&gradient) < 2e-5, "{gradient:?}");
    assert!((loss(fitted.fitted.logs()) - fitted.after()).abs() < 1e-6);
}
