//! A solve run again on the steps of another, over any scalar.

use crate::dense::{Saves, Span};
use crate::{Field, SolveError, Step, Stepper, Tape};
use costate_norms::Space;
use costate_tableau::Tableau;

/// Takes recorded steps again, without a norm and without a judge, and returns the state after the last of them.
///
/// The scalar may be another than the recorded solve's. Over dual numbers the tangents are the exact derivative of the
/// *numerical* solution (with its steps held fixed), the reference for every exact gradient. Over the same scalar and the
/// same field it gives the same solution, bit for bit.
///
/// The states at the times `save` (in the direction of the steps) are appended to `saved`, by dense output or, at the ends
/// of steps, as they are. A solve that overstepped its end has its result at the save time `t1`.
///
/// ```
/// use costate_solver::{Plan, Record, Solver, Tape, replay};
/// let decay = |_t: f64, y: &[f64; 1], dy: &mut [f64; 1]| dy[0] = -y[0];
/// let mut solver = Solver::dormand_prince(1e-6, 1e-6);
/// let solution = solver.solve(decay, &[1.0], Plan::new(0.0, 1.0).record(Record::Steps))?;
/// let again = replay(&solver.tableau, solution.recording.steps(), decay, &[1.0], &[], &mut Tape::default())?;
/// assert_eq!(again, solution.y);
/// # Ok::<(), costate_solver::SolveError>(())
/// ```
///
/// # Errors
/// [`SolveError::ShapeChanged`] when the field leaves a vector of another shape.
pub fn replay<V: Space, const S: usize>(
    tableau: &Tableau<S>,
    steps: &[Step],
    mut field: impl Field<V>,
    y0: &V,
    save: &[f64],
    saved: &mut Tape<V>,
) -> Result<V, SolveError> {
    let (mut y, mut y1, mut scratch) = (y0.clone(), y0.clone(), y0.zeros_like());
    let mut stages: [V; S] = core::array::from_fn(|_| y0.zeros_like());
    let stepper = Stepper::new(tableau);
    let mut extra: Vec<V> = (0..tableau.extra_stages()).map(|_| y0.zeros_like()).collect();
    let Some(first) = steps.first() else {
        save.iter().for_each(|_| saved.push(y0));
        return Ok(y);
    };
    let mut saves = Saves::new(save, first.h.signum());
    while saves.due(first.t).is_some() {
        saved.push(y0);
    }
    for step in steps {
        stepper.take(&mut field, step, &y, &mut stages, &mut y1)?;
        let mut extended = false;
        while let Some(t) = saves.due(step.end) {
            let out = saved.next(y0);
            if t == step.end {
                out.assign(&y1);
                continue;
            }
            if !extended {
                let ends = (&y, &y1);
                stepper.extend(&mut field, step, ends, &stages, &mut extra, &mut scratch)?;
                extended = true;
            }
            let (stages, extra) = (&stages[..], &extra[..]);
            Span { step: *step, y0: &y, y1: &y1, stages, extra }.at(tableau, t, out);
        }
        core::mem::swap(&mut y, &mut y1);
    }
    Ok(y)
}
