//! Solves of arrays, written out for one method each: what somebody would write who needs this solve and nothing else.

use costate_solver::tableau::TSITOURAS_54;

pub(crate) trait Field<const N: usize>: Fn(f64, &[f64; N], &mut [f64; N]) + Copy {}
impl<const N: usize, F: Fn(f64, &[f64; N], &mut [f64; N]) + Copy> Field<N> for F {}

/// The new state, the field there, and the error estimate.
type Stepped<const N: usize> = [[f64; N]; 3];

#[inline(always)]
fn at<const N: usize>(f: impl Field<N>, t: f64, y: &[f64; N]) -> [f64; N] {
    let mut dy = [0.0; N];
    f(t, y, &mut dy);
    dy
}

/// `y + h sum c_j k_j`, one element after another, in registers.
#[inline(always)]
fn sum<const N: usize, const M: usize>(
    y: &[f64; N],
    h: f64,
    c: [f64; M],
    k: [&[f64; N]; M],
) -> [f64; N] {
    let mut out = *y;
    for i in 0..N {
        out[i] += h * row(&c, &k, i);
    }
    out
}

/// Element `i` of `sum c_j k_j`. It begins with a product: `0.0 + x` is not `x` where x is -0.0, so that the compiler has to
/// keep such an addition.
#[inline(always)]
fn row<const N: usize, const M: usize>(c: &[f64; M], k: &[&[f64; N]; M], i: usize) -> f64 {
    let mut sum = c[0] * k[0][i];
    for j in 1..M {
        sum += c[j] * k[j][i];
    }
    sum
}

/// `h sum c_j k_j`.
#[inline(always)]
fn error<const N: usize, const M: usize>(h: f64, c: [f64; M], k: [&[f64; N]; M]) -> [f64; N] {
    core::array::from_fn(|i| h * row(&c, &k, i))
}

/// The larger of two, in one instruction where `f64::max`, which passes over NaN, takes several. A NaN is in the error
/// besides.
#[inline(always)]
pub(crate) fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// One step of Dormand and Prince's method.
#[inline(always)]
fn dopri5_step<const N: usize>(
    f: impl Field<N>,
    t: f64,
    h: f64,
    y: &[f64; N],
    k1: &[f64; N],
) -> Stepped<N> {
    let k2 = at(f, t + h / 5.0, &sum(y, h, [1.0 / 5.0], [k1]));
    let k3 = at(f, t + 0.3 * h, &sum(y, h, [3.0 / 40.0, 9.0 / 40.0], [k1, &k2]));
    let c = [44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0];
    let k4 = at(f, t + 0.8 * h, &sum(y, h, c, [k1, &k2, &k3]));
    let c = [19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0];
    let k5 = at(f, t + 8.0 / 9.0 * h, &sum(y, h, c, [k1, &k2, &k3, &k4]));
    let c = [9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0];
    let k6 = at(f, t + h, &sum(y, h, c, [k1, &k2, &k3, &k4, &k5]));
    let c = [35.0 / 384.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0];
    let y1 = sum(y, h, c, [k1, &k3, &k4, &k5, &k6]);
    let k7 = at(f, t + h, &y1);
    let e = [
        71.0 / 57600.0,
        -71.0 / 16695.0,
        71.0 / 1920.0,
        -17253.0 / 339200.0,
        22.0 / 525.0,
        -1.0 / 40.0,
    ];
    [y1, k7, error(h, e, [k1, &k3, &k4, &k5, &k6, &k7])]
}

