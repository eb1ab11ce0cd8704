//! What every way costs for gradients that are equally good.

use super::error::ReproduceError;
use super::first_batch::{FirstBatch, Measured, Settings};
use super::record::EqualError;
use super::session::Watch;
use super::task::Task;
use super::way::{Norm, Way};

/// Tolerances that are tried: so many to a decade, from a tenth down to 1e-9.
const TO_A_DECADE: i32 = 4;
const TRIED: i32 = 8 * TO_A_DECADE;
const LOOSEST: f64 = 0.1;

/// Tolerances of backward solves that are tried, over those of forward solves: the defaults, the paper's, and as much on the other side.
const BACKWARD: [f64; 3] = [0.125, 1.0, 8.0];

/// A gradient counts as good as another if its error is at most so many times as large.
const AS_GOOD: f64 = 1.1;

/// For each way the cheapest gradient whose error is at most a tenth over that of the pooled norm at the experiment's tolerances. The
/// loosest tolerance for it is looked for from the experiment's own on, as if errors fell with tolerances throughout; the ratio of absolute to
/// relative tolerance stays as it is. A strategy of our own that solves backwards may do so at one of three tolerances.
///
/// A way that gets there at no tolerance is left out; where the pooled norm has no gradient, there is nothing.
///
/// # Errors
/// A model that cannot be, a reference that could not be had, or what `watch` has against going on.
pub fn at_equal_error<K: Task>(
    batch: &mut FirstBatch<'_, K>,
    ways: &[(Settings, Way)],
    task: &str,
    tolerances: (f64, f64),
    watch: Watch<'_>,
) -> Result<Vec<EqualError>, ReproduceError>
where
    K::State<f64>: 'static,
{
    let pooled = Way::under(Norm::Pooled);
    let Some(mark) = batch.measure(Settings::Literal, pooled, tolerances, false)? else {
        return Ok(Vec::new());
    };
    let mut out = Vec::new();
    for (i, &(settings, way)) in ways.iter().enumerate() {
        let tried = match (settings, way.solves_backwards()) {
            (Settings::Literal, true) => vec![(settings, Some(1.0))],
            (Settings::Own { .. }, true) => {
                BACKWARD.map(|backward| (Settings::Own { backward }, Some(backward))).to_vec()
            }
            (_, false) => vec![(settings, None)],
        };
        let mut least: Option<EqualError> = None;
        for (settings, backward_over_forward) in tried {
            let ask = &mut || watch(i, ways.len());
            let found = loosest(batch, settings, way, tolerances, AS_GOOD * mark.error, ask)?;
            let Some((found_rtol, Measured { error, work, seconds, .. })) = found else { continue };
            if least.as_ref().is_some_and(|least| least.work <= work) {
                continue;
            }
            least = Some(EqualError {
                task: task.to_owned(),
                way,
                literal: settings == Settings::Literal,
                backward_over_forward,
                rtol: tolerances.0,
                mark: mark.error,
                found_rtol,
                gradient_error: error,
                work,
                seconds,
            });
        }
        out.extend(least);
    }
    Ok(out)
}

/// The loosest tolerance with an error that is allowed, and the gradient there. Before each gradient it is asked whether to go on.
fn loosest<K: Task>(
    batch: &mut FirstBatch<'_, K>,
    settings: Settings,
    way: Way,
    (rtol, atol): (f64, f64),
    allowed: f64,
    ask: &mut dyn FnMut() -> Result<(), ReproduceError>,
) -> Result<Option<(f64, Measured)>, ReproduceError>
where
    K::State<f64>: 'static,
{
    let tolerance = |k: i32| LOOSEST * 10.0_f64.powf(-f64::from(k) / f64::from(TO_A_DECADE));
    let mut at = |k: i32, timed: bool| {
        ask()?;
        let r = tolerance(k);
        let found = batch.measure(settings, way, (r, r * atol / rtol), timed);
        found.map(|found| found.filter(|found| found.error <= allowed))
    };
    // From the experiment's own tolerance, and tighter by ever longer strides where that is too loose: the tighter, the dearer. All that
    // are looser than `bad` are taken to be too loose; `good` is good, unless none is.
    let nearest = (f64::from(TO_A_DECADE) * (LOOSEST / rtol).log10()).round() as i32;
    let (mut bad, mut good, mut stride) = (-1, nearest.clamp(0, TRIED), 1);
    while good < TRIED && at(good, false)?.is_none() {
        bad = good;
        good = (good + stride).min(TRIED);
        stride *= 2;
    }
    while good - bad > 1 {
        let middle = (bad + good) / 2;
        if at(middle, false)?.is_some() { good = middle } else { bad = middle }
    }
    let found = at(good, true)?.map(|found| (tolerance(good), found));
    ask()?;
    // Where errors do not fall throughout, the experiment's own tolerance may do where a tighter one was found.
    let own = batch.measure(settings, way, (rtol, atol), true)?;
    let own = own.filter(|own| own.error <= allowed).map(|own| (rtol, own));
    let less = |a: &(f64, Measured), b: &(f64, Measured)| a.1.work.total_cmp(&b.1.work);
    Ok(own.into_iter().chain(found).min_by(less))
}
