//! `y' = MLP(t, y)` (Chen, Rubanova, Bettencourt, Duvenaud, "Neural ordinary differential equations", NeurIPS 2018,
//! arXiv:1806.07366, equation 2).

use crate::{Inputs, Mlp, Model, NeuralError};
use costate_adjoint::autodiff::{Layout, Shape, Var};
use rand_chacha::ChaCha8Rng;

/// `y' = MLP(t, y)`, or `MLP(y)` where the net does not take the time. The state is one array, `n x batch`.
///
/// ```
/// use costate_neural::{Activation, Mlp, Model, NeuralOde};
/// use costate_adjoint::laws;
/// use nalgebra::DMatrix;
/// let model = NeuralOde::new(Mlp::new([2, 16, 2], Activation::Tanh)?.with_time())?;
/// let mut field = model.field::<DMatrix<f64>>(8)?;
/// laws::check_field(&mut field, 0.5, &DMatrix::from_element(2, 8, 0.3), &model.initial(7)?, 1)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeuralOde {
    net: Mlp,
}

impl NeuralOde {
    /// The field of this net.
    ///
    /// # Errors
    /// A net with another width at its end than at its beginning.
    pub fn new(net: Mlp) -> Result<NeuralOde, NeuralError> {
        net.check_ends(("the net's input", "the net's output"), (net.inputs(), net.inputs()))?;
        Ok(NeuralOde { net })
    }
}

impl Model for NeuralOde {
    fn state(&self, batch: usize) -> Result<Layout, NeuralError> {
        Ok(Layout::new([("y", Shape::new(self.net.inputs(), batch))])?)
    }

    fn parameters(&self) -> Result<Layout, NeuralError> {
        self.net.parameters()
    }

    fn slope(&self, at: Inputs<'_>) -> Result<Vec<Var>, NeuralError> {
        Ok(vec![self.net.apply(at.t, at.y[0], at.p)?])
    }

    fn draw(&self, random: &mut ChaCha8Rng, out: &mut Vec<f64>) -> Result<(), NeuralError> {
        self.net.draw(random, out)
    }
}
