//! What flows learn: points in the plane, wines, digits.

use super::digits;
use super::pixels::Pixels;
use super::planar::Planar;
use super::split::Split;
use super::standard::Standard;
use super::wine::wines;
use crate::reproduce::error::ReproduceError;
use crate::reproduce::record::Size;
use crate::reproduce::task::{Batch, Element, Held, Part, Task};
use costate_adjoint::AtEnd;
use costate_neural::{
    Activation, Divergence, Flow, FlowState, Mlp, NeuralError, Probe, negative_log_likelihood,
};
use nalgebra::DMatrix;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::path::Path;

/// A point, and what the logarithm of the determinant of its transform adds to the log-density of what it was.
type Row = (Vec<f64>, f64);

/// In what a density is told.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Unit {
    /// The mean of `-log p`, natural logarithm.
    Nats,
    /// The number of binary digits that a pixel takes.
    BitsPerPixel,
}

/// Fit a continuous normalising flow to points, by the largest likelihood.
///
/// The paper's generative experiment has no released code; flows are FFJORD's (W. Grathwohl and others, ICLR 2019) on small
/// data. The state is the tuple of points and log-density, and so is the costate: under torchdiffeq's norms each member has
/// an RMS of its own, the log-density's too, in the seminorm as well.
pub struct Density {
    name: String,
    model: Flow,
    divergence: Divergence,
    rows: Split<Row>,
    batch: usize,
    unit: Unit,
}

/// How much is computed for points in the plane.
struct Extent {
    hidden: &'static [usize],
    /// Points to train on; a tenth of them each for validation and test.
    points: usize,
    batch: usize,
}

fn extent(size: Size) -> Extent {
    match size {
        Size::Quick => Extent { hidden: &[32, 32], points: 5120, batch: 128 },
        // FFJORD's three layers of 64, 10,000 steps in 50 epochs, and 100 points a batch.
        Size::Paper => Extent { hidden: &[64, 64, 64], points: 20_000, batch: 100 },
    }
}

fn flow(dimension: usize, hidden: &[usize], divergence: Divergence) -> Result<Flow, NeuralError> {
    let widths = [&[dimension], hidden, &[dimension]].concat();
    Flow::new(Mlp::new(widths, Activation::Tanh)?.with_time(), divergence)
}

impl Density {
    /// Points of a distribution in the plane. The seed is the data's.
    ///
    /// # Errors
    /// None: no width is 0.
    pub fn planar(
        of: Planar,
        divergence: Divergence,
        size: Size,
        seed: u64,
    ) -> Result<Self, ReproduceError> {
        let Extent { hidden, points, batch } = extent(size);
        Density::of_points(of, divergence, hidden, points, batch, seed)
    }

    /// The same with a net of these hidden widths, so many points, and batches of so many.
    ///
    /// # Errors
    /// A width of 0.
    pub fn of_points(
        of: Planar,
        divergence: Divergence,
        hidden: &[usize],
        points: usize,
        batch: usize,
        seed: u64,
    ) -> Result<Self, ReproduceError> {
        let tenth = (points / 10).max(1);
        let sampled = of.sample(seed, points + 2 * tenth);
        let mut all: Vec<Row> = sampled.iter().map(|x| (x.to_vec(), 0.0)).collect();
        let test = all.split_off(points + tenth);
        let validation = all.split_off(points);
        let how = match divergence {
            Divergence::Exact => "exact",
            Divergence::Hutchinson => "Hutchinson",
        };
        Ok(Density {
            name: format!("{}, {how}", of.name()),
            model: flow(2, hidden, divergence)?,
            divergence,
            rows: Split { train: all, validation, test },
            batch,
            unit: Unit::Nats,
        })
    }

