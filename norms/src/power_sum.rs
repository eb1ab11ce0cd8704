//! Sums of powers that neither overflow nor underflow.

use crate::{ElementNorm, Float, L1, LInf, MeasureError, SumOfSquares};
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

/// An exponent of at least 1, and how its power is taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Power {
    One,
    Two,
    /// An integer from 3 on, by repeated squaring.
    Whole(u32),
    Real(f64),
    /// The limit: the largest.
    Infinite,
}

impl Power {
    pub(crate) const fn new(p: f64) -> Result<Power, MeasureError> {
        // `!(p >= 1.0)` is true for NaN.
        if !(p >= 1.0) {
            return Err(MeasureError::Exponent { p });
        }
        // From 2^32 on the cast gives the largest integer, which is not p.
        let whole = p as u32;
        Ok(match whole {
            1 if p == 1.0 => Power::One,
            2 if p == 2.0 => Power::Two,
            _ if p == f64::INFINITY => Power::Infinite,
            _ if whole as f64 == p => Power::Whole(whole),
            _ => Power::Real(p),
        })
    }

    pub(crate) const fn exponent(self) -> f64 {
        match self {
            Power::One => 1.0,
            Power::Two => 2.0,
            Power::Whole(p) => p as f64,
            Power::Real(p) => p,
            Power::Infinite => f64::INFINITY,
        }
    }

    /// Replaces numbers in [0, 1] by their powers.
    #[inline]
    fn raise(self, block: &mut [f64]) {
        match self {
            Power::One => {}
            Power::Two => block.iter_mut().for_each(|x| *x = *x * *x),
            Power::Whole(3) => block.iter_mut().for_each(|x| *x = *x * *x * *x),
            Power::Whole(4) => block.iter_mut().for_each(|x| *x = (*x * *x) * (*x * *x)),
            Power::Whole(p) => raise_whole(block, p),
            Power::Real(p) => block.iter_mut().for_each(|x| *x = x.powf(p)),
            Power::Infinite => block.iter_mut().for_each(|x| *x = if *x < 1.0 { 0.0 } else { *x }),
        }
    }

    /// The root of a sum of powers, from 1 up; or, for a mean, of less.
    fn root(self, sum: f64) -> f64 {
        match self {
            Power::One => sum,
            Power::Two => sum.sqrt(),
            Power::Whole(3) => sum.cbrt(),
            Power::Whole(4) => sum.sqrt().sqrt(),
            Power::Whole(p) => sum.powf(1.0 / f64::from(p)),
            Power::Real(p) => sum.powf(1.0 / p),
            Power::Infinite => 1.0,
        }
    }
}

/// Repeated squaring, a whole block at each bit of the exponent, so that it is multiplied by vector instructions.
fn raise_whole(block: &mut [f64], p: u32) {
    for lanes in block.chunks_mut(8) {
        let mut squares = [1.0; 8];
        squares[..lanes.len()].copy_from_slice(lanes);
        let mut powers = [1.0; 8];
        let mut bits = p;
        while bits > 0 {
            if bits & 1 == 1 {
                powers.iter_mut().zip(&squares).for_each(|(x, s)| *x *= s);
            }
            squares.iter_mut().for_each(|s| *s *= *s);
            bits >>= 1;
        }
        lanes.copy_from_slice(&powers[..lanes.len()]);
    }
}

/// The running sum of [`Lp`](crate::Lp) and [`PowerMean`](crate::PowerMean): `scale^p * sum`, which neither overflows nor
/// underflows.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PowerSum(State);

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Squares(SumOfSquares),
    /// `scale` is the largest absolute value so far (or 1 for a plain sum of absolute values), so that the sum is from 1 to
    /// the number of coordinates: its p-th root then loses no digits to the rounding of 1/p. Before any coordinate that is
    /// not zero, both are zero.
    Scaled {
        scale: f64,
        sum: f64,
    },
}

impl Default for State {
    fn default() -> Self {
        State::Scaled { scale: 0.0, sum: 0.0 }
    }
}

impl PowerSum {
    /// Above this, plain sums of absolute values might overflow together though none does alone.
    const LARGE: f64 = 1e290;

    pub(crate) fn absorb<T: Float>(&mut self, power: Power, elements: &[T]) {
        if power == Power::Two {
            let mut squares = match self.0 {
                State::Squares(squares) => squares,
                State::Scaled { .. } => SumOfSquares::default(),
            };
            squares.absorb(elements);
            self.0 = State::Squares(squares);
            return;
        }
        if power == Power::One {
            let mut plain = 0.0;
            L1.absorb(&mut plain, elements);
            // A sum of small numbers is exact enough as it is: only overflow is to be avoided.
            if plain < Self::LARGE {
                return self.merge(power, if plain > 0.0 { 1.0 } else { 0.0 }, plain);
            }
        }
        let mut largest = 0.0;
        LInf.absorb(&mut largest, elements);
        if power == Power::Infinite || largest == 0.0 || !largest.is_finite() {
            return self.merge(power, largest, 1.0);
        }
        const BLOCK: usize = 64;
        let mut sum = 0.0;
        for elements in elements.chunks(BLOCK) {
            let mut block = [0.0; BLOCK];
            let block = &mut block[..elements.len()];
            for (b, &x) in block.iter_mut().zip(elements) {
                // Division, not multiplication by the inverse: the inverse of a subnormal number is infinite.
                *b = x.into().abs() / largest;
            }
            power.raise(block);
            L1.absorb(&mut sum, block);
        }
        self.merge(power, largest, sum);
    }

    /// Adds `other_scale^p * other_sum`.
    fn merge(&mut self, power: Power, other_scale: f64, other_sum: f64) {
        let State::Scaled { scale, sum } = self.0 else { return };
        if other_scale == 0.0 {
            return;
        }
        self.0 = if scale == 0.0 {
            State::Scaled { scale: other_scale, sum: other_sum }
        } else if !(scale.is_finite() && other_scale.is_finite()) {
            // Infinity stays, and NaN beside it.
            State::Scaled { scale: scale + other_scale, sum: 1.0 }
        } else if scale == other_scale {
            State::Scaled {
                scale,
                sum: if power == Power::Infinite { 1.0 } else { sum + other_sum },
            }
        } else {
            let ((large, sum), (small, rest)) = if scale > other_scale {
                ((scale, sum), (other_scale, other_sum))
            } else {
                ((other_scale, other_sum), (scale, sum))
            };
            let mut ratio = [small / large];
            power.raise(&mut ratio);
            State::Scaled { scale: large, sum: sum + rest * ratio[0] }
        };
    }

    pub(crate) fn root(self, power: Power) -> f64 {
        match self.0 {
            State::Squares(squares) => squares.root(),
            State::Scaled { scale: 0.0, .. } => 0.0,
            State::Scaled { scale, sum } => scale * power.root(sum),
        }
    }

    /// The root of the mean over `count` coordinates, zero when `count` is.
    ///
    /// As in [`SumOfSquares::root_mean`], a mean smaller than the smallest number is rounded up to it.
    pub(crate) fn root_mean(self, power: Power, count: usize) -> f64 {
        match self.0 {
            State::Squares(squares) => squares.root_mean(count),
            State::Scaled { scale, .. } if scale == 0.0 || count == 0 => 0.0,
            State::Scaled { scale, sum } => {
                let root = scale * power.root(sum / count as f64);
                if root == 0.0 { f64::from_bits(1) } else { root }
            }
        }
    }
}
