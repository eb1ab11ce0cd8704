use crate::by_hand::{distance, net};
use crate::inputs::{matrix, smooth};
use costate_adjoint::{DifferentiableField, laws};
use costate_neural::{Activation, Mlp, Model, NeuralError, SecondOrder};
use nalgebra::DMatrix;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn has_the_velocity_and_the_net_for_slopes(
        (n, hidden, batch) in (1..4_usize, 1..6_usize, 1..5_usize),
        activation in smooth(),
        (t, seed) in (-2.0..2.0, any::<u64>()),
    ) {
        let widths = [2 * n, hidden, n];
        let model = SecondOrder::new(Mlp::new(widths, activation).unwrap().with_time()).unwrap();
        let (y, p) = (matrix(2 * n, batch, seed), model.initial::<f64>(seed).unwrap());
        let mut field = model.field::<DMatrix<f64>>(batch).unwrap();
        let mut dy = y.clone();
        field.eval(t, &y, &p, &mut dy);
        for j in 0..batch {
            let (y, dy) = (y.column(j), dy.column(j));
            prop_assert_eq!(&dy.as_slice()[..n], &y.as_slice()[n..]);
            let x = [y.as_slice(), &[t]].concat();
            let expected = net(&widths, [activation, Activation::Identity], &x, &mut &p[..]);
            prop_assert!(distance(&dy.as_slice()[n..], &expected) < 1e-13);
        }
        laws::check_field(&mut field, t, &y, &p, seed).unwrap();
    }
}

#[test]
fn what_cannot_be_is_an_error() {
    let refused = SecondOrder::new(Mlp::new([3, 4, 1], Activation::Tanh).unwrap());
    assert!(matches!(refused, Err(NeuralError::Width { expected: 2, found: 3, .. })));
}
