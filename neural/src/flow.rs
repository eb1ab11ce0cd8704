//! `z' = MLP(t, z), l' = -div_z MLP(t, z)` (Chen et al., "Neural ordinary differential equations", arXiv:1806.07366, theorem 1;
//! Grathwohl et al., "FFJORD", ICLR 2019, arXiv:1810.01367, equations 2, 3 and 7).

use crate::{Inputs, Mlp, Model, NeuralError};
use costate_adjoint::autodiff::{Layout, Shape, Var};
use nalgebra::DMatrix;
use rand_chacha::ChaCha8Rng;

/// The state of a [`Flow`]: the points `z`, `d x batch`, and the change `l` of their log-density, `1 x batch`.
pub type FlowState<T> = (DMatrix<T>, DMatrix<T>);

/// How a flow finds the divergence of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Divergence {
    /// The trace of the Jacobian, by as many Jacobian-vector products as the points have coordinates. For up to about eight.
    Exact,
    /// `e . J e`, for a probe `e` of each point that the field [holds](crate::GraphField::hold) for a solve: a number of the right
    /// expectation by one product. Fields begin with probes of zeros: draw one for each solve with [`Probe`](crate::Probe).
    Hutchinson,
}

/// A continuous normalising flow, with the log-density carried along:
///
/// ```text
/// z' = MLP(t, z)        the points, d x batch
/// l' = -div MLP(t, z)   d/dt of log p(t, z(t)), 1 x batch
/// ```
///
/// Points are normally distributed at t = 0 and look like the data at t = 1; [`log_density`](crate::log_density) and
/// [`sample`](crate::sample) go one way and the other.
///
/// The state is the tuple `(z, l)` so that a norm can tell the two apart. Nothing reads `l`: it is an integral along the way, and
/// `(Rms, Null)` leaves it out of the step control just as the paper's seminorm leaves out the parameter gradient. To have it out of the
/// ODE altogether, see [`LogDeterminant`](crate::LogDeterminant).
///
/// ```
/// use costate_neural::{Activation, Divergence, Flow, FlowState, Mlp, Model, Probe};
/// use costate_adjoint::laws;
/// use nalgebra::DMatrix;
/// use rand::SeedableRng;
/// let flow = Flow::new(Mlp::new([2, 16, 2], Activation::Tanh)?.with_time(), Divergence::Hutchinson)?;
/// let mut field = flow.field::<FlowState<f64>>(8)?;
/// field.hold(&Probe::Rademacher.draw(16, &mut rand_chacha::ChaCha8Rng::seed_from_u64(1)))?;
/// let y = (DMatrix::from_element(2, 8, 0.3), DMatrix::zeros(1, 8));
/// laws::check_field(&mut field, 0.5, &y, &flow.initial(7)?, 1)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    net: Mlp,
    divergence: Divergence,
}

impl Flow {
    /// The flow of this net.
    ///
    /// # Errors
    /// A net with another width at its end than at its beginning.
    pub fn new(net: Mlp, divergence: Divergence) -> Result<Flow, NeuralError> {
        net.check_ends(("the flow's input", "the flow's output"), (net.inputs(), net.inputs()))?;
        Ok(Flow { net, divergence })
    }

    /// The number of coordinates of a point.
    pub fn dimension(&self) -> usize {
        self.net.inputs()
    }

    /// The net that moves the points.
    pub fn net(&self) -> &Mlp {
        &self.net
    }

    /// The slope of the points, and a row with the divergence at each.
    pub(crate) fn slope_and_divergence(
        &self,
        (t, z): (Var, Var),
        p: &[Var],
        held: &[Var],
    ) -> Result<[Var; 2], NeuralError> {
        let net = self.net.graph(z.shape().columns)?;
        // The net's inputs are (t, z, parameters); a probe comes after them.
        let both = match self.divergence {
            Divergence::Exact => net.divergence(1, 0)?,
            Divergence::Hutchinson => net.hutchinson(1, 0)?,
        };
        let found = both.apply(&[&[t, z], p, held].concat())?;
        Ok([found[0], found[1]])
    }
}

impl Model for Flow {
    fn state(&self, batch: usize) -> Result<Layout, NeuralError> {
        let shapes = [("z", Shape::new(self.dimension(), batch)), ("l", Shape::row(batch))];
        Ok(Layout::new(shapes)?)
    }

    fn parameters(&self) -> Result<Layout, NeuralError> {
        self.net.parameters()
    }

    fn held(&self, batch: usize) -> Result<Layout, NeuralError> {
        match self.divergence {
            Divergence::Exact => Ok(Layout::default()),
            Divergence::Hutchinson => {
                Ok(Layout::new([("probe", Shape::new(self.dimension(), batch))])?)
            }
        }
    }

    fn slope(&self, at: Inputs<'_>) -> Result<Vec<Var>, NeuralError> {
        let [slope, divergence] = self.slope_and_divergence((at.t, at.y[0]), at.p, at.held)?;
        Ok(vec![slope, -divergence])
    }

    fn draw(&self, random: &mut ChaCha8Rng, out: &mut Vec<f64>) -> Result<(), NeuralError> {
        self.net.draw(random, out)
    }
}
