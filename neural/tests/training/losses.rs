use costate_adjoint::autodiff::{Layout, Shape, trace};
use costate_neural::{
    CrossEntropy, FlowState, MeanSquaredError, NeuralError, negative_log_likelihood,
};
use nalgebra::DMatrix;
use proptest::prelude::*;

/// The derivative of a function along one coordinate, by central differences: good to 1e-10 for functions of size 1.
fn slope(mut f: impl FnMut(f64) -> f64) -> f64 {
    let h = 1e-5;
    (f(h) - f(-h)) / (2.0 * h)
}

proptest! {
    #[test]
    fn cross_entropy_is_that_of_the_traced_softmax(
        (classes, seed) in (1..5_usize, any::<u64>()),
        scores in prop::collection::vec(-3.0..3.0, 5 * 4),
    ) {
        let batch = 4;
        let scores = &scores[..classes * batch];
        let labels: Vec<usize> = (0..batch).map(|j| ((seed >> (8 * j)) as usize) % classes).collect();
        let loss = CrossEntropy::new(labels.clone(), classes).unwrap();
        let mut to_scores = vec![0.0; scores.len()];
        let value = loss.evaluate(&scores.to_vec(), &mut to_scores);

        let shape = Shape::new(classes, batch);
        let chosen: Vec<f64> = labels.iter().flat_map(|&l| (0..classes).map(move |k| f64::from(k == l))).collect();
        let traced = trace(Layout::unnamed([shape]).unwrap(), |x| {
            let picked = x[0].dot(costate_adjoint::autodiff::Var::array(shape, &chosen));
            vec![(x[0].logsumexp().sum() - picked).scale(0.25)]
        }).unwrap();
        let expected = traced.grad().unwrap().evaluate(scores).unwrap();
        prop_assert!((value - expected[0]).abs() < 1e-13);
        prop_assert!(to_scores.iter().zip(&expected[1..]).all(|(a, b)| (a - b).abs() < 1e-14));

        // Scores that are all higher, by whatever, are the same scores.
        let higher: Vec<f64> = scores.iter().map(|s| s + 1e6).collect();
        prop_assert!((loss.evaluate(&higher, &mut to_scores) - value).abs() < 1e-8);
        let right = (0..batch).filter(|&j| {
            let column = &scores[j * classes..][..classes];
            column.iter().all(|s| *s <= column[labels[j]])
        });
        prop_assert_eq!(loss.accuracy(&scores.to_vec()), right.count() as f64 / 4.0);
    }

    #[test]
    fn squared_errors_slope_as_differences_do(values in prop::collection::vec(-1.0..1.0, 24), moved in 0..12_usize) {
        let states = |from: &[f64]| [from[..6].to_vec(), from[6..12].to_vec()];
        let loss = MeanSquaredError::new(states(&values[12..]).to_vec()).unwrap();
        let mut cotangents = states(&[0.0; 12]);
        let value = loss.evaluate(&states(&values), &mut cotangents);
        let expected: f64 = (0..12).map(|i| (values[i] - values[12 + i]).powi(2)).sum::<f64>() / 12.0;
        prop_assert!((value - expected).abs() < 1e-14);
        let found = slope(|h| {
            let mut values = values.clone();
            values[moved] += h;
            loss.evaluate(&states(&values), &mut states(&[0.0; 12]))
        });
        prop_assert!((cotangents.concat()[moved] - found).abs() < 1e-9);
    }

    #[test]
    fn likelihoods_slope_as_differences_do(values in prop::collection::vec(-1.0..1.0, 12), moved in 0..12_usize) {
        let state = |from: &[f64]| -> FlowState<f64> {
            (DMatrix::from_column_slice(3, 3, &from[..9]), DMatrix::from_column_slice(1, 3, &from[9..]))
        };
        let mut cotangent = state(&[0.0; 12]);
        negative_log_likelihood(&state(&values), &mut cotangent);
        let found = slope(|h| {
            let mut values = values.clone();
            values[moved] += h;
            negative_log_likelihood(&state(&values), &mut state(&[0.0; 12]))
        });
        let written = [cotangent.0.as_slice(), cotangent.1.as_slice()].concat();
        prop_assert!((written[moved] - found).abs() < 1e-9);
    }
}

#[test]
fn what_cannot_be_is_an_error_or_not_a_number() {
    assert_eq!(
        CrossEntropy::new(vec![0, 3], 3),
        Err(NeuralError::Label { index: 1, label: 3, classes: 3 })
    );
    assert_eq!(CrossEntropy::new(vec![], 3), Err(NeuralError::EmptyBatch));
    let loss = CrossEntropy::new(vec![0, 1], 2).unwrap();
    assert!(loss.evaluate(&vec![0.0; 3], &mut vec![0.0; 3]).is_nan());
    for score in [f64::NAN, f64::INFINITY] {
        assert!(loss.evaluate(&vec![0.0, 1.0, score, 0.0], &mut vec![0.0; 4]).is_nan());
    }

    assert!(matches!(MeanSquaredError::<Vec<f64>>::new(vec![]), Err(NeuralError::Setting { .. })));
    assert!(matches!(MeanSquaredError::new(vec![[f64::NAN]]), Err(NeuralError::NotFinite { .. })));
    let loss = MeanSquaredError::new(vec![vec![1.0; 2]]).unwrap();
    assert!(loss.evaluate(&[], &mut []).is_nan());
    assert!(loss.evaluate(&[vec![1.0; 3]], &mut [vec![0.0; 3]]).is_nan());
}
