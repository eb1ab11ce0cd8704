//! What a field of a net is, before a batch and a scalar are chosen.

use crate::{GraphField, NeuralError};
use costate_adjoint::autodiff::{Graph, Layout, Real, Shape, Var, trace};
use costate_adjoint::norms::{Float, Space};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The arrays that a slope is made of, traced; made by [`Model::graph`], as many as the model's layouts have.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Inputs<'v> {
    /// The time, a number.
    pub t: Var,
    /// The state's arrays, one a leaf, with the batch in the columns.
    pub y: &'v [Var],
    /// The parameter arrays.
    pub p: &'v [Var],
    /// Arrays that the field holds fixed.
    pub held: &'v [Var],
}

/// The mathematics of a field `y' = f(t, y, p)` over arrays, with a batch in the columns.
///
/// Implement the three required methods for a model of your own; [`field`](Self::field) makes a differentiable field of it.
///
/// ```
/// use costate_neural::{Inputs, Model, NeuralError};
/// use costate_adjoint::autodiff::{Layout, Real, Shape, Var};
/// use costate_adjoint::{DifferentiableField, laws};
/// use nalgebra::DMatrix;
///
/// /// y' = A tanh(y)
/// struct Recurrent(usize);
/// impl Model for Recurrent {
///     fn state(&self, batch: usize) -> Result<Layout, NeuralError> {
///         Ok(Layout::new([("y", Shape::new(self.0, batch))])?)
///     }
///     fn parameters(&self) -> Result<Layout, NeuralError> {
///         Ok(Layout::new([("A", Shape::new(self.0, self.0))])?)
///     }
///     fn slope(&self, at: Inputs<'_>) -> Result<Vec<Var>, NeuralError> {
///         Ok(vec![at.p[0].matmul(at.y[0].tanh())])
///     }
/// }
///
/// let mut field = Recurrent(2).field::<DMatrix<f64>>(3)?;
/// let y = DMatrix::from_element(2, 3, 0.5);
/// laws::check_field(&mut field, 0.0, &y, &vec![0.1, 0.2, 0.3, 0.4], 1)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Model {
    /// The state's arrays for a batch of so many columns, one for each leaf of the state's space.
    ///
    /// # Errors
    /// Names that repeat, or more numbers than can be counted.
    fn state(&self, batch: usize) -> Result<Layout, NeuralError>;

    /// The parameters: named arrays in one flat list.
    ///
    /// # Errors
    /// As [`state`](Self::state).
    fn parameters(&self) -> Result<Layout, NeuralError>;

    /// Arrays that a field holds fixed beside its parameters; none by default.
    ///
    /// # Errors
    /// As [`state`](Self::state).
    fn held(&self, batch: usize) -> Result<Layout, NeuralError> {
        let _ = batch;
        Ok(Layout::default())
    }

    /// The slope, traced: one array for each of the state's, of the same shape. Each column of it depends on the same column of
    /// the state only.
    ///
    /// # Errors
    /// Whatever is wrong with the model.
    fn slope(&self, at: Inputs<'_>) -> Result<Vec<Var>, NeuralError>;

    /// Appends initial parameters to a list; zeros by default.
    ///
    /// # Errors
    /// As [`parameters`](Self::parameters).
    fn draw(&self, random: &mut ChaCha8Rng, out: &mut Vec<f64>) -> Result<(), NeuralError> {
        let _ = random;
        out.resize(out.len() + self.parameters()?.len(), 0.0);
        Ok(())
    }

    /// Initial parameters: the same for the same seed, on every machine. Drawn in `f64` and rounded, so that nets of both scalars
    /// begin alike.
    ///
    /// # Errors
    /// As [`parameters`](Self::parameters).
    fn initial<T: Float>(&self, seed: u64) -> Result<Vec<T>, NeuralError> {
        let mut drawn = Vec::new();
        self.draw(&mut ChaCha8Rng::seed_from_u64(seed), &mut drawn)?;
        Ok(drawn.into_iter().map(T::of).collect())
    }

    /// The graph of the slope for a batch of so many columns: inputs (t, state, parameters, held), outputs the slope.
    ///
    /// # Errors
    /// Whatever is wrong with the model, or an empty batch.
    fn graph(&self, batch: usize) -> Result<Graph, NeuralError> {
        if batch == 0 {
            return Err(NeuralError::EmptyBatch);
        }
        let (state, parameters) = (self.state(batch)?, self.parameters()?);
        let inputs = Layout::new([("t", Shape::SCALAR)])?;
        let inputs = inputs.and(&state)?.and(&parameters)?.and(&self.held(batch)?)?;
        let mut fault = None;
        let graph = trace(&inputs, |x| {
            let (y, rest) = x[1..].split_at(state.entries().len());
            let (p, held) = rest.split_at(parameters.entries().len());
            self.slope(Inputs { t: x[0], y, p, held }).unwrap_or_else(|error| {
                fault = Some(error);
                Vec::new()
            })
        });
        match fault {
            // A fault of the trace came first and may be why the model gave up.
            Some(fault) => Err(graph.err().map_or(fault, NeuralError::Trace)),
            None => Ok(graph?),
        }
    }

    /// The differentiable field for a batch of so many columns.
    ///
    /// # Errors
    /// As [`graph`](Self::graph); a state type of another number of leaves; or a slope that does not look like the state.
    fn field<Y: Space<Scalar: Float + Real>>(
        &self,
        batch: usize,
    ) -> Result<GraphField<Y>, NeuralError> {
        let graph = self.graph(batch)?;
        GraphField::new(graph, self.state(batch)?, self.parameters()?)
    }
}
