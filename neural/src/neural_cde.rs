//! `z' = F(z) dX/dt` (Kidger, Morrill, Foster, Lyons, "Neural controlled differential equations for irregular time series",
//! NeurIPS 2020, arXiv:2005.08926, equations 3 and 4).

use crate::{Activation, Inputs, Mlp, Model, NeuralError};
use costate_adjoint::autodiff::{Axis, Layout, Shape, Var};
use rand_chacha::ChaCha8Rng;

/// A neural controlled differential equation:
///
/// ```text
/// z' = F(z) dX/dt        z the hidden state, X the control path, F(z) = MLP(z) as a matrix hidden x channels
/// dX/dt = b + 2 c s + 3 d s^2
/// ```
///
/// The state is one array, `hidden x batch`. The net goes from `hidden` to `hidden * channels`; its output `h * channels + c` is
/// entry (h, c) of `F(z)`, as with `view(hidden, channels)` in PyTorch. The paper has tanh after the last layer
/// ([`Mlp::with_final`]): without it states grow out of hand.
///
/// The field [holds](crate::GraphField::held) `b`, `c` and `d`, each `channels x batch`, and `s` takes the place of the time.
/// Field and path come together by [`GraphField::control`](crate::GraphField::control), which keeps both up to date; a field
/// without a control stands still. The initial state comes from a net of the first values
/// ([`Controls::start`](crate::Controls::start), [`NetProgram`](crate::NetProgram)), and where time matters it is a channel
/// ([`Control::with_time`](crate::Control::with_time)).
///
/// ```
/// use costate_neural::adjoint::{AtEnd, Discrete, Problem};
/// use costate_neural::{Activation, Control, Controls, Mlp, Model, NeuralCde};
/// use nalgebra::DMatrix;
/// use std::sync::Arc;
///
/// // Two series of two channels, and time.
/// let one = Control::hermite(&[0.0, 0.4, 1.0], &DMatrix::from_row_slice(2, 3, &[1.0, 2.0, f64::NAN, 0.0, 1.0, 3.0]))?;
/// let other = Control::hermite(&[0.0, 0.7], &DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 0.0, 1.0]))?;
/// let controls = Arc::new(Controls::new([one.with_time(), other.with_time()])?);
///
/// let net = Mlp::new([4, 8, 4 * 3], Activation::Relu)?.with_final(Activation::Tanh);
/// let model = NeuralCde::new(net, 3)?;
/// let mut field = model.field::<DMatrix<f64>>(2)?;
/// field.control(controls.clone())?;
///
/// let (z0, p) = (DMatrix::from_element(4, 2, 0.1), model.initial(1)?);
/// let (t0, t1) = controls.interval();
/// let problem = Problem::new(t0, t1, &z0, &p).jumps_at(controls.jumps());
/// let loss = AtEnd(|z: &DMatrix<f64>, a: &mut DMatrix<f64>| {
///     a.fill(1.0);
///     z.sum()
/// });
/// let gradient = Discrete::new(1e-6, 1e-6).gradient(&mut field, &problem, &loss)?;
/// assert!(gradient.p.iter().any(|g| *g != 0.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeuralCde {
    net: Mlp,
    channels: usize,
}

impl NeuralCde {
    /// The field of this net for controls of so many channels.
    ///
    /// # Errors
    /// No channels; a net whose output is not `channels` times as wide as its input; a net that takes the time.
    pub fn new(net: Mlp, channels: usize) -> Result<NeuralCde, NeuralError> {
        NeuralError::check_setting(
            "the number of channels",
            channels as f64,
            channels > 0,
            "at least 1",
        )?;
        let outputs = net.inputs().saturating_mul(channels);
        net.check_ends(
            ("the net's input", "the net's output, hidden times channels,"),
            (net.inputs(), outputs),
        )?;
        net.check_timeless(
            "the net of a neural CDE, which is told the time by a channel of its control,",
        )?;
        Ok(NeuralCde { net, channels })
    }

    /// The size that Kidger, Chen, Lyons, "Hey, that's not an ODE" (ICML 2021, arXiv:2009.09457) have for speech commands: 90
    /// hidden entries, 21 channels, four hidden layers of 40 with ReLU, tanh at the end; 86,050 parameters.
    ///
    /// # Errors
    /// None: the widths go together.
    pub fn published() -> Result<NeuralCde, NeuralError> {
        let net = Mlp::new([90, 40, 40, 40, 40, 90 * 21], Activation::Relu)?;
        NeuralCde::new(net.with_final(Activation::Tanh), 21)
    }

    /// The number of entries of a hidden state.
    pub fn hidden(&self) -> usize {
        self.net.inputs()
    }

    /// The number of channels of a control.
    pub fn channels(&self) -> usize {
        self.channels
    }
}

impl Model for NeuralCde {
    fn state(&self, batch: usize) -> Result<Layout, NeuralError> {
        Ok(Layout::new([("z", Shape::new(self.hidden(), batch))])?)
    }

    fn parameters(&self) -> Result<Layout, NeuralError> {
        self.net.parameters()
    }

    fn held(&self, batch: usize) -> Result<Layout, NeuralError> {
        let shape = Shape::new(self.channels, batch);
        Ok(Layout::new(["b", "c", "d"].map(|name| (name, shape)))?)
    }

    fn slope(&self, at: Inputs<'_>) -> Result<Vec<Var>, NeuralError> {
        let &[b, c, d] = at.held else {
            return Err(NeuralError::Arrays { expected: 3, found: at.held.len() });
        };
        let (s, batch) = (at.t, at.y[0].shape().columns);
        let dx = b + s * (c.scale(2.0) + s * d.scale(3.0));
        let f = self.net.apply(s, at.y[0], at.p)?;
        // Row h of F(z) is a run of channels: multiplied by the slopes, as often as there are rows, and added up run by run. The
        // other order of outputs would need slices, whose transposes fill the whole array with zeros once for each channel
        // (benches/results/neural_cde.md).
        let runs = Shape::new(self.channels, self.hidden().saturating_mul(batch));
        let slopes = Var::concat(Axis::Rows, &vec![dx; self.hidden()]);
        let sums = (f * slopes).reshape(runs).sum_rows();
        Ok(vec![sums.reshape(Shape::new(self.hidden(), batch))])
    }

    fn draw(&self, random: &mut ChaCha8Rng, out: &mut Vec<f64>) -> Result<(), NeuralError> {
        self.net.draw(random, out)
    }
}
