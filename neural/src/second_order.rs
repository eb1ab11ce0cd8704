//! `y'' = MLP(t, y, y')` (Norcliffe, Bodnar, Day, Simidjievski, Liò, "On second order behaviour in augmented neural ODEs",
//! NeurIPS 2020, arXiv:2006.07220, equation 5).

use crate::{Inputs, Mlp, Model, NeuralError};
use costate_adjoint::autodiff::{Axis, Layout, Shape, Var};
use rand_chacha::ChaCha8Rng;

/// `y'' = MLP(t, y, y')`, or without the time where the net does not take it.
///
/// The state is one array, `2n x batch`: the positions `y` in the first n rows, the velocities `y'` in the others.
///
/// ```
/// use costate_neural::{Activation, Mlp, Model, SecondOrder};
/// use costate_adjoint::laws;
/// use nalgebra::DMatrix;
/// let model = SecondOrder::new(Mlp::new([2, 16, 1], Activation::Tanh)?)?;
/// let mut field = model.field::<DMatrix<f64>>(8)?;
/// laws::check_field(&mut field, 0.0, &DMatrix::from_element(2, 8, 0.3), &model.initial(7)?, 1)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondOrder {
    acceleration: Mlp,
}

impl SecondOrder {
    /// The field of this acceleration.
    ///
    /// # Errors
    /// A net that does not have twice as many inputs as outputs.
    pub fn new(acceleration: Mlp) -> Result<SecondOrder, NeuralError> {
        let n = acceleration.outputs();
        let ends = ("the acceleration's input", "the acceleration");
        acceleration.check_ends(ends, (n.saturating_mul(2), n))?;
        Ok(SecondOrder { acceleration })
    }
}

impl Model for SecondOrder {
    fn state(&self, batch: usize) -> Result<Layout, NeuralError> {
        Ok(Layout::new([("y, y'", Shape::new(self.acceleration.inputs(), batch))])?)
    }

    fn parameters(&self) -> Result<Layout, NeuralError> {
        self.acceleration.parameters()
    }

    fn slope(&self, at: Inputs<'_>) -> Result<Vec<Var>, NeuralError> {
        let (n, y) = (self.acceleration.outputs(), at.y[0]);
        let acceleration = self.acceleration.apply(at.t, y, at.p)?;
        Ok(vec![Var::concat(Axis::Rows, &[y.rows(n..2 * n), acceleration])])
    }

    fn draw(&self, random: &mut ChaCha8Rng, out: &mut Vec<f64>) -> Result<(), NeuralError> {
        self.acceleration.draw(random, out)
    }
}
