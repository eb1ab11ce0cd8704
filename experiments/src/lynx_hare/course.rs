//! The course of a fit: the objective as the optimiser asks for it, and what was seen on the way.

use crate::lynx_hare::fit::Iteration;
use crate::lynx_hare::line_search::Point;
use crate::lynx_hare::model::UNKNOWNS;
use crate::lynx_hare::objective::{Evaluation, Objective};
use argmin::core::observers::Observe;
use argmin::core::{CostFunction, Error, Gradient, KV};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A handle: the optimiser takes its problem by value, and keeps it when a line search fails.
pub(crate) struct Course<W>(pub(crate) Rc<Log<W>>);

impl<W> Clone for Course<W> {
    fn clone(&self) -> Self {
        Course(self.0.clone())
    }
}

/// What the handles share.
pub(crate) struct Log<W> {
    objective: RefCell<Objective>,
    /// The last point and what was found there: the cost is asked for first, the gradient after it.
    last: RefCell<Option<(Vec<f64>, Evaluation)>>,
    pub(crate) iterations: RefCell<Vec<Iteration>>,
    pub(crate) evaluations: Cell<usize>,
    pub(crate) failures: Cell<usize>,
    watch: RefCell<W>,
}

impl<W> Course<W> {
    /// From an objective that was evaluated once, at `start`.
    pub(crate) fn new(
        objective: Objective,
        start: [f64; UNKNOWNS],
        first: Evaluation,
        watch: W,
    ) -> Self {
        let iteration =
            Iteration { loss: first.loss, gradient: length(&first.gradient), evaluations: 1 };
        Course(Rc::new(Log {
            objective: RefCell::new(objective),
            last: RefCell::new(Some((start.to_vec(), first))),
            iterations: RefCell::new(vec![iteration]),
            evaluations: Cell::new(1),
            failures: Cell::new(0),
            watch: RefCell::new(watch),
        }))
    }

    fn evaluate(&self, logs: &[f64]) -> Result<Evaluation, Error> {
        let Log { objective, last, evaluations, failures, .. } = &*self.0;
        if let Some((point, evaluation)) = &*last.borrow()
            && point == logs
        {
            return Ok(*evaluation);
        }
        let point: [f64; UNKNOWNS] = logs.try_into()?;
        evaluations.set(evaluations.get() + 1);
        match objective.borrow_mut().evaluate(point) {
            Ok(evaluation) => {
                *last.borrow_mut() = Some((logs.to_vec(), evaluation));
                Ok(evaluation)
            }
            Err(error) => {
                failures.set(failures.get() + 1);
                Err(error.into())
            }
        }
    }
}

impl<W> CostFunction for Course<W> {
    type Param = Vec<f64>;
    type Output = f64;

    /// Infinite where the model cannot be solved: a place to stay away from, and no reason to stop.
    fn cost(&self, logs: &Vec<f64>) -> Result<f64, Error> {
        Ok(self.evaluate(logs).map_or(f64::INFINITY, |evaluation| evaluation.loss))
    }
}

impl<W> Gradient for Course<W> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, logs: &Vec<f64>) -> Result<Vec<f64>, Error> {
        Ok(self.evaluate(logs)?.gradient.to_vec())
    }
}

impl<W: FnMut(&Iteration)> Observe<Point> for Course<W> {
    fn observe_iter(&mut self, state: &Point, _: &KV) -> Result<(), Error> {
        let Log { iterations, evaluations, watch, .. } = &*self.0;
        // A line search that found nothing better leaves no gradient: no point was added then.
        if let Some(gradient) = state.get_gradient() {
            let (loss, evaluations) = (state.get_cost(), evaluations.get());
            let iteration = Iteration { loss, gradient: length(gradient), evaluations };
            iterations.borrow_mut().push(iteration);
            (watch.borrow_mut())(&iteration);
        }
        Ok(())
    }
}

/// The Euclidean norm.
fn length(gradient: &[f64]) -> f64 {
    gradient.iter().map(|g| g * g).sum::<f64>().sqrt()
}
