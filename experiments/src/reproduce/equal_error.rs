//! What every way costs for gradients that are equally good.

use super::error::ReproduceError;
use super::first_batch::{FirstBatch, Measured, Settings};
use super::record::EqualError;
use super::task::Task;
use super::way::{Norm, Way};

/// Tolerances that are tried: so many to a decade, from a tenth down to 1e-9.
const TO_A_DECADE: i32 = 8;
const TRIED: i32 = 8 * TO_A_DECADE;
const LOOSEST: f64 = 0.1;

/// A gradient counts as good as another if its error is at most so many times as large.
const AS_GOOD: f64 = 1.1;

/// For each way the cheapest gradient whose error is at most a tenth over that of the pooled norm at the experiment's tolerances. The
/// loosest tolerance for it is looked for by halving, as if errors fell with tolerances throughout; the ratio of absolute to
/// relative tolerance stays as it is.
///
/// A way that gets there at no tolerance is left out; where the pooled norm has no gradient, there is nothing.
///
/// # Errors
/// A model that cannot be.
pub fn at_equal_error<K: Task>(
    batch: &mut FirstBatch<'_, K>,
    ways: &[(Settings, Way)],
    task: &str,
    (rtol, atol): (f64, f64),
) -> Result<Vec<EqualError>, ReproduceError>
where
    K::State<f64>: 'static,
{
    let pooled = Way::under(Norm::Pooled);
    let Some(mark) = batch.measure(Settings::Literal, pooled, (rtol, atol), false)? else {
        return Ok(Vec::new());
    };
    let mut out = Vec::new();
    for &(settings, way) in ways {
        let tolerance = |k: i32| LOOSEST * 10.0_f64.powf(-f64::from(k) / f64::from(TO_A_DECADE));
        let mut at = |k: i32, timed: bool| {
            let r = tolerance(k);
            batch.measure(settings, way, (r, r * atol / rtol), timed)
        };
        let good = |m: &Option<Measured>| m.is_some_and(|m| m.error <= AS_GOOD * mark.error);
        // All that are looser than `bad` are taken to be too loose; `found` is good, unless none is.
        let (mut bad, mut found) = (-1, TRIED);
        while found - bad > 1 {
            let middle = (bad + found) / 2;
            if good(&at(middle, false)?) { found = middle } else { bad = middle }
        }
        let Some(Measured { error, work, seconds, .. }) =
            at(found, true)?.filter(|m| good(&Some(*m)))
        else {
            continue;
        };
        out.push(EqualError {
            task: task.to_owned(),
            way,
            literal: settings == Settings::Literal,
            rtol,
            mark: mark.error,
            found_rtol: tolerance(found),
            gradient_error: error,
            work,
            seconds,
        });
    }
    Ok(out)
}