/// One step of Tsitouras' method. Its decimals are taken from the table as constants, known to the compiler.
#[inline(always)]
fn tsit5_step<const N: usize>(
    f: impl Field<N>,
    t: f64,
    h: f64,
    y: &[f64; N],
    k1: &[f64; N],
) -> Stepped<N> {
    const A: [[f64; 7]; 7] = TSITOURAS_54.a;
    const C: [f64; 7] = TSITOURAS_54.c;
    const E: [f64; 7] = match TSITOURAS_54.error {
        Some(error) => error.weights,
        None => panic!("an embedded pair"),
    };
    const fn first<const M: usize>(row: [f64; 7]) -> [f64; M] {
        let mut c = [0.0; M];
        let mut j = 0;
        while j < M {
            c[j] = row[j];
            j += 1;
        }
        c
    }
    let k2 = at(f, t + C[1] * h, &sum(y, h, const { first::<1>(A[1]) }, [k1]));
    let k3 = at(f, t + C[2] * h, &sum(y, h, const { first::<2>(A[2]) }, [k1, &k2]));
    let k4 = at(f, t + C[3] * h, &sum(y, h, const { first::<3>(A[3]) }, [k1, &k2, &k3]));
    let k5 = at(f, t + C[4] * h, &sum(y, h, const { first::<4>(A[4]) }, [k1, &k2, &k3, &k4]));
    let k6 = at(f, t + h, &sum(y, h, const { first::<5>(A[5]) }, [k1, &k2, &k3, &k4, &k5]));
    let y1 = sum(y, h, const { first::<6>(A[6]) }, [k1, &k2, &k3, &k4, &k5, &k6]);
    let k7 = at(f, t + h, &y1);
    [y1, k7, error(h, E, [k1, &k2, &k3, &k4, &k5, &k6, &k7])]
}

pub(crate) fn dopri5<const N: usize>(
    f: impl Field<N>,
    y0: &[f64; N],
    t1: f64,
    tolerance: f64,
) -> ([f64; N], usize) {
    solve(f, y0, t1, tolerance, |t, h, y, k1| dopri5_step(f, t, h, y, k1))
}

pub(crate) fn tsit5<const N: usize>(
    f: impl Field<N>,
    y0: &[f64; N],
    t1: f64,
    tolerance: f64,
) -> ([f64; N], usize) {
    solve(f, y0, t1, tolerance, |t, h, y, k1| tsit5_step(f, t, h, y, k1))
}

/// The root mean square of `e` in units of what is allowed.
#[inline(always)]
fn measure<const N: usize>(e: &[f64; N], y0: &[f64; N], y1: &[f64; N], tolerance: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        let scaled = e[i] / (tolerance + tolerance * larger(y0[i].abs(), y1[i].abs()));
        sum += scaled * scaled;
    }
    (sum / N as f64).sqrt()
}

/// From time 0, under the control of Hairer's DOPRI5. Returns the solution and the number of attempts.
#[inline(always)]
fn solve<const N: usize>(
    f: impl Field<N>,
    y0: &[f64; N],
    t1: f64,
    tolerance: f64,
    step: impl Fn(f64, f64, &[f64; N], &[f64; N]) -> Stepped<N>,
) -> ([f64; N], usize) {
    let (mut t, mut y, mut k1) = (0.0, *y0, at(f, 0.0, y0));
    let (d0, d1) = (measure(&y, &y, &y, tolerance), measure(&k1, &y, &y, tolerance));
    let trial = if d0 < 1e-5 || d1 < 1e-5 { 1e-6 } else { (0.01 * d0 / d1).min(t1) };
    let f1 = at(f, trial, &sum(&y, trial, [1.0], [&k1]));
    let difference = core::array::from_fn(|i| f1[i] - k1[i]);
    let steepest = d1.max(measure(&difference, &y, &y, tolerance) / trial);
    let first =
        if steepest <= 1e-15 { (trial * 1e-3).max(1e-6) } else { (0.01 / steepest).powf(0.2) };
    let mut h = first.min(100.0 * trial);

    let (mut previous, mut rejected, mut attempts) = (1e-4_f64, false, 0);
    while t < t1 {
        let last = t + 1.01 * h >= t1;
        if last {
            h = t1 - t;
        }
        attempts += 1;
        let [y1, k7, error] = step(t, h, &y, &k1);
        let ratio = measure(&error, &y, &y1, tolerance);
        if ratio <= 1.0 {
            t = if last { t1 } else { t + h };
            let factor = 0.9 / ratio.powf(0.17) * previous.powf(0.04);
            h *= factor.clamp(0.2, if rejected { 1.0 } else { 10.0 });
            (y, k1, previous, rejected) = (y1, k7, ratio.max(1e-4), false);
        } else {
            h *= (0.9 / ratio.powf(0.17)).max(0.2);
            rejected = true;
        }
    }
    (y, attempts)
}
