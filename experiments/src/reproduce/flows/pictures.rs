//! What flows have learnt, to be looked at: densities, and samples on their way.

use super::digits::PIXELS;
use super::learning::Density;
use super::pixels::Pixels;
use super::planar::{Planar, Point, REACH};
use crate::reproduce::error::ReproduceError;
use crate::reproduce::report::Picture;
use crate::reproduce::report::plane::{Content, Panel, grid, images, panels};
use crate::reproduce::task::Task;
use costate_adjoint::DifferentiableField;
use costate_adjoint::solver::{Plan, Solver};
use costate_neural::{Divergence, Flow, FlowState, Model, Probe, log_density};
use nalgebra::DMatrix;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Cells on a side of a picture of a density.
const CELLS: usize = 64;
/// How many samples are shown.
const SAMPLES: usize = 1000;
/// When samples are shown on their way.
const TIMES: [f64; 3] = [1.0 / 3.0, 2.0 / 3.0, 1.0];
/// Tolerances of what is only looked at.
const TOLERANCE: f64 = 1e-4;

fn failed(name: &str) -> impl Fn(costate_adjoint::solver::SolveError) -> ReproduceError + '_ {
    move |source| {
        let what = format!("{name}, the samples for the pictures");
        ReproduceError::Solve { what, source: Box::new(source) }
    }
}

/// Normally distributed points, and what the flow makes of them at each of the [`TIMES`].
fn on_their_way(
    name: &str,
    model: &Flow,
    p: &Vec<f32>,
    count: usize,
) -> Result<Vec<DMatrix<f32>>, ReproduceError> {
    let d = model.dimension();
    let random = &mut ChaCha8Rng::seed_from_u64(0);
    let z = DMatrix::from_vec(d, count, Probe::Gaussian.draw(d * count, random));
    let mut field = model.field::<FlowState<f32>>(count)?;
    let start = (z.clone(), DMatrix::zeros(1, count));
    let slope = |t: f64, y: &FlowState<f32>, dy: &mut FlowState<f32>| field.eval(t, y, p, dy);
    let plan = Plan::new(0.0, 1.0).save_at(&TIMES);
    let mut solver = Solver::dormand_prince(TOLERANCE, TOLERANCE);
    let solution = solver.solve(slope, &start, plan).map_err(failed(name))?;
    Ok([z].into_iter().chain(solution.saved.iter().map(|y| y.0.clone())).collect())
}

fn points(z: &DMatrix<f32>) -> Vec<Point> {
    z.column_iter().map(|z| [f64::from(z[0]), f64::from(z[1])]).collect()
}

/// Samples from the normal distribution to the learnt one; the data; the learnt density, and the true one where there is a
/// formula.
///
/// # Errors
/// A solve that failed.
pub fn planar(of: Planar, task: &Density, p: &Vec<f32>) -> Result<Picture, ReproduceError> {
    let name = of.name();
    let way = on_their_way(task.name(), task.model(), p, SAMPLES)?;
    let mut all: Vec<Panel> = way
        .iter()
        .zip(["samples at t = 0", "t = 1/3", "t = 2/3", "t = 1"])
        .map(|(z, name)| Panel { name: name.to_owned(), content: Content::Points(points(z)) })
        .collect();
    let data = task.test().take(SAMPLES).map(|x| [x[0], x[1]]).collect();
    all.push(Panel { name: "data".to_owned(), content: Content::Points(data) });

    // Where the density is asked for, in the order in which the picture has it.
    let places = std::cell::RefCell::new(Vec::new());
    grid(REACH, CELLS, |x| {
        places.borrow_mut().push(x);
        0.0
    });
    let places = places.into_inner();
    let x = DMatrix::from_fn(2, places.len(), |i, j| places[j][i] as f32);
    // A picture of an estimated density would be one of its noise.
    let exact = Flow::new(task.model().net().clone(), Divergence::Exact)?;
    let mut solver = Solver::dormand_prince(TOLERANCE, TOLERANCE);
    let found = log_density(&mut solver, &mut exact.field(places.len())?, p, &x)?;
    let rows: Vec<Vec<f64>> =
        found.chunks(CELLS).map(|row| row.iter().map(|l| l.exp()).collect()).collect();
    all.push(Panel { name: "learnt density".to_owned(), content: Content::Density(rows) });
    if of.density([0.0; 2]).is_some() {
        let rows = grid(REACH, CELLS, |x| of.density(x).unwrap_or(f64::NAN));
        all.push(Panel { name: "true density".to_owned(), content: Content::Density(rows) });
    }
    Ok(Picture {
        title: format!("What was learnt: {name}"),
        svg: panels(&format!("{name}: samples on their way, data and densities"), REACH, &all),
        caption: "Samples of the flow on their way from the normal distribution to the learnt one; test data, and the learnt density, each \
                  shaded from nothing to its largest value."
            .to_owned(),
    })
}

/// Digits that the flow makes up.
///
/// # Errors
/// A solve that failed.
pub fn digits(task: &Density, p: &Vec<f32>) -> Result<Picture, ReproduceError> {
    let way = on_their_way(task.name(), task.model(), p, 32)?;
    let last = way.last().into_iter().flat_map(|z| z.column_iter());
    let drawn: Vec<[f64; PIXELS]> =
        last.map(|y| Pixels::DIGITS.invert(&std::array::from_fn(|i| f64::from(y[i])))).collect();
    Ok(Picture {
        title: "What was learnt: digits".to_owned(),
        svg: images("digits: samples of the flow", 8, &drawn),
        caption: "Samples of the flow, as images of eight by eight pixels.".to_owned(),
    })
}
