//! The discrete adjoint of one solve of Lotka-Volterra, written out: what somebody would write who needs this gradient and
//! nothing else.
//!
//! Dormand and Prince's method under the control of Hairer's DOPRI5, in the arithmetic of the library's loop, so that the two
//! take the same steps to the bit. Every accepted step leaves its length and the points of its stages; the reverse sweep pulls
//! the cotangent back through them with products written by hand. Once warm nothing is allocated.

use crate::problem::{OBSERVATIONS, Params, State, TIMES};

/// Dormand and Prince's coefficients.
const A: [[f64; 5]; 5] = [
    [1.0 / 5.0, 0.0, 0.0, 0.0, 0.0],
    [3.0 / 40.0, 9.0 / 40.0, 0.0, 0.0, 0.0],
    [44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0, 0.0, 0.0],
    [19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0, 0.0],
    [9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0],
];
/// The weights of the solution; that of the second stage is zero.
const B: [f64; 6] =
    [35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0];
/// The weights of the error estimate; that of the second stage is zero.
const E: [f64; 7] = [
    71.0 / 57600.0,
    0.0,
    -71.0 / 16695.0,
    71.0 / 1920.0,
    -17253.0 / 339200.0,
    22.0 / 525.0,
    -1.0 / 40.0,
];

/// What the reverse sweep needs of an accepted step.
#[derive(Clone, Copy)]
struct Kept {
    h: f64,
    /// The points of the stages, the first of which is the state at the start of the step. The seventh stage has weight zero.
    points: [State; 6],
}

/// The gradient and what came with it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gradient {
    pub(crate) loss: f64,
    pub(crate) y0: State,
    pub(crate) p: Params,
    /// The accepted steps.
    pub(crate) steps: usize,
}

/// The memory of a gradient.
#[derive(Default)]
pub(crate) struct ByHand {
    kept: Vec<Kept>,
    /// How many steps lie before each observation.
    ends: [usize; OBSERVATIONS],
    observed: [State; OBSERVATIONS],
}

impl ByHand {
    pub(crate) fn new() -> Self {
        ByHand::default()
    }

    /// The sum of squared distances from `data` at the observation times, and its gradient.
    pub(crate) fn gradient(
        &mut self,
        y0: State,
        p: Params,
        data: &[State; OBSERVATIONS],
        rtol: f64,
        atol: f64,
    ) -> Gradient {
        self.solve(y0, p, rtol, atol);
        let (mut loss, mut a, mut sum) = (0.0, [0.0; 2], [0.0; 4]);
        let mut end = self.kept.len();
        for i in (0..OBSERVATIONS).rev() {
            let [x, y] = [self.observed[i][0] - data[i][0], self.observed[i][1] - data[i][1]];
            loss += x * x + y * y;
            a = [a[0] + 2.0 * x, a[1] + 2.0 * y];
            let start = if i == 0 { 0 } else { self.ends[i - 1] };
            for step in self.kept[start..end].iter().rev() {
                pull_back(step, &p, &mut a, &mut sum);
            }
            end = start;
        }
        let [to_a, to_b, to_c, to_d] = sum;
        Gradient { loss, y0: a, p: [to_a, -to_b, -to_c, to_d], steps: self.kept.len() }
    }

