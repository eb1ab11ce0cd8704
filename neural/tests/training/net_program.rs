use costate_adjoint::laws;
use costate_adjoint::{DifferentiableField, Vjp};
use costate_neural::{Activation, Mlp, Model, NetProgram, NeuralError, NeuralOde};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// A net outside of a solve is the net of a field, whose products are held against differences.
    #[test]
    fn is_the_net_of_a_field(batch in 1..4_usize, t in -1.0..1.0, seed in any::<u64>()) {
        let net = Mlp::new([2, 5, 2], Activation::Softplus).unwrap().with_time();
        let model = NeuralOde::new(net.clone()).unwrap();
        let (mut field, p) = (model.field::<Vec<f64>>(batch).unwrap(), model.initial(seed).unwrap());
        let y: Vec<f64> = p.iter().copied().take(2 * batch).collect();
        let w: Vec<f64> = p.iter().rev().copied().take(2 * batch).collect();
        let (mut dy, mut to_y, mut to_p) = (y.clone(), y.clone(), p.clone());
        field.vjp(t, &y, &p, &w, Vjp { value: Some(&mut dy), y: Some(&mut to_y), p: Some(&mut to_p), ..Vjp::default() });

        let mut program = NetProgram::new(&net, batch).unwrap();
        let (mut value, mut to_x, mut to_weights) = (y.clone(), y.clone(), p.clone());
        program.apply(t, &y, &p, &mut value).unwrap();
        program.pull_back(t, &y, &p, &w, &mut to_x, &mut to_weights).unwrap();
        prop_assert_eq!((value, to_x, to_weights), (dy, to_y, to_p));
        laws::check_field(&mut field, t, &y, &p, seed).unwrap();
    }
}

#[test]
fn other_lengths_are_an_error() {
    let net = Mlp::new([2, 3], Activation::Tanh).unwrap();
    assert!(matches!(NetProgram::<f64>::new(&net, 0), Err(NeuralError::EmptyBatch)));
    let mut program = NetProgram::new(&net, 1).unwrap();
    let refused = program.apply(0.0, &[1.0], &[0.0; 9], &mut [0.0; 3]);
    assert!(matches!(refused, Err(NeuralError::Dimension(_))));
}
