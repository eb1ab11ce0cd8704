//! The path that a controlled differential equation is driven by.

mod cubic;
mod error;
mod hermite;
mod linear;
mod natural_cubic;
mod rectilinear;
mod samples;

pub use cubic::Cubic;
pub use error::ControlError;

use samples::Samples;
use std::sync::Arc;

/// The path `X` of one series over irregular times, of which some values may be missing: between any two knots each channel is a
/// cubic polynomial.
///
/// | scheme | continuous | knows of later samples |
/// |---|---|---|
/// | [`linear`](Control::linear) | value | the next observation |
/// | [`rectilinear`](Control::rectilinear) | value | nothing |
/// | [`hermite`](Control::hermite) | value, slope | the next sample |
/// | [`natural_cubic`](Control::natural_cubic) | value, slope, second derivative | all |
///
/// **Values** are channels x times, NaN where one is missing. `linear` and `natural_cubic` go from one observation of a channel
/// to its next; `hermite` and `rectilinear` carry the last one forward. What is missing at the beginning is filled backward from
/// a channel's first value, at the end forward from its last: for the natural cubic at the very first and last time, elsewhere
/// throughout. torchcde does so too. So the level at the beginning may know a later value, while the slope of all but the cubic
/// is zero there; who must not have that puts a value of their own at the first time, zero or a mean (diffrax asks for it as
/// `replace_nans_at_start`). A channel without any observation is zero throughout: it moves nothing, whatever its level, and in
/// clinical data such channels are common.
///
/// **Beyond both ends** the path stays where it is, with slope zero. (torchcde goes on along the polynomials at the ends.) So in
/// a batch a shorter series stands still after its own end, and its state at the common end is the state at its own.
///
/// **Time** is a channel like others where [`with_time`](Control::with_time) puts it in; without it a CDE cannot tell how fast
/// its path is gone along. How much is missing may matter too: count the observations of a channel in a channel of its own.
///
/// A clone shares the numbers.
///
/// ```
/// use costate_neural::Control;
/// use nalgebra::DMatrix;
/// let values = DMatrix::from_row_slice(1, 4, &[1.0, f64::NAN, 3.0, 2.0]);
/// let control = Control::natural_cubic(&[0.0, 0.5, 2.0, 2.2], &values)?.with_time();
/// let mut x = [0.0; 2];
/// control.value(2.0, &mut x)?;
/// assert_eq!(x, [2.0, 3.0]);
/// control.slope(5.0, &mut x)?;
/// assert_eq!(x, [0.0, 0.0]);
/// # Ok::<(), costate_neural::ControlError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    knots: Arc<[f64]>,
    channels: usize,
    /// Piece after piece, and of each piece channel after channel.
    cubics: Arc<[Cubic]>,
    end: Arc<[f64]>,
    jumps: Arc<[f64]>,
    /// Whether the first channel is the time.
    timed: bool,
    corners_per_sample: usize,
}

impl Control {
    /// The path made of `pieces` between the observations of each channel.
    fn between(
        samples: Samples<'_>,
        pieces: fn(&[f64], &[f64]) -> Vec<Cubic>,
        jumps: Vec<f64>,
    ) -> Result<Control, ControlError> {
        let (times, channels) = (samples.times, samples.values.nrows());
        let mut cubics = vec![Cubic::default(); (times.len() - 1) * channels];
        let mut end = vec![0.0; channels];
        for channel in 0..channels {
            let (at, x): (Vec<usize>, Vec<f64>) = samples.observed(channel).into_iter().unzip();
            let t: Vec<f64> = at.iter().map(|&i| times[i]).collect();
            for (cubic, range) in pieces(&t, &x).into_iter().zip(at.windows(2)) {
                for index in range[0]..range[1] {
                    let here = cubic.about(times[index] - times[range[0]]);
                    if !here.is_finite() {
                        return Err(ControlError::Overflow { channel, index });
                    }
                    cubics[index * channels + channel] = here;
                }
            }
            end[channel] = x[x.len() - 1];
        }
        Ok(Control {
            knots: times.into(),
            channels,
            cubics: cubics.into(),
            end: end.into(),
            jumps: jumps.into(),
            timed: false,
            corners_per_sample: 1,
        })
    }

