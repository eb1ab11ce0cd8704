//! What is learnt: a model, its data in batches, and the loss.

use costate_adjoint::Loss;
use costate_adjoint::autodiff::Real;
use costate_adjoint::norms::{Float, Space};
use costate_neural::{Model, NeuralError};

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
    /// What the field holds fixed during the solve; nothing for most.
    pub held: Vec<T>,
    /// The mean loss over the batch.
    pub loss: Box<dyn Loss<Y>>,
}

/// Something to learn.
pub trait Task {
    /// Its model.
    type Model: Model;
    /// The state of a batch.
    type State<T: Element>: Space<Scalar = T>;

    /// What it is called in records and reports.
    fn name(&self) -> &str;

    /// What [`metric`](Self::metric) is, with its unit.
    fn metric_name(&self) -> &'static str;

    /// The model.
    fn model(&self) -> &Self::Model;

    /// Where solves begin and end, in time.
    fn interval(&self) -> (f64, f64);

    /// At how many times the loss looks at the state.
    fn observations(&self) -> usize;

    /// How many rows a part has.
    fn rows(&self, part: Part) -> usize;

    /// How many rows make a batch; the last batch of a part has what is left.
    fn batch_size(&self) -> usize;

    /// A batch of these rows. `draw` decides what is drawn anew for each batch, if anything is.
    ///
    /// # Errors
    /// Data that make no batch.
    fn batch<T: Element>(
        &self,
        part: Part,
        rows: &[usize],
        draw: u64,
    ) -> Result<Batch<T, Self::State<T>>, NeuralError>;

    /// Of how many terms the mean loss over so many rows is the mean: what it is multiplied by to be their sum.
    fn terms(&self, rows: usize) -> usize;

    /// How good a model with this mean loss is; less is better.
    fn metric(&self, loss: f64) -> f64 {
        loss
    }
}
