//! `q' = dH/dp, p' = -dH/dq` with a net for the energy `H` (Greydanus, Dzamba, Yosinski, "Hamiltonian neural networks",
//! NeurIPS 2019, arXiv:1906.01563, equation 4).

use crate::derivative::pulled_back;
use crate::{Inputs, Mlp, Model, NeuralError};
use costate_adjoint::autodiff::{Axis, Layout, Program, Real, Shape, Var};
use rand_chacha::ChaCha8Rng;

/// `q' = dH/dp, p' = -dH/dq` with `H = MLP(q, p)`: the exact flow keeps `H` at its value.
///
/// The state is one array, `2n x batch`: the positions `q` in the first n rows, the momenta `p` in the others. The slope is made of
/// the graph of the net's gradient, so a product of the field is a second derivative of the net.
///
/// ```
/// use costate_neural::{Activation, HamiltonianNet, Mlp, Model};
/// use costate_adjoint::laws;
/// use nalgebra::DMatrix;
/// let model = HamiltonianNet::new(Mlp::new([2, 16, 1], Activation::Tanh)?)?;
/// let mut field = model.field::<DMatrix<f64>>(8)?;
/// laws::check_field(&mut field, 0.0, &DMatrix::from_element(2, 8, 0.3), &model.initial(7)?, 1)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HamiltonianNet {
    energy: Mlp,
}

impl HamiltonianNet {
    /// The field of this energy.
    ///
    /// # Errors
    /// A net of an odd number of inputs, of more outputs than one, or one that takes the time.
    pub fn new(energy: Mlp) -> Result<HamiltonianNet, NeuralError> {
        let inputs = energy.inputs();
        energy.check_ends(
            ("the energy's input", "the energy"),
            (inputs.saturating_add(inputs % 2), 1),
        )?;
        energy.check_timeless("the energy")?;
        Ok(HamiltonianNet { energy })
    }

    /// The program of the energies of a batch: inputs (t, state, parameters), of which the time has no influence; the output is a
    /// row, in the unit in which the net counts.
    ///
    /// ```
    /// use costate_neural::{Activation, HamiltonianNet, Mlp};
    /// let model = HamiltonianNet::new(Mlp::new([2, 1], Activation::Identity)?)?;
    /// // H = 3 q + 5 p + 1 at (q, p) = (1, 0) and (0, 1)
    /// let mut energies = [0.0; 2];
    /// model.energy::<f64>(2)?.run(&[&[0.0], &[1.0, 0.0, 0.0, 1.0], &[3.0, 5.0, 1.0]], &mut [&mut energies])?;
    /// assert_eq!(energies, [4.0, 6.0]);
    /// # Ok::<(), costate_neural::NeuralError>(())
    /// ```
    ///
    /// # Errors
    /// More numbers than can be counted.
    pub fn energy<T: Real>(&self, batch: usize) -> Result<Program<T>, NeuralError> {
        Ok(Program::compile(&self.energy.graph(batch)?))
    }
}

impl Model for HamiltonianNet {
    fn state(&self, batch: usize) -> Result<Layout, NeuralError> {
        Ok(Layout::new([("q, p", Shape::new(self.energy.inputs(), batch))])?)
    }

    fn parameters(&self) -> Result<Layout, NeuralError> {
        self.energy.parameters()
    }

    fn slope(&self, at: Inputs<'_>) -> Result<Vec<Var>, NeuralError> {
        let Shape { rows, columns } = at.y[0].shape();
        let energy = self.energy.graph(columns)?;
        let x = [&[at.t, at.y[0]], at.p].concat();
        let ones = Var::constant(1.0).broadcast(Shape::row(columns));
        let gradient = pulled_back(&energy, 1, &x, ones)?;
        let (dq, dp) = (gradient.rows(0..rows / 2), gradient.rows(rows / 2..rows));
        Ok(vec![Var::concat(Axis::Rows, &[dp, -dq])])
    }

    fn draw(&self, random: &mut ChaCha8Rng, out: &mut Vec<f64>) -> Result<(), NeuralError> {
        self.energy.draw(random, out)
    }
}
