//! Cubic Hermite pieces with backward differences (Morrill, Kidger, Yang, Lyons, "On the choice of interpolation scheme for
//! neural CDEs", TMLR 2022, arXiv:2106.11028, section 3):
//!
//! ```text
//! X(t_i) = x_i,  X'(t_i) = m_i = (x_i - x_(i-1)) / (t_i - t_(i-1)),  m_0 = m_1
//! X = x_i + m_i s + 2 (m_(i+1) - m_i) s^2 / h - (m_(i+1) - m_i) s^3 / h^2,  h = t_(i+1) - t_i
//! ```

use super::{Control, ControlError, Cubic, samples::Samples};
use nalgebra::DMatrix;

impl Control {
    /// Cubic pieces with backward differences for slopes at the knots, the first piece straight; `values` are channels x times,
    /// NaN where one is missing.
    ///
    /// Value and slope are continuous, the second derivative is not: it jumps at every knot. Before sample `i + 1` comes nothing
    /// is asked of samples after it, so the path can be made as samples come in. A missing value is the last one before it for
    /// the same reason. (torchcde draws lines across missing values first, and so waits for the next that is there.)
    ///
    /// ```
    /// use costate_neural::Control;
    /// use nalgebra::DMatrix;
    /// let control = Control::hermite(&[0.0, 1.0, 3.0], &DMatrix::from_row_slice(1, 3, &[0.0, 2.0, 2.0]))?;
    /// let mut slope = [0.0];
    /// for (t, expected) in [(0.5, 2.0), (1.0, 2.0), (3.0, 0.0)] {
    ///     control.slope(t, &mut slope)?;
    ///     assert_eq!(slope, [expected]);
    /// }
    /// # Ok::<(), costate_neural::ControlError>(())
    /// ```
    ///
    /// # Errors
    /// As listed in [`ControlError`].
    pub fn hermite(times: &[f64], values: &DMatrix<f64>) -> Result<Control, ControlError> {
        let filled = Samples::new(times, values)?.carried_forward();
        let samples = Samples { times, values: &filled };
        Control::between(samples, pieces, vec![times[0], times[times.len() - 1]])
    }
}

fn pieces(times: &[f64], values: &[f64]) -> Vec<Cubic> {
    let mut before = None;
    let points = times.windows(2).zip(values.windows(2));
    let piece = |(t, x): (&[f64], &[f64])| {
        let h = t[1] - t[0];
        let after = (x[1] - x[0]) / h;
        let b = before.replace(after).unwrap_or(after);
        let bend = (after - b) / h;
        Cubic { a: x[0], b, c: 2.0 * bend, d: -bend / h }
    };
    points.map(piece).collect()
}
