//! Steps tile the interval, limits are kept, and every call of the field is counted.

use costate_solver::controller::norms::Rms;
use costate_solver::controller::{Controller, StepControl};
use costate_solver::tableau::*;
use costate_solver::{End, Plan, Record, SolveError, Solver, Workspace};
use proptest::prelude::*;

fn swing(t: f64, y: &[f64; 1], dy: &mut [f64; 1]) {
    dy[0] = y[0] * (3.0 * t).cos();
}

/// A plan's choices, over the interval of a case.
#[derive(Debug, Clone)]
struct Case {
    t0: f64,
    t1: f64,
    saves: Vec<f64>,
    jumps: Vec<f64>,
    stop: bool,
    end: End,
    record: Record,
}

impl Case {
    fn plan(&self) -> Plan<'_> {
        let plan = Plan::new(self.t0, self.t1).end(self.end).record(self.record);
        Plan { save: &self.saves, jumps: &self.jumps, stop_at_saves: self.stop, ..plan }
    }
}

prop_compose! {
    fn case()(
        t0 in -5.0..5.0_f64, span in 0.1..4.0_f64, backwards: bool, stop: bool, overstep: bool, dense: bool,
        mut saves in prop::collection::vec(0.0..1.0_f64, 0..6),
        mut jumps in prop::collection::vec(0.0..1.0_f64, 0..3),
    ) -> Case {
        let t1 = if backwards { t0 - span } else { t0 + span };
        let sorted = |places: &mut Vec<f64>| {
            places.sort_by(f64::total_cmp);
            let (least, largest) = (t0.min(t1), t0.max(t1));
            places.iter().map(|p| (t0 + p * (t1 - t0)).clamp(least, largest)).collect()
        };
        let (saves, jumps) = (sorted(&mut saves), sorted(&mut jumps));
        let end = if overstep { End::Overstep } else { End::Land };
        let record = if dense { Record::Dense } else { Record::Steps };
        Case { t0, t1, saves, jumps, stop, end, record }
    }
}

fn assert_accounts_balance<C: StepControl<[f64; 1]>, const S: usize>(
    mut solver: Solver<C, S>,
    case: &Case,
) -> Result<(), TestCaseError> {
    let mut calls = 0;
    let field = |t: f64, y: &[f64; 1], dy: &mut [f64; 1]| {
        calls += 1;
        swing(t, y, dy);
    };
    let solution = solver.solve(field, &[1.0], case.plan()).unwrap();
    prop_assert_eq!(solution.statistics.evaluations, calls, "{}", solver.tableau.name);

    let steps = solution.recording.steps();
    prop_assert_eq!(steps.len(), solution.statistics.accepted);
    prop_assert_eq!(steps[0].t, case.t0);
    for pair in steps.windows(2) {
        prop_assert_eq!(pair[0].end, pair[1].t);
        prop_assert_eq!(pair[0].jump_at_end, pair[1].jump_at_start);
    }
    let last = steps[steps.len() - 1];
    let direction = (case.t1 - case.t0).signum();
    if case.end == End::Land {
        prop_assert_eq!(last.end, case.t1);
    } else {
        prop_assert!(
            (last.end - case.t1) * direction >= 0.0 && (case.t1 - last.t) * direction > 0.0
        );
    }
    for step in steps {
        prop_assert!(step.h * direction > 0.0 && (step.end - step.t) * direction > 0.0);
        // h is a difference of times, or a difference of times is a rounded h: one rounding of the later time either way.
        let unit = f64::EPSILON * step.t.abs().max(step.end.abs());
        prop_assert!((step.t + step.h - step.end).abs() <= unit);
        prop_assert_eq!(step.jump_at_start, case.jumps.contains(&step.t));
        prop_assert_eq!(step.jump_at_end, case.jumps.contains(&step.end));
        // No stop inside a step.
        let stops = case.jumps.iter().chain(case.saves.iter().filter(|_| case.stop));
        for stop in stops {
            prop_assert!(
                (stop - step.t) * direction <= 0.0 || (stop - step.end) * direction >= 0.0
            );
        }
    }
    Ok(())
}