    /// Eleven measurements of wines, each in units of its deviation.
    ///
    /// # Errors
    /// Another table than the one that is meant.
    pub fn wine(size: Size, seed: u64) -> Result<Self, ReproduceError> {
        let wines = wines()?;
        let split = Split::of(seed, wines.rows)?;
        let standard = Standard::of(&split.train, |i| wines.channels[i].clone())?;
        let hidden: &[usize] = if size == Size::Paper { &[128, 128, 128] } else { &[48, 48] };
        Ok(Density {
            name: "wine, Hutchinson".to_owned(),
            model: flow(super::wine::CHANNELS, hidden, Divergence::Hutchinson)?,
            divergence: Divergence::Hutchinson,
            rows: split.map(|row| (standard.apply(row).to_vec(), 0.0)),
            batch: 32,
            unit: Unit::Nats,
        })
    }

    /// Hand-written digits of eight by eight pixels, from a file in a folder.
    ///
    /// # Errors
    /// A file that is not there or is another.
    pub fn digits(folder: &Path, size: Size, seed: u64) -> Result<Self, ReproduceError> {
        let read = digits::read(folder)?;
        let images: Vec<[u8; digits::PIXELS]> = read.iter().map(|d| d.pixels).collect();
        let noisy = Pixels::DIGITS.dequantise(seed, &images);
        let hidden: &[usize] = if size == Size::Paper { &[256, 256, 256] } else { &[96, 96] };
        let seen = |image: &[f64; digits::PIXELS]| {
            let (y, log_det) = Pixels::DIGITS.apply(image);
            (y.to_vec(), log_det)
        };
        Ok(Density {
            name: "digits, Hutchinson".to_owned(),
            model: flow(digits::PIXELS, hidden, Divergence::Hutchinson)?,
            divergence: Divergence::Hutchinson,
            rows: Split::of(seed, noisy)?.map(seen),
            batch: 32,
            unit: Unit::BitsPerPixel,
        })
    }

    /// Points of the test data.
    pub fn test(&self) -> impl Iterator<Item = &[f64]> {
        self.rows.test.iter().map(|(x, _)| x.as_slice())
    }

    fn part(&self, part: Part) -> &[Row] {
        match part {
            Part::Train => &self.rows.train,
            Part::Validation => &self.rows.validation,
            Part::Test => &self.rows.test,
        }
    }
}

impl Task for Density {
    type Model = Flow;
    type State<T: Element> = FlowState<T>;

    fn name(&self) -> &str {
        &self.name
    }

    fn metric_name(&self) -> &'static str {
        match self.unit {
            Unit::Nats => "negative log-likelihood of the test points, in nats",
            Unit::BitsPerPixel => "bits per pixel of the test images",
        }
    }

    fn model(&self) -> &Flow {
        &self.model
    }

    fn observations(&self) -> usize {
        1
    }

    fn rows(&self, part: Part) -> usize {
        self.part(part).len()
    }

    fn batch_size(&self) -> usize {
        self.batch
    }

    fn terms(&self, rows: usize) -> usize {
        rows
    }

    fn batch<T: Element>(
        &self,
        part: Part,
        rows: &[usize],
        draw: u64,
        _ends: &[T],
    ) -> Result<Batch<T, FlowState<T>>, NeuralError> {
        let (all, d, n) = (self.part(part), self.model.dimension(), rows.len());
        let z = DMatrix::from_fn(d, n, |i, j| T::of(all[rows[j]].0[i]));
        let held = match self.divergence {
            Divergence::Exact => Held::Nothing,
            Divergence::Hutchinson => {
                let random = &mut ChaCha8Rng::seed_from_u64(draw);
                Held::Arrays(Probe::Rademacher.draw(d * n, random))
            }
        };
        let log_det = rows.iter().map(|&row| all[row].1).sum::<f64>() / n as f64;
        let loss =
            move |y: &FlowState<T>, a: &mut FlowState<T>| negative_log_likelihood(y, a) - log_det;
        let start = (z, DMatrix::from_element(1, n, T::of(0.0)));
        // From the data to the normal distribution.
        let interval = (1.0, 0.0);
        Ok(Batch { start, interval, held, loss: Box::new(AtEnd(loss)) })
    }

    fn metric(&self, loss: f64) -> f64 {
        match self.unit {
            Unit::Nats => loss,
            Unit::BitsPerPixel => {
                Pixels::DIGITS.bits_per_dimension::<{ digits::PIXELS }>(-loss, 0.0)
            }
        }
    }
}
