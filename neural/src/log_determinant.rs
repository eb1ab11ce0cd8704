//! The log-determinant of a flow as a quadrature of the solve of its points alone.

use crate::{Flow, Model, NeuralError};
use core::cell::RefCell;
use costate_adjoint::RunningCost;
use costate_adjoint::autodiff::{Layout, Program, Real, Shape, trace};
use costate_adjoint::norms::{Float, Space};

/// The rate `-(1 / batch) sum of div MLP(t, z)` of a flow, to be a running cost of a solve of the points `z` alone, by
/// `NeuralOde::new(flow.net().clone())`.
///
/// Its integral from t = 1 to t = 0 is the mean of `l(0)`, the part of the negative log-likelihood that is not seen at the end. So the
/// whole loss has a state without `l`: no norm needs to leave it out, and it is integrated over accepted steps only.
///
/// ```
/// use costate_neural::{Activation, Divergence, Flow, LogDeterminant, Mlp, Model, NeuralOde};
/// use costate_adjoint::{AtEnd, Discrete, Problem};
/// use nalgebra::DMatrix;
/// let flow = Flow::new(Mlp::new([2, 8, 2], Activation::Tanh)?, Divergence::Exact)?;
/// let (cost, p) = (LogDeterminant::<f64>::new(&flow, 3)?, flow.initial(1)?);
/// let mut field = NeuralOde::new(flow.net().clone())?.field::<DMatrix<f64>>(3)?;
/// let x = DMatrix::from_fn(2, 3, |i, j| (i + j) as f64 / 3.0);
/// let problem = Problem::new(1.0, 0.0, &x, &p).with_running_cost(&cost);
/// // -log N(z(0)), up to its constant; the running cost adds the rest.
/// let loss = AtEnd(|z: &DMatrix<f64>, a: &mut DMatrix<f64>| { *a = z / 3.0; z.norm_squared() / 6.0 });
/// let gradient = Discrete::new(1e-8, 1e-8).gradient(&mut field, &problem, &loss)?;
/// assert!(gradient.loss.is_finite());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct LogDeterminant<T: Real> {
    // The rate of a shared cost works in memory of its own.
    programs: RefCell<Programs<T>>,
}

#[derive(Debug)]
struct Programs<T: Real> {
    held: Vec<T>,
    /// Inputs (t, z, parameters, held), output the rate.
    rate: Program<T>,
    /// The same inputs, outputs the derivatives in z and the parameters.
    gradient: Program<T>,
}

impl<T: Float + Real> LogDeterminant<T> {
    /// For batches of so many points.
    ///
    /// # Errors
    /// An empty batch, or more numbers than can be counted.
    pub fn new(flow: &Flow, batch: usize) -> Result<Self, NeuralError> {
        if batch == 0 {
            return Err(NeuralError::EmptyBatch);
        }
        let (parameters, held) = (flow.parameters()?, flow.held(batch)?);
        let arrays = parameters.entries().len();
        let points = [("t", Shape::SCALAR), ("z", Shape::new(flow.dimension(), batch))];
        let inputs = Layout::new(points)?.and(&parameters)?.and(&held)?;
        let mut fault = None;
        let rate = trace(&inputs, |x| {
            let (p, held) = x[2..].split_at(arrays);
            match flow.slope_and_divergence((x[0], x[1]), p, held) {
                Ok([_, divergence]) => vec![divergence.sum().scale(-1.0 / batch as f64)],
                Err(error) => {
                    fault = Some(error);
                    Vec::new()
                }
            }
        })?;
        if let Some(fault) = fault {
            return Err(fault);
        }
        // Of the gradient's outputs: the value, then the derivatives in (t, z, parameters, held).
        let wanted: Vec<usize> = (2..3 + arrays).collect();
        let gradient = Program::compile(&rate.grad()?.select_outputs(&wanted)?);
        let held = vec![T::constant(0.0); held.len()];
        let programs = Programs { held, rate: Program::compile(&rate), gradient };
        Ok(LogDeterminant { programs: RefCell::new(programs) })
    }

    /// Replaces the probe of Hutchinson's estimate, `d x batch`, column by column; at first it is zero.
    ///
    /// # Errors
    /// A list of another length, or one that is not finite.
    pub fn hold(&mut self, probe: &[T]) -> Result<(), NeuralError> {
        let held = &mut self.programs.get_mut().held;
        NeuralError::check_length("the probe of the log-determinant", held.len(), probe.len())?;
        NeuralError::check_finite("the probe of the log-determinant", probe)?;
        held.copy_from_slice(probe);
        Ok(())
    }
}

impl<Y: Space<Scalar: Float + Real>> RunningCost<Y, Vec<Y::Scalar>> for LogDeterminant<Y::Scalar> {
    /// NaN for points or parameters of another length: a gradient is then refused.
    fn rate(&self, t: f64, y: &Y, p: &Vec<Y::Scalar>) -> f64 {
        let Programs { held, rate, .. } = &mut *self.programs.borrow_mut();
        let mut out = [<Y::Scalar as Real>::constant(f64::NAN)];
        let inputs = [&[<Y::Scalar as Real>::constant(t)], y.leaf(0), p, held];
        match rate.run(&inputs, &mut [&mut out]) {
            Ok(()) => out[0].into(),
            Err(_) => f64::NAN,
        }
    }

    fn gradient(&self, t: f64, y: &Y, p: &Vec<Y::Scalar>, to_y: &mut Y, to_p: &mut Vec<Y::Scalar>) {
        let Programs { held, gradient, .. } = &mut *self.programs.borrow_mut();
        let inputs = [&[<Y::Scalar as Real>::constant(t)], y.leaf(0), p, held];
        if gradient.run(&inputs, &mut [to_y.leaf_mut(0), to_p]).is_err() {
            to_y.fill(<Y::Scalar as Real>::constant(f64::NAN));
            to_p.fill(<Y::Scalar as Real>::constant(f64::NAN));
        }
    }
}
