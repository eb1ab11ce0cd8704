//! Vector-Jacobian products by a traced program and by dual numbers, beside the same written out by hand.
//!
//! Read the ratios, measured in one run; the times themselves are the machine's.

use costate_autodiff::{Function, Program, Pullback, Real, dual, trace_into};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

/// Prey and predators: x = (prey, predators, birth, hunting, death, growth).
struct LotkaVolterra;

impl Function for LotkaVolterra {
    #[inline(always)]
    fn eval<R: Real>(&self, x: &[R], y: &mut [R]) {
        y[0] = x[2] * x[0] - x[3] * x[0] * x[1];
        y[1] = x[5] * x[0] * x[1] - x[4] * x[1];
    }
}

/// By hand: the value, and `J^T w`.
#[inline(never)]
fn lotka_volterra(x: &[f64; 6], w: &[f64; 2], y: &mut [f64; 2], pulled: &mut [f64; 6]) {
    let &[prey, predators, birth, hunting, death, growth] = x;
    let eaten = prey * predators;
    *y = [birth * prey - hunting * eaten, growth * eaten - death * predators];
    let both = growth * w[1] - hunting * w[0];
    *pulled = [
        birth * w[0] + both * predators,
        both * prey - death * w[1],
        prey * w[0],
        -eaten * w[0],
        -predators * w[1],
        eaten * w[1],
    ];
}

/// Seven stars in a plane, of masses 1 to 7: x = (positions, velocities), 14 each (Hairer, Norsett, Wanner I, II.10).
struct Pleiades;

impl Function for Pleiades {
    #[inline(always)]
    fn eval<R: Real>(&self, x: &[R], y: &mut [R]) {
        let (positions, velocities) = x.split_at(14);
        y[..14].copy_from_slice(velocities);
        y[14..].fill(R::constant(0.0));
        for i in 0..7 {
            for j in 0..i {
                let (dx, dy) = (positions[j] - positions[i], positions[7 + j] - positions[7 + i]);
                let squared = dx.square() + dy.square();
                let inverse = (squared * squared.sqrt()).recip();
                let (of_i, of_j) = (R::constant(i as f64 + 1.0), R::constant(j as f64 + 1.0));
                y[14 + i] += of_j * dx * inverse;
                y[21 + i] += of_j * dy * inverse;
                y[14 + j] -= of_i * dx * inverse;
                y[21 + j] -= of_i * dy * inverse;
            }
        }
    }
}

/// By hand: the value, and `J^T w`.
#[inline(never)]
fn pleiades(x: &[f64; 28], w: &[f64; 28], y: &mut [f64; 28], pulled: &mut [f64; 28]) {
    y[..14].copy_from_slice(&x[14..]);
    y[14..].fill(0.0);
    pulled[..14].fill(0.0);
    pulled[14..].copy_from_slice(&w[..14]);
    for i in 0..7 {
        for j in 0..i {
            let (dx, dy) = (x[j] - x[i], x[7 + j] - x[7 + i]);
            let squared = dx * dx + dy * dy;
            let inverse = 1.0 / (squared * squared.sqrt());
            let (of_i, of_j) = (i as f64 + 1.0, j as f64 + 1.0);
            y[14 + i] += of_j * dx * inverse;
            y[21 + i] += of_j * dy * inverse;
            y[14 + j] -= of_i * dx * inverse;
            y[21 + j] -= of_i * dy * inverse;
            // d (d / r^3) = dd / r^3 - 3 d (d . dd) / r^5
            let along_x = of_j * w[14 + i] - of_i * w[14 + j];
            let along_y = of_j * w[21 + i] - of_i * w[21 + j];
            let common = 3.0 * (along_x * dx + along_y * dy) * inverse / squared;
            let (to_dx, to_dy) = (along_x * inverse - common * dx, along_y * inverse - common * dy);
            pulled[j] += to_dx;
            pulled[i] -= to_dx;
            pulled[7 + j] += to_dy;
            pulled[7 + i] -= to_dy;
        }
    }
}

/// Lorenz' equations: x = (state, parameters), three each.
struct Lorenz;

impl Function for Lorenz {
    #[inline(always)]
    fn eval<R: Real>(&self, x: &[R], y: &mut [R]) {
        y[0] = x[3] * (x[1] - x[0]);
        y[1] = x[0] * (x[4] - x[2]) - x[1];
        y[2] = x[0] * x[1] - x[5] * x[2];
    }
}

/// A ring of species, each eaten by the next: x = (N populations, N rates).
struct Ring<const N: usize>;

impl<const N: usize> Function for Ring<N> {
    #[inline(always)]
    fn eval<R: Real>(&self, x: &[R], y: &mut [R]) {
        for i in 0..N {
            y[i] = x[N + i] * x[i] - x[i] * x[(i + 1) % N];
        }
    }
}

/// Lotka and Volterra's equations as the right-hand side of a solve: x = (time, populations, rates).
struct InTime;

impl Function for InTime {
    #[inline(always)]
    fn eval<R: Real>(&self, x: &[R], y: &mut [R]) {
        LotkaVolterra.eval(&x[1..], y);
    }
}

/// Lorenz' likewise.
struct LorenzInTime;

impl Function for LorenzInTime {
    #[inline(always)]
    fn eval<R: Real>(&self, x: &[R], y: &mut [R]) {
        Lorenz.eval(&x[1..], y);
    }
}

/// `tanh(W x)` with W of `N x N`, x = (state, W): from few inputs to many.
struct Layer<const N: usize>;

