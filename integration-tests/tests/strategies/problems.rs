//! How far each strategy is from the truth on the problems that everybody knows.

use crate::ways::{Outcome, all, distance, run, size};
use costate_adjoint::norms::Tolerance;
use costate_adjoint::{
    Backsolve, Discrete, Equation, GradientError, Interpolating, Policy, Quadrature,
};
use costate_integration_tests::sensitivity::forward_sensitivities;
use costate_integration_tests::smooth::Case;
use costate_integration_tests::trials::{self, Visitor};

const TIGHT: Tolerance = Tolerance { rtol: 1e-13, atol: 1e-13 };

/// What was seen of one strategy: errors in tolerances of the gross gradient.
#[derive(Default)]
struct Seen {
    errors: Vec<f64>,
    /// Beyond twenty, and why.
    beyond: Vec<String>,
    refused: Vec<String>,
}

#[derive(Default)]
struct Survey {
    ways: std::collections::BTreeMap<&'static str, Seen>,
}

impl Visitor for Survey {
    fn visit<E: Equation + Copy + 'static>(&mut self, name: &'static str, case: &Case<E>) {
        let truth = forward_sensitivities(case, 1e-13).unwrap().p;
        let gross = run(case, None, Discrete::new(1e-11, 1e-11)).unwrap().report.gross;
        for e in 3..=9 {
            let r = 10.0_f64.powi(-e);
            // What the forward solve alone is off by, of either kind of adjoint along it.
            let exact = run(case, None, Discrete::new(r, r)).unwrap();
            let along = Interpolating::new(r, r).with_backward_tolerance(TIGHT, TIGHT);
            let along = run(case, None, along).unwrap();
            let own = |g: &[f64]| distance(g, &truth);
            let of_forward = own(&exact.p).max(own(&along.p));
            for (way, outcome) in all(case, None, r, Policy::Refuse) {
                let seen = self.ways.entry(way).or_default();
                let at = format!("{name} at {r:.0e}");
                self::judge(seen, at, outcome, (r, gross), &truth, of_forward);
            }
            // What a solve backwards adds to the forward solve that it had.
            adds_little(case, r, &truth, of_forward, name);
        }
    }
}

fn judge(
    seen: &mut Seen,
    at: String,
    outcome: Outcome,
    (r, gross): (f64, f64),
    truth: &[f64],
    of_forward: f64,
) {
    match outcome {
        Ok(g) => {
            let error = distance(&g.p, truth);
            let units = error / (r * gross);
            seen.errors.push(units);
            // Twenty tolerances, or twice what is the forward solve's own.
            assert!(
                error <= (20.0 * r * gross).max(2.0 * of_forward),
                "{at}: {units:.1} tolerances"
            );
            if units > 20.0 {
                seen.beyond.push(format!("{at}: {units:.1}"));
            }
        }
        Err(error) => {
            let drifted =
                matches!(error, GradientError::Drift { .. } | GradientError::Backward { .. });
            assert!(drifted, "{at}: {error}");
            seen.refused.push(at);
        }
    }
}

/// The spine's law for every strategy that solves backwards: what loosening the backward tolerances from 1e-13 adds is no more than
/// the forward solve's own error, or ten tolerances of the gradient itself.
fn adds_little<E: Equation + Copy + 'static>(
    case: &Case<E>,
    r: f64,
    truth: &[f64],
    of_forward: f64,
    name: &str,
) {
    let none = Policy::Refuse;
    let pairs = [
        (
            "backsolve",
            run(case, None, Backsolve::new(r, r).with_policy(none)),
            run(
                case,
                None,
                Backsolve::new(r, r).with_policy(none).with_backward_tolerance(TIGHT, TIGHT),
            ),
        ),
        (
            "quadrature",
            run(case, None, Quadrature::new(r, r).with_policy(none)),
            run(case, None, Quadrature::new(r, r).with_policy(none).with_backward_tolerance(TIGHT)),
        ),
        (
            "interpolating",
            run(case, None, Interpolating::new(r, r).with_policy(none)),
            run(
                case,
                None,
                Interpolating::new(r, r).with_policy(none).with_backward_tolerance(TIGHT, TIGHT),
            ),
        ),
    ];
    for (way, loose, tight) in pairs {
        // A refusal is judged elsewhere.
        let (Ok(loose), Ok(tight)) = (loose, tight) else { continue };
        let added = distance(&loose.p, &tight.p);
        let allowed = of_forward.max(10.0 * r * size(truth));
        assert!(added <= allowed, "{way} on {name} at {r:.0e}: {added:.2e} over {allowed:.2e}");
    }
}

/// Within twenty tolerances of the gross gradient, or twice the forward solve's own error; five at the median. The strategies that
/// solve the state backwards refuse exactly the two problems on which that explodes, van der Pol's relaxations and Lorenz's
/// contraction, and no other; those that do not, refuse nothing.
#[test]
fn every_strategy_is_right_or_says_that_it_is_not() {
    let mut survey = Survey::default();
    trials::all(&mut survey);
    for (way, Seen { mut errors, beyond, refused }) in survey.ways {
        errors.sort_by(f64::total_cmp);
        let (median, worst) = (errors[errors.len() / 2], errors[errors.len() - 1]);
        println!(
            "{way}: median {median:.2}, worst {worst:.1} tolerances of {}; {} refused; beyond twenty by the forward solve: {beyond:?}",
            errors.len(),
            refused.len()
        );
        assert!(median <= 5.0, "{way}: {median}");
        let solves_state = way.starts_with("backsolve") || way.starts_with("quadrature");
        let expected: Vec<String> = ["van der Pol", "Lorenz"]
            .iter()
            .flat_map(|name| (3..=9).map(move |e| format!("{name} at 1e-{e}")))
            .filter(|_| solves_state)
            .collect();
        assert_eq!(refused, expected, "{way}");
    }
}

/// By default what is refused is mended, and the report says so.
#[test]
fn what_went_wrong_is_mended() {
    struct Mended;
    impl Visitor for Mended {
        fn visit<E: Equation + Copy + 'static>(&mut self, name: &'static str, case: &Case<E>) {
            let r = 1e-6;
            let discrete = run(case, None, Discrete::new(r, r)).unwrap();
            for (way, outcome) in all(case, None, r, Policy::Repair) {
                let g = outcome.unwrap_or_else(|error| panic!("{way} on {name}: {error}"));
                let solves_state = way.starts_with("backsolve") || way.starts_with("quadrature");
                let explodes = solves_state && ["van der Pol", "Lorenz"].contains(&name);
                assert_eq!(g.report.redone, explodes, "{way} on {name}: {}", g.report);
                if explodes {
                    // The same steps taken apart: the same numbers.
                    assert_eq!(
                        (g.p, g.y0),
                        (discrete.p.clone(), discrete.y0.clone()),
                        "{way} on {name}"
                    );
                }
            }
        }
    }
    trials::all(&mut Mended);
}
