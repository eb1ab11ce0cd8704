//! Natural cubic splines (Kidger, Morrill, Foster, Lyons, "Neural controlled differential equations for irregular time series",
//! NeurIPS 2020, arXiv:2005.08926, section 3). With `M` the second derivatives at the knots (de Boor, "A practical guide to
//! splines", chapter IV):
//!
//! ```text
//! h_(i-1) M_(i-1) + 2 (h_(i-1) + h_i) M_i + h_i M_(i+1) = 6 (m_i - m_(i-1)),  M_0 = M_n = 0
//! X = x_i + (m_i - h_i (2 M_i + M_(i+1)) / 6) s + M_i s^2 / 2 + (M_(i+1) - M_i) s^3 / (6 h_i)
//! h_i = t_(i+1) - t_i,  m_i = (x_(i+1) - x_i) / h_i
//! ```

use super::{Control, ControlError, Cubic, samples::Samples};
use nalgebra::DMatrix;

impl Control {
    /// The natural cubic spline through the observations of each channel; `values` are channels x times, NaN where one is
    /// missing.
    ///
    /// Twice continuously differentiable, with a second derivative of zero at both ends; of all such paths the one that bends
    /// least. Everywhere it knows the whole series: for a prediction while samples still come in, take another scheme.
    ///
    /// ```
    /// use costate_neural::Control;
    /// use nalgebra::DMatrix;
    /// let control = Control::natural_cubic(&[0.0, 1.0, 2.0], &DMatrix::from_row_slice(1, 3, &[0.0, 1.0, 0.0]))?;
    /// let mut x = [0.0];
    /// control.value(0.5, &mut x)?; // 3/2 s - 1/2 s^3
    /// assert_eq!(x, [0.6875]);
    /// # Ok::<(), costate_neural::ControlError>(())
    /// ```
    ///
    /// # Errors
    /// As listed in [`ControlError`].
    pub fn natural_cubic(times: &[f64], values: &DMatrix<f64>) -> Result<Control, ControlError> {
        let samples = Samples::new(times, values)?;
        Control::between(samples, pieces, vec![times[0], times[times.len() - 1]])
    }
}

fn pieces(times: &[f64], values: &[f64]) -> Vec<Cubic> {
    let h: Vec<f64> = times.windows(2).map(|t| t[1] - t[0]).collect();
    let m: Vec<f64> = values.windows(2).zip(&h).map(|(x, h)| (x[1] - x[0]) / h).collect();
    // Gaussian elimination without exchanges: the diagonal is larger than what stands beside it.
    let last = h.len();
    let (mut beside, mut right) = (vec![0.0; last], vec![0.0; last]);
    for i in 1..last {
        let pivot = 2.0 * (h[i - 1] + h[i]) - h[i - 1] * beside[i - 1];
        beside[i] = h[i] / pivot;
        right[i] = (6.0 * (m[i] - m[i - 1]) - h[i - 1] * right[i - 1]) / pivot;
    }
    let mut second = vec![0.0; last + 1];
    for i in (1..last).rev() {
        second[i] = right[i] - beside[i] * second[i + 1];
    }
    let piece = |i: usize| Cubic {
        a: values[i],
        b: m[i] - h[i] * (2.0 * second[i] + second[i + 1]) / 6.0,
        c: second[i] / 2.0,
        d: (second[i + 1] - second[i]) / (6.0 * h[i]),
    };
    (0..last).map(piece).collect()
}
