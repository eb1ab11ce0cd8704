//! The model's populations over time, for drawing.

use crate::lynx_hare::model::{LotkaVolterra, Unknowns};
use crate::lynx_hare::objective::absolute_tolerance;
use crate::lynx_hare::pelts::SPAN;
use costate_adjoint::Equation;
use costate_adjoint::solver::{Plan, SolveError, Solver};

/// Points for each year: smooth to the eye.
const POINTS_A_YEAR: usize = 24;

/// `(t, [hares, lynxes])` from the first year to the last, by dense output.
///
/// # Errors
/// A [`SolveError`] where the model cannot be solved.
pub fn curve(unknowns: &Unknowns) -> Result<Vec<(f64, [f64; 2])>, SolveError> {
    let points = SPAN as usize * POINTS_A_YEAR;
    let times: Vec<f64> = (0..=points).map(|i| i as f64 / POINTS_A_YEAR as f64).collect();
    let field = |t: f64, y: &[f64; 2], dy: &mut [f64; 2]| {
        LotkaVolterra.eval(t, y, &unknowns.rates, dy);
    };
    let rtol = 1e-8;
    let solution = Solver::tsitouras(rtol, absolute_tolerance(rtol)).solve(
        field,
        &unknowns.start,
        Plan::new(0.0, SPAN).save_at(&times),
    )?;
    Ok(times.into_iter().zip(solution.saved.iter().copied()).collect())
}
