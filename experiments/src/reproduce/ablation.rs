//! What the seminorm's savings hang on: the size of the loss, the absolute tolerance, the first step.

use super::error::ReproduceError;
use super::evaluation::{DRAW, relative_error};
use super::first_step::split_pass;
use super::gradients::under;
use super::norms::Channels;
use super::prepared::{Fields, Rows, small_batches};
use super::record::Ablation;
use super::session::Watch;
use super::task::{Element, Part, Task};
use super::way::Norm;
use costate_adjoint::Loss;
use costate_adjoint::norms::Space;

/// A loss times a number.
struct Times<'l, Y> {
    factor: f64,
    loss: &'l dyn Loss<Y>,
}

impl<Y: Space<Scalar: Element>> Loss<Y> for Times<'_, Y> {
    fn times<'a>(&'a self, end: &'a f64) -> &'a [f64] {
        self.loss.times(end)
    }
    fn evaluate(&self, observed: &[Y], cotangents: &mut [Y]) -> f64 {
        let value = self.factor * self.loss.evaluate(observed, cotangents);
        cotangents.iter_mut().for_each(|a| scale(a, self.factor));
        value
    }
}

fn scale<V: Space<Scalar: Element>>(v: &mut V, factor: f64) {
    let factor = <V::Scalar as costate_adjoint::norms::Scalar>::of(factor);
    for l in 0..V::LEAVES {
        v.leaf_mut(l).iter_mut().for_each(|x| *x *= factor);
    }
}

/// How a backward pass measures.
#[derive(Debug, Clone, Copy)]
enum Measure {
    /// By one norm.
    Norm(Norm),
    /// First steps by the seminorm, and all else by the pooled norm.
    FirstStep,
}

const MEASURES: [Measure; 5] = [
    Measure::Norm(Norm::Pooled),
    Measure::Norm(Norm::PerTensor),
    Measure::FirstStep,
    Measure::Norm(Norm::Seminorm),
    Measure::Norm(Norm::AsShipped),
];

/// What is other than in the experiment.
struct Change {
    what: &'static str,
    /// Whether the loss is the sum over the batch instead of the mean.
    sum: bool,
    /// Relative over absolute tolerance, where that is not the experiment's.
    rtol_over_atol: Option<f64>,
}

const CHANGES: [Change; 4] = [
    Change { what: "as in the experiment", sum: false, rtol_over_atol: None },
    Change { what: "loss summed, not averaged", sum: true, rtol_over_atol: None },
    Change { what: "atol a thousandth of rtol", sum: false, rtol_over_atol: Some(1e3) },
    Change { what: "both", sum: true, rtol_over_atol: Some(1e3) },
];

/// Backward passes over the first test batches under some norms, and with first steps alone by the seminorm, with every change. They
/// have at most `size` rows, and there are at most `most`. `reference` is a gradient of the first.
///
/// # Errors
/// A model that cannot be, or a gradient that could not be had.
pub fn ablations<K: Task>(
    task: &K,
    p: &[f32],
    reference: &[f64],
    (rtol, atol): (f64, f64),
    norms: &[Norm],
    (size, most): (usize, usize),
    watch: Watch<'_>,
) -> Result<Vec<Ablation>, ReproduceError>
where
    K::State<f32>: 'static,
{
    let all = small_batches(task, Part::Test, size, most);
    let mut fields = Fields::<K, f32>::new(task);
    let mut out = Vec::new();
    let measures: Vec<Measure> = MEASURES
        .into_iter()
        .filter(|measure| !matches!(measure, Measure::Norm(norm) if !norms.contains(norm)))
        .collect();
    let (mut done, count) = (0, CHANGES.len() * measures.len() * all.len());
    for Change { what, sum, rtol_over_atol } in CHANGES {
        let tolerances = (rtol, rtol_over_atol.map_or(atol, |ratio| rtol / ratio));
        if rtol_over_atol.is_some() && tolerances.1 >= 0.99 * atol {
            // It is as small in the experiment, or smaller.
            continue;
        }
        for &measure in &measures {
            let (mut nfe_backward, mut gradient_error) = (0, f64::NAN);
            for (i, rows) in all.iter().enumerate() {
                watch(done, count)?;
                done += 1;
                let mut ready = fields.ready(Rows { part: Part::Test, rows, draw: DRAW }, p)?;
                let (field, problem, objective) = ready.parts();
                let factor = if sum { task.terms(rows.len()) as f64 } else { 1.0 };
                let loss = Times { factor, loss: objective };
                let failed = || format!("{}, {what}", task.name());
                let (calls, mut to_start, mut gradient) = match measure {
                    Measure::Norm(norm) => {
                        let mut way = under(norm, field, task.observations(), tolerances);
                        let found =
                            way.gradient(field, &problem, &loss, None).map_err(|source| {
                                ReproduceError::Gradient {
                                    what: failed(),
                                    source: Box::new(source),
                                }
                            })?;
                        (found.report.backward.calls as u64, found.y0, found.p)
                    }
                    Measure::FirstStep => {
                        let norms = [Channels::Seminorm, Channels::Pooled];
                        let pass = split_pass(field, &problem, &loss, norms, tolerances);
                        let (cost, to_start, gradient) = pass.map_err(|source| {
                            ReproduceError::Solve { what: failed(), source: Box::new(source) }
                        })?;
                        (cost.nfe_backward, to_start, gradient)
                    }
                };
                nfe_backward += calls;
                if i == 0 {
                    // What the loss itself knows of the gradient is not scaled.
                    scale(&mut to_start, 1.0 / factor);
                    scale(&mut gradient, 1.0 / factor);
                    objective.finish(&to_start, &mut gradient);
                    gradient_error = relative_error(&gradient, reference);
                }
            }
            out.push(Ablation {
                task: task.name().to_owned(),
                change: what.to_owned(),
                measure: match measure {
                    Measure::Norm(norm) => norm.name().to_owned(),
                    Measure::FirstStep => "first steps by seminorm".to_owned(),
                },
                rtol: tolerances.0,
                atol: tolerances.1,
                nfe_backward,
                gradient_error,
            });
        }
    }
    Ok(out)
}
