//! Random states.

use costate_neural::{Activation, Control, ControlError};
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

pub(crate) type Scheme = fn(&[f64], &DMatrix<f64>) -> Result<Control, ControlError>;

/// A path over irregular times from 0 on, with gaps between 0.1 and 0.5, values between -1 and 1, and every fifth value missing.
pub(crate) fn path(scheme: Scheme, channels: usize, samples: usize, seed: u64) -> Control {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let gaps = (1..samples).scan(0.0, |t, _| {
        *t += random.random_range(0.1..0.5);
        Some(*t)
    });
    let times: Vec<f64> = core::iter::once(0.0).chain(gaps).collect();
    let mut values = matrix(channels, samples, seed);
    values.iter_mut().skip(3).step_by(5).for_each(|x| *x = f64::NAN);
    scheme(&times, &values).unwrap()
}
