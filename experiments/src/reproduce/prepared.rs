//! A task made ready: fields, norms and memory for each size of batch that comes up.

use super::error::ReproduceError;
use super::gradients::{Chosen, Found, under};
use super::record::Tried;
use super::task::{Batch, Element, Part, Task};
use super::way::Norm;
use costate_adjoint::norms::Space;
use costate_adjoint::solver::{Plan, Solver};
use costate_adjoint::{DifferentiableField, GradientError, Problem};
use costate_neural::{GraphField, Model, NeuralError};

/// The rows of a batch: which, of which part, and what decides what is drawn for them.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'r> {
    /// The part.
    pub part: Part,
    /// The rows.
    pub rows: &'r [usize],
    /// The draw.
    pub draw: u64,
}

/// All batches of a part in its own order, at most so many.
pub fn batches<K: Task>(task: &K, part: Part, most: usize) -> Vec<Vec<usize>> {
    let rows: Vec<usize> = (0..task.rows(part)).collect();
    rows.chunks(task.batch_size().max(1)).take(most).map(<[usize]>::to_vec).collect()
}

/// A field for each size of batch: the last batch of a part is smaller than the others.
pub struct Fields<'t, K: Task, T: Element> {
    /// What is learnt.
    pub task: &'t K,
    fields: Vec<(usize, GraphField<K::State<T>>)>,
}

impl<'t, K: Task, T: Element> Fields<'t, K, T> {
    /// None yet.
    pub fn new(task: &'t K) -> Self {
        Fields { task, fields: Vec::new() }
    }

    /// The field for a batch, made when it is first asked for, holding what the batch says; and the batch.
    ///
    /// # Errors
    /// A batch or a model that cannot be.
    #[allow(clippy::type_complexity)]
    pub fn ready(
        &mut self,
        rows: Rows<'_>,
    ) -> Result<(&mut GraphField<K::State<T>>, Batch<T, K::State<T>>), NeuralError> {
        let batch = self.task.batch::<T>(rows.part, rows.rows, rows.draw)?;
        let size = rows.rows.len();
        let place = match self.fields.iter().position(|(of, _)| *of == size) {
            Some(place) => place,
            None => {
                self.fields.push((size, self.task.model().field(size)?));
                self.fields.len() - 1
            }
        };
        let field = &mut self.fields[place].1;
        if !batch.held.is_empty() {
            field.hold(&batch.held)?;
        }
        Ok((field, batch))
    }

    /// The loss of a batch, by a forward solve alone.
    ///
    /// # Errors
    /// A model that cannot be, or a solve that failed.
    pub fn loss(
        &mut self,
        rows: Rows<'_>,
        p: &Vec<T>,
        (rtol, atol): (f64, f64),
    ) -> Result<f64, ReproduceError> {
        let (t0, t1) = self.task.interval();
        let what = || format!("{}, the loss on data that is not trained on", self.task.name());
        let what = what();
        let (field, batch) = self.ready(rows)?;
        let times = batch.loss.times(&t1);
        let plan = Plan::new(t0, t1).save_at(times);
        let slope = |t: f64, y: &K::State<T>, dy: &mut K::State<T>| field.eval(t, y, p, dy);
        let solution = Solver::dormand_prince(rtol, atol).solve(slope, &batch.start, plan);
        let solution =
            solution.map_err(|source| ReproduceError::Solve { what, source: Box::new(source) })?;
        let observed = solution.saved.as_slice();
        let mut cotangents: Vec<_> = observed.iter().map(Space::zeros_like).collect();
        Ok(batch.loss.evaluate(observed, &mut cotangents))
    }
}

/// The gradients of a task under a norm.
pub struct Prepared<'t, K: Task> {
    fields: Fields<'t, K, f32>,
    norm: Norm,
    tolerances: (f64, f64),
    ways: Vec<(usize, Chosen<K::State<f32>>)>,
}

impl<'t, K: Task> Prepared<'t, K>
where
    K::State<f32>: 'static,
{
    /// At these tolerances, relative and absolute.
    pub fn new(task: &'t K, norm: Norm, tolerances: (f64, f64)) -> Self {
        Prepared { fields: Fields::new(task), norm, tolerances, ways: Vec::new() }
    }

    /// What is learnt.
    pub fn task(&self) -> &'t K {
        self.fields.task
    }

    /// The loss of a batch, by a forward solve alone.
    ///
    /// # Errors
    /// As [`Fields::loss`].
    pub fn loss(&mut self, rows: Rows<'_>, p: &Vec<f32>) -> Result<f64, ReproduceError> {
        self.fields.loss(rows, p, self.tolerances)
    }

    /// The gradient of a batch's loss. What the backward pass attempted is put into `attempts`, if that is given.
    ///
    /// # Errors
    /// The outer error is of a model or a batch that cannot be; the inner one, of a gradient that could not be had at these
    /// parameters.
    pub fn gradient(
        &mut self,
        rows: Rows<'_>,
        p: &Vec<f32>,
        attempts: Option<&mut Vec<Tried>>,
    ) -> Result<Result<Found<K::State<f32>>, GradientError>, NeuralError> {
        let task = self.fields.task;
        let (t0, t1) = task.interval();
        let (field, Batch { start, loss, .. }) = self.fields.ready(rows)?;
        let size = rows.rows.len();
        let place = match self.ways.iter().position(|(of, _)| *of == size) {
            Some(place) => place,
            None => {
                let way = under(self.norm, field, task.observations(), self.tolerances);
                self.ways.push((size, way));
                self.ways.len() - 1
            }
        };
        let problem = Problem::new(t0, t1, &start, p);
        Ok(self.ways[place].1.gradient(field, &problem, &*loss, attempts))
    }
}
