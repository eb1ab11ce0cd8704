//! Passes over the test data with trained parameters, in which costs are counted, as in the paper.

use super::error::ReproduceError;
use super::first_batch::{FirstBatch, Measured, Settings};
use super::gradients::{OWN, discrete};
use super::prepared::{Fields, Prepared, Rows, batches};
use super::record::{Cost, ErrorPoint, Tried};
use super::session::Watch;
use super::task::{Element, Part, Task};
use super::way::{Norm, Strategy, Way};
use costate_adjoint::norms::{L2, Seminorm};
use std::time::Instant;

/// The tolerances of a reference gradient, relative and absolute, in `f64`: five digits beyond those of gradients at 1e-5. A search that
/// goes further down measures the reference's own error in the end, and finds no gradient that is as good.
const REFERENCE: f64 = 1e-10;

/// The draw of the test data.
pub(super) const DRAW: u64 = u64::MAX;

/// What a pass over the test data has shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated {
    /// What all its gradients cost.
    pub cost: Cost,
    /// The mean loss.
    pub loss: f64,
    /// How good the model is.
    pub metric: f64,
    /// How long the pass took, in seconds.
    pub seconds: f64,
    /// Gross over net gradient, the mean over the batches.
    pub conditioning: f64,
    /// What was attempted backwards in the first batch.
    pub attempts: Vec<Tried>,
}

/// Gradients of all test batches, at most so many.
///
/// # Errors
/// A model that cannot be, or a gradient that could not be had.
pub fn evaluate<K: Task>(
    prepared: &mut Prepared<'_, K>,
    p: &[f32],
    most: usize,
    watch: Watch<'_>,
) -> Result<Evaluated, ReproduceError>
where
    K::State<f32>: 'static,
{
    let task = prepared.task();
    let begun = Instant::now();
    let mut out = Evaluated {
        cost: Cost::default(),
        loss: 0.0,
        metric: f64::NAN,
        seconds: 0.0,
        conditioning: 0.0,
        attempts: Vec::new(),
    };
    let all = batches(task, Part::Test, most);
    let count: usize = all.iter().map(Vec::len).sum();
    let mut quality = Some(0.0);
    for (i, rows) in all.iter().enumerate() {
        watch(i, all.len())?;
        let rows = Rows { part: Part::Test, rows, draw: DRAW };
        let watched = (i == 0).then_some(&mut out.attempts);
        let gradient = prepared.gradient(rows, p, watched)?.map_err(|source| {
            let what = format!("{}, in the evaluation", task.name());
            ReproduceError::Gradient { what, source: Box::new(source) }
        })?;
        let share = rows.rows.len() as f64 / count as f64;
        out.cost += Cost::from(&gradient.report);
        out.loss += share * gradient.loss;
        quality = quality.zip(prepared.quality()).map(|(sum, of_batch)| sum + share * of_batch);
        out.conditioning += share * gradient.report.conditioning;
    }
    out.metric = quality.unwrap_or_else(|| task.metric(out.loss));
    out.seconds = begun.elapsed().as_secs_f64();
    Ok(out)
}

/// The gradient of some test rows in `f64`, by the discrete adjoint of a solve at 1e-10: its error is that of the forward solve
/// alone.
///
/// # Errors
/// A model that cannot be, or a gradient that could not be had.
pub fn reference<K: Task>(task: &K, p: &[f32], rows: &[usize]) -> Result<Vec<f64>, ReproduceError>
where
    K::State<f64>: 'static,
{
    let p: Vec<f64> = p.iter().map(|&p| f64::from(p)).collect();
    let mut fields = Fields::<K, f64>::new(task);
    let mut ready = fields.ready(Rows { part: Part::Test, rows, draw: DRAW }, &p)?;
    let gradient = ready.gradient(&mut discrete(REFERENCE), None).map_err(|source| {
        let what = format!("{}, the reference gradient", task.name());
        ReproduceError::Gradient { what, source: Box::new(source) }
    })?;
    Ok(gradient.p)
}

/// How far the gradient of these test rows under the norm that was trained under is from the [`reference()`], over the length of that.
///
/// # Errors
/// A model that cannot be, or a gradient that could not be had.
pub fn gradient_error<K: Task>(
    prepared: &mut Prepared<'_, K>,
    p: &[f32],
    rows: &[usize],
) -> Result<f64, ReproduceError>
where
    K::State<f32>: 'static,
    K::State<f64>: 'static,
{
    let task = prepared.task();
    let found = prepared.gradient(Rows { part: Part::Test, rows, draw: DRAW }, p, None)?;
    let found = found.map_err(|source| {
        let what = format!("{}, whose error is measured", task.name());
        ReproduceError::Gradient { what, source: Box::new(source) }
    })?;
    Ok(relative_error(&found.p, &reference(task, p, rows)?))
}

/// The distance of a gradient to a reference, over the reference's length.
pub fn relative_error<T: Element>(gradient: &[T], reference: &[f64]) -> f64 {
    let pairs = gradient.iter().zip(reference);
    let difference: Vec<f64> = pairs.map(|(&g, r)| -> f64 { g.into() - r }).collect();
    L2.measure(&difference) / L2.measure(&reference.to_vec())
}

/// All ways to the gradients of a task: under each of these norms at the paper's settings, then every strategy at its own. Where the
/// end is all that is observed, there is nothing to interpolate.
pub fn ways<K: Task>(task: &K, norms: &[Norm]) -> Vec<(Settings, Way)> {
    // The paper has no quadrature.
    let literal = norms.iter().filter(|norm| **norm != Norm::Quadrature);
    let literal = literal.map(|&norm| (Settings::Literal, Way::under(norm)));
    let inside = task.observations() > 1;
    let own = OWN.into_iter().filter(|way| inside || way.strategy != Strategy::DiscreteInterpolant);
    literal.chain(own.map(|way| (Settings::EIGHTH, way))).collect()
}

/// What gradients cost and how good they are, at several tolerances. The ratio of absolute to relative tolerance stays as it is.
///
/// Where a way has no gradient there is no point.
///
/// # Errors
/// A model that cannot be.
pub fn errors<K: Task>(
    batch: &mut FirstBatch<'_, K>,
    ways: &[(Settings, Way)],
    task: &str,
    rtols: &[f64],
    atol_over_rtol: f64,
    watch: Watch<'_>,
) -> Result<Vec<ErrorPoint>, ReproduceError>
where
    K::State<f64>: 'static,
{
    let mut points = Vec::new();
    // One chart after the other, not mixed.
    for (i, &(settings, way)) in ways.iter().enumerate() {
        let words = match settings {
            Settings::Literal => "the paper's settings",
            Settings::Own { .. } => "each strategy's own settings",
        };
        for (j, &rtol) in rtols.iter().enumerate() {
            watch(i * rtols.len() + j, ways.len() * rtols.len())?;
            let found = batch.measure(settings, way, (rtol, rtol * atol_over_rtol), false)?;
            let Some(Measured { error, nfe_backward, .. }) = found else { continue };
            points.push(ErrorPoint {
                task: format!("{task}, {words}"),
                way,
                rtol,
                nfe_backward,
                gradient_error: error,
            });
        }
    }
    Ok(points)
}
