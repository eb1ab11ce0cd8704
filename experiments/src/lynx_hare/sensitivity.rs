//! The reference gradient: forward sensitivities, solved tightly.

use crate::lynx_hare::model::{LotkaVolterra, UNKNOWNS, Unknowns};
use crate::lynx_hare::objective::{half_squared_log_residuals, in_logs};
use crate::lynx_hare::pelts::{SPAN, times};
use costate_adjoint::Equation;
use costate_adjoint::autodiff::{Dual, Real};
use costate_adjoint::solver::{Plan, SolveError, Solver};

/// Carries the derivatives in all six unknowns at once.
type Six = Dual<f64, UNKNOWNS>;

/// The state and its derivatives in the six unknowns: `[x, y, dx/du_1, dy/du_1, ..]`.
const CHANNELS: usize = 2 * (1 + UNKNOWNS);

/// The tolerance of the reference, relative and absolute. Ten thousand times under the tightest gradient it is compared with.
pub const REFERENCE_TOLERANCE: f64 = 1e-12;

fn six(value: f64, tangent: impl Fn(usize) -> f64) -> Six {
    Dual { value, tangent: core::array::from_fn(tangent) }
}

/// The gradient of the loss in the logarithms of the unknowns, by the variational equations.
///
/// `S = dy/du` obeys `S' = (df/dy) S + df/du` and is solved *forwards*, together with the state, as one ODE of fourteen
/// channels; dual numbers evaluate its right-hand side. By Tsitouras' method with steps that end at the years. It shares with
/// the adjoint neither the direction of time, nor the derivative rules, nor the method.
///
/// # Errors
/// A [`SolveError`] where the model cannot be solved so tightly.
pub fn reference_gradient(unknowns: &Unknowns) -> Result<[f64; UNKNOWNS], SolveError> {
    let mut start = [0.0; CHANNELS];
    start[..2].copy_from_slice(&unknowns.start);
    // The start depends on the last two unknowns: itself.
    start[2 + 2 * 4] = 1.0;
    start[2 + 2 * 5 + 1] = 1.0;
    let rates: [Six; 4] =
        core::array::from_fn(|k| six(unknowns.rates[k], |u| f64::from(u8::from(u == k))));
    let field = |t: f64, z: &[f64; CHANNELS], dz: &mut [f64; CHANNELS]| {
        let state: [Six; 2] = core::array::from_fn(|i| six(z[i], |u| z[2 + 2 * u + i]));
        let mut slope = [Six::constant(0.0); 2];
        LotkaVolterra.eval(Six::constant(t), &state, &rates, &mut slope);
        for i in 0..2 {
            dz[i] = slope[i].value;
            for u in 0..UNKNOWNS {
                dz[2 + 2 * u + i] = slope[i].tangent[u];
            }
        }
    };
    let years = times();
    let plan = Plan::new(0.0, SPAN).save_at(&years).stop_at_saves();
    let mut solver = Solver::tsitouras(REFERENCE_TOLERANCE, REFERENCE_TOLERANCE);
    let solution = solver.solve(field, &start, plan)?;
    let observed: Vec<[f64; 2]> = solution.saved.iter().map(|z| [z[0], z[1]]).collect();
    let mut cotangents = vec![[0.0; 2]; observed.len()];
    half_squared_log_residuals(&observed, &mut cotangents);
    let mut gradient = [0.0; UNKNOWNS];
    for (z, a) in solution.saved.iter().zip(&cotangents) {
        for (u, g) in gradient.iter_mut().enumerate() {
            *g += a[0] * z[2 + 2 * u] + a[1] * z[2 + 2 * u + 1];
        }
    }
    let Unknowns { rates: p, start: y0 } = Unknowns::from_values(gradient);
    Ok(in_logs(unknowns, &p, &y0))
}
