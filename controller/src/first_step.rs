//! A first step size, from one trial of the field.

use crate::root::root;
use costate_norms::{ErrorScale, Float, Scalar, Seminorm, Space, linear::combine};

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
/// that a part of what a seminorm saves comes from here. The trial never goes beyond the end of the solve (torchdiffeq's may).
/// When the measured part of the field is not finite at the trial, the trial's own small step is returned: the controller
/// takes it from there.
///
/// torchdiffeq and diffrax use the same rule; Hairer's own Fortran takes sums instead of means here, which makes its first
/// step depend on the dimension.
///
/// Corner cases: a state or field that measures almost nothing, and one that is infinite in units of the tolerance (a
/// positive value on a scale of zero), have a trial of 1e-6 units of time, as in the book; so has a seminorm that reads
/// nothing. The result may be longer than the span: the trial is cut, the answer is not.
///
/// `scratch` are two vectors of the shape of the state, with any contents. `order` is the power of h that the error estimate
/// falls with; 0 counts as 1. Returns a step with the sign of the span, never zero, NaN or infinite as long as `y0`, `f0` and
/// the span are finite and the span is not zero.
///
/// ```
/// use costate_controller::{Start, first_step, norms::{Rms, Tolerance}};
/// let mut decay = |_: f64, y: &[f64; 1], dy: &mut [f64; 1]| dy[0] = -y[0];
/// let start = Start { t0: 0.0, span: 10.0, y0: &[1.0], f0: &[-1.0] };
/// let tolerance = Tolerance { rtol: 1e-6, atol: 1e-6 };
/// let h = first_step(&Rms, &tolerance, 5, start, &mut decay, [&mut [0.0], &mut [0.0]]);
/// // The error of this step of DOPRI5 would be near 1e-8, a hundredth of what is allowed.
/// assert!(0.01 < h && h < 0.1);
/// ```
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
        root(0.01 / steepest, order.max(1))
    };
    h.min(100.0 * trial.abs()).copysign(span)
}
