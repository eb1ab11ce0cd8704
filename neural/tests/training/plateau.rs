use costate_neural::{NeuralError, Plateau};
use proptest::prelude::*;

/// PyTorch's schedule told as a story over the whole history: an epoch is bad if no earlier best is undercut by enough; the rate falls
/// after more than `patience` bad epochs that follow each other outside of a cooldown.
fn rates_of(losses: &[f64], patience: usize, cooldown: usize) -> Vec<f64> {
    let mut best = f64::INFINITY;
    let good: Vec<bool> = losses
        .iter()
        .map(|&loss| {
            let good = loss < best * (1.0 - 1e-4);
            best = if good { loss } else { best };
            good
        })
        .collect();
    let (mut rate, mut counted_from) = (1.0, 0);
    let mut rates = Vec::new();
    for epoch in 0..losses.len() {
        let last_good = (0..=epoch).rev().find(|&e| good[e]).map_or(0, |e| e + 1);
        if (epoch + 1).saturating_sub(last_good.max(counted_from)) > patience {
            rate *= 0.5;
            counted_from = epoch + 1 + cooldown;
        }
        rates.push(rate);
    }
    rates
}

proptest! {
    #[test]
    fn falls_where_nothing_gets_better(
        losses in prop::collection::vec(prop::sample::select(vec![1.0, 0.99995, 0.9, 0.8, 0.5, f64::NAN]), 0..60),
        (patience, cooldown) in (0..5_usize, 0..5_usize),
    ) {
        let mut plateau = Plateau { factor: 0.5, patience: patience as u32, cooldown: cooldown as u32, epsilon: 0.0, ..Plateau::default() };
        let mut rate = 1.0;
        for (loss, expected) in losses.iter().zip(rates_of(&losses, patience, cooldown)) {
            rate = plateau.next(rate, *loss).unwrap();
            prop_assert_eq!(rate, expected);
        }
    }
}

#[test]
fn it_has_a_floor_and_bounds() {
    let mut plateau = Plateau { patience: 0, floor: 0.05, ..Plateau::default() };
    let mut rate = 1.0;
    for _ in 0..10 {
        rate = plateau.next(rate, 1.0).unwrap();
    }
    assert_eq!(rate, 0.05);
    let mut growing = Plateau { factor: 1.5, ..Plateau::default() };
    assert!(matches!(growing.next(1.0, 1.0), Err(NeuralError::Setting { .. })));
}
