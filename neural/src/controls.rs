//! The paths of a batch of series.

use crate::{Control, ControlError};
use costate_adjoint::autodiff::Shape;
use costate_adjoint::norms::Float;
use nalgebra::DMatrix;

/// A batch of [`Control`]s with equally many channels, over the union of their knots.
///
/// [`GraphField::control`](crate::GraphField::control) drives a field by it. Series of unequal length go together: each stays
/// where it is before its own beginning and after its own end, so the state at the common end is the state at each series' own.
///
/// ```
/// use costate_neural::{Control, Controls};
/// use nalgebra::DMatrix;
/// let long = Control::hermite(&[0.0, 1.0, 3.0], &DMatrix::from_row_slice(1, 3, &[1.0, 2.0, 4.0]))?;
/// let short = Control::hermite(&[0.0, 2.0], &DMatrix::from_row_slice(1, 2, &[5.0, 6.0]))?;
/// let controls = Controls::new([long, short])?;
/// assert_eq!(controls.interval(), (0.0, 3.0));
/// assert_eq!(controls.jumps(), [0.0, 2.0, 3.0]);
/// assert_eq!(controls.start::<f32>(), DMatrix::from_row_slice(1, 2, &[1.0, 5.0]));
/// # Ok::<(), costate_neural::ControlError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Controls {
    controls: Vec<Control>,
    knots: Vec<f64>,
    jumps: Vec<f64>,
    /// For each piece between common knots, the piece of each series, or none beyond its ends.
    own: Vec<Option<u32>>,
}

impl Controls {
    /// These series, one a column.
    ///
    /// # Errors
    /// No series at all, or series of unequally many channels.
    pub fn new(controls: impl Into<Vec<Control>>) -> Result<Controls, ControlError> {
        let controls = controls.into();
        let Some(first) = controls.first() else { return Err(ControlError::EmptyBatch) };
        let expected = first.channels();
        if let Some(index) = controls.iter().position(|control| control.channels() != expected) {
            let found = controls[index].channels();
            return Err(ControlError::Channels { index, expected, found });
        }
        let knots = union(controls.iter().map(Control::knots));
        let jumps = union(controls.iter().map(Control::jumps));
        let mut own = vec![None; (knots.len() - 1) * controls.len()];
        for (column, control) in controls.iter().enumerate() {
            let mut begun = 0;
            for (piece, knot) in knots[..knots.len() - 1].iter().enumerate() {
                begun += usize::from(control.knots().get(begun) == Some(knot));
                if (1..=control.pieces()).contains(&begun) {
                    own[piece * controls.len() + column] = u32::try_from(begun - 1).ok();
                }
            }
        }
        Ok(Controls { controls, knots, jumps, own })
    }

    /// How many channels each path has.
    pub fn channels(&self) -> usize {
        self.controls[0].channels()
    }

    /// How many series there are.
    pub fn batch(&self) -> usize {
        self.controls.len()
    }

    /// The series, one a column.
    pub fn series(&self) -> &[Control] {
        &self.controls
    }

    /// All knots of all series, in order.
    pub fn knots(&self) -> &[f64] {
        &self.knots
    }

    /// From the first knot of all to the last: where a solve begins and ends.
    pub fn interval(&self) -> (f64, f64) {
        (self.knots[0], self.knots[self.knots.len() - 1])
    }

    /// All times at which a slope jumps, in order, the ends among them. For a solve along the
    /// [interval](Self::interval): `Problem::new(t0, t1, &y0, &p).jumps_at(controls.jumps())`.
    pub fn jumps(&self) -> &[f64] {
        &self.jumps
    }

    /// Those of the [jumps](Self::jumps) from `t0` to `t1`, for a solve along a part of the interval.
    pub fn jumps_between(&self, t0: f64, t1: f64) -> &[f64] {
        let first = self.jumps.partition_point(|&jump| jump < t0);
        let last = self.jumps.partition_point(|&jump| jump <= t1);
        &self.jumps[first..last.max(first)]
    }

    /// The values at each series' own first knot, channels x batch: what an initial state is made of.
    pub fn start<T: Float>(&self) -> DMatrix<T> {
        DMatrix::from_fn(self.channels(), self.batch(), |channel, column| {
            T::of(self.controls[column].piece(0)[channel].a)
        })
    }

    /// Channels x batch.
    pub(crate) fn shape(&self) -> Shape {
        Shape::new(self.channels(), self.batch())
    }

    /// The number of the piece that a time lies in: 0 before the first knot, then one after each. A knot belongs to the piece
    /// that begins there, the last one to the piece that ends there. Found at once where it is `near`, or next to it.
    pub(crate) fn piece(&self, t: f64, near: usize) -> usize {
        let knots = &self.knots;
        let holds = |&piece: &usize| match piece {
            0 => t < knots[0],
            k if k < knots.len() => {
                knots[k - 1] <= t && (t < knots[k] || (t == knots[k] && k + 1 == knots.len()))
            }
            k => k == knots.len() && t > knots[k - 1],
        };
        let around = [near, near.saturating_add(1), near.saturating_sub(1)];
        around.into_iter().find(holds).unwrap_or_else(|| {
            let after = knots.partition_point(|&knot| knot <= t);
            // The last knot, with all knots before or at it, ends the last piece.
            if t == knots[knots.len() - 1] { knots.len() - 1 } else { after }
        })
    }

    /// Where the local time of a piece begins.
    pub(crate) fn knot(&self, piece: usize) -> f64 {
        self.knots[piece.saturating_sub(1).min(self.knots.len() - 1)]
    }

    /// Writes the coefficients of `s`, `s^2` and `s^3` of a piece, each channels x batch, one after the other.
    ///
    /// Each series has its own polynomial, which is expanded about the common knot as it is written: kept for all pieces, they
    /// would take room for the square of the batch where every series has times of its own.
    pub(crate) fn write<T: Float>(&self, piece: usize, out: &mut [T]) {
        out.fill(T::of(0.0));
        let (batch, channels) = (self.batch(), self.channels());
        let inner = (1..self.knots.len()).contains(&piece);
        let own = if inner { &self.own[(piece - 1) * batch..piece * batch] } else { &[] };
        let knot = self.knot(piece);
        let size = channels * batch;
        for (column, (control, own)) in self.controls.iter().zip(own).enumerate() {
            let Some(own) = own.map(|own| own as usize) else { continue };
            let s = knot - control.knots()[own];
            for (channel, cubic) in control.piece(own).iter().enumerate() {
                let here = cubic.about(s);
                let place = column * channels + channel;
                let coefficients = [here.b, here.c, here.d];
                for (k, coefficient) in coefficients.into_iter().enumerate() {
                    out[k * size + place] = T::of(coefficient);
                }
            }
        }
    }
}

/// All numbers of sorted lists, each once, in order.
fn union<'a>(lists: impl Iterator<Item = &'a [f64]>) -> Vec<f64> {
    let mut all: Vec<f64> = lists.flatten().copied().collect();
    all.sort_unstable_by(f64::total_cmp);
    // As numbers: 0 and -0 are one time.
    all.dedup();
    all
}
