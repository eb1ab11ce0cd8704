//! A task made ready: fields, norms and memory for each size of batch that comes up.

use super::error::ReproduceError;
use super::gradients::{Chosen, Found, under};
use super::objective::Objective;
use super::record::Tried;
use super::task::{Batch, Element, Held, Part, Task};
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
    small_batches(task, part, usize::MAX, most)
}

/// The same in batches of at most so many rows.
pub fn small_batches<K: Task>(task: &K, part: Part, size: usize, most: usize) -> Vec<Vec<usize>> {
    let rows: Vec<usize> = (0..task.rows(part)).collect();
    rows.chunks(task.batch_size().min(size).max(1)).take(most).map(<[usize]>::to_vec).collect()
}

/// A batch with its field, and all that a solve of it takes.
pub struct Ready<'f, T: Element, Y: Space<Scalar = T>> {
    /// The field, which holds what the batch says.
    pub field: &'f mut GraphField<Y>,
    batch: Batch<T, Y>,
    /// The field's parameters alone.
    parameters: Vec<T>,
}

impl<T: Element, Y: Space<Scalar = T>> Ready<'_, T, Y> {
    /// Field, problem and loss. A gradient that is made of them wants [`Objective::finish`] to have all parameters in it.
    pub fn parts(&mut self) -> (&mut GraphField<Y>, Problem<'_, GraphField<Y>>, &dyn Objective<Y>) {
        let Ready { field, batch: Batch { start, interval: (t0, t1), held, loss }, parameters } =
            self;
        let jumps = match held {
            Held::Control(controls) => controls.jumps(),
            Held::Nothing | Held::Arrays(_) => &[],
        };
        let problem = Problem::new(*t0, *t1, start, parameters).jumps_at(jumps);
        (field, problem, &**loss)
    }

    /// The gradient in all parameters, in one way.
    ///
    /// # Errors
    /// As [`Gradients::gradient`](super::gradients::Gradients::gradient).
    pub fn gradient(
        &mut self,
        way: &mut Chosen<Y>,
        attempts: Option<&mut Vec<Tried>>,
    ) -> Result<Found<Y>, GradientError> {
        let (field, problem, loss) = self.parts();
        let mut found = way.gradient(field, &problem, loss, attempts)?;
        loss.finish(&found.y0, &mut found.p);
        Ok(found)
    }

    /// How good the model was, as far as the batch knows, when its loss was last evaluated.
    pub fn quality(&self) -> Option<f64> {
        self.batch.loss.quality()
    }
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

    /// The batch of these rows, with its field, which is made when its size is first asked for. `p` are all parameters.
    ///
    /// # Errors
    /// A batch or a model that cannot be, or parameters of another number than the task has.
    pub fn ready(
        &mut self,
        rows: Rows<'_>,
        p: &[T],
    ) -> Result<Ready<'_, T, K::State<T>>, NeuralError> {
        let size = rows.rows.len();
        let place = match self.fields.iter().position(|(of, _)| *of == size) {
            Some(place) => place,
            None => {
                self.fields.push((size, self.task.model().field(size)?));
                self.fields.len() - 1
            }
        };
        let field = &mut self.fields[place].1;
        let own = field.parameters().len();
        let expected = own + self.task.ends()?.len();
        if p.len() != expected {
            let what = "all parameters of the task";
            return Err(NeuralError::Length { what, expected, found: p.len() });
        }
        let (parameters, ends) = p.split_at(own);
        let batch = self.task.batch::<T>(rows.part, rows.rows, rows.draw, ends)?;
        match &batch.held {
            Held::Nothing => {}
            Held::Arrays(values) => field.hold(values)?,
            Held::Control(controls) => field.control(controls.clone())?,
        }
        Ok(Ready { field, batch, parameters: parameters.to_vec() })
    }

    /// The loss of a batch, by a forward solve alone.
    ///
    /// # Errors
    /// A model that cannot be, or a solve that failed.
    pub fn loss(
        &mut self,
        rows: Rows<'_>,
        p: &[T],
        (rtol, atol): (f64, f64),
    ) -> Result<f64, ReproduceError> {
        let what = format!("{}, the loss on data that is not trained on", self.task.name());
        let mut ready = self.ready(rows, p)?;
        let (field, Problem { t0, t1, y0, p, jumps, .. }, loss) = ready.parts();
        let plan = Plan::new(t0, t1).save_at(loss.times(&t1)).jumps_at(jumps);
        let slope = |t: f64, y: &K::State<T>, dy: &mut K::State<T>| field.eval(t, y, p, dy);
        let solution = Solver::dormand_prince(rtol, atol).solve(slope, y0, plan);
        let solution =
            solution.map_err(|source| ReproduceError::Solve { what, source: Box::new(source) })?;
        let observed = solution.saved.as_slice();
        let mut cotangents: Vec<_> = observed.iter().map(Space::zeros_like).collect();
        Ok(loss.evaluate(observed, &mut cotangents))
    }
}

/// The gradients of a task under a norm.
pub struct Prepared<'t, K: Task> {
    fields: Fields<'t, K, f32>,
    norm: Norm,
    tolerances: (f64, f64),
    ways: Vec<(usize, Chosen<K::State<f32>>)>,
    quality: Option<f64>,
}

impl<'t, K: Task> Prepared<'t, K>
where
    K::State<f32>: 'static,
{
    /// At these tolerances, relative and absolute.
    pub fn new(task: &'t K, norm: Norm, tolerances: (f64, f64)) -> Self {
        Prepared { fields: Fields::new(task), norm, tolerances, ways: Vec::new(), quality: None }
    }

    /// What is learnt.
    pub fn task(&self) -> &'t K {
        self.fields.task
    }

    /// The loss of a batch, by a forward solve alone.
    ///
    /// # Errors
    /// As [`Fields::loss`].
    pub fn loss(&mut self, rows: Rows<'_>, p: &[f32]) -> Result<f64, ReproduceError> {
        self.fields.loss(rows, p, self.tolerances)
    }

    /// The gradient of a batch's loss in all parameters. What the backward pass attempted is put into `attempts`, if that is given.
    ///
    /// # Errors
    /// The outer error is of a model or a batch that cannot be; the inner one, of a gradient that could not be had at these
    /// parameters.
    pub fn gradient(
        &mut self,
        rows: Rows<'_>,
        p: &[f32],
        attempts: Option<&mut Vec<Tried>>,
    ) -> Result<Result<Found<K::State<f32>>, GradientError>, NeuralError> {
        let task = self.fields.task;
        let mut ready = self.fields.ready(rows, p)?;
        let size = rows.rows.len();
        let place = match self.ways.iter().position(|(of, _)| *of == size) {
            Some(place) => place,
            None => {
                let way = under(self.norm, ready.field, task.observations(), self.tolerances);
                self.ways.push((size, way));
                self.ways.len() - 1
            }
        };
        let found = ready.gradient(&mut self.ways[place].1, attempts);
        self.quality = ready.quality();
        Ok(found)
    }

    /// How good the model was on the batch of the last gradient, as far as that is not a function of its mean loss.
    pub fn quality(&self) -> Option<f64> {
        self.quality
    }
}