    /// The same with the time as first channel. A path that has it already, a rectilinear one, stays as it is.
    ///
    /// Every scheme keeps straight lines, so the time may come after the pieces are made.
    pub fn with_time(self) -> Control {
        if self.timed {
            return self;
        }
        let mut cubics = Vec::with_capacity(self.cubics.len() + self.pieces());
        for (&a, channels) in self.knots.iter().zip(self.cubics.chunks_exact(self.channels)) {
            cubics.push(Cubic { a, b: 1.0, ..Cubic::default() });
            cubics.extend_from_slice(channels);
        }
        let end = [&self.knots[self.pieces()..], &self.end].concat();
        let channels = self.channels + 1;
        Control { channels, cubics: cubics.into(), end: end.into(), timed: true, ..self }
    }

    /// How many channels the path has, the time counted where it is one.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Where one piece ends and the next begins, in order; the first and the last are the ends of the path.
    pub fn knots(&self) -> &[f64] {
        &self.knots
    }

    /// How many pieces there are, one less than knots.
    pub fn pieces(&self) -> usize {
        self.knots.len() - 1
    }

    /// A channel between knot `piece` and the next, in time since that knot; `None` where there is no such piece or channel.
    pub fn cubic(&self, piece: usize, channel: usize) -> Option<Cubic> {
        self.piece(piece).get(channel).copied()
    }

    /// The channels of a piece; of one that does not exist, none.
    pub(crate) fn piece(&self, piece: usize) -> &[Cubic] {
        self.cubics.chunks_exact(self.channels).nth(piece).unwrap_or_default()
    }

    /// Times at which the slope jumps, in order: of linear and rectilinear paths all knots, of the others the two ends, after
    /// which they stay where they are. For [`Problem::jumps_at`](costate_adjoint::Problem::jumps_at).
    ///
    /// Across the other knots of a smooth path higher derivatives jump, and an error estimate underrates a step that leads
    /// across: at a tolerance of 1e-12 end states of natural cubic and Hermite paths were off by 1e-9, and by 1e-12 where all
    /// [knots](Self::knots) were named instead. That costs a step's end and an evaluation a knot. At the tolerances of training
    /// it matters less.
    pub fn jumps(&self) -> &[f64] {
        &self.jumps
    }

    /// The time, or of a rectilinear path the parameter, at which a sample has been seen, counted from 0; `None` where there is
    /// no such sample.
    pub fn seen_at(&self, sample: usize) -> Option<f64> {
        self.knots.get(sample.checked_mul(self.corners_per_sample)?).copied()
    }

    /// The piece of a time and the local time in it; a knot belongs to the piece that begins there, the last knot to the last
    /// piece. `None` beyond the ends.
    fn locate(&self, t: f64) -> Option<(usize, f64)> {
        if t < self.knots[0] || t > self.knots[self.pieces()] {
            return None;
        }
        let after = self.knots.partition_point(|&knot| knot <= t);
        let piece = after.saturating_sub(1).min(self.pieces() - 1);
        Some((piece, t - self.knots[piece]))
    }

    /// Writes `X(t)`, a number for each channel. At the knots these are the observations; at NaN all are NaN.
    ///
    /// # Errors
    /// A list of another length than there are channels.
    pub fn value(&self, t: f64, out: &mut [f64]) -> Result<(), ControlError> {
        self.check_room(out)?;
        match self.locate(t) {
            _ if t == self.knots[self.pieces()] => out.copy_from_slice(&self.end),
            Some((piece, s)) => {
                let cubics = self.piece(piece).iter();
                out.iter_mut().zip(cubics).for_each(|(x, cubic)| *x = cubic.value(s));
            }
            None if t < self.knots[0] => {
                let first = self.piece(0).iter();
                out.iter_mut().zip(first).for_each(|(x, cubic)| *x = cubic.a);
            }
            None => out.copy_from_slice(&self.end),
        }
        Ok(())
    }

    /// Writes `X'(t)`, a number for each channel: at a knot from the right, at the last one from the left, beyond both ends zero.
    ///
    /// # Errors
    /// A list of another length than there are channels.
    pub fn slope(&self, t: f64, out: &mut [f64]) -> Result<(), ControlError> {
        self.check_room(out)?;
        match self.locate(t) {
            Some((piece, s)) => {
                let cubics = self.piece(piece).iter();
                out.iter_mut().zip(cubics).for_each(|(x, cubic)| *x = cubic.slope(s));
            }
            None => out.fill(0.0),
        }
        Ok(())
    }

    fn check_room(&self, out: &[f64]) -> Result<(), ControlError> {
        match out.len() == self.channels {
            true => Ok(()),
            false => Err(ControlError::Room { channels: self.channels, found: out.len() }),
        }
    }
}
