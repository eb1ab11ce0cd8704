//! What a trained model says of test series: at the end, and on the way there.

use super::learning::Classification;
use crate::reproduce::error::ReproduceError;
use crate::reproduce::prepared::{Fields, Rows, batches};
use crate::reproduce::task::{Part, Task};
use costate_adjoint::norms::{Rms, Seminorm};
use costate_adjoint::solver::{Plan, Solver, Workspace};
use costate_adjoint::{DifferentiableField, Problem};
use costate_neural::NetProgram;
use nalgebra::DMatrix;

/// One series on its way through a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// When the series has its samples.
    pub knots: Vec<f64>,
    /// The probabilities of the classes that the model would give at each knot, if the series ended there.
    pub probabilities: Vec<Vec<f64>>,
    /// The root of the mean square of the hidden state, at the start and at the end of each accepted step.
    pub size: Vec<(f64, f64)>,
    /// Where accepted steps ended.
    pub accepted: Vec<f64>,
    /// Where rejected steps would have ended.
    pub rejected: Vec<f64>,
}

/// The scores that the readout makes of hidden states, classes x batch.
fn scores(
    task: &Classification,
    p: &[f32],
    z: &DMatrix<f32>,
) -> Result<DMatrix<f32>, ReproduceError> {
    let readout = &task.maps().readout;
    let weights = &p[p.len() - readout.parameters()?.len()..];
    let mut scores = DMatrix::zeros(readout.outputs(), z.ncols());
    let mut program = NetProgram::new(readout, z.ncols())?;
    program.apply(0.0, z.as_slice(), weights, scores.as_mut_slice())?;
    Ok(scores)
}

fn failed(task: &Classification) -> impl Fn(costate_adjoint::solver::SolveError) -> ReproduceError {
    let what = format!("{}, what is said of the test series", task.name());
    move |source| ReproduceError::Solve { what: what.clone(), source: Box::new(source) }
}

/// The class that is said of each test series: the one with the largest score.
///
/// # Errors
/// A solve that failed.
pub fn said(
    task: &Classification,
    p: &[f32],
    (rtol, atol): (f64, f64),
) -> Result<Vec<usize>, ReproduceError> {
    let mut fields = Fields::<_, f32>::new(task);
    let mut said = Vec::new();
    for rows in batches(task, Part::Test, usize::MAX) {
        let mut ready = fields.ready(Rows { part: Part::Test, rows: &rows, draw: 0 }, p)?;
        let (field, Problem { t0, t1, y0, p: own, jumps, .. }, _) = ready.parts();
        let slope = |t: f64, y: &DMatrix<f32>, dy: &mut DMatrix<f32>| field.eval(t, y, own, dy);
        let plan = Plan::new(t0, t1).jumps_at(jumps);
        let solution =
            Solver::dormand_prince(rtol, atol).solve(slope, y0, plan).map_err(failed(task))?;
        said.extend(scores(task, p, &solution.y)?.column_iter().map(|scores| scores.imax()));
    }
    Ok(said)
}

/// One test series on its way.
///
/// # Errors
/// A solve that failed.
pub fn way(
    task: &Classification,
    p: &[f32],
    row: usize,
    (rtol, atol): (f64, f64),
) -> Result<Way, ReproduceError> {
    let mut fields = Fields::<_, f32>::new(task);
    let mut ready = fields.ready(Rows { part: Part::Test, rows: &[row], draw: 0 }, p)?;
    let (field, Problem { t0, t1, y0, p: own, jumps, .. }, _) = ready.parts();
    let knots = jumps.to_vec();
    let slope = |t: f64, y: &DMatrix<f32>, dy: &mut DMatrix<f32>| field.eval(t, y, own, dy);
    let plan = Plan::new(t0, t1).jumps_at(jumps).save_at(&knots);
    let mut size = vec![(t0, Rms.measure(y0))];
    let (mut accepted, mut rejected) = (Vec::new(), Vec::new());
    let mut workspace = Workspace::new(y0);
    let mut solver = Solver::dormand_prince(rtol, atol);
    let solution = solver.solve_watched(&mut workspace, slope, y0, plan, &mut |attempt| {
        let end = attempt.step.t + attempt.step.h;
        if attempt.accepted {
            accepted.push(end);
            size.push((end, Rms.measure(attempt.y1)));
        } else {
            rejected.push(end);
        }
    });
    let solution = solution.map_err(failed(task))?;
    let mut probabilities = Vec::new();
    for z in solution.saved.iter() {
        probabilities.push(softmax(scores(task, p, z)?.as_slice()));
    }
    Ok(Way { knots, probabilities, size, accepted, rejected })
}

fn softmax(scores: &[f32]) -> Vec<f64> {
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let parts: Vec<f64> = scores.iter().map(|s| f64::from(s - largest).exp()).collect();
    let all: f64 = parts.iter().sum();
    parts.into_iter().map(|part| part / all).collect()
}
