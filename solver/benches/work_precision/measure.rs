//! Solves at falling tolerances, and what they cost.

use costate_solver::controller::{Controller, StepControl};
use costate_solver::norms::Rms;
use costate_solver::tableau::Tableau;
use costate_solver::{Plan, Solver, Workspace};
use std::time::Instant;

/// A problem with its end known.
pub(crate) struct Problem<const N: usize> {
    pub(crate) name: &'static str,
    pub(crate) field: fn(f64, &[f64; N], &mut [f64; N]),
    pub(crate) y0: [f64; N],
    pub(crate) t1: f64,
    pub(crate) end: [f64; N],
}

/// One solve.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point {
    /// The tolerance, or the step of a method without error estimate.
    pub(crate) asked: f64,
    /// The root mean square of the error at the end, in units of that of the solution.
    pub(crate) error: f64,
    pub(crate) evaluations: usize,
    pub(crate) rejected: usize,
    pub(crate) seconds: f64,
}

/// A method on a problem.
#[derive(Debug, Clone)]
pub(crate) struct Curve {
    pub(crate) method: &'static str,
    pub(crate) order: u32,
    pub(crate) adaptive: bool,
    pub(crate) points: Vec<Point>,
}

/// No solve takes more evaluations: below the error that they reach, a method is out of the race.
const MOST_EVALUATIONS: usize = 2_000_000;

/// A point that is off by more than this tells nothing.
const LARGEST_ERROR: f64 = 0.3;

/// At tolerances of 1e-3 to 1e-12, three to a decade of them.
pub(crate) fn adaptive<const N: usize, const S: usize>(
    tableau: &Tableau<S>,
    problem: &Problem<N>,
) -> Curve {
    let tolerances = (9..=36).map(|third| 10_f64.powf(-f64::from(third) / 3.0));
    let points = tolerances.filter_map(|tolerance| {
        let control = Controller::hairer_dopri5(Rms, tolerance, tolerance);
        solve(Solver::new(tableau.clone(), control), problem, tolerance)
    });
    curve(tableau, problem, true, points)
}

/// At steps that are shortened by a factor of 2 until they are too many.
pub(crate) fn fixed<const N: usize, const S: usize>(
    tableau: &Tableau<S>,
    problem: &Problem<N>,
) -> Curve {
    let counts = (8..).map(|power| 2_usize.pow(power)).take_while(|n| n * S <= MOST_EVALUATIONS);
    let points = counts.filter_map(|n| {
        let step = problem.t1 / n as f64;
        solve(Solver::fixed(tableau.clone(), step).with_max_attempts(2 * n), problem, step)
    });
    curve(tableau, problem, false, points)
}

fn curve<const N: usize, const S: usize>(
    tableau: &Tableau<S>,
    problem: &Problem<N>,
    adaptive: bool,
    points: impl Iterator<Item = Point>,
) -> Curve {
    println!("{}: {}", problem.name, tableau.name);
    let points = points.filter(|point| point.error < LARGEST_ERROR).collect();
    Curve { method: tableau.name, order: tableau.order, adaptive, points }
}

/// None where the solve fails or costs too much.
fn solve<const N: usize, const S: usize>(
    mut solver: Solver<impl StepControl<[f64; N]>, S>,
    problem: &Problem<N>,
    asked: f64,
) -> Option<Point> {
    let Problem { field, y0, t1, end, .. } = problem;
    let mut workspace = Workspace::new(y0);
    let plan = Plan::new(0.0, *t1);
    let mut run = || {
        let start = Instant::now();
        let solution = solver.solve_in(&mut workspace, field, y0, plan).ok()?;
        Some((start.elapsed().as_secs_f64(), solution.y, solution.statistics))
    };
    let (mut seconds, y, statistics) = run()?;
    if statistics.evaluations > MOST_EVALUATIONS {
        return None;
    }
    // The least of several times is the machine at its least disturbed.
    let mut spent = seconds;
    for _ in 0..50 {
        if spent > 0.03 {
            break;
        }
        let (again, ..) = run()?;
        seconds = seconds.min(again);
        spent += again;
    }
    let square = |v: &[f64; N]| v.iter().map(|x| x * x).sum::<f64>();
    let difference: [f64; N] = core::array::from_fn(|i| y[i] - end[i]);
    let error = (square(&difference) / square(end)).sqrt();
    let (evaluations, rejected) = (statistics.evaluations, statistics.rejected);
    Some(Point { asked, error, evaluations, rejected, seconds })
}
