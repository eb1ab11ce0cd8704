//! Straight lines between observations.

use super::{Control, ControlError, Cubic, samples::Samples};
use nalgebra::DMatrix;

impl Control {
    /// Straight lines from each observation of a channel to its next; `values` are channels x times, NaN where one is missing.
    ///
    /// The slope jumps at every knot, so name [the jumps](Control::jumps) in the problem. Between two samples the path knows the
    /// later one, and where values are missing the next that is there.
    ///
    /// ```
    /// use costate_neural::Control;
    /// use nalgebra::DMatrix;
    /// let missing = f64::NAN;
    /// let values = DMatrix::from_row_slice(2, 3, &[1.0, missing, 5.0, missing, 2.0, missing]);
    /// let control = Control::linear(&[0.0, 1.0, 4.0], &values)?;
    /// let mut x = [0.0; 2];
    /// control.value(1.0, &mut x)?;
    /// assert_eq!(x, [2.0, 2.0]);
    /// control.slope(1.0, &mut x)?;
    /// assert_eq!(x, [1.0, 0.0]);
    /// # Ok::<(), costate_neural::ControlError>(())
    /// ```
    ///
    /// # Errors
    /// As listed in [`ControlError`].
    pub fn linear(times: &[f64], values: &DMatrix<f64>) -> Result<Control, ControlError> {
        let samples = Samples::new(times, values)?;
        Control::between(samples, pieces, times.to_vec())
    }
}

/// A line for each two points that follow each other.
pub(super) fn pieces(times: &[f64], values: &[f64]) -> Vec<Cubic> {
    let points = times.windows(2).zip(values.windows(2));
    points
        .map(|(t, x)| Cubic { a: x[0], b: (x[1] - x[0]) / (t[1] - t[0]), ..Cubic::default() })
        .collect()
}
