//! Memory that was used before makes no difference to what is computed in it.

use costate_solver::controller::StepControl;
use costate_solver::tableau::*;
use costate_solver::{Plan, Record, Solution, Solver, Workspace};
use proptest::prelude::*;

/// A chain of springs, of any length.
#[expect(clippy::ptr_arg, reason = "the state is a Vec, and so is what a field of it is given")]
fn chain(t: f64, y: &Vec<f64>, dy: &mut Vec<f64>) {
    let n = y.len();
    for i in 0..n {
        dy[i] = y[(i + 1) % n].sin() - 0.5 * y[i] + 0.1 * t.cos();
    }
}

fn assert_equal(a: &Solution<Vec<f64>>, b: &Solution<Vec<f64>>) -> Result<(), TestCaseError> {
    prop_assert_eq!((a.t, &a.y, a.statistics), (b.t, &b.y, b.statistics));
    prop_assert_eq!(a.saved.as_slice(), b.saved.as_slice());
    prop_assert_eq!(a.recording.steps(), b.recording.steps());
    prop_assert_eq!(a.recording.states(), b.recording.states());
    Ok(())
}

/// One solve after another in one workspace, each compared with a solve in memory of its own; dense output too.
fn check<C: StepControl<Vec<f64>>, const S: usize>(
    mut solver: Solver<C, S>,
    solves: &[(Vec<f64>, f64, Vec<f64>, u8)],
) -> Result<(), TestCaseError> {
    let mut workspace = Workspace::new(&vec![0.0; 2]);
    for (y0, t1, places, record) in solves {
        let record =
            [Record::Nothing, Record::Steps, Record::States, Record::Dense][usize::from(*record)];
        let save: Vec<f64> = places.iter().map(|p| p * t1).collect();
        let plan = Plan::new(0.0, *t1).save_at(&save).record(record);
        let fresh = solver.solve(chain, y0, plan).unwrap();
        let used = solver.solve_in(&mut workspace, chain, y0, plan).unwrap();
        assert_equal(&fresh, used)?;
        if record == Record::Dense {
            let (mut a, mut b) = (y0.clone(), y0.clone());
            fresh.recording.at(&solver.tableau, 0.5 * t1, &mut a).unwrap();
            used.recording.at(&solver.tableau, 0.5 * t1, &mut b).unwrap();
            prop_assert_eq!(a, b);
        }
        // A solve that fails half way leaves nothing behind that matters.
        let fails = |t: f64, y: &Vec<f64>, dy: &mut Vec<f64>| {
            chain(t, y, dy);
            if t.abs() > 0.3 * t1.abs() {
                dy.fill(f64::NAN);
            }
        };
        prop_assert!(solver.solve_in(&mut workspace, fails, y0, plan).is_err());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn used_memory_is_as_good_as_new(
        solves in prop::collection::vec(
            (
                prop::collection::vec(-2.0..2.0_f64, 1..5),
                prop_oneof![-4.0..-0.5_f64, 0.5..4.0_f64],
                prop::collection::vec(0.0..=1.0_f64, 0..6).prop_map(|mut p| { p.sort_by(f64::total_cmp); p }),
                0..4_u8,
            ),
            1..5,
        ),
    ) {
        check(Solver::dormand_prince(1e-5, 1e-5), &solves)?;
        check(Solver::fixed(RK4, 0.1), &solves)?;
        check(Solver::fixed(BOGACKI_SHAMPINE_32, 0.1), &solves)?;
    }
}

/// The solution is public; whoever took its vectors away finds them made anew.
#[test]
fn a_plundered_workspace_is_refilled() {
    let y0 = vec![1.0, -1.0];
    let mut solver = Solver::dormand_prince(1e-6, 1e-6);
    let mut workspace = Workspace::new(&y0);
    let plan = Plan::new(0.0, 1.0).save_at(&[0.5]);
    let first = solver.solve_in(&mut workspace, chain, &y0, plan).unwrap().y.clone();
    assert_eq!(core::mem::take(&mut workspace.solution.y), first);
    assert_eq!(solver.solve_in(&mut workspace, chain, &y0, plan).unwrap().y, first);
}
