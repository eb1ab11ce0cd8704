//! The loop against the same method written out by hand: fixed arrays, no traits, no allocation.
//!
//! Read the ratio of the two, measured in one run; the times themselves are the machine's.

use costate_solver::{Plan, Solver, Workspace};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

const Y0: [f64; 2] = [1.0, 1.0];
const T1: f64 = 10.0;
const TOLERANCE: f64 = 1e-6;

#[inline]
fn field(_t: f64, y: &[f64; 2], dy: &mut [f64; 2]) {
    *dy = [1.5 * y[0] - y[0] * y[1], y[0] * y[1] - 3.0 * y[1]];
}

/// Dormand and Prince's 5(4) with Hairer's control, for two unknowns and nothing else.
fn by_hand() -> ([f64; 2], usize) {
    let f = |y: &[f64; 2]| {
        let mut dy = [0.0; 2];
        field(0.0, y, &mut dy);
        dy
    };
    let add = |y: &[f64; 2], h: f64, terms: &[(f64, &[f64; 2])]| {
        let mut out = *y;
        for (c, k) in terms {
            out[0] += h * c * k[0];
            out[1] += h * c * k[1];
        }
        out
    };
    let (mut t, mut y, mut k1, mut h, mut previous) = (0.0, Y0, f(&Y0), 0.02, 1e-4_f64);
    let (mut attempts, mut rejected) = (0, false);
    while t < T1 {
        let last = t + 1.01 * h >= T1;
        if last {
            h = T1 - t;
        }
        attempts += 1;
        let k2 = f(&add(&y, h, &[(1.0 / 5.0, &k1)]));
        let k3 = f(&add(&y, h, &[(3.0 / 40.0, &k1), (9.0 / 40.0, &k2)]));
        let k4 = f(&add(&y, h, &[(44.0 / 45.0, &k1), (-56.0 / 15.0, &k2), (32.0 / 9.0, &k3)]));
        let k5 = f(&add(
            &y,
            h,
            &[
                (19372.0 / 6561.0, &k1),
                (-25360.0 / 2187.0, &k2),
                (64448.0 / 6561.0, &k3),
                (-212.0 / 729.0, &k4),
            ],
        ));
        let k6 = f(&add(
            &y,
            h,
            &[
                (9017.0 / 3168.0, &k1),
                (-355.0 / 33.0, &k2),
                (46732.0 / 5247.0, &k3),
                (49.0 / 176.0, &k4),
                (-5103.0 / 18656.0, &k5),
            ],
        ));
        let y1 = add(
            &y,
            h,
            &[
                (35.0 / 384.0, &k1),
                (500.0 / 1113.0, &k3),
                (125.0 / 192.0, &k4),
                (-2187.0 / 6784.0, &k5),
                (11.0 / 84.0, &k6),
            ],
        );
        let k7 = f(&y1);
        let error = add(
            &[0.0; 2],
            h,
            &[
                (71.0 / 57600.0, &k1),
                (-71.0 / 16695.0, &k3),
                (71.0 / 1920.0, &k4),
                (-17253.0 / 339200.0, &k5),
                (22.0 / 525.0, &k6),
                (-1.0 / 40.0, &k7),
            ],
        );
        let square = |i: usize| {
            let e = error[i] / (TOLERANCE + TOLERANCE * y[i].abs().max(y1[i].abs()));
            e * e
        };
        let ratio = ((square(0) + square(1)) / 2.0).sqrt();
        if ratio <= 1.0 {
            let ceiling = if rejected { 1.0 } else { 10.0 };
            let factor = 0.9 / ratio.powf(0.17) * previous.powf(0.04);
            previous = ratio.max(1e-4);
            t = if last { T1 } else { t + h };
            (y, k1, rejected) = (y1, k7, false);
            h *= factor.clamp(0.2, ceiling);
        } else {
            rejected = true;
            h *= (0.9 / ratio.powf(0.17)).max(0.2);
        }
    }
    (y, attempts)
}

fn lotka_volterra(c: &mut Criterion) {
    let mut solver = Solver::dormand_prince(TOLERANCE, TOLERANCE);
    let mut workspace = Workspace::new(&Y0);
    let plan = Plan::new(0.0, T1);
    let ours = solver.solve_in(&mut workspace, field, &Y0, plan).map(|s| s.statistics.attempts());
    println!("attempts: by hand {}, ours {ours:?}", by_hand().1);

    let mut group = c.benchmark_group("lotka_volterra");
    group.bench_function("by hand", |b| b.iter(|| black_box(by_hand())));
    group.bench_function("ours", |b| {
        b.iter(|| black_box(solver.solve_in(&mut workspace, field, black_box(&Y0), plan).is_ok()))
    });
    group.finish();
}

criterion_group!(benches, lotka_volterra);
criterion_main!(benches);