    /// The solution at the observation times.
    pub(crate) fn solve(
        &mut self,
        y0: State,
        p: Params,
        rtol: f64,
        atol: f64,
    ) -> &[State; OBSERVATIONS] {
        self.kept.clear();
        let (mut t, mut y, mut k1) = (0.0, y0, field(&y0, &p));
        let mut wanted = first_step(&y, &k1, &p, TIMES[OBSERVATIONS - 1], rtol, atol);
        let least = 1e-4_f64.ln();
        // The logarithm of the last accepted error ratio, and the length of the last attempt if it was rejected.
        let (mut previous, mut rejected, mut ceiling) = (least, f64::INFINITY, 10.0);
        for (i, &stop) in TIMES.iter().enumerate() {
            loop {
                let rest = stop - t;
                // One hundredth more than wanted avoids a last step of almost nothing; but what was rejected from here is not
                // tried again.
                let last = t + wanted - stop >= 0.0
                    || (rest < rejected && t + 1.01 * wanted - stop >= 0.0);
                let h = if last { rest } else { wanted };
                let (points, y1, k7, error) = step(h, &y, &k1, &p);
                let ratio = measure(&error, &y, &y1, rtol, atol);
                let log = ratio.ln();
                if ratio <= 1.0 {
                    self.kept.push(Kept { h, points });
                    (y, k1) = (y1, k7);
                    let factor = 0.9 * ((0.2 * previous - 0.85 * log) * (1.0 / 5.0)).exp();
                    let next = h * factor.max(0.2).min(ceiling);
                    // A step cut to end at a stop says nothing against the longer one that was wanted.
                    wanted = if h < wanted && next < wanted { wanted } else { next };
                    (previous, rejected, ceiling) = (log.max(least), f64::INFINITY, 10.0);
                    t = if last { stop } else { t + h };
                    if last {
                        break;
                    }
                } else {
                    wanted = h * (0.9 * (-0.85 * log * (1.0 / 5.0)).exp()).clamp(0.2, 0.9);
                    assert!(
                        wanted > 16.0 * f64::EPSILON * t,
                        "no step from t = {t} is good enough"
                    );
                    (rejected, ceiling) = (h, 1.0);
                }
            }
            self.ends[i] = self.kept.len();
            self.observed[i] = y;
        }
        &self.observed
    }
}

#[inline(always)]
fn field(&[x, y]: &State, &[a, b, c, d]: &Params) -> State {
    [a * x - b * x * y, d * x * y - c * y]
}

/// `y + sum (h c_j) k_j`, added in this order.
#[inline(always)]
fn sum<const M: usize>(y: &State, h: f64, c: [f64; M], k: [&State; M]) -> State {
    let mut out = *y;
    for j in 0..M {
        let hc = h * c[j];
        out = [out[0] + hc * k[j][0], out[1] + hc * k[j][1]];
    }
    out
}

/// The points of the stages, the state at the end and the field there, and the error estimate.
#[inline(always)]
fn step(h: f64, y: &State, k1: &State, p: &Params) -> ([State; 6], State, State, State) {
    let [a2, a3, a4, a5, a6] = A;
    let y2 = sum(y, h, [a2[0]], [k1]);
    let k2 = field(&y2, p);
    let y3 = sum(y, h, [a3[0], a3[1]], [k1, &k2]);
    let k3 = field(&y3, p);
    let y4 = sum(y, h, [a4[0], a4[1], a4[2]], [k1, &k2, &k3]);
    let k4 = field(&y4, p);
    let y5 = sum(y, h, [a5[0], a5[1], a5[2], a5[3]], [k1, &k2, &k3, &k4]);
    let k5 = field(&y5, p);
    let y6 = sum(y, h, a6, [k1, &k2, &k3, &k4, &k5]);
    let k6 = field(&y6, p);
    let y1 = sum(y, h, [B[0], B[2], B[3], B[4], B[5]], [k1, &k3, &k4, &k5, &k6]);
    let k7 = field(&y1, p);
    let e = [E[0], E[2], E[3], E[4], E[5], E[6]];
    let error = sum(&[0.0; 2], h, e, [k1, &k3, &k4, &k5, &k6, &k7]);
    ([*y, y2, y3, y4, y5, y6], y1, k7, error)
}

/// The root mean square of `e` in units of what is allowed.
#[inline(always)]
fn measure(e: &State, y0: &State, y1: &State, rtol: f64, atol: f64) -> f64 {
    let larger = |a: f64, b: f64| if a > b { a } else { b };
    let scaled = |i: usize| e[i] / (atol + rtol * larger(y0[i].abs(), y1[i].abs()));
    let [x, y] = [scaled(0), scaled(1)];
    ((x * x + y * y) / 2.0).sqrt()
}

