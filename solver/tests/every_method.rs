//! What holds for one method holds for all: also for those with two error rows, with stages that only dense output needs, and
//! with neither.

use costate_solver::strategies::{Smooth, smooth_fields};
use costate_solver::tableau::*;
use costate_solver::{Field, Plan, Record, Solver, Tape, Workspace, replay};
use costate_solver::{controller::Controller, norms::Rms};
use proptest::prelude::*;

/// The field, and one more in the second half of the time: a jump.
#[derive(Clone, Copy)]
struct Kicked {
    field: Smooth<2>,
    at: f64,
    kick: f64,
}

impl Field<[f64; 2]> for Kicked {
    fn eval(&mut self, t: f64, y: &[f64; 2], dy: &mut [f64; 2]) {
        self.field.eval(t, y, dy);
        if t > self.at {
            dy[0] += self.kick;
        }
    }
}

fn check<const S: usize>(
    tableau: Tableau<S>,
    kicked: Kicked,
    tolerance: f64,
) -> Result<(), TestCaseError> {
    let fail = |error: costate_solver::SolveError| {
        TestCaseError::fail(format!("{}: {error}", tableau.name))
    };
    let (t0, t1) = (kicked.field.t0, kicked.field.t1);
    let y0 = kicked.field.exact(t0);
    let times: [f64; 9] = core::array::from_fn(|i| t0 + (i as f64 / 8.0) * (t1 - t0));
    let jumps = [kicked.at];
    let plan = Plan::new(t0, t1).save_at(&times).jumps_at(&jumps);
    let control = Controller::hairer_dopri5(Rms, tolerance, tolerance);
    let mut solver = Solver::new(tableau.clone(), control);
    let mut workspace = Workspace::new(&y0);
    let recorded = plan.record(Record::Dense);
    let solution = solver.solve_in(&mut workspace, kicked, &y0, recorded).map_err(fail)?.clone();

    // Between the ends of steps a recording says what was saved, bit for bit.
    let mut y = [0.0; 2];
    for (&t, saved) in times.iter().zip(solution.saved.iter()) {
        solution.recording.at(&tableau, t, &mut y).map_err(fail)?;
        prop_assert_eq!(&y, saved, "{} at {}", tableau.name, t);
    }
    // The steps taken again give the same.
    let mut again = Tape::default();
    let end = replay(&tableau, solution.recording.steps(), kicked, &y0, &times, &mut again)
        .map_err(fail)?;
    prop_assert_eq!(end, solution.y);
    prop_assert_eq!(again.as_slice(), solution.saved.as_slice());
    // What is looked at changes no step, and memory used before changes nothing. A method whose first extra stage is the slope
    // at the end of the step hands it on: to look is then not to evaluate once more, but in another place.
    let bare = solver
        .solve_in(&mut workspace, kicked, &y0, Plan::new(t0, t1).jumps_at(&jumps))
        .map_err(fail)?;
    prop_assert_eq!(&bare.y, &solution.y);
    let (cost, more) = (bare.statistics, solution.statistics);
    prop_assert_eq!((cost.accepted, cost.rejected), (more.accepted, more.rejected));
    let extra = tableau.extra_stages() - usize::from(tableau.extension_ends_with_slope());
    // The last step before the jump and that before the end have nobody to hand their slope on to.
    let looked = more.accepted * extra + if tableau.extension_ends_with_slope() { 2 } else { 0 };
    prop_assert_eq!(more.evaluations, cost.evaluations + looked, "{}", tableau.name);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn saved_recorded_and_replayed_agree(
        field in smooth_fields::<2>(), place in 0.1..0.9_f64, kick in -1.0..1.0_f64, digits in 2.0..9.0_f64,
    ) {
        let kicked = Kicked { field, at: field.t0 + place * (field.t1 - field.t0), kick };
        let tolerance = 10_f64.powf(-digits);
        check(HEUN_EULER_21, kicked, tolerance.max(1e-5))?;
        check(BOGACKI_SHAMPINE_32, kicked, tolerance.max(1e-6))?;
        check(FEHLBERG_54, kicked, tolerance)?;
        check(CASH_KARP_54, kicked, tolerance)?;
        check(DORMAND_PRINCE_54, kicked, tolerance)?;
        check(TSITOURAS_54, kicked, tolerance)?;
        check(BOGACKI_SHAMPINE_54, kicked, tolerance)?;
        check(VERNER_65, kicked, tolerance)?;
        check(VERNER_76, kicked, tolerance)?;
        check(VERNER_87, kicked, tolerance)?;
        check(VERNER_98, kicked, tolerance)?;
        check(DORMAND_PRINCE_853, kicked, tolerance)?;
    }
}
