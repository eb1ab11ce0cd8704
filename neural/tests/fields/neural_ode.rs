use crate::by_hand::{distance, net};
use crate::inputs::{matrix, smooth};
use costate_adjoint::{DifferentiableField, laws};
use costate_neural::{Activation, GraphField, Mlp, Model, NeuralError, NeuralOde};
use nalgebra::DMatrix;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// The field is the net, in plain loops, column by column; and its products are those of differences.
    #[test]
    fn is_the_net(
        (n, hidden) in (1..4_usize, prop::collection::vec(1..6_usize, 0..3)),
        (batch, time) in (1..5_usize, any::<bool>()),
        activations in [smooth(), smooth()],
        (t, seed) in (-2.0..2.0, any::<u64>()),
    ) {
        let widths = [vec![n], hidden, vec![n]].concat();
        let mlp = Mlp::new(widths.clone(), activations[0]).unwrap().with_final(activations[1]);
        let model = NeuralOde::new(if time { mlp.with_time() } else { mlp }).unwrap();
        let (y, p) = (matrix(n, batch, seed), model.initial::<f64>(seed).unwrap());
        let mut field = model.field::<DMatrix<f64>>(batch).unwrap();
        let mut dy = y.clone();
        field.eval(t, &y, &p, &mut dy);
        for j in 0..batch {
            let mut x = y.column(j).as_slice().to_vec();
            x.extend(time.then_some(t));
            let expected = net(&widths, activations, &x, &mut &p[..]);
            prop_assert!(distance(dy.column(j).as_slice(), &expected) < 1e-13);
        }
        laws::check_field(&mut field, t, &y, &p, seed).unwrap();
    }

    /// The same in `f32`, on a flat list.
    #[test]
    fn is_the_same_in_single_precision(batch in 1..5_usize, seed in any::<u64>()) {
        let model = NeuralOde::new(Mlp::new([3, 7, 3], Activation::Tanh).unwrap()).unwrap();
        let y: Vec<f32> = matrix(3, batch, seed).iter().map(|&x| x as f32).collect();
        let p = model.initial::<f32>(seed).unwrap();
        let mut field: GraphField<Vec<f32>> = model.field(batch).unwrap();
        laws::check_field(&mut field, 0.3, &y, &p, seed).unwrap();
        let double = model.initial::<f64>(seed).unwrap();
        prop_assert!(p.iter().zip(&double).all(|(a, b)| *a == *b as f32));
    }

    /// Initial parameters fill their interval, layer by layer, and hang on nothing but the seed.
    #[test]
    fn begins_as_pytorch_does(seed in any::<u64>()) {
        let model = NeuralOde::new(Mlp::new([3, 400, 3], Activation::Tanh).unwrap().with_time()).unwrap();
        let (p, layout) = (model.initial::<f64>(seed).unwrap(), model.parameters().unwrap());
        prop_assert_eq!(&p, &model.initial::<f64>(seed).unwrap());
        prop_assert_ne!(&p, &model.initial::<f64>(seed.wrapping_add(1)).unwrap());
        for (name, inputs) in [("0.weight", 4.0_f64), ("0.bias", 4.0), ("1.weight", 400.0)] {
            let (array, bound) = (layout.view(name, &p).unwrap(), 1.0 / inputs.sqrt());
            prop_assert!(array.iter().all(|x| x.abs() <= bound));
            // Of 400 uniform draws or more, one beyond 9/10 of the interval is missed with probability 0.9^400 = 5e-19, and the
            // mean strays from zero by 6 deviations (bound / sqrt(3 n)) about as rarely.
            prop_assert!(array.iter().any(|x| x.abs() > 0.9 * bound));
            let n = array.len() as f64;
            prop_assert!((array.iter().sum::<f64>() / n).abs() < 6.0 * bound / (3.0 * n).sqrt());
        }
    }
}

#[test]
fn what_cannot_be_is_an_error() {
    assert_eq!(Mlp::new([2], Activation::Tanh), Err(NeuralError::TooFewWidths { found: 1 }));
    assert_eq!(Mlp::new([2, 0, 2], Activation::Tanh), Err(NeuralError::ZeroWidth { index: 1 }));
    let huge = Mlp::new([usize::MAX, 2, usize::MAX], Activation::Tanh).unwrap();
    assert!(matches!(
        NeuralOde::new(huge.with_time()).unwrap().field::<Vec<f64>>(1),
        Err(NeuralError::Layout(_))
    ));
    let uneven = NeuralOde::new(Mlp::new([2, 3], Activation::Tanh).unwrap());
    assert!(matches!(uneven, Err(NeuralError::Width { expected: 2, found: 3, .. })));
    let model = NeuralOde::new(Mlp::new([2, 2], Activation::Tanh).unwrap()).unwrap();
    assert_eq!(model.field::<Vec<f64>>(0).unwrap_err(), NeuralError::EmptyBatch);
    let pair = model.field::<(Vec<f64>, Vec<f64>)>(1).unwrap_err();
    assert_eq!(pair, NeuralError::Leaves { expected: 2, found: 1 });

    // Lists of other lengths: an error before a solve, and NaN for who does not ask.
    let mut field = model.field::<Vec<f64>>(3).unwrap();
    let (y, p) = (vec![1.0; 6], model.initial::<f64>(1).unwrap());
    assert!(field.check(&y, &p).is_ok());
    assert!(field.check(&vec![1.0; 5], &p).is_err() && field.check(&y, &p[1..].to_vec()).is_err());
    let mut dy = y.clone();
    field.eval(0.0, &y, &p[1..].to_vec(), &mut dy);
    assert!(dy.iter().all(|x| x.is_nan()));
}
