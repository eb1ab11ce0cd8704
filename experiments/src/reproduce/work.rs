//! How much there is to do, so that a bar can say how much is left.

use super::comparison::Extent;
use super::gradients::OWN;
use super::options::Plan;
use super::task::{Part, Task};
use super::training::Settings;
use super::way::Norm;

/// A reference gradient in gradients of a training: about so many times more steps, and in `f64`.
const REFERENCE: u64 = 20;
/// A gradient in `f64`, over the tolerances at which errors are measured.
const PRECISE: u64 = 2;
/// What is changed and measured in an ablation: four losses and tolerances, by five measures.
const CHANGED: u64 = 4 * 5;
/// Gradients in the search for one that is as good as another.
const SEARCHED: u64 = 6;

/// The phases of a task, each in gradients of its training. Only the sum of the trainings and of the passes over test data is exact;
/// the others are so rough that time left is off by a factor while they last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// One training.
    pub training: u64,
    /// One pass over the test data.
    pub evaluation: u64,
    /// One reference gradient.
    pub reference: u64,
    /// All gradients whose errors are measured.
    pub errors: u64,
    /// All gradients of the search for those that are equally good.
    pub equal_errors: u64,
    /// All passes of the ablation.
    pub ablation: u64,
}

impl Work {
    /// That of a task.
    pub fn of<K: Task>(task: &K, plan: &Plan, settings: &Settings, extent: &Extent) -> Self {
        let batches =
            |most: usize| task.rows(Part::Test).div_ceil(task.batch_size().max(1)).min(most) as u64;
        let literal = plan.norms.iter().filter(|norm| **norm != Norm::Quadrature).count() as u64;
        let own = OWN.len() as u64;
        let measured = task.batch_size().min(extent.measured).max(1);
        let smaller = task.batch_size().div_ceil(measured) as u64;
        let if_asked = |units: u64| if extent.reference { units.div_ceil(smaller) } else { 0 };
        Work {
            training: settings.total(task),
            evaluation: batches(extent.batches),
            reference: if_asked(REFERENCE),
            errors: if_asked(PRECISE * (literal + own) * extent.rtols.len() as u64),
            equal_errors: if_asked(PRECISE * SEARCHED * (literal + 2 * own)),
            ablation: if_asked(CHANGED * batches(extent.ablation)),
        }
    }

    /// All of it: each training with its evaluation, and once what is measured of one model.
    pub fn total(&self, plan: &Plan) -> u64 {
        let each = self.training.saturating_add(self.evaluation + self.reference);
        let trainings = (plan.norms.len() * plan.trainings().len()) as u64;
        let equal_errors = self.equal_errors * plan.tolerances.len() as u64;
        let measured = self.reference + self.errors + equal_errors + self.ablation;
        each.saturating_mul(trainings).saturating_add(measured)
    }
}