impl<const N: usize> Function for Layer<N> {
    #[inline(always)]
    fn eval<R: Real>(&self, x: &[R], y: &mut [R]) {
        let (state, w) = x.split_at(N);
        for i in 0..N {
            y[i] = (0..N).fold(R::constant(0.0), |sum, j| sum + w[j * N + i] * state[j]).tanh();
        }
    }
}

/// A pendulum with friction and a drive: x = (angle, speed, friction, drive).
struct Pendulum;

impl Function for Pendulum {
    #[inline(always)]
    fn eval<R: Real>(&self, x: &[R], y: &mut [R]) {
        y[0] = x[1];
        y[1] = x[3] - x[2] * x[1] - x[0].sin();
    }
}

/// Dual numbers where the compiler knows all sizes.
fn fixed_sizes(c: &mut Criterion) {
    let mut group = c.benchmark_group("Lotka-Volterra");
    let x: [f64; 6] = core::array::from_fn(|i| 0.3 + (i as f64 * 0.7).sin());
    let w = [0.5, 0.6];
    group.bench_function("dual, sizes known", |b| {
        b.iter(|| {
            let f = |[prey, predators, birth, hunting, death, growth]: [_; 6]| {
                let eaten = prey * predators;
                [birth * prey - hunting * eaten, growth * eaten - death * predators]
            };
            black_box(dual::vjp(f, *black_box(&x), *black_box(&w)))
        })
    });
    group.finish();
}

/// Both ways, with all of the value and the cotangents, to and from arrays as in the versions by hand.
fn both_ways<F: Function + Copy, const N: usize, const M: usize>(
    c: &mut Criterion,
    name: &str,
    f: F,
) {
    let mut group = c.benchmark_group(name);
    let x: [f64; N] = core::array::from_fn(|i| 0.3 + (i as f64 * 0.7).sin());
    let w: [f64; M] = core::array::from_fn(|i| 0.5 + 0.1 * i as f64);
    let wanted: Vec<usize> = (0..N + M).collect();
    let (mut y, mut pulled) = ([0.0; M], [0.0; N]);
    if let Ok(graph) = trace_into(N, M, |x, y| f.eval(x, y)) {
        let mut program = Program::compile(&graph.vjp());
        group.bench_function("program", |b| {
            b.iter(|| {
                let (x, w) = (black_box(&x), black_box(&w));
                program.run(&[x, w], &mut [&mut y, black_box(&mut pulled)]).is_ok()
            })
        });
    }
    let ways = [
        ("traced", Pullback::traced(f, N, M, &wanted)),
        ("dual", Pullback::dual(f, N, M, &wanted)),
    ];
    for (way, pullback) in ways {
        match pullback {
            Ok(mut pullback) => {
                group.bench_function(way, |b| {
                    b.iter(|| {
                        let (x, w) = (black_box(&x), black_box(&w));
                        let ran = pullback.run(&[x, w], &mut [&mut y, black_box(&mut pulled)]);
                        ran.is_ok()
                    })
                });
            }
            Err(error) => eprintln!("{name}, {way}: {error}"),
        }
    }
    group.finish();
}

/// The programs of the groups below, by hand.
fn by_hand(c: &mut Criterion) {
    let mut group = c.benchmark_group("by hand");
    let x: [f64; 6] = core::array::from_fn(|i| 0.3 + (i as f64 * 0.7).sin());
    let (w, mut y, mut pulled) = ([0.5, 0.6], [0.0; 2], [0.0; 6]);
    group.bench_function("Lotka-Volterra", |b| {
        b.iter(|| lotka_volterra(black_box(&x), black_box(&w), &mut y, black_box(&mut pulled)))
    });
    let x: [f64; 28] = core::array::from_fn(|i| 0.3 + (i as f64 * 0.7).sin());
    let w: [f64; 28] = core::array::from_fn(|i| 0.5 + 0.1 * i as f64);
    let (mut y, mut pulled) = ([0.0; 28], [0.0; 28]);
    group.bench_function("Pleiades", |b| {
        b.iter(|| pleiades(black_box(&x), black_box(&w), &mut y, black_box(&mut pulled)))
    });
    group.finish();
}

fn products(c: &mut Criterion) {
    by_hand(c);
    fixed_sizes(c);
    both_ways::<_, 6, 2>(c, "Lotka-Volterra", &LotkaVolterra);
    both_ways::<_, 28, 28>(c, "Pleiades", &Pleiades);
    both_ways::<_, 4, 2>(c, "pendulum, 4 inputs", &Pendulum);
    both_ways::<_, 6, 3>(c, "Lorenz, 6 inputs", &Lorenz);
    both_ways::<_, 6, 2>(c, "tanh layer, 6 inputs", &Layer::<2>);
    both_ways::<_, 12, 3>(c, "tanh layer, 12 inputs", &Layer::<3>);
    both_ways::<_, 20, 4>(c, "tanh layer, 20 inputs", &Layer::<4>);
    both_ways::<_, 8, 4>(c, "ring, 8 inputs", &Ring::<4>);
    both_ways::<_, 6, 3>(c, "ring, 6 inputs", &Ring::<3>);
    both_ways::<_, 7, 2>(c, "Lotka-Volterra with time, 7 inputs", &InTime);
    both_ways::<_, 7, 3>(c, "Lorenz with time, 7 inputs", &LorenzInTime);
}

criterion_group!(benches, products);
criterion_main!(benches);