/// Hairer's first step, which is not cut to the first observation but to the end.
fn first_step(y: &State, k1: &State, p: &Params, span: f64, rtol: f64, atol: f64) -> f64 {
    let size = |v: &State| measure(v, y, y, rtol, atol);
    let (d0, d1) = (size(y), size(k1));
    let trial = if d0 < 1e-5 || d1 < 1e-5 { 1e-6 } else { (0.01 * d0 / d1).min(span) };
    let f1 = field(&sum(y, trial, [1.0], [k1]), p);
    let steepest = d1.max(size(&[f1[0] - k1[0], f1[1] - k1[1]]) / trial);
    let h = if steepest <= 1e-15 { (trial * 1e-3).max(1e-6) } else { (0.01 / steepest).powf(0.2) };
    h.min(100.0 * trial)
}

/// Pulls the cotangent `a` of the state at the end of a step back to its start, and adds what the parameters get of it to
/// `sum`, but for the signs.
///
/// With `u_i = b_i a + sum_{j > i} a_ji v_j`, the cotangent of the i-th stage is `h u_i`, that of its point
/// `v_i = h J_i^T u_i`, and that of the state `a + sum v_i`.
#[inline(always)]
fn pull_back(step: &Kept, p: &Params, a: &mut State, sum: &mut Params) {
    let Kept { h, points: [y1, y2, y3, y4, y5, y6] } = *step;
    let [a2, a3, a4, a5, a6] = A;
    let mut to_p = [0.0; 4];
    // The newest product comes last, so that nothing else waits for it.
    let v6 = product(&y6, h, p, weighted([B[5]], [a]), &mut to_p);
    let v5 = product(&y5, h, p, weighted([B[4], a6[4]], [a, &v6]), &mut to_p);
    let v4 = product(&y4, h, p, weighted([B[3], a6[3], a5[3]], [a, &v6, &v5]), &mut to_p);
    let u3 = weighted([B[2], a6[2], a5[2], a4[2]], [a, &v6, &v5, &v4]);
    let v3 = product(&y3, h, p, u3, &mut to_p);
    let u2 = weighted([a6[1], a5[1], a4[1], a3[1]], [&v6, &v5, &v4, &v3]);
    let v2 = product(&y2, h, p, u2, &mut to_p);
    let c = [B[0], a6[0], a5[0], a4[0], a3[0], a2[0]];
    let u1 = weighted(c, [a, &v6, &v5, &v4, &v3, &v2]);
    let v1 = product(&y1, h, p, u1, &mut to_p);
    for i in 0..2 {
        a[i] = a[i] + v6[i] + v5[i] + v4[i] + v3[i] + v2[i] + v1[i];
    }
    for i in 0..4 {
        sum[i] += h * to_p[i];
    }
}

/// `sum c_j v_j`, added in this order.
#[inline(always)]
fn weighted<const M: usize>(c: [f64; M], v: [&State; M]) -> State {
    let mut out = [c[0] * v[0][0], c[0] * v[0][1]];
    for j in 1..M {
        out = [out[0] + c[j] * v[j][0], out[1] + c[j] * v[j][1]];
    }
    out
}

/// `h (df/dy)^T u`; adds `(df/dp)^T u` to `to_p`, but for the signs.
#[inline(always)]
fn product(
    &[x, y]: &State,
    h: f64,
    &[a, b, c, d]: &Params,
    [u, w]: State,
    to_p: &mut Params,
) -> State {
    let xy = x * y;
    *to_p = [to_p[0] + x * u, to_p[1] + xy * u, to_p[2] + y * w, to_p[3] + xy * w];
    let (hx, hy) = (h * x, h * y);
    [(h * a - hy * b) * u + hy * d * w, (hx * d - h * c) * w - hx * b * u]
}
