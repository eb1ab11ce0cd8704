//! The loss of a batch of series that are told apart: what stands before and after the field.

use crate::reproduce::objective::Objective;
use crate::reproduce::task::Element;
use costate_adjoint::Loss;
use costate_neural::{CrossEntropy, Mlp, NetProgram, NeuralError};
use nalgebra::DMatrix;
use std::cell::RefCell;

/// The two linear maps at the ends of a solve: `z(t0) = lift(X(t0))`, and the scores of the classes are `readout(z(t1))`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maps {
    /// From the channels of the control to the hidden state.
    pub lift: Mlp,
    /// From the hidden state to the classes.
    pub readout: Mlp,
}

/// The cross-entropy of a batch, through both maps.
pub struct Classified<T: Element> {
    /// The maps of this batch, with memory for the gradients of both.
    work: RefCell<Work<T>>,
    /// First values, channels x batch.
    first: DMatrix<T>,
    /// The parameters of the lift, and of the readout.
    parameters: [Vec<T>; 2],
    entropy: CrossEntropy,
    classes: usize,
}

struct Work<T: Element> {
    lift: NetProgram<T>,
    readout: NetProgram<T>,
    to_readout: Vec<T>,
    accuracy: f64,
}

impl<T: Element> Classified<T> {
    /// Of series with these first values and classes. `ends` are the parameters of the lift and then of the readout.
    ///
    /// # Errors
    /// Parameters of another number, an empty batch, or a class that there is not.
    pub fn new(
        maps: &Maps,
        first: DMatrix<T>,
        labels: Vec<usize>,
        ends: &[T],
    ) -> Result<Self, NeuralError> {
        let batch = labels.len();
        let [lift, readout] = [&maps.lift, &maps.readout].map(|map| map.parameters());
        let (lift, readout) = (lift?.len(), readout?.len());
        if ends.len() != lift + readout {
            let what = "the parameters of lift and readout";
            let (expected, found) = (lift + readout, ends.len());
            return Err(NeuralError::Length { what, expected, found });
        }
        let (to_lift, to_readout) = ends.split_at(lift);
        let classes = maps.readout.outputs();
        let work = Work {
            lift: NetProgram::new(&maps.lift, batch)?,
            readout: NetProgram::new(&maps.readout, batch)?,
            to_readout: vec![T::of(f64::NAN); readout],
            accuracy: f64::NAN,
        };
        Ok(Classified {
            work: RefCell::new(work),
            first,
            parameters: [to_lift.to_vec(), to_readout.to_vec()],
            entropy: CrossEntropy::new(labels, classes)?,
            classes,
        })
    }

    /// The hidden state that a solve starts from.
    ///
    /// # Errors
    /// First values of another shape than the lift takes.
    pub fn start(&self, hidden: usize) -> Result<DMatrix<T>, NeuralError> {
        let mut start = DMatrix::zeros(hidden, self.first.ncols());
        let (lift, [weights, _]) = (&mut self.work.borrow_mut().lift, &self.parameters);
        lift.apply(0.0, self.first.as_slice(), weights, start.as_mut_slice())?;
        Ok(start)
    }

    /// The value, and the gradient in the final state.
    fn read(&self, z: &DMatrix<T>, to_z: &mut DMatrix<T>) -> Result<f64, NeuralError> {
        let Work { readout, to_readout, accuracy, .. } = &mut *self.work.borrow_mut();
        let [_, weights] = &self.parameters;
        let mut scores = DMatrix::zeros(self.classes, z.ncols());
        let mut to_scores = scores.clone();
        readout.apply(0.0, z.as_slice(), weights, scores.as_mut_slice())?;
        let value = self.entropy.evaluate(&scores, &mut to_scores);
        *accuracy = self.entropy.accuracy(&scores);
        let (w, to_z) = (to_scores.as_slice(), to_z.as_mut_slice());
        readout.pull_back(0.0, z.as_slice(), weights, w, to_z, to_readout)?;
        Ok(value)
    }
}

impl<T: Element> Loss<DMatrix<T>> for Classified<T> {
    fn times<'a>(&'a self, end: &'a f64) -> &'a [f64] {
        std::slice::from_ref(end)
    }

    fn evaluate(&self, observed: &[DMatrix<T>], cotangents: &mut [DMatrix<T>]) -> f64 {
        match (observed.last(), cotangents.last_mut()) {
            // NaN is refused, with a message.
            (Some(z), Some(to_z)) => self.read(z, to_z).unwrap_or(f64::NAN),
            _ => f64::NAN,
        }
    }
}

impl<T: Element> Objective<DMatrix<T>> for Classified<T> {
    fn finish(&self, to_start: &DMatrix<T>, gradient: &mut Vec<T>) {
        let Work { lift, to_readout, .. } = &mut *self.work.borrow_mut();
        let [weights, _] = &self.parameters;
        let (mut to_first, mut to_lift) = (self.first.clone(), weights.clone());
        let (x, w) = (self.first.as_slice(), to_start.as_slice());
        if lift.pull_back(0.0, x, weights, w, to_first.as_mut_slice(), &mut to_lift).is_err() {
            to_lift.fill(T::of(f64::NAN));
        }
        gradient.extend(to_lift);
        gradient.extend_from_slice(to_readout);
    }

    fn quality(&self) -> Option<f64> {
        Some(self.work.borrow().accuracy)
    }
}
