//! The course of a training, of limited length.

use crate::reproduce::record::{Cost, CoursePoint};
use serde::{Deserialize, Serialize};

/// The most points that are kept of a training; longer ones are averaged over neighbours.
const POINTS: u64 = 400;

/// A course of limited length: each point is the mean over a few steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Thinned {
    every: u64,
    points: Vec<CoursePoint>,
    /// How many steps are in the last point.
    within: u64,
}

impl Thinned {
    pub(super) fn new(total: u64) -> Self {
        Thinned { every: total.div_ceil(POINTS).max(1), points: Vec::new(), within: 0 }
    }

    pub(super) fn push(&mut self, step: u64, loss: f64, cost: Cost) {
        let (nfe_forward, nfe_backward) = (cost.nfe_forward as f64, cost.nfe_backward as f64);
        if self.within == self.every {
            self.within = 0;
        }
        self.within += 1;
        match self.points.last_mut() {
            Some(point) if self.within > 1 => {
                let share = 1.0 / self.within as f64;
                point.step = step;
                point.loss += share * (loss - point.loss);
                point.nfe_forward += share * (nfe_forward - point.nfe_forward);
                point.nfe_backward += share * (nfe_backward - point.nfe_backward);
            }
            _ => {
                let validation = None;
                let point = CoursePoint { step, loss, validation, nfe_forward, nfe_backward };
                self.points.push(point);
            }
        }
    }

    pub(super) fn validate(&mut self, loss: f64) {
        if let Some(point) = self.points.last_mut() {
            point.validation = Some(loss);
            // The next step begins a new point.
            self.within = self.every;
        }
    }

    pub(super) fn points(&self) -> &[CoursePoint] {
        &self.points
    }

    pub(super) fn finish(self) -> Vec<CoursePoint> {
        self.points
    }
}
