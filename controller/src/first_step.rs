//! A first step size, from one trial of the field.

use costate_norms::{ErrorScale, Float, Scalar, Seminorm, Space, linear::combine};
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

/// Where a solve begins.
#[derive(Debug)]
pub struct Start<'a, V> {
    /// The initial time.
    pub t0: f64,
    /// The end of the solve minus its beginning: its sign is the direction of time.
    pub span: f64,
    /// The initial state.
    pub y0: &'a V,
    /// The field's value there.
    pub f0: &'a V,
}

/// Hairer's first step: a step on which the first two derivatives, as far as one trial Euler step shows them, leave an
/// error of about a hundredth of what is allowed.
///
/// (Hairer, Nørsett, Wanner, *Solving ODEs I*, II.4, "Starting Step Size".) Measured in the *same* seminorm as the steps, so
/// that a part of what a seminorm saves comes from here. The trial never goes beyond the end of the solve. When the field is
/// not finite at the trial, the trial's own small step is returned: the controller takes it from there.
///
/// torchdiffeq and diffrax use the same rule; Hairer's own Fortran takes sums instead of means here, which makes its first
/// step depend on the dimension.
///
/// `scratch` are two vectors of the shape of the state. Returns a step with the sign of the span, never zero, NaN or
/// infinite as long as `y0` and `f0` are finite.
pub fn first_step<V, N, T>(
    norm: &N,
    tolerance: &T,
    order: u32,
    start: Start<'_, V>,
    field: &mut dyn FnMut(f64, &V, &mut V),
    scratch: [&mut V; 2],
) -> f64
where
    V: Space<Scalar: Float>,
    N: Seminorm<V>,
    T: ErrorScale<V>,
{
    let Start { t0, span, y0, f0 } = start;
    let [work, f1] = scratch;
    let reads = |leaf| norm.reads(leaf);
    let mut size_of = |v: &V| {
        work.assign(v);
        tolerance.scale_where(work, y0, y0, reads);
        norm.measure(work)
    };

    let (d0, d1) = (size_of(y0), size_of(f0));
    let trial = if d0 < 1e-5 || d1 < 1e-5 { 1e-6 } else { 0.01 * d0 / d1 };
    // A ratio of two infinities (a scale of zero) or an overflow leaves no information: start small.
    let trial = if trial.is_finite() && trial > 0.0 { trial } else { 1e-6 };
    let trial = trial.min(span.abs()).copysign(span);

    combine(work, y0, [(trial, f0)].into_iter());
    field(t0 + trial, work, f1);
    let minus_one = -V::Scalar::of(1.0);
    for l in 0..V::LEAVES {
        for (after, &before) in f1.leaf_mut(l).iter_mut().zip(f0.leaf(l)) {
            *after = *after + minus_one * before;
        }
    }
    tolerance.scale_where(f1, y0, y0, reads);
    let d2 = norm.measure(f1) / trial.abs();
    if !(d1.is_finite() && d2.is_finite()) {
        return trial;
    }
    let steepest = d1.max(d2);
    let h = if steepest <= 1e-15 {
        (trial.abs() * 1e-3).max(1e-6)
    } else {
        (0.01 / steepest).powf(1.0 / f64::from(order))
    };
    h.min(100.0 * trial.abs()).copysign(span)
}
