//! Measures every strategy on every problem and writes the page by which one chooses, `adjoint/docs/choose_a_strategy.md`.
//!
//! `cargo bench -p costate-integration-tests --bench chooser`

mod page;

use costate_adjoint::norms::Rms;
use costate_adjoint::{
    Adjoint, AtTimes, Backsolve, Discrete, Equation, Gradient, GradientError, Interpolating, Keep,
    Problem, Quadrature,
};
use costate_integration_tests::any_field::AnyField;
use costate_integration_tests::sensitivity::forward_sensitivities;
use costate_integration_tests::smooth::Case;
use costate_integration_tests::trials::{self, Visitor};
use std::time::Instant;

/// The tolerance, relative and absolute, of all solves.
pub(crate) const R: f64 = 1e-6;
/// Turns that each strategy gets, the strategies taking turns; the fastest counts.
const TURNS: usize = 30;

/// One strategy on one problem.
pub(crate) struct Row {
    pub(crate) way: &'static str,
    /// Seconds.
    pub(crate) time: f64,
    pub(crate) outcome: Result<Gradient<Vec<f64>, Vec<f64>>, GradientError>,
    /// In tolerances of the gross gradient.
    pub(crate) error: f64,
}

/// All strategies on one problem.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) rows: Vec<Row>,
}

type Way = Box<dyn Fn(&mut AnyField, &Problem<'_, AnyField>, &Loss<'_>) -> Outcome>;
type Outcome = Result<Gradient<Vec<f64>, Vec<f64>>, GradientError>;
type Loss<'a> = &'a dyn costate_adjoint::Loss<Vec<f64>>;

fn way<A: Adjoint<AnyField> + Clone + 'static>(method: A) -> Way {
    Box::new(move |field, problem, loss| method.clone().gradient(field, problem, loss))
}

fn ways() -> Vec<(&'static str, Way)> {
    vec![
        ("Discrete", way(Discrete::new(R, R))),
        ("Discrete, every 8th", way(Discrete::new(R, R).keeping(Keep::Every(8)))),
        ("Interpolating", way(Interpolating::new(R, R))),
        ("Interpolating, every 8th", way(Interpolating::new(R, R).keeping(Keep::Every(8)))),
        ("Backsolve", way(Backsolve::new(R, R))),
        ("Backsolve, default norm", way(Backsolve::new(R, R).with_norm((Rms, Rms, Rms)))),
        ("Quadrature", way(Quadrature::new(R, R))),
        ("Quadrature, refined", way(Quadrature::new(R, R).refined(R, R))),
    ]
}

struct Survey(Vec<Table>);

impl Visitor for Survey {
    fn visit<E: Equation + Copy + 'static>(&mut self, name: &'static str, case: &Case<E>) {
        eprintln!("{name}");
        let truth = forward_sensitivities(case, 1e-13).expect("a reference").p;
        let mut field = AnyField::new(case.equation, &case.y0, &case.p);
        let problem = Problem::new(case.t0, case.t1, &case.y0, &case.p);
        let loss = AtTimes {
            times: &case.times,
            loss: |y: &[Vec<f64>], a: &mut [Vec<f64>]| case.loss(y, a),
        };
        let loss: Loss<'_> = &loss;
        let tight = Discrete::new(1e-11, 1e-11).gradient(&mut field, &problem, &loss);
        let gross = tight.expect("a tight gradient").report.gross;
        let ways = ways();
        let mut rows: Vec<Row> = Vec::new();
        for turn in 0..TURNS {
            for (i, (name, way)) in ways.iter().enumerate() {
                let start = Instant::now();
                let outcome = way(&mut field, &problem, &loss);
                let time = start.elapsed().as_secs_f64();
                if turn == 0 {
                    let distance = |p: &[f64]| -> f64 {
                        p.iter().zip(&truth).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
                    };
                    let error = outcome.as_ref().map_or(f64::NAN, |g| distance(&g.p) / (R * gross));
                    rows.push(Row { way: name, time, outcome, error });
                } else {
                    rows[i].time = rows[i].time.min(time);
                }
            }
        }
        self.0.push(Table { name, rows });
    }
}

fn main() {
    // The test runner asks benchmarks for their tests, of which there are none here.
    if std::env::args().any(|a| a == "--test" || a == "--list") {
        return;
    }
    let mut survey = Survey(Vec::new());
    trials::all(&mut survey);
    survey.visit("rough integrand", &trials::rough());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../adjoint/docs/choose_a_strategy.md");
    let text = page::page(&survey.0);
    std::fs::write(path, &text).expect("adjoint/docs can be written");
    println!("{text}");
}
