//! The functions made of e^x against references with more digits.

mod doubled;

use costate_autodiff::{Layout, Program, Real, Shape, Var, trace};
use doubled::Doubled;

/// What [`Real`] promises, in units in the last place.
const BOUND: f64 = 2.5;

/// How many bit patterns are tried, evenly spread: both signs and all exponents, subnormal ones too.
const SINGLE: usize = 300_007;
const DOUBLE: usize = 60_013;

fn singles() -> impl Iterator<Item = f32> {
    let stride = u32::MAX / SINGLE as u32;
    (0..SINGLE as u32).map(move |k| f32::from_bits(k * stride)).filter(|x| x.is_finite())
}

/// And the same number between -750 and 750, where results are neither 0 nor 1 nor infinite.
fn doubles() -> impl Iterator<Item = f64> {
    let stride = u64::MAX / DOUBLE as u64;
    let all = (0..DOUBLE as u64).map(move |k| f64::from_bits(k * stride)).filter(|x| x.is_finite());
    let near = (0..DOUBLE).map(|k| 750.0 * (2.0 * k as f64 / DOUBLE as f64 - 1.0).powi(3));
    all.chain(near)
}

/// What one unit in the last place of `f32` is, at a number of more digits.
fn unit32(y: f64) -> f64 {
    let exponent = (y.abs().max(f64::from(f32::MIN_POSITIVE)).to_bits() >> 52) as i32 - 1023;
    2.0_f64.powi(exponent - 23)
}

#[test]
fn single_precision() {
    type Case = (&'static str, fn(f32) -> f32, fn(f64) -> f64);
    // In double precision these have errors of a few units in its last place, 2^-29 of those measured.
    let cases: [Case; 4] = [
        ("exp", Real::exp, f64::exp),
        ("tanh", Real::tanh, f64::tanh),
        ("sigmoid", Real::sigmoid, |x| {
            if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) }
        }),
        ("softplus", Real::softplus, |x| x.max(0.0) + (-x.abs()).exp().ln_1p()),
    ];
    let near = (0..SINGLE).map(|k| 110.0 * (2.0 * k as f32 / SINGLE as f32 - 1.0).powi(3));
    let all: Vec<f32> = singles().chain(near).collect();
    for (name, function, reference) in cases {
        for &x in &all {
            let (y, expected) = (function(x), reference(f64::from(x)));
            if expected > f64::from(f32::MAX) {
                assert!(y >= f32::MAX, "{name}({x:e}) = {y:e}");
                continue;
            }
            let error = (f64::from(y) - expected).abs() / unit32(expected);
            assert!(error <= BOUND, "{name}({x:e}) = {y:e}, {error} units from {expected:e}");
        }
    }
}

#[test]
fn double_precision() {
    type Case = (&'static str, fn(f64) -> f64, fn(f64) -> Doubled);
    let cases: [Case; 4] = [
        ("exp", Real::exp, Doubled::exp),
        ("tanh", Real::tanh, Doubled::tanh),
        ("sigmoid", Real::sigmoid, Doubled::sigmoid),
        ("softplus", Real::softplus, Doubled::softplus),
    ];
    let mut largest = Vec::new();
    for (name, function, reference) in cases {
        let mut worst: (f64, f64) = (0.0, 0.0);
        for x in doubles() {
            let (y, expected) = (function(x), reference(x));
            if y == expected.high {
                let error = expected.low.abs() / doubled::unit(y);
                worst = if error > worst.0 { (error, x) } else { worst };
                continue;
            }
            let error = ((y - expected.high) - expected.low).abs() / doubled::unit(expected.high);
            worst = if error > worst.0 || error.is_nan() { (error, x) } else { worst };
        }
        largest.push((name, worst));
    }
    assert!(largest.iter().all(|(_, (error, _))| *error <= BOUND), "{largest:?}");
}

#[test]
fn edges() {
    macro_rules! edges {
        ($float:ident) => {
            let functions: [fn($float) -> $float; 4] =
                [Real::exp, Real::tanh, Real::sigmoid, Real::softplus];
            let (infinity, tiny) = ($float::INFINITY, $float::from_bits(1));
            assert!(functions.iter().all(|f| f($float::NAN).is_nan()));
            assert_eq!(functions.map(|f| f(infinity)), [infinity, 1.0, 1.0, infinity]);
            assert_eq!(functions.map(|f| f(-infinity)), [0.0, -1.0, 0.0, 0.0]);
            assert_eq!(functions[..3].iter().map(|f| f(0.0)).collect::<Vec<_>>(), [1.0, 0.0, 0.5]);
            assert!(Real::tanh(-0.0 as $float).is_sign_negative());
            assert_eq!([Real::tanh(tiny), Real::tanh(-tiny)], [tiny, -tiny]);
            // The last argument with a finite result, and the next one.
            let top = $float::MAX.ln();
            let top =
                if f64::from(top) > f64::from($float::MAX).ln() { top.next_down() } else { top };
            assert!(Real::exp(top).is_finite());
            assert_eq!(Real::exp(top.next_up().next_up()), infinity);
            assert_eq!(Real::exp($float::MAX), infinity);
            assert_eq!(Real::exp($float::MIN), 0.0);
        };
    }
    edges!(f32);
    edges!(f64);
}

/// The digits do not depend on how many entries an array has: neither on whether they fill registers, nor on their place.
#[test]
fn arrays_of_any_length() {
    let f = |x: Var| [x.exp(), x.tanh(), x.sigmoid(), x.softplus()].map(|y| y * x).to_vec();
    for n in (1..40).chain([255, 256, 300]) {
        let graph = trace(Layout::unnamed([Shape::column(n)]).unwrap(), |x| f(x[0])).unwrap();
        let x: Vec<f64> = (0..n).map(|i| 40.0 * (i as f64).sin()).collect();
        let mut y = vec![0.0; 4 * n];
        Program::compile(&graph).run(&[&x], &mut [&mut y]).unwrap();
        let g = |x: f64| {
            [Real::exp(x), Real::tanh(x), Real::sigmoid(x), Real::softplus(x)].map(|y: f64| y * x)
        };
        for (i, &x) in x.iter().enumerate() {
            assert_eq!([0, 1, 2, 3].map(|k| y[k * n + i]), g(x));
        }
        let x: Vec<f32> = x.iter().map(|&x| x as f32).collect();
        let mut y = vec![0.0; 4 * n];
        Program::compile(&graph).run(&[&x], &mut [&mut y]).unwrap();
        let g = |x: f32| {
            [Real::exp(x), Real::tanh(x), Real::sigmoid(x), Real::softplus(x)].map(|y: f32| y * x)
        };
        for (i, &x) in x.iter().enumerate() {
            assert_eq!([0, 1, 2, 3].map(|k| y[k * n + i]), g(x));
        }
    }
}
