//! A sound task, to be spoilt in one place.

use costate_adjoint::{AtEnd, AtTimes, Backsolve, Gradient, GradientError, Loss, Policy, Problem};
use costate_integration_tests::faulty::Faulty;

pub(crate) type Outcome = Result<Gradient<Vec<f64>, Vec<f64>>, GradientError>;

/// `y' = 0.3 y - 0.2 t` for two states from 0 to 1, unless a test says otherwise.
pub(crate) struct Task {
    pub(crate) method: Backsolve,
    pub(crate) field: Faulty,
    pub(crate) y0: Vec<f64>,
    pub(crate) p: Vec<f64>,
    pub(crate) t0: f64,
    pub(crate) t1: f64,
    pub(crate) jumps: Vec<f64>,
}

impl Task {
    pub(crate) fn new() -> Self {
        Task {
            // What goes wrong is looked at here as it is, not as it is mended.
            method: Backsolve::new(1e-6, 1e-6).with_policy(Policy::Refuse),
            field: Faulty::sound(),
            y0: vec![1.0, -0.5],
            p: vec![0.3, -0.2],
            t0: 0.0,
            t1: 1.0,
            jumps: Vec::new(),
        }
    }

    pub(crate) fn of(field: Faulty) -> Self {
        Task { field, ..Task::new() }
    }

    pub(crate) fn run(mut self, loss: &impl Loss<Vec<f64>>) -> Outcome {
        let problem = Problem::new(self.t0, self.t1, &self.y0, &self.p).jumps_at(&self.jumps);
        self.method.gradient(&mut self.field, &problem, loss)
    }

    pub(crate) fn at_end(self) -> Outcome {
        self.run(&sum_at_end())
    }
}

pub(crate) fn sum_at_end() -> impl Loss<Vec<f64>> {
    AtEnd(|y: &Vec<f64>, a: &mut Vec<f64>| {
        a.fill(1.0);
        y.iter().sum()
    })
}

pub(crate) fn sum_at(times: Vec<f64>) -> impl Loss<Vec<f64>> {
    let loss = |y: &[Vec<f64>], a: &mut [Vec<f64>]| {
        a.iter_mut().flatten().for_each(|a| *a = 1.0);
        y.iter().flatten().sum()
    };
    AtTimes { times, loss }
}

/// The error's text holds what somebody who reads it needs.
pub(crate) fn says(error: &GradientError, words: &[&str]) {
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
}

pub(crate) const NOT_FINITE: [f64; 3] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];

pub(crate) fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

#[test]
fn the_task_itself_is_sound() {
    let g = Task::new().at_end().unwrap();
    // y = y0 e^(pt) + ..., so dL/dy0 = e^0.3.
    assert!(g.y0.iter().all(|a| (a - 0.3_f64.exp()).abs() < 1e-5));
}
