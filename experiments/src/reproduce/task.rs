//! What is learnt: a model, its data in batches, and the loss.

use super::objective::Objective;
use costate_adjoint::autodiff::{Layout, Real};
use costate_adjoint::norms::{Float, Space};
use costate_neural::{Controls, Model, NeuralError};
use std::sync::Arc;

/// What states are made of: `f32` in training, as in the paper, and `f64` for reference gradients.
pub trait Element: Float + Real + nalgebra::Scalar {}

impl Element for f32 {}
impl Element for f64 {}

/// A part of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// To train on.
    Train,
    /// To choose by.
    Validation,
    /// To test on.
    Test,
}

/// A batch, ready to be solved.
pub struct Batch<T, Y> {
    /// Where the solve starts.
    pub start: Y,
    /// Where it begins and ends, in time.
    pub interval: (f64, f64),
    /// What the field holds fixed during the solve.
    pub held: Held<T>,
    /// The mean loss over the batch.
    pub loss: Box<dyn Objective<Y>>,
}

/// What a field holds fixed during a solve, besides its parameters.
pub enum Held<T> {
    /// Nothing.
    Nothing,
    /// Arrays, as one flat list.
    Arrays(Vec<T>),
    /// The paths that drive it. Solves stop where their slopes jump.
    Control(Arc<Controls>),
}

/// Something to learn.
pub trait Task {
    /// Its model.
    type Model: Model;
    /// The state of a batch.
    type State<T: Element>: Space<Scalar = T>;

    /// What it is called in records and reports.
    fn name(&self) -> &str;

    /// What the number is by which models are told apart, with its unit and whether more of it is better.
    fn metric_name(&self) -> &'static str;

    /// The model.
    fn model(&self) -> &Self::Model;

    /// Parameters besides the model's, which are trained together with them: of what makes the start of a solve and of what reads
    /// its end. They stand after the model's; none by default.
    ///
    /// # Errors
    /// As [`Model::parameters`].
    fn ends(&self) -> Result<Layout, NeuralError> {
        Ok(Layout::default())
    }

    /// All parameters, the model's first.
    ///
    /// # Errors
    /// As [`Model::parameters`], or a name that both have.
    fn parameters(&self) -> Result<Layout, NeuralError> {
        Ok(self.model().parameters()?.and(&self.ends()?)?)
    }

    /// Initial values of all parameters, the same for the same seed. A task with [`ends`](Self::ends) has to say what theirs are.
    ///
    /// # Errors
    /// As [`Model::initial`].
    fn initial<T: Element>(&self, seed: u64) -> Result<Vec<T>, NeuralError> {
        self.model().initial(seed)
    }

    /// At how many times the loss looks at the state.
    fn observations(&self) -> usize;

    /// How many rows a part has.
    fn rows(&self, part: Part) -> usize;

    /// How many rows make a batch; the last batch of a part has what is left.
    fn batch_size(&self) -> usize;

    /// A batch of these rows. `draw` decides what is drawn anew for each batch, if anything is; `ends` are the present values of
    /// the parameters besides the model's.
    ///
    /// # Errors
    /// Data that make no batch.
    fn batch<T: Element>(
        &self,
        part: Part,
        rows: &[usize],
        draw: u64,
        ends: &[T],
    ) -> Result<Batch<T, Self::State<T>>, NeuralError>;

    /// Of how many terms the mean loss over so many rows is the mean: what it is multiplied by to be their sum.
    fn terms(&self, rows: usize) -> usize;

    /// How good a model with this mean loss is, where its batches do not say it by [`Objective::quality`].
    fn metric(&self, loss: f64) -> f64 {
        loss
    }
}
