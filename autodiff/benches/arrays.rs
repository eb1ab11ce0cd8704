//! Matrix products by a program, in floating-point operations a second, and functions of entries, in entries a second.
//!
//! Read the ratios, measured in one run; the rates themselves are the machine's.

use core::time::Duration;
use costate_autodiff::{Layout, Program, Real, Shape, Var, trace};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

/// What a product of layer sizes is made of: `left` times `right`, each as it is or transposed.
struct Case {
    name: &'static str,
    left: (usize, usize, bool),
    right: (usize, usize, bool),
}

const fn case(name: &'static str, left: (usize, usize, bool), right: (usize, usize, bool)) -> Case {
    Case { name, left, right }
}

const CASES: &[Case] = &[
    case("2x2 x, batch 4", (2, 2, false), (2, 4, false)),
    case("8x8 x, batch 1", (8, 8, false), (8, 1, false)),
    case("8x8 x, batch 8", (8, 8, false), (8, 8, false)),
    case("50x50 x, batch 16", (50, 50, false), (50, 16, false)),
    case("400x400 x, batch 1", (400, 400, false), (400, 1, false)),
    case("400x400 x, batch 16", (400, 400, false), (400, 16, false)),
    case("400x400 x, batch 128", (400, 400, false), (400, 128, false)),
    case("400x400 x, batch 256", (400, 400, false), (400, 256, false)),
    case("400x400^T x, batch 1", (400, 400, true), (400, 1, false)),
    case("400x400^T x, batch 256", (400, 400, true), (400, 256, false)),
    case("a x^T, batch 1", (400, 1, false), (400, 1, true)),
    case("a x^T, batch 16", (400, 16, false), (400, 16, true)),
    case("a x^T, batch 256", (400, 256, false), (400, 256, true)),
];

fn product<T: Real>(group: &mut BenchmarkGroup<'_, WallTime>, scalar: &str, case: &Case) {
    let ((m, n, l), (p, q, r)) = (case.left, case.right);
    let inputs = Layout::unnamed([Shape::new(m, n), Shape::new(p, q)]);
    let Ok(inputs) = inputs else { return };
    let Ok(graph) = trace(&inputs, |x| vec![x[0].product(x[1], l, r)]) else { return };
    let mut program = Program::<T>::compile(&graph);
    let wave = |n| (0..n).map(|i| T::constant((i as f64 * 0.7).sin())).collect::<Vec<T>>();
    let (a, b, mut y) = (wave(m * n), wave(p * q), wave(program.outputs()));
    group.throughput(Throughput::Elements(program.flops() as u64));
    group.bench_function(format!("{scalar}, {}", case.name), |bench| {
        bench.iter(|| program.run(&[black_box(&a), black_box(&b)], &mut [&mut y]).is_ok())
    });
}

fn products(c: &mut Criterion) {
    let mut group = c.benchmark_group("products");
    group.warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_millis(400));
    for case in CASES {
        product::<f32>(&mut group, "f32", case);
        product::<f64>(&mut group, "f64", case);
    }
    group.finish();
}

/// A function of one entry and its name.
type Named = (&'static str, fn(Var) -> Var);

const FUNCTIONS: &[Named] = &[
    ("exp", Real::exp),
    ("tanh", Real::tanh),
    ("sigmoid", Real::sigmoid),
    ("softplus", Real::softplus),
    ("x * x + x", |x| x * x + x),
];

fn function<T: Real>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    scalar: &str,
    (name, f): Named,
    length: usize,
) {
    let Ok(inputs) = Layout::unnamed([Shape::column(length)]) else { return };
    let Ok(graph) = trace(&inputs, |x| vec![f(x[0])]) else { return };
    let mut program = Program::<T>::compile(&graph);
    let x: Vec<T> = (0..length).map(|i| T::constant(4.0 * (i as f64).sin())).collect();
    let mut y = vec![T::constant(0.0); length];
    group.throughput(Throughput::Elements(length as u64));
    group.bench_function(format!("{scalar}, {name} of {length}"), |bench| {
        bench.iter(|| program.run(&[black_box(&x)], &mut [&mut y]).is_ok())
    });
}

fn functions(c: &mut Criterion) {
    let mut group = c.benchmark_group("functions");
    group.warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_millis(400));
    for &named in FUNCTIONS {
        for length in [4, 4096] {
            function::<f32>(&mut group, "f32", named, length);
            function::<f64>(&mut group, "f64", named, length);
        }
    }
    group.finish();
}

criterion_group!(benches, products, functions);
criterion_main!(benches);
