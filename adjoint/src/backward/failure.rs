//! Why a way back led to no gradient.

use super::nested::Unsettled;
use crate::{GradientError, Report};
use costate_solver::SolveError;

/// As a [`GradientError`], but for the report: what is mended allocates nothing.
pub(crate) enum Failure {
    Product { carries: bool, index: usize, n: usize, value: f64, t: f64 },
    Solve(SolveError),
    Integral(Unsettled),
    Drift { drift: f64, t: f64, bound: f64 },
    Witness { said: f64, bound: f64 },
}

impl Failure {
    /// Whether another way may lead where this one did not: not past a field that is wrong from the first or changes shapes.
    pub(crate) fn can_be_mended(&self) -> bool {
        let shape = matches!(self, Failure::Solve(SolveError::ShapeChanged { .. }));
        !shape && !matches!(self, Failure::Product { .. })
    }

    /// As an error.
    pub(crate) fn with(self, report: Report) -> GradientError {
        let report = Box::new(report);
        match self {
            Failure::Product { carries, index, n, value, t } => {
                GradientError::product(carries, index, n, value, t)
            }
            Failure::Solve(source) => GradientError::Backward { source, report },
            Failure::Integral(Unsettled { t, h, error, allowed }) => {
                GradientError::Quadrature { t, h, error, allowed, report }
            }
            Failure::Drift { drift, t, bound } => GradientError::Drift { drift, t, bound, report },
            Failure::Witness { said, bound } => GradientError::Witness { said, bound, report },
        }
    }
}
