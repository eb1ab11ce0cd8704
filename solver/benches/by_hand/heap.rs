//! The same for a state on the heap: one pass over memory a stage, in buffers made once and exchanged, not copied.

use crate::arrays::larger;
use costate_solver::tableau::TSITOURAS_54;

/// Boxed, and of a size that the compiler knows: no bounds are checked inside a loop, and all are vectorised.
type State<const N: usize> = Box<[f64; N]>;

/// Seven stages, two states, and a place for the points of stages.
pub(crate) struct Memory<const N: usize> {
    k: [State<N>; 7],
    y: State<N>,
    y1: State<N>,
    point: State<N>,
}

impl<const N: usize> Memory<N> {
    pub(crate) fn new() -> Self {
        let zeros = || Box::new([0.0; N]);
        Memory { k: core::array::from_fn(|_| zeros()), y: zeros(), y1: zeros(), point: zeros() }
    }
}

/// `out = y + h sum c_j k_j`.
#[inline(always)]
fn sum<const N: usize, const M: usize>(
    out: &mut [f64; N],
    y: &[f64; N],
    h: f64,
    c: [f64; M],
    k: [&[f64; N]; M],
) {
    for i in 0..N {
        let mut sum = c[0] * k[0][i];
        for j in 1..M {
            sum += c[j] * k[j][i];
        }
        out[i] = y[i] + h * sum;
    }
}

/// The root mean square of the error, in units of what is allowed, in one pass; in eight sums side by side, which the
/// compiler vectorises.
#[inline(always)]
fn measure<const N: usize, const M: usize>(
    tolerance: f64,
    (y0, y1): (&[f64; N], &[f64; N]),
    h: f64,
    e: [f64; M],
    k: [&[f64; N]; M],
) -> f64 {
    const LANES: usize = 8;
    let square = |i: usize| {
        let mut sum = e[0] * k[0][i];
        for j in 1..M {
            sum += e[j] * k[j][i];
        }
        let scaled = h * sum / (tolerance + tolerance * larger(y0[i].abs(), y1[i].abs()));
        scaled * scaled
    };
    let mut lanes = [0.0; LANES];
    let mut i = 0;
    // Written so that the compiler sees that no index is out of bounds.
    while i + LANES <= N {
        for lane in 0..LANES {
            lanes[lane] += square(i + lane);
        }
        i += LANES;
    }
    let rest: f64 = (i..N).map(square).sum();
    ((lanes.iter().sum::<f64>() + rest) / N as f64).sqrt()
}

/// Evaluates the stages after the first and the candidate; returns the error ratio.
type Step<'a, const N: usize> = &'a mut dyn FnMut(&mut Memory<N>, f64, f64) -> f64;

pub(crate) fn dopri5<const N: usize>(
    f: impl Fn(f64, &[f64; N], &mut [f64; N]),
    y0: &[f64],
    t1: f64,
    tolerance: f64,
    memory: &mut Memory<N>,
) -> usize {
    let mut step = |memory: &mut Memory<N>, t: f64, h: f64| {
        let Memory { k: [k1, k2, k3, k4, k5, k6, k7], y, y1, point } = memory;
        sum(point, y, h, [1.0 / 5.0], [k1]);
        f(t + h / 5.0, point, k2);
        sum(point, y, h, [3.0 / 40.0, 9.0 / 40.0], [k1, k2]);
        f(t + 0.3 * h, point, k3);
        sum(point, y, h, [44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0], [k1, k2, k3]);
        f(t + 0.8 * h, point, k4);
        let c = [19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0];
        sum(point, y, h, c, [k1, k2, k3, k4]);
        f(t + 8.0 / 9.0 * h, point, k5);
        let c = [9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0];
        sum(point, y, h, c, [k1, k2, k3, k4, k5]);
        f(t + h, point, k6);
        let c = [35.0 / 384.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0];
        sum(y1, y, h, c, [k1, k3, k4, k5, k6]);
        f(t + h, y1, k7);
        let e = [
            71.0 / 57600.0,
            -71.0 / 16695.0,
            71.0 / 1920.0,
            -17253.0 / 339200.0,
            22.0 / 525.0,
            -1.0 / 40.0,
        ];
        measure(tolerance, (y, y1), h, e, [k1, k3, k4, k5, k6, k7])
    };
    solve(&f, y0, t1, tolerance, memory, &mut step)
}