/// The attempts of a loop add up to the statistics, and the evaluations between attempts to those expected of the method:
/// S for the first attempt from a state whose field is unknown, S - 1 otherwise.
fn assert_attempts_add_up<C: StepControl<[f64; 1]>, const S: usize>(
    mut solver: Solver<C, S>,
    case: &Case,
) -> Result<(), TestCaseError> {
    let fsal = solver.tableau.fsal();
    let mut workspace = Workspace::new(&[0.0]);
    let mut integration = solver.start(&mut workspace, swing, &[1.0], case.plan()).unwrap();
    let mut evaluations = integration.statistics().evaluations;
    let (mut accepted, mut rejected, mut known) = (0, 0, true);
    while let Some(attempt) = integration.attempt().unwrap() {
        let (was_accepted, step) = (attempt.accepted, attempt.step);
        prop_assert_eq!(was_accepted, attempt.ratio <= 1.0);
        evaluations += if known { S - 1 } else { S };
        accepted += usize::from(was_accepted);
        rejected += usize::from(!was_accepted);
        known = !was_accepted || (fsal && !step.jump_at_end);
        prop_assert_eq!(integration.statistics().evaluations, evaluations);
    }
    let statistics = integration.statistics();
    prop_assert_eq!((statistics.accepted, statistics.rejected), (accepted, rejected));
    prop_assert_eq!(statistics.attempts(), accepted + rejected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn accounts_balance(case in case()) {
        let dormand_prince = Solver::dormand_prince(1e-4, 1e-4);
        let control = dormand_prince.control.clone();
        let midpoint = MIDPOINT.with_error(1, [-1.0, 1.0]).unwrap();
        assert_accounts_balance(dormand_prince.clone(), &case)?;
        assert_accounts_balance(Solver::tsitouras(1e-7, 1e-7), &case)?;
        assert_accounts_balance(Solver::new(DORMAND_PRINCE_54_SHAMPINE, control.clone()), &case)?;
        assert_accounts_balance(Solver::new(BOGACKI_SHAMPINE_32, control.clone()), &case)?;
        assert_accounts_balance(Solver::new(midpoint.clone(), control.clone()), &case)?;
        assert_accounts_balance(Solver::fixed(EULER, 0.03), &case)?;
        assert_accounts_balance(Solver::fixed(HEUN, 0.07), &case)?;
        assert_accounts_balance(Solver::fixed(RK4, 0.1), &case)?;
        assert_accounts_balance(Solver::fixed(TSITOURAS_54, 0.3), &case)?;
        assert_attempts_add_up(dormand_prince, &case)?;
        assert_attempts_add_up(Solver::new(midpoint, control), &case)?;
        assert_attempts_add_up(Solver::fixed(RK4, 0.1), &case)?;
    }

    /// A step may be a hundredth longer than the longest, where that ends it at a stop; the difference of times that the
    /// field sees adds a rounding.
    #[test]
    fn the_longest_step_is_kept(case in case(), max_step in 0.01..1.0_f64) {
        let control = Controller::hairer_dopri5(Rms, 1e-2, 1e-2).with_max_step(max_step);
        let mut solver = Solver::new(TSITOURAS_54, control);
        let plan = case.plan().record(Record::Steps);
        let solution = solver.solve(swing, &[1.0], plan).unwrap();
        for step in solution.recording.steps() {
            let stopped = case.t1 == step.end
                || case.jumps.contains(&step.end)
                || (case.stop && case.saves.contains(&step.end));
            let longest = if stopped { 1.01 * max_step } else { max_step };
            prop_assert!(step.h.abs() <= longest * (1.0 + 1e-12), "{:?}", step);
        }
    }

    /// n equal steps, a shorter last one where the length does not divide the interval, and none of less than a hundredth of
    /// the length: the step before is made that much longer.
    #[test]
    fn fixed_steps_are_counted_beforehand(
        t0 in -5.0..5.0_f64, step in 0.01..0.5_f64, whole in 1..50_usize, part in 0.0..0.99_f64, backwards: bool,
    ) {
        // Away from the hundredth itself, where rounding decides.
        prop_assume!((part - 0.01).abs() > 1e-6 && part > 1e-6);
        let span = (whole as f64 + part) * step;
        let t1 = if backwards { t0 - span } else { t0 + span };
        let solution = Solver::fixed(RK4, step)
            .solve(swing, &[1.0], Plan::new(t0, t1).record(Record::Steps))
            .unwrap();
        let expected = if part < 0.01 { whole } else { whole + 1 };
        prop_assert_eq!(solution.statistics.accepted, expected);
        prop_assert_eq!(solution.statistics.rejected, 0);
        for step_taken in &solution.recording.steps()[..expected - 1] {
            prop_assert_eq!(step_taken.h.abs(), step);
        }
    }

    #[test]
    fn the_limit_on_attempts_is_kept(limit in 0..20_usize, span in 1.0..4.0_f64) {
        let mut needed = Solver::dormand_prince(1e-9, 1e-9);
        let needed = needed.solve(swing, &[1.0], Plan::new(0.0, span)).unwrap().statistics;
        prop_assert!(needed.attempts() > 20);
        let mut solver = Solver::dormand_prince(1e-9, 1e-9).with_max_attempts(limit);
        let error = solver.solve(swing, &[1.0], Plan::new(0.0, span)).unwrap_err();
        let SolveError::TooManyAttempts { limit: named, t, h, statistics, .. } = error else {
            return Err(TestCaseError::fail(format!("{error:?}")));
        };
        prop_assert_eq!((named, statistics.attempts()), (limit, limit));
        prop_assert!((0.0..span).contains(&t) && h > 0.0);
        prop_assert_eq!(error.statistics(), statistics);
        // As many as are needed are enough.
        let mut solver = Solver::dormand_prince(1e-9, 1e-9).with_max_attempts(needed.attempts());
        prop_assert!(solver.solve(swing, &[1.0], Plan::new(0.0, span)).is_ok());
    }
}

/// Ten steps of 0.1 make 1 only up to rounding: no eleventh is taken.
#[test]
fn rounding_makes_no_step_of_its_own() {
    for n in [3, 10, 49, 1000] {
        let step = 1.0 / f64::from(n);
        let plan = Plan::new(0.0, 1.0);
        let solution = Solver::fixed(RK4, step).solve(swing, &[1.0], plan).unwrap();
        assert_eq!(solution.statistics.accepted, n as usize);
        // Four stages a step; the first evaluation, at the start, is the first of them.
        assert_eq!(solution.statistics.evaluations, 4 * n as usize);
    }
}

/// In seconds since 1970 the first guess of a step, 1e-6, is less than time can resolve; the problem is as easy as at 0.
#[test]
fn a_late_start_is_no_obstacle() {
    let late = 1.7e9_f64;
    let still = |_t: f64, _: &[f64; 1], dy: &mut [f64; 1]| dy[0] = 0.0;
    let mut solver = Solver::dormand_prince(1e-6, 1e-6);
    for t1 in [late + 1000.0, late - 1000.0, late.next_up(), late.next_down()] {
        let solution = solver.solve(still, &[0.0], Plan::new(late, t1)).unwrap();
        assert_eq!(solution.y, [0.0]);
    }
    // The user's own step is never made longer.
    let error =
        Solver::fixed(RK4, 1e-6).solve(still, &[0.0], Plan::new(late, late + 1.0)).unwrap_err();
    assert!(matches!(error, SolveError::StepTooSmall { h: 1e-6, .. }), "{error:?}");
}
