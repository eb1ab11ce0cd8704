//! What was learnt of the pendulum, to be looked at: trajectories, energy, phase portrait.

use super::learning::Pendulum;
use super::simulator::{Motion, SAMPLE_TIME, energy, simulate};
use super::windows::{CHANNELS, state};
use crate::reproduce::comparison::Learnt;
use crate::reproduce::error::ReproduceError;
use crate::reproduce::report::Picture;
use crate::reproduce::report::curves::{Colour, Curve, curves};
use crate::reproduce::task::Task;
use crate::reproduce::way::Way;
use costate_adjoint::DifferentiableField;
use costate_adjoint::solver::{Plan, Solver};
use costate_neural::Model;
use nalgebra::DMatrix;
use std::f64::consts::{PI, TAU};

/// How long the pictures go on, in samples: as long as the trajectories that windows are cut from.
const SAMPLES: usize = 32;
/// Tolerances of what is only looked at.
const TOLERANCE: f64 = 1e-5;

/// What a model makes of a start: the angles unwound, and the velocities.
fn predicted(
    task: &Pendulum,
    p: &Vec<f32>,
    start: &Motion,
    control: [f64; 2],
    times: &[f64],
) -> Result<Vec<Motion>, ReproduceError> {
    let y0 = state(*start, control);
    let start = DMatrix::from_fn(CHANNELS, 1, |i, _| y0[i] as f32);
    let mut field = task.model().field::<DMatrix<f32>>(1)?;
    let slope = |t: f64, y: &DMatrix<f32>, dy: &mut DMatrix<f32>| field.eval(t, y, p, dy);
    let plan = Plan::new(0.0, times.last().copied().unwrap_or(0.0)).save_at(times);
    let mut solver = Solver::dormand_prince(TOLERANCE, TOLERANCE);
    let solution = solver.solve(slope, &start, plan).map_err(|source| ReproduceError::Solve {
        what: "the learnt pendulum's trajectory for the pictures".to_owned(),
        source: Box::new(source),
    })?;
    let mut motions: Vec<Motion> = Vec::new();
    for y in solution.saved.iter() {
        let y: Vec<f64> = y.iter().map(|&y| f64::from(y)).collect();
        let mut angles = [y[2].atan2(y[0]), y[3].atan2(y[1])];
        if let Some(before) = motions.last() {
            // An angle from a point on a circle lacks whole turns.
            for (angle, before) in angles.iter_mut().zip(before) {
                *angle += TAU * ((before - *angle) / TAU).round();
            }
        }
        motions.push([angles[0], angles[1], y[4], y[5]]);
    }
    Ok(motions)
}

/// The simulator's angles as those of a model are: within half a turn of zero at first, then on without a jump.
fn unwound(samples: &[Motion]) -> Vec<Motion> {
    let Some(first) = samples.first() else { return Vec::new() };
    let turns = [first[0], first[1]].map(|q| TAU * ((q + PI) / TAU).floor());
    samples.iter().map(|q| [q[0] - turns[0], q[1] - turns[1], q[2], q[3]]).collect()
}

/// A test trajectory without control, the simulator's beside every model's.
///
/// # Errors
/// A trajectory that could not be simulated or solved.
pub fn pictures(
    task: &Pendulum,
    learnt: &[Learnt],
    seed: u64,
    test: usize,
) -> Result<Vec<Picture>, ReproduceError> {
    let control = [0.0, 0.0];
    // The trajectories of the test are drawn last.
    let simulated = simulate(seed, control, test + 1, SAMPLES)?;
    let Some(truth) = simulated.last() else { return Ok(Vec::new()) };
    let times: Vec<f64> = (0..SAMPLES).map(|i| i as f64 * SAMPLE_TIME).collect();
    let mut all = vec![("simulator", Colour::Ink, unwound(&truth.samples))];
    for Learnt { norm, parameters, .. } in learnt {
        let motions = predicted(task, parameters, &truth.samples[0], control, &times)?;
        all.push((norm.name(), Colour::Way(Way::under(*norm)), motions));
    }
    let drawn = |of: &dyn Fn(f64, &Motion) -> (f64, f64)| -> Vec<Curve> {
        all.iter()
            .map(|(name, colour, motions)| Curve {
                name: (*name).to_owned(),
                colour: *colour,
                dashed: false,
                points: times.iter().zip(motions).map(|(t, m)| of(*t, m)).collect(),
            })
            .collect()
    };
    let training = "Models are trained on windows of 0.35 s.";
    let angles = ["first angle", "second angle"];
    let mut pictures: Vec<Picture> = angles
        .into_iter()
        .enumerate()
        .map(|(i, name)| Picture {
            title: format!("A test trajectory: {name}"),
            svg: curves(
                &format!("The {name} over time, simulated and learnt"),
                "time, s",
                "angle, rad",
                &drawn(&|t, m| (t, m[i])),
            ),
            caption: format!(
                "The {name} of a pendulum without control that no model was trained on, from its first sample on. Where curves \
                 cover each other, the models are alike. {training}"
            ),
        })
        .collect();
    pictures.push(Picture {
        title: "Energy".to_owned(),
        svg: curves(
            "Energy over time along the simulated and the learnt trajectories",
            "time, s",
            "energy, J",
            &drawn(&|t, m| (t, energy(*m))),
        ),
        caption: "The true pendulum's energy along the same trajectories: constant for the simulator. A model keeps an energy of its own, \
                  which is as near to the true one as it has learnt it."
            .to_owned(),
    });
    pictures.push(Picture {
        title: "Phase portrait".to_owned(),
        svg: curves(
            "The second joint's velocity against its angle",
            "second angle, rad",
            "its velocity, rad/s",
            &drawn(&|_, m| (m[1], m[3])),
        ),
        caption:
            "The second joint, the faster one: velocity against angle along the same trajectories."
                .to_owned(),
    });
    Ok(pictures)
}
