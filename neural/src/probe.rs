//! Random vectors whose entries have mean 0 and variance 1.

use costate_adjoint::norms::Float;
use rand::{Rng, RngExt};

/// How the probe of a stochastic trace estimate is drawn: each entry independent, with mean 0 and variance 1.
///
/// Signs give the estimate of least variance among such probes (Hutchinson 1989); FFJORD uses both (arXiv:1810.01367, section 3.1.1).
///
/// ```
/// use costate_neural::Probe;
/// use rand::SeedableRng;
/// let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(1);
/// let signs: Vec<f64> = Probe::Rademacher.draw(100, &mut random);
/// assert!(signs.iter().all(|x| x.abs() == 1.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// Normally distributed.
    Gaussian,
    /// 1 or -1, equally likely.
    Rademacher,
}

impl Probe {
    /// So many entries.
    pub fn draw<T: Float>(self, count: usize, random: &mut impl Rng) -> Vec<T> {
        let entry = || match self {
            Probe::Gaussian => normal(random),
            Probe::Rademacher if random.random() => 1.0,
            Probe::Rademacher => -1.0,
        };
        core::iter::repeat_with(entry).take(count).map(T::of).collect()
    }
}

/// A normally distributed number, by the polar method (Marsaglia and Bray, "A convenient method for generating normal variables", SIAM
/// Review 6, 1964). Of its two numbers one is left unused, so that nothing has to be kept.
fn normal(random: &mut impl Rng) -> f64 {
    // A point misses the disc with probability 0.21: after a thousand misses the generator is none.
    for _ in 0..1000 {
        let [x, y] = [(); 2].map(|()| random.random_range(-1.0..=1.0_f64));
        let square = x * x + y * y;
        if square < 1.0 && square > 0.0 {
            return x * (-2.0 * square.ln() / square).sqrt();
        }
    }
    f64::NAN
}