pub(crate) fn tsit5<const N: usize>(
    f: impl Fn(f64, &[f64; N], &mut [f64; N]),
    y0: &[f64],
    t1: f64,
    tolerance: f64,
    memory: &mut Memory<N>,
) -> usize {
    const A: [[f64; 7]; 7] = TSITOURAS_54.a;
    const C: [f64; 7] = TSITOURAS_54.c;
    const E: [f64; 7] = match TSITOURAS_54.error {
        Some(error) => error.weights,
        None => panic!("an embedded pair"),
    };
    let mut step = |memory: &mut Memory<N>, t: f64, h: f64| {
        let Memory { k: [k1, k2, k3, k4, k5, k6, k7], y, y1, point } = memory;
        let [
            [..],
            [a21, ..],
            [a31, a32, ..],
            [a41, a42, a43, ..],
            [a51, a52, a53, a54, ..],
            a6,
            a7,
        ] = A;
        sum(point, y, h, [a21], [k1]);
        f(t + C[1] * h, point, k2);
        sum(point, y, h, [a31, a32], [k1, k2]);
        f(t + C[2] * h, point, k3);
        sum(point, y, h, [a41, a42, a43], [k1, k2, k3]);
        f(t + C[3] * h, point, k4);
        sum(point, y, h, [a51, a52, a53, a54], [k1, k2, k3, k4]);
        f(t + C[4] * h, point, k5);
        sum(point, y, h, [a6[0], a6[1], a6[2], a6[3], a6[4]], [k1, k2, k3, k4, k5]);
        f(t + h, point, k6);
        sum(y1, y, h, [a7[0], a7[1], a7[2], a7[3], a7[4], a7[5]], [k1, k2, k3, k4, k5, k6]);
        f(t + h, y1, k7);
        measure(tolerance, (y, y1), h, E, [k1, k2, k3, k4, k5, k6, k7])
    };
    solve(&f, y0, t1, tolerance, memory, &mut step)
}

/// From time 0, under the control of Hairer's DOPRI5. Returns the number of attempts.
fn solve<const N: usize>(
    f: &impl Fn(f64, &[f64; N], &mut [f64; N]),
    y0: &[f64],
    t1: f64,
    tolerance: f64,
    memory: &mut Memory<N>,
    step: Step<'_, N>,
) -> usize {
    let Memory { k: [k1, k2, ..], y, point, .. } = memory;
    y.copy_from_slice(y0);
    f(0.0, y, k1);
    let (d0, d1) =
        (measure(tolerance, (y, y), 1.0, [1.0], [y]), measure(tolerance, (y, y), 1.0, [1.0], [k1]));
    let trial = if d0 < 1e-5 || d1 < 1e-5 { 1e-6 } else { (0.01 * d0 / d1).min(t1) };
    sum(point, y, trial, [1.0], [k1]);
    f(trial, point, k2);
    let d2 = measure(tolerance, (y, y), 1.0, [1.0, -1.0], [k2, k1]) / trial;
    let steepest = d1.max(d2);
    let first =
        if steepest <= 1e-15 { (trial * 1e-3).max(1e-6) } else { (0.01 / steepest).powf(0.2) };
    let mut h = first.min(100.0 * trial);

    let (mut t, mut previous, mut rejected, mut attempts) = (0.0, 1e-4_f64, false, 0);
    while t < t1 {
        let last = t + 1.01 * h >= t1;
        if last {
            h = t1 - t;
        }
        attempts += 1;
        let ratio = step(memory, t, h);
        if ratio <= 1.0 {
            t = if last { t1 } else { t + h };
            let factor = 0.9 / ratio.powf(0.17) * previous.powf(0.04);
            h *= factor.clamp(0.2, if rejected { 1.0 } else { 10.0 });
            (previous, rejected) = (ratio.max(1e-4), false);
            let Memory { k: [k1, .., k7], y, y1, .. } = memory;
            core::mem::swap(y, y1);
            core::mem::swap(k1, k7);
        } else {
            h *= (0.9 / ratio.powf(0.17)).max(0.2);
            rejected = true;
        }
    }
    attempts
}
