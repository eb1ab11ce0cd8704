//! Both ways to a vector-Jacobian product agree, and one call chooses.

use allocation_counter::measure;
use costate_autodiff::{
    Dimension, DimensionError, FEW, Function, OutputError, Pullback, PullbackError, Real,
    TraceError, dual,
};
use proptest::prelude::*;

/// Something of everything: `y_j = sum_i sin(x_i) x_{i+j} + exp(x_j / 2)`, on N numbers, M results.
#[derive(Clone, Copy)]
struct Mixed {
    outputs: usize,
}

impl Function for Mixed {
    fn eval<R: Real>(&self, x: &[R], y: &mut [R]) {
        for (j, y) in y.iter_mut().enumerate() {
            *y = (x[j % x.len()] / R::constant(2.0)).exp();
            for (i, &xi) in x.iter().enumerate() {
                *y += xi.sin() * x[(i + j) % x.len()];
            }
        }
        debug_assert_eq!(y.len(), self.outputs);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// Fewer inputs than a pass has directions and more; all of the products or some, in any order, repeated.
    #[test]
    fn both_ways_agree(
        (inputs, outputs, x, w, wanted) in (1..=20_usize, 1..=5_usize).prop_flat_map(|(n, m)| (
            Just(n), Just(m),
            prop::collection::vec(-2.0..2.0_f64, n), prop::collection::vec(-2.0..2.0_f64, m),
            prop::collection::vec(0..n + m, 0..12),
        )),
        cut in any::<prop::sample::Index>(),
    ) {
        let f = Mixed { outputs };
        let mut all = vec![0.0; outputs + inputs];
        let everything: Vec<usize> = (0..outputs + inputs).collect();
        Pullback::traced(f, inputs, outputs, &everything).unwrap().run(&[&x, &w], &mut [&mut all]).unwrap();
        for mut pullback in [
            Pullback::traced(f, inputs, outputs, &wanted).unwrap(),
            Pullback::dual(f, inputs, outputs, &wanted).unwrap(),
            Pullback::new(f, inputs, outputs, &wanted).unwrap(),
        ] {
            let mut found = vec![f64::NAN; wanted.len()];
            let (left, right) = found.split_at_mut(cut.index(wanted.len() + 1));
            let (front, back) = x.split_at(cut.index(inputs + 1));
            pullback.run(&[front, back, &w], &mut [left, right]).unwrap();
            for (&found, &index) in found.iter().zip(&wanted) {
                // Sums of at most 5 x (2 x 20 + 2) terms of at most 2 x (2 + e): two orders, each a rounding a term.
                prop_assert!((found - all[index]).abs() <= 2.0 * 210.0 * 210.0 * 10.0 * f64::EPSILON);
            }
        }
        prop_assert_eq!(Pullback::<_, f64>::new(f, inputs, outputs, &wanted).unwrap().is_dual(), inputs <= FEW);
    }
}

/// With sizes that the compiler knows.
#[test]
fn fixed_sizes_agree() {
    let (x, w) = ([0.3, -1.2, 0.7], [2.0, -0.5]);
    let f = |x: [dual::Dual<f64, 3>; 3]| {
        let mut y = [Real::constant(0.0); 2];
        Mixed { outputs: 2 }.eval(&x, &mut y);
        y
    };
    let (y, pulled) = dual::vjp(f, x, w);
    let mut found = [0.0; 5];
    let mut pullback = Pullback::dual(Mixed { outputs: 2 }, 3, 2, &[0, 1, 2, 3, 4]).unwrap();
    pullback.run(&[&x, &w], &mut [&mut found]).unwrap();
    assert_eq!([&y[..], &pulled[..]].concat(), found);
}

#[test]
fn warm_runs_allocate_nothing() {
    for inputs in [2, 6, 8, 9, 30] {
        let f = Mixed { outputs: 3 };
        let wanted: Vec<usize> = (0..inputs + 3).collect();
        for pullback in
            [Pullback::traced(f, inputs, 3, &wanted), Pullback::dual(f, inputs, 3, &wanted)]
        {
            let mut pullback = pullback.unwrap();
            let (x, w) = (vec![0.5; inputs], [1.0, 2.0, 3.0]);
            let (mut y, mut pulled) = ([0.0; 3], vec![0.0; inputs]);
            let counted = measure(|| {
                for _ in 0..3 {
                    pullback.run(&[&x, &w], &mut [&mut y, &mut pulled]).unwrap();
                }
            });
            assert_eq!(counted.count_total, 0, "{inputs} inputs");
        }
    }
}

/// Leaves an output as it was.
struct Forgetful;

impl Function for Forgetful {
    fn eval<R: Real>(&self, x: &[R], y: &mut [R]) {
        y[0] = x[0];
    }
}

#[test]
fn what_is_wrong_is_said_before_the_first_run() {
    let unwritten = PullbackError::Trace(TraceError::Unwritten { output: 1 });
    assert_eq!(Pullback::<_, f64>::dual(Forgetful, 1, 2, &[0]).unwrap_err(), unwritten);
    assert_eq!(Pullback::<_, f64>::traced(Forgetful, 1, 2, &[0]).unwrap_err(), unwritten);
    let missing = PullbackError::Output(OutputError { index: 2, outputs: 2 });
    assert_eq!(Pullback::<_, f64>::dual(Forgetful, 1, 1, &[2]).unwrap_err(), missing);
    assert_eq!(Pullback::<_, f64>::traced(Forgetful, 1, 1, &[2]).unwrap_err(), missing);
    for pullback in
        [Pullback::dual(Forgetful, 1, 1, &[0, 1]), Pullback::traced(Forgetful, 1, 1, &[0, 1])]
    {
        let mut pullback = pullback.unwrap();
        let mut y = [7.0; 2];
        let inputs = DimensionError { what: Dimension::Inputs, expected: 2, found: 1 };
        assert_eq!(pullback.run(&[&[1.0]], &mut [&mut y]), Err(inputs));
        let outputs = DimensionError { what: Dimension::Outputs, expected: 2, found: 1 };
        assert_eq!(pullback.run(&[&[1.0, 1.0]], &mut [&mut y[..1]]), Err(outputs));
        assert_eq!(y, [7.0; 2]);
    }
}
