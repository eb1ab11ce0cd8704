//! Time moves, then values do (Morrill, Kidger, Yang, Lyons, "On the choice of interpolation scheme for neural CDEs", TMLR 2022,
//! arXiv:2106.11028, section 3).

use super::{Control, ControlError, linear, samples::Samples};
use nalgebra::DMatrix;

impl Control {
    /// First time moves on and values stay, then values move and time stays; `values` are channels x times, NaN where one is
    /// missing.
    ///
    /// Time is the path's first channel: without it nothing would tell how long values stayed. Since it stands still while values
    /// move, the path has a parameter of its own, which counts half samples: sample `i` has been seen at parameter `2 i`
    /// ([`seen_at`](Control::seen_at)), and the path runs from 0 to `2 n - 2`. torchcde has the same. A CDE does not
    /// depend on how fast its path is gone along.
    ///
    /// A missing value is the last one before it, so that at parameter `2 i` nothing later than sample `i` is known: the path is
    /// causal, continuously so. Its slope jumps at every knot: name [the jumps](Control::jumps) in the problem.
    ///
    /// ```
    /// use costate_neural::Control;
    /// use nalgebra::DMatrix;
    /// let control = Control::rectilinear(&[10.0, 30.0], &DMatrix::from_row_slice(1, 2, &[5.0, 6.0]))?;
    /// let mut x = [0.0; 2];
    /// for (parameter, expected) in [(0.5, [20.0, 5.0]), (1.0, [30.0, 5.0]), (1.5, [30.0, 5.5]), (2.0, [30.0, 6.0])] {
    ///     control.value(parameter, &mut x)?;
    ///     assert_eq!(x, expected);
    /// }
    /// assert_eq!(control.seen_at(1), Some(2.0));
    /// # Ok::<(), costate_neural::ControlError>(())
    /// ```
    ///
    /// # Errors
    /// As listed in [`ControlError`].
    pub fn rectilinear(times: &[f64], values: &DMatrix<f64>) -> Result<Control, ControlError> {
        let filled = Samples::new(times, values)?.carried_forward();
        let corners = 2 * times.len() - 1;
        let corner = |channel: usize, k: usize| match channel {
            0 => times[k.div_ceil(2)],
            _ => filled[(channel - 1, k / 2)],
        };
        let path = DMatrix::from_fn(filled.nrows() + 1, corners, corner);
        let parameter: Vec<f64> = (0..corners).map(|k| k as f64).collect();
        let samples = Samples { times: &parameter, values: &path };
        let control = Control::between(samples, linear::pieces, parameter.clone())?;
        Ok(Control { timed: true, corners_per_sample: 2, ..control })
    }
}
