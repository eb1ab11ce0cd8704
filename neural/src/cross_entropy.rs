//! The cross-entropy of scores and classes.

use crate::NeuralError;
use costate_adjoint::norms::{Float, Scalar, Space};

/// The mean over a batch of `-ln softmax(scores)[label]`, in nats (PyTorch's `CrossEntropyLoss`).
///
/// Scores are `classes x batch`, column by column; any finite ones do, as nothing is exponentiated but differences to the largest of a
/// column.
///
/// ```
/// use costate_neural::CrossEntropy;
/// // Two points; of the first nothing is known, the second is surely in class 1.
/// let loss = CrossEntropy::new(vec![0, 1], 2)?;
/// let (scores, mut to_scores) = (vec![0.0, 0.0, -1e5, 1e5], vec![0.0; 4]);
/// assert_eq!(loss.evaluate(&scores, &mut to_scores), 2.0_f64.ln() / 2.0);
/// assert_eq!(to_scores, [-0.25, 0.25, 0.0, 0.0]);
/// # Ok::<(), costate_neural::NeuralError>(())
/// ```
///
/// Where the scores are a readout of the final state, the closure of an [`AtEnd`](costate_adjoint::AtEnd) runs the readout, this, and
/// the readout's products; [`NetProgram`](crate::NetProgram) shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrossEntropy {
    labels: Vec<usize>,
    classes: usize,
}

impl CrossEntropy {
    /// The loss of these labels, one for each column of a batch, of so many classes, counted from 0.
    ///
    /// # Errors
    /// A label that is no class, or an empty batch.
    pub fn new(labels: Vec<usize>, classes: usize) -> Result<Self, NeuralError> {
        if labels.is_empty() {
            return Err(NeuralError::EmptyBatch);
        }
        match labels.iter().position(|&label| label >= classes) {
            None => Ok(CrossEntropy { labels, classes }),
            Some(index) => Err(NeuralError::Label { index, label: labels[index], classes }),
        }
    }

    /// The loss; writes its derivatives into `cotangent`.
    ///
    /// NaN where a score is not finite, or for scores of another length: a gradient is then refused.
    pub fn evaluate<Y: Space<Scalar: Float>>(&self, scores: &Y, cotangent: &mut Y) -> f64 {
        let (scores, cotangent) = (scores.leaf(0), cotangent.leaf_mut(0));
        let entries = self.labels.len() * self.classes;
        if scores.len() != entries || cotangent.len() != entries {
            return f64::NAN;
        }
        let share = 1.0 / self.labels.len() as f64;
        let columns =
            scores.chunks_exact(self.classes).zip(cotangent.chunks_exact_mut(self.classes));
        let mut sum = 0.0;
        for ((scores, to_scores), &label) in columns.zip(&self.labels) {
            let score = |k: usize| -> f64 { scores[k].into() };
            let largest = (0..self.classes).map(score).fold(f64::NEG_INFINITY, f64::max);
            let total: f64 = (0..self.classes).map(|k| (score(k) - largest).exp()).sum();
            sum += total.ln() - (score(label) - largest);
            for (k, to_score) in to_scores.iter_mut().enumerate() {
                let probability = (score(k) - largest).exp() / total;
                let target = if k == label { 1.0 } else { 0.0 };
                *to_score = Y::Scalar::of(share * (probability - target));
            }
        }
        share * sum
    }

    /// The part of a batch whose largest score is that of its label; NaN for scores of another length.
    pub fn accuracy<Y: Space<Scalar: Float>>(&self, scores: &Y) -> f64 {
        let scores = scores.leaf(0);
        if scores.len() != self.labels.len() * self.classes {
            return f64::NAN;
        }
        let right = |(scores, label): &(&[Y::Scalar], &usize)| {
            let label = **label;
            (0..self.classes).all(|k| k == label || scores[label] > scores[k])
        };
        let columns = scores.chunks_exact(self.classes).zip(&self.labels);
        columns.filter(right).count() as f64 / self.labels.len() as f64
    }
}
