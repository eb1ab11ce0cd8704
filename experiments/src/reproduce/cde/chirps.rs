//! Noisy chirps of ten kinds: series that are made here, of the shape of the paper's.

use super::series::{Labelled, Series};
use crate::reproduce::flows::split::Split;
use crate::reproduce::record::Size;
use nalgebra::DMatrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use std::f64::consts::TAU;

/// A kind of chirps: a wave that runs through the channels while its frequency changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// Its frequency at the beginning, in the middle and at the end, in periods over the length of a series; linear in between.
    pub frequency: [f64; 3],
    /// By which part of a period a channel is behind the one before it; ahead of it, where that is negative.
    pub lag: f64,
}

/// All kinds: five courses of the frequency, with the wave running one way or the other. In a single channel, kinds that differ by the way
/// alone look the same.
pub const KINDS: [Kind; 10] = [
    Kind { name: "low, up", frequency: [1.0, 1.0, 1.0], lag: 0.15 },
    Kind { name: "low, down", frequency: [1.0, 1.0, 1.0], lag: -0.15 },
    Kind { name: "high, up", frequency: [3.0, 3.0, 3.0], lag: 0.15 },
    Kind { name: "high, down", frequency: [3.0, 3.0, 3.0], lag: -0.15 },
    Kind { name: "rising, up", frequency: [0.5, 2.0, 3.5], lag: 0.15 },
    Kind { name: "rising, down", frequency: [0.5, 2.0, 3.5], lag: -0.15 },
    Kind { name: "falling, up", frequency: [3.5, 2.0, 0.5], lag: 0.15 },
    Kind { name: "falling, down", frequency: [3.5, 2.0, 0.5], lag: -0.15 },
    Kind { name: "swelling, up", frequency: [0.5, 3.5, 0.5], lag: 0.15 },
    Kind { name: "swelling, down", frequency: [0.5, 3.5, 0.5], lag: -0.15 },
];

/// The deviation of the noise that is added to each sample of each channel; waves have amplitudes of about 1.
pub const NOISE: f64 = 0.3;

/// How many series there are, and of what shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Series to train on, to choose by and to test on.
    pub series: [usize; 3],
    /// Samples of each.
    pub samples: usize,
    /// Channels of each.
    pub channels: usize,
}

impl Sizes {
    /// Minutes.
    pub const QUICK: Sizes = Sizes { series: [360, 60, 120], samples: 17, channels: 3 };
    /// The shape of the paper's speech commands. There are fewer of them: those are 34,975.
    pub const PAPER: Sizes = Sizes { series: [10_240, 2_048, 2_048], samples: 161, channels: 20 };

    /// Those of a size.
    pub fn of(size: Size) -> Sizes {
        match size {
            Size::Quick => Sizes::QUICK,
            Size::Paper => Sizes::PAPER,
        }
    }
}

/// Chirps, all kinds in turn. The same seed, the same chirps; each has a stream of its own.
pub fn chirps(seed: u64, sizes: Sizes) -> Labelled {
    let Sizes { series: [train, validation, test], samples, channels } = sizes;
    let mut numbers = 0..;
    let mut part = |count: usize| -> Vec<Series> {
        let numbers = numbers.by_ref().take(count);
        numbers.map(|number| chirp(seed, number, samples, channels)).collect()
    };
    let (train, validation, test) = (part(train), part(validation), part(test));
    Labelled {
        name: "chirps".to_owned(),
        classes: KINDS.iter().map(|kind| kind.name.to_owned()).collect(),
        parts: Split { train, validation, test },
    }
}

/// One chirp: its phase is anything, its amplitude 0.7 to 1.3, its pitch off by up to a tenth.
fn chirp(seed: u64, number: u64, samples: usize, channels: usize) -> Series {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(number);
    let class = (number % KINDS.len() as u64) as usize;
    let Kind { frequency: [begin, middle, end], lag, .. } = KINDS[class];
    let phase: f64 = random.random_range(0.0..1.0);
    let amplitude: f64 = random.random_range(0.7..1.3);
    let pitch: f64 = random.random_range(0.9..1.1);
    // The integral of a frequency that is linear in both halves, u from 0 to 1.
    let periods = |u: f64| {
        let half = |from: f64, to: f64, u: f64| from * u + (to - from) * u * u;
        half(begin, middle, u.min(0.5)) + half(middle, end, (u - 0.5).max(0.0))
    };
    let last = samples.saturating_sub(1).max(1) as f64;
    let mut values = DMatrix::zeros(channels, samples);
    for (i, mut column) in values.column_iter_mut().enumerate() {
        let periods = phase + pitch * periods(i as f64 / last);
        for (channel, x) in column.iter_mut().enumerate() {
            let noise: f64 = StandardNormal.sample(&mut random);
            *x = amplitude * (TAU * (periods - lag * channel as f64)).sin() + NOISE * noise;
        }
    }
    Series { values, class }
}
