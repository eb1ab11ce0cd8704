//! A field that resizes what it is given to write into is an error, whenever it does so.

use costate_solver::{Plan, SolveError, Solver};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_field_that_resizes_is_refused(call in 0..40_usize, length in prop_oneof![0..2_usize, 3..5_usize]) {
        let mut calls = 0;
        let field = |_t: f64, y: &Vec<f64>, dy: &mut Vec<f64>| {
            *dy = y.iter().map(|y| -y).collect();
            if calls == call {
                dy.resize(length, 1.0);
            }
            calls += 1;
        };
        // The second call is the trial of the first step, which only guesses: there a resized vector does no harm.
        let outcome = Solver::dormand_prince(1e-8, 1e-8).solve(field, &vec![1.0, 2.0], Plan::new(0.0, 3.0));
        match outcome {
            Err(SolveError::ShapeChanged { expected: 2, found, .. }) => prop_assert_eq!(found, length),
            Err(error) => prop_assert!(false, "{error}"),
            Ok(solution) => prop_assert!(call == 1 || calls <= call, "{} calls, {:?}", calls, solution.y),
        }
    }
}
