//! Gradients computed forwards, the other way than any adjoint: the references of the gradient laws.

use crate::smooth::Case;
use costate_adjoint::Equation;
use costate_adjoint::autodiff::{Dual, Real};
use costate_adjoint::solver::{Plan, SolveError, Solver, Step, Tape, replay};
use costate_adjoint::tableau::Tableau;

/// Directions carried by one dual number.
const LANES: usize = 8;
type Lanes = Dual<f64, LANES>;

/// The gradient of a case's loss, first in `y0`, then in `p`.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The loss.
    pub loss: f64,
    /// dL/dy0.
    pub y0: Vec<f64>,
    /// dL/dp.
    pub p: Vec<f64>,
}

/// By the variational equations: `y` and all its derivatives `S = dy/d(y0, p)` solved forwards as one ODE,
/// `S' = (df/dy) S + df/d(y0, p)`, at tolerances of `tolerance`.
pub fn forward_sensitivities<E: Equation>(
    case: &Case<E>,
    tolerance: f64,
) -> Result<Reference, SolveError> {
    let (n, m) = (case.y0.len(), case.p.len());
    let directions = n + m;
    // The state, then one block of n for each direction.
    let mut start = case.y0.clone();
    start.resize(n * (1 + directions), 0.0);
    for i in 0..n {
        start[n + i * n + i] = 1.0;
    }
    let field = |t: f64, z: &Vec<f64>, dz: &mut Vec<f64>| {
        for first in (0..directions).step_by(LANES) {
            let lanes = LANES.min(directions - first);
            let block = |lane: usize| n + (first + lane) * n;
            let y: Vec<Lanes> = (0..n)
                .map(|i| dual(z[i], |lane| if lane < lanes { z[block(lane) + i] } else { 0.0 }))
                .collect();
            let p: Vec<Lanes> = (0..m)
                .map(|k| dual(case.p[k], |lane| f64::from(u8::from(first + lane == n + k))))
                .collect();
            let mut dy = vec![Lanes::constant(0.0); n];
            case.equation.eval(Lanes::constant(t), &y, &p, &mut dy);
            for i in 0..n {
                dz[i] = dy[i].value;
                for lane in 0..lanes {
                    dz[block(lane) + i] = dy[i].tangent[lane];
                }
            }
        }
    };
    let plan = Plan::new(case.t0, case.t1).save_at(&case.times).stop_at_saves();
    let solution = Solver::tsitouras(tolerance, tolerance).solve(field, &start, plan)?;
    let observed: Vec<Vec<f64>> = solution.saved.iter().map(|z| z[..n].to_vec()).collect();
    let mut cotangents = vec![vec![0.0; n]; observed.len()];
    let loss = case.loss(&observed, &mut cotangents);
    let mut gradient = vec![0.0; directions];
    for (z, a) in solution.saved.iter().zip(&cotangents) {
        for (d, g) in gradient.iter_mut().enumerate() {
            *g += (0..n).map(|i| a[i] * z[n + d * n + i]).sum::<f64>();
        }
    }
    let p = gradient.split_off(n);
    Ok(Reference { loss, y0: gradient, p })
}

/// The exact gradient of the *numerical* solution on these steps: the steps replayed over dual numbers.
pub fn discrete<E: Equation, const S: usize>(
    case: &Case<E>,
    tableau: &Tableau<S>,
    steps: &[Step],
) -> Result<Reference, SolveError> {
    let (n, m) = (case.y0.len(), case.p.len());
    let mut gradient = vec![0.0; n + m];
    let mut loss = 0.0;
    for first in (0..n + m).step_by(LANES) {
        let seed = |index: usize, value: f64| {
            dual(value, |lane| f64::from(u8::from(first + lane == index)))
        };
        let y0: Vec<Lanes> = (0..n).map(|i| seed(i, case.y0[i])).collect();
        let p: Vec<Lanes> = (0..m).map(|k| seed(n + k, case.p[k])).collect();
        let field = |t: f64, y: &Vec<Lanes>, dy: &mut Vec<Lanes>| {
            case.equation.eval(Lanes::constant(t), y, &p, dy);
        };
        let mut saved = Tape::default();
        replay(tableau, steps, field, &y0, &case.times, &mut saved)?;
        let observed: Vec<Vec<f64>> =
            saved.iter().map(|y| y.iter().map(|x| x.value).collect()).collect();
        let mut cotangents = vec![vec![0.0; n]; observed.len()];
        loss = case.loss(&observed, &mut cotangents);
        for lane in 0..LANES.min(n + m - first) {
            gradient[first + lane] = (saved.iter().zip(&cotangents))
                .flat_map(|(y, a)| y.iter().zip(a))
                .map(|(y, a)| y.tangent[lane] * a)
                .sum();
        }
    }
    let p = gradient.split_off(n);
    Ok(Reference { loss, y0: gradient, p })
}

fn dual(value: f64, tangent: impl Fn(usize) -> f64) -> Lanes {
    Lanes { value, tangent: core::array::from_fn(tangent) }
}
