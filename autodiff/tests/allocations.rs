//! A run allocates nothing, whatever the width of its registers.

use allocation_counter::measure;
use costate_autodiff::{Program, Real, trace};

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
