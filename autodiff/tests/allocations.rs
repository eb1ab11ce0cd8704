//! A run allocates nothing, whatever the width of its registers.

use allocation_counter::measure;
use costate_autodiff::{Layout, Program, Real, Shape, trace};

#[test]
fn a_run_allocates_nothing() {
    for n in [1, 200, 40_000] {
        let graph = trace(2, |x| {
            let terms: Vec<_> =
                (0..n).map(|k| (x[0] * Real::constant(f64::from(k))).sin()).collect();
            vec![terms.into_iter().rev().reduce(|sum, term| (sum * x[1]).max(term)).unwrap()]
        })
        .unwrap();
        let mut program = Program::<f64>::compile(&graph.vjp());
        let (mut y, mut slopes) = ([0.0], [0.0; 2]);
        let counted = measure(|| {
            for _ in 0..3 {
                program.run(&[&[0.3], &[0.5, 1.0]], &mut [&mut y, &mut slopes]).unwrap();
            }
        });
        assert_eq!(counted.count_total, 0, "with {n} terms");
        // The counter works: a clone has to allocate.
        assert!(measure(|| drop(program.clone())).count_total > 0);
    }
}

/// Nor does one of arrays, small or large: nothing if inputs lie in one piece, and nothing
/// after the first run if one is cut.
#[test]
fn a_run_of_arrays_allocates_nothing() {
    for (n, batch) in [(3, 1), (40, 16)] {
        let inputs = Layout::new([
            ("W", Shape::new(n, n)),
            ("b", Shape::column(n)),
            ("x", Shape::new(n, batch)),
        ])
        .unwrap();
        let layer = trace(&inputs, |v| vec![(v[0].matmul(v[2]) + v[1]).tanh().softmax()]).unwrap();
        let mut program = Program::<f64>::compile(&layer.vjp());
        let (p, x, w) = (vec![0.1; n * n + n], vec![0.2; n * batch], vec![0.3; n * batch]);
        let mut y = vec![0.0; program.outputs()];
        let counted = measure(|| {
            for _ in 0..3 {
                program.run(&[&p, &x, &w], &mut [&mut y]).unwrap();
            }
        });
        assert_eq!(counted.count_total, 0, "{n} x {batch}");
        let (front, back) = p.split_at(n + 1);
        let mut cut = || program.run(&[front, back, &x, &w], &mut [&mut y]).unwrap();
        cut();
        assert_eq!(measure(&mut cut).count_total, 0, "{n} x {batch}, cut");
    }
}
