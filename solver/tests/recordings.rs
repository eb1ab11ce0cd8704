//! A recording knows what it can be read with.

use costate_solver::tableau::{BOGACKI_SHAMPINE_54, DORMAND_PRINCE_853, Dense};
use costate_solver::{Plan, Record, SolveError, Solver, controller::Controller, norms::Rms};

/// The same method with another continuous extension has other stages beside those of the steps.
#[test]
fn another_extension_is_another_method() {
    let field = |_t: f64, y: &f64, dy: &mut f64| *dy = -y;
    let plan = Plan::new(0.0, 1.0).record(Record::Dense);
    let cubic = Dense::Hermite { order: 3 };
    let mut y = 0.0;

    let hermite = BOGACKI_SHAMPINE_54.with_dense(cubic).unwrap();
    let mut solver = Solver::new(hermite, Controller::hairer_dopri5(Rms, 1e-6, 1e-6));
    let recording = solver.solve(field, &1.0, plan).unwrap().recording;
    let refused = recording.at(&BOGACKI_SHAMPINE_54, 0.3, &mut y);
    assert!(matches!(refused, Err(SolveError::OtherMethod { .. })));
    assert!(recording.at(&solver.tableau, 0.3, &mut y).is_ok());

    let mut solver = Solver::new(DORMAND_PRINCE_853, Controller::hairer_dopri5(Rms, 1e-6, 1e-6));
    let recording = solver.solve(field, &1.0, plan).unwrap().recording;
    let hermite = DORMAND_PRINCE_853.with_dense(Dense::Hermite { order: 3 }).unwrap();
    let refused = recording.at(&hermite, 0.3, &mut y);
    assert!(matches!(refused, Err(SolveError::OtherMethod { .. })));
}
