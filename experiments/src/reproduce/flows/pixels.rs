//! Whole numbers made continuous, and the unit in which densities of images are told.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How pixels become what a flow sees: noise of one level, then a logit with a margin.
///
/// A pixel `v` of `0..levels` is drawn anew as `x = (v + u) / levels` with `u` uniform in `[0, 1)` (L. Theis, A. van den Oord,
/// M. Bethge, "A note on the evaluation of generative models", ICLR 2016), and `y = logit(alpha + (1 - 2 alpha) x)`, so that
/// the flow need not know of bounds. RealNVP (L. Dinh, J. Sohl-Dickstein, S. Bengio, ICLR 2017) writes `alpha + (1 - alpha) x`,
/// with alpha 0.05; with the factor of two, as in masked autoregressive flows (G. Papamakarios, T. Pavlakou, I. Murray, NIPS
/// 2017), both ends have the margin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pixels {
    /// How many values a pixel has.
    pub levels: u32,
    /// The margin alpha, above 0 and under 1/2.
    pub margin: f64,
}

impl Pixels {
    /// The digits': 17 levels, and RealNVP's margin.
    pub const DIGITS: Pixels = Pixels { levels: 17, margin: 0.05 };

    /// Pixels with noise, each in `[0, 1)`. The seed decides the noise.
    pub fn dequantise<const D: usize>(&self, seed: u64, images: &[[u8; D]]) -> Vec<[f64; D]> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let levels = f64::from(self.levels);
        images
            .iter()
            .map(|image| image.map(|v| (f64::from(v) + rng.random_range(0.0..1.0)) / levels))
            .collect()
    }

    /// What the flow sees of an image in `[0, 1]`, and the logarithm of the determinant of that.
    pub fn apply<const D: usize>(&self, x: &[f64; D]) -> ([f64; D], f64) {
        let width = 1.0 - 2.0 * self.margin;
        let mut log_det = 0.0;
        let y = x.map(|x| {
            let s = self.margin + width * x;
            log_det += width.ln() - s.ln() - (1.0 - s).ln();
            (s / (1.0 - s)).ln()
        });
        (y, log_det)
    }

    /// The image, in `[0, 1]` for what comes from one; a flow's samples may be a margin beyond.
    pub fn invert<const D: usize>(&self, y: &[f64; D]) -> [f64; D] {
        let width = 1.0 - 2.0 * self.margin;
        y.map(|y| (1.0 / (1.0 + (-y).exp()) - self.margin) / width)
    }

    /// Bits per dimension: how many binary digits a pixel takes when it is coded by the model.
    ///
    /// With `log_density` of the flow at `y` and the determinant that [`apply`](Self::apply) returned, in natural logarithms:
    /// `-(log_density + log_det) / (D ln 2) + log2(levels)`. In the mean over the noise it is an upper bound of what the model
    /// of whole pixels, got by integrating over each level, needs. Knowing nothing costs `log2(levels)`.
    pub fn bits_per_dimension<const D: usize>(&self, log_density: f64, log_det: f64) -> f64 {
        f64::from(self.levels).log2()
            - (log_density + log_det) / (D as f64 * std::f64::consts::LN_2)
    }
}
