//! A net at work outside of a solve: what makes an initial state of data, or scores of a final one.

use crate::{Mlp, NeuralError};
use costate_adjoint::autodiff::{Program, Real};

/// A net made ready for batches of one size: its value, and its products with a cotangent.
///
/// Between a solve and a loss it is a readout. Its parameters are not the field's, so their gradient is picked up here, and the final
/// state's goes on into the solve:
///
/// ```
/// use core::cell::RefCell;
/// use costate_neural::{Activation, CrossEntropy, Mlp, Model, NetProgram, NeuralOde};
/// use costate_adjoint::{AtEnd, Discrete, Problem};
///
/// // Four points in the plane, moved by a neural ODE and then told apart by a linear readout.
/// let model = NeuralOde::new(Mlp::new([2, 8, 2], Activation::Tanh)?)?;
/// let (mut field, p) = (model.field::<Vec<f64>>(4)?, model.initial(0)?);
/// let linear = Mlp::new([2, 3], Activation::Identity)?;
/// let weights = vec![0.1; linear.parameters()?.len()];
/// let entropy = CrossEntropy::new(vec![0, 1, 2, 0], 3)?;
///
/// let readout = RefCell::new((NetProgram::new(&linear, 4)?, vec![0.0; weights.len()]));
/// let loss = AtEnd(|y: &Vec<f64>, a: &mut Vec<f64>| {
///     let (readout, to_weights) = &mut *readout.borrow_mut();
///     let (mut scores, mut to_scores) = (vec![0.0; 12], vec![0.0; 12]);
///     let run = readout.apply(0.0, y, &weights, &mut scores);
///     let value = entropy.evaluate(&scores, &mut to_scores);
///     let run = run.and_then(|()| readout.pull_back(0.0, y, &weights, &to_scores, a, to_weights));
///     // NaN is refused, with a message.
///     run.map_or(f64::NAN, |()| value)
/// });
/// let y0 = vec![1.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, -1.0];
/// let gradient = Discrete::new(1e-6, 1e-6).gradient(&mut field, &Problem::new(0.0, 1.0, &y0, &p), &loss)?;
/// let (_, to_weights) = readout.into_inner();
/// assert!(gradient.p.iter().chain(&to_weights).any(|g| *g != 0.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct NetProgram<T: Real> {
    value: Program<T>,
    products: Program<T>,
}

impl<T: Real> NetProgram<T> {
    /// For batches of so many columns.
    ///
    /// # Errors
    /// An empty batch, or more numbers than can be counted.
    pub fn new(net: &Mlp, batch: usize) -> Result<Self, NeuralError> {
        if batch == 0 {
            return Err(NeuralError::EmptyBatch);
        }
        let graph = net.graph(batch)?;
        // Of the outputs of the transposed graph, (the value, t, x, parameters), those from x on.
        let wanted: Vec<usize> = (2..3 + 2 * net.layers()).collect();
        let products = graph.vjp().select_outputs(&wanted)?;
        Ok(NetProgram { value: Program::compile(&graph), products: Program::compile(&products) })
    }

    /// Writes the net's value at `x`, `inputs x batch` column by column, into `out`, `outputs x batch`. `t` is looked at where the
    /// net takes the time.
    ///
    /// # Errors
    /// Lists of other lengths; nothing is written then.
    pub fn apply(&mut self, t: f64, x: &[T], p: &[T], out: &mut [T]) -> Result<(), NeuralError> {
        Ok(self.value.run(&[&[T::constant(t)], x, p], &mut [out])?)
    }

    /// Writes the products of `w`, `outputs x batch`, with the Jacobians in `x` and in the parameters.
    ///
    /// # Errors
    /// Lists of other lengths; nothing is written then.
    pub fn pull_back(
        &mut self,
        t: f64,
        x: &[T],
        p: &[T],
        w: &[T],
        to_x: &mut [T],
        to_p: &mut [T],
    ) -> Result<(), NeuralError> {
        Ok(self.products.run(&[&[T::constant(t)], x, p, w], &mut [to_x, to_p])?)
    }
}
