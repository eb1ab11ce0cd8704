use costate_neural::{AdamW, NeuralError};
use proptest::prelude::*;

/// The paper's algorithm 2 for one number, with decay in units of the rate as PyTorch has it: bias-corrected means first, then both parts
/// of the step at once, from the powers of the betas.
fn by_formula(rate: f64, decay: f64, mut p: f64, gradients: &[f64]) -> f64 {
    let (beta1, beta2, epsilon) = (0.9_f64, 0.999_f64, 1e-8);
    for n in 1..=gradients.len() {
        // The running means written out: sums of all gradients so far.
        let mean = |beta: f64, power: i32| -> f64 {
            let terms = gradients[..n].iter().enumerate();
            let sum: f64 = terms.map(|(k, g)| beta.powi((n - 1 - k) as i32) * g.powi(power)).sum();
            (1.0 - beta) * sum / (1.0 - beta.powi(n as i32))
        };
        p = p - rate * decay * p - rate * mean(beta1, 1) / (mean(beta2, 2).sqrt() + epsilon);
    }
    p
}

proptest! {
    #[test]
    fn follows_the_formula(
        (rate, decay) in (1e-4..0.1, 0.0..0.5),
        start in prop::collection::vec(-2.0..2.0, 3),
        gradients in prop::collection::vec(prop::collection::vec(-10.0..10.0, 3), 1..20),
    ) {
        let mut optimiser = AdamW::new(rate, 3).unwrap().with_decay(decay);
        let mut p = start.clone();
        for g in &gradients {
            optimiser.step(&mut p, g).unwrap();
        }
        for i in 0..3 {
            let of_one: Vec<f64> = gradients.iter().map(|g| g[i]).collect();
            let expected = by_formula(rate, decay, start[i], &of_one);
            // Twenty steps, each rounded a few times, of numbers of size 2.
            prop_assert!((p[i] - expected).abs() < 1e-13);
        }

        // A copy made on the way goes on as the original does: a checkpoint is what is public.
        let AdamW { rate, betas, epsilon, decay, step, mean, square } = optimiser.clone();
        let mut restored = AdamW { step, mean, square, betas, epsilon, decay, ..AdamW::new(rate, 0).unwrap() };
        let mut q = p.clone();
        optimiser.step(&mut p, &gradients[0]).unwrap();
        restored.step(&mut q, &gradients[0]).unwrap();
        prop_assert_eq!(&p, &q);
        prop_assert_eq!(optimiser, restored);
    }

    /// In `f32` the same to its rounding.
    #[test]
    fn single_precision_follows(gradients in prop::collection::vec(-10.0..10.0_f32, 1..20)) {
        let mut optimiser = AdamW::new(1e-3, 1).unwrap();
        let mut p = [1.0_f32];
        gradients.iter().for_each(|&g| optimiser.step(&mut p, &[g]).unwrap());
        let double: Vec<f64> = gradients.iter().copied().map(f64::from).collect();
        prop_assert!((f64::from(p[0]) - by_formula(1e-3, 0.01, 1.0, &double)).abs() < 1e-5);
    }
}

#[test]
fn what_cannot_be_is_an_error_and_moves_nothing() {
    assert!(matches!(AdamW::<f64>::new(f64::NAN, 1), Err(NeuralError::Setting { .. })));
    assert!(matches!(AdamW::<f64>::new(-1.0, 1), Err(NeuralError::Setting { .. })));
    let mut optimiser = AdamW::new(1e-3, 2).unwrap();
    let untouched = optimiser.clone();
    let mut p = [1.0, 2.0];
    assert!(matches!(
        optimiser.step(&mut p, &[1.0]),
        Err(NeuralError::Length { expected: 2, found: 1, .. })
    ));
    assert!(matches!(optimiser.step(&mut p[..1], &[1.0; 2]), Err(NeuralError::Length { .. })));
    assert!(matches!(
        optimiser.step(&mut p, &[1.0, f64::NAN]),
        Err(NeuralError::NotFinite { index: 1, .. })
    ));
    assert_eq!((p, &optimiser), ([1.0, 2.0], &untouched));
    optimiser.betas[1] = 1.0;
    assert!(matches!(optimiser.step(&mut p, &[1.0; 2]), Err(NeuralError::Setting { .. })));
}
