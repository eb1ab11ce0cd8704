//! Random states.

use costate_neural::Activation;
use nalgebra::DMatrix;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A matrix with entries between -1 and 1.
pub(crate) fn matrix(rows: usize, columns: usize, seed: u64) -> DMatrix<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    DMatrix::from_fn(rows, columns, |_, _| random.random_range(-1.0..=1.0))
}

/// An activation without kinks, at which differences would find fault with right products.
pub(crate) fn smooth() -> impl Strategy<Value = Activation> {
    use Activation::{Identity, Sigmoid, Silu, Sin, Softplus, Tanh};
    prop::sample::select(vec![Identity, Sigmoid, Silu, Sin, Softplus, Tanh])
}
