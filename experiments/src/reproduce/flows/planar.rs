//! Distributions in the plane, by which flows are told apart at a glance.
//!
//! Shapes and sizes are those of the examples of FFJORD (W. Grathwohl, R. T. Q. Chen, J. Bettencourt, I. Sutskever,
//! D. Duvenaud, ICLR 2019), which all fit into a square from -4 to 4. The random numbers are ChaCha's, not numpy's.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use std::f64::consts::{FRAC_1_SQRT_2, PI, TAU};

/// A point in the plane.
pub type Point = [f64; 2];

/// Half the side of a square around the origin that holds nearly all of every distribution.
pub const REACH: f64 = 4.0;

/// A distribution in the plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planar {
    /// Eight round Gaussians of deviation `0.5 / sqrt 2`, on a circle of radius `4 / sqrt 2`.
    EightGaussians,
    /// Two half circles of radius 2 that reach into each other, blurred by 0.2.
    TwoMoons,
    /// Five arms that wind around the middle.
    Pinwheel,
    /// The dark squares of a board of four by four, each of side 2.
    Checkerboard,
}

const GAUSSIANS: usize = 8;
const RADIUS: f64 = 4.0 * FRAC_1_SQRT_2;
const DEVIATION: f64 = 0.5 * FRAC_1_SQRT_2;

const MOON_BLUR: f64 = 0.1;

const ARMS: usize = 5;
const ARM_DEVIATIONS: [f64; 2] = [0.3, 0.1];
const WINDING: f64 = 0.25;

const SQUARE: f64 = 2.0;

impl Planar {
    /// All of them.
    pub const ALL: [Planar; 4] =
        [Planar::EightGaussians, Planar::TwoMoons, Planar::Pinwheel, Planar::Checkerboard];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Planar::EightGaussians => "eight Gaussians",
            Planar::TwoMoons => "two moons",
            Planar::Pinwheel => "pinwheel",
            Planar::Checkerboard => "checkerboard",
        }
    }

    /// Independent points. The seed decides; fewer points are the beginning of more.
    ///
    /// ```
    /// use costate_experiments::reproduce::flows::planar::Planar;
    /// let points = Planar::TwoMoons.sample(1, 100);
    /// assert_eq!(points[..10], Planar::TwoMoons.sample(1, 10));
    /// ```
    pub fn sample(self, seed: u64, count: usize) -> Vec<Point> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..count).map(|_| self.draw(&mut rng)).collect()
    }

    fn draw(self, rng: &mut ChaCha8Rng) -> Point {
        let normal = |rng: &mut ChaCha8Rng| -> f64 { StandardNormal.sample(rng) };
        match self {
            Planar::EightGaussians => {
                let [x, y] = centre(rng.random_range(0..GAUSSIANS));
                [x + DEVIATION * normal(rng), y + DEVIATION * normal(rng)]
            }
            Planar::TwoMoons => {
                let outer = rng.random_range(0..2) == 0;
                let (sin, cos) = rng.random_range(0.0..PI).sin_cos();
                let [x, y] = if outer { [cos, sin] } else { [1.0 - cos, 0.5 - sin] };
                let blurred = [x + MOON_BLUR * normal(rng), y + MOON_BLUR * normal(rng)];
                [2.0 * blurred[0] - 1.0, 2.0 * blurred[1] - 0.2]
            }
            Planar::Pinwheel => {
                let arm = rng.random_range(0..ARMS) as f64 / ARMS as f64;
                let along = 1.0 + ARM_DEVIATIONS[0] * normal(rng);
                let across = ARM_DEVIATIONS[1] * normal(rng);
                let (sin, cos) = (TAU * arm + WINDING * along.exp()).sin_cos();
                [2.0 * (cos * along - sin * across), 2.0 * (sin * along + cos * across)]
            }
            Planar::Checkerboard => {
                let row = rng.random_range(0..4);
                // Every other square of a row, and in the next row those between.
                let column = 2 * rng.random_range(0..2) + row % 2;
                let place = |rng: &mut ChaCha8Rng, index: i32| {
                    SQUARE * (f64::from(index) + rng.random_range(0.0..1.0)) - REACH
                };
                [place(rng, column), place(rng, row)]
            }
        }
    }

    /// The density, where there is a formula: for eight Gaussians and the checkerboard.
    pub fn density(self, [x, y]: Point) -> Option<f64> {
        match self {
            Planar::EightGaussians => {
                let variance = DEVIATION * DEVIATION;
                let sum: f64 = (0..GAUSSIANS)
                    .map(centre)
                    .map(|[cx, cy]| {
                        (-((x - cx).powi(2) + (y - cy).powi(2)) / (2.0 * variance)).exp()
                    })
                    .sum();
                Some(sum / (GAUSSIANS as f64 * TAU * variance))
            }
            Planar::Checkerboard => {
                let inside = (-REACH..REACH).contains(&x) && (-REACH..REACH).contains(&y);
                let index = |x: f64| ((x + REACH) / SQUARE).floor() as i64;
                let dark = inside && (index(x) + index(y)) % 2 == 0;
                Some(if dark { 1.0 / (8.0 * SQUARE * SQUARE) } else { 0.0 })
            }
            Planar::TwoMoons | Planar::Pinwheel => None,
        }
    }
}

/// The centre of one of the eight.
fn centre(index: usize) -> Point {
    let (sin, cos) = (TAU * index as f64 / GAUSSIANS as f64).sin_cos();
    [RADIUS * cos, RADIUS * sin]
}
