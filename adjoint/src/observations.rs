//! The derivatives of a loss at its observation times, checked.

use crate::forward::{Forward, Found};
use crate::{Counts, DifferentiableField, GradientError, Loss, Problem};
use costate_solver::norms::{Float, Rms, Seminorm, Space};

/// Evaluates a loss into `cotangents`, and returns its value with the largest RMS of a cotangent.
pub(crate) fn evaluate<Y, L>(
    loss: &L,
    times: &[f64],
    observed: &[Y],
    cotangents: &mut Vec<Y>,
    like: &Y,
) -> Result<(f64, f64), GradientError>
where
    Y: Space<Scalar: Float>,
    L: Loss<Y> + ?Sized,
{
    cotangents.truncate(observed.len());
    for a in cotangents.iter_mut() {
        if a.same_shape(like) {
            a.fill(num_traits::zero());
        } else {
            *a = like.zeros_like();
        }
    }
    while cotangents.len() < observed.len() {
        cotangents.push(like.zeros_like());
    }
    let value = loss.evaluate(observed, cotangents);
    if !value.is_finite() {
        return Err(GradientError::Loss { value });
    }
    let mut size = 0.0_f64;
    for (observation, a) in cotangents.iter().enumerate() {
        if !a.same_shape(like) {
            let (expected, found) = (like.dimension(), a.dimension());
            return Err(GradientError::CotangentShape { observation, expected, found });
        }
        if let Some((index, value)) = not_finite(a) {
            let t = times[observation];
            return Err(GradientError::Cotangent { observation, t, index, value });
        }
        size = size.max(Rms.measure(a));
    }
    Ok((value, size))
}

/// The first coordinate that is NaN or infinite, and its value.
pub(crate) fn not_finite<V: Space<Scalar: Float>>(v: &V) -> Option<(usize, f64)> {
    let index = v.first_not_finite()?;
    let value = v.coordinate(index).map_or(f64::NAN, Into::into);
    Some((index, value))
}

/// Fills dL/dt_i with the field's own values at the observations, for a way back that does not come by them.
pub(crate) fn slopes_at_observations<F: DifferentiableField, const S: usize>(
    forward: &mut Forward<F, S>,
    field: &mut F,
    problem: &Problem<'_, F>,
    times: &[f64],
    found: &Found,
    counts: &mut Counts,
    out: &mut [f64],
) {
    let Forward { solve, cotangents, scratch, .. } = forward;
    let observed = solve.solution.saved.iter();
    let all = times.iter().zip(observed).zip(cotangents.iter()).zip(out).take(found.observations);
    for (((&t, y), a), out) in all {
        if Rms.measure(a) > 0.0 {
            field.eval(problem.just_before(t), y, problem.p, scratch);
            counts.f += 1;
            counts.calls += 1;
            *out = a.dot(scratch);
        }
    }
}
