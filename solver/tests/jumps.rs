//! A field that jumps in time: named jumps are never stepped over, and each step sees its own side.

use costate_solver::controller::StepControl;
use costate_solver::controller::{Controller, norms::Rms};
use costate_solver::tableau::*;
use costate_solver::{End, Field, Plan, Record, Solver};
use proptest::prelude::*;

/// A slope for each piece of time between jumps; `jumps` ascend.
fn piece(jumps: &[f64], t: f64) -> usize {
    jumps.iter().filter(|&&j| t > j).count()
}

/// Every time at which the field was asked.
struct Recorder {
    asked: Vec<f64>,
}

impl Field<[f64; 1]> for &mut Recorder {
    fn eval(&mut self, t: f64, y: &[f64; 1], dy: &mut [f64; 1]) {
        self.asked.push(t);
        dy[0] = -y[0];
    }
}

/// Attempt by attempt, first trial included: no time asked lies on or across a jump that the attempt does not cross.
fn assert_own_side<C: StepControl<[f64; 1]>, const S: usize>(
    mut solver: Solver<C, S>,
    plan: Plan<'_>,
) -> Result<(), TestCaseError> {
    let direction = plan.direction();
    // Where time t is, in the direction of the solve: on how many jumps, and past how many.
    let between = |t: f64| {
        prop_assert!(!plan.jumps.contains(&t), "asked at the jump {t}");
        Ok(plan.jumps.iter().filter(|&&j| (t - j) * direction > 0.0).count())
    };
    let mut recorder = Recorder { asked: Vec::new() };
    let plan = plan.record(Record::Dense);
    let solution = solver.solve(&mut recorder, &[1.0], plan).unwrap();
    let mut count = 0;
    // Pieces are visited in order: once a piece is left, it is not asked again.
    for &t in &recorder.asked {
        let now = between(t)?;
        prop_assert!(now >= count, "back across a jump to {t}");
        count = now;
    }
    for &jump in plan.jumps {
        let ends = solution.recording.steps().iter().filter(|s| s.end == jump).count();
        prop_assert_eq!(ends, usize::from(jump != plan.t0));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_step_sees_its_own_side(
        t0 in -3.0..3.0_f64, span in 0.1..4.0_f64, backwards: bool,
        places in prop::collection::vec(0.0..=1.0_f64, 1..4), at_start: bool, at_end: bool,
    ) {
        let t1 = if backwards { t0 - span } else { t0 + span };
        let (least, largest) = (t0.min(t1), t0.max(t1));
        let mut jumps: Vec<f64> =
            places.iter().map(|p| (t0 + p * (t1 - t0)).clamp(least, largest)).collect();
        jumps.extend(at_start.then_some(t0));
        jumps.extend(at_end.then_some(t1));
        jumps.sort_by(|a, b| (a * (t1 - t0)).total_cmp(&(b * (t1 - t0))));
        jumps.dedup();
        // Two jumps at neighbouring numbers have no time between them.
        prop_assume!(jumps.windows(2).all(|w| (w[1] - w[0]).abs() > 1e-12));
        let plan = Plan::new(t0, t1).jumps_at(&jumps);
        let control = Controller::hairer_dopri5(Rms, 1e-4, 1e-4);
        assert_own_side(Solver::dormand_prince(1e-6, 1e-6), plan)?;
        assert_own_side(Solver::new(BOGACKI_SHAMPINE_32, control), plan)?;
        assert_own_side(Solver::fixed(RK4, 0.37), plan)?;
        assert_own_side(Solver::fixed(EULER, 0.37), plan)?;
    }

    /// Slopes that are constant between jumps are integrated exactly by every method, up to the rounding of sums of at most a
    /// hundred terms of size 10: 1e3 units of 2.2e-16.
    #[test]
    fn piecewise_constant_slopes_are_integrated_exactly(
        slopes in prop::array::uniform3(-3.0..3.0_f64), first in 0.1..0.4_f64, second in 0.6..0.9_f64,
        backwards: bool,
    ) {
        let (t0, t1) = if backwards { (1.0, 0.0) } else { (0.0, 1.0) };
        let up = [first, second];
        let down = [second, first];
        let jumps = if backwards { &down } else { &up };
        let field = |t: f64, _: &[f64; 1], dy: &mut [f64; 1]| dy[0] = slopes[piece(&up, t)];
        let integral = slopes[0] * first + slopes[1] * (second - first) + slopes[2] * (1.0 - second);
        let exact = if backwards { -integral } else { integral };
        let plan = Plan::new(t0, t1).jumps_at(jumps);
        let adaptive = Solver::dormand_prince(1e-6, 1e-6).solve(field, &[0.0], plan).unwrap();
        prop_assert!((adaptive.y[0] - exact).abs() <= 1e3 * f64::EPSILON);
        prop_assert_eq!(adaptive.statistics.rejected, 0);
        let fixed = Solver::fixed(RK4, 0.2).solve(field, &[0.0], plan).unwrap();
        prop_assert!((fixed.y[0] - exact).abs() <= 1e3 * f64::EPSILON);
    }
}

/// Without its name a jump is found by rejections; with it there are none, and the result is as exact as between jumps.
#[test]
fn a_named_jump_costs_no_rejections() {
    // y' = -y + 1 before 1, -y - 1 after; y(0) = 0.
    let field = |t: f64, y: &[f64; 1], dy: &mut [f64; 1]| {
        dy[0] = -y[0] + if t < 1.0 { 1.0 } else { -1.0 };
    };
    let decay = (-1.0_f64).exp();
    let at_jump = 1.0 - decay;
    let exact = (at_jump + 1.0) * decay - 1.0;
    let mut solver = Solver::dormand_prince(1e-8, 1e-8);
    let named = solver.solve(field, &[0.0], Plan::new(0.0, 2.0).jumps_at(&[1.0])).unwrap();
    let unnamed = solver.solve(field, &[0.0], Plan::new(0.0, 2.0)).unwrap();
    // n errors of tol (1 + |y|), none of them amplified by a decay.
    let allowed = named.statistics.accepted as f64 * 1e-8 * 2.0;
    assert!((named.y[0] - exact).abs() <= allowed);
    // The jump must be bracketed down to a step whose error passes, by factors of at least 0.2 a rejection: the slope is off
    // by 2, so steps of about 1e-8 from about 0.1 are log(1e7)/log(5) = 10 rejections; half as many are asked for.
    assert!(unnamed.statistics.rejected >= 5, "{:?}", unnamed.statistics);
    assert!(named.statistics.rejected <= 1, "{:?}", named.statistics);
}

/// Between a jump and the very next number there is one time on neither side; a step of one unit takes the far end.
#[test]
fn a_step_of_one_unit_beside_a_jump_asks_no_wrong_time() {
    let jump = 1.0_f64;
    let t1 = jump.next_up().next_up();
    let field = |t: f64, _: &[f64; 1], dy: &mut [f64; 1]| {
        assert!(t > jump && t <= t1, "asked at {t:e}");
        dy[0] = 1.0;
    };
    let plan = Plan::new(jump, t1).jumps_at(&[1.0]);
    let solution = Solver::tsitouras(1e-6, 1e-6).solve(field, &[0.0], plan).unwrap();
    // The slope is 1, the sum of the weights 1 up to their rounding.
    assert!((solution.y[0] / (t1 - jump) - 1.0).abs() < 1e-14);
    // Neighbouring jumps leave no time at all between them: an answer all the same.
    let still = |_t: f64, _: &[f64; 1], dy: &mut [f64; 1]| dy[0] = 0.0;
    let jumps = [1.0, 1.0_f64.next_up(), 1.0_f64.next_up()];
    let plan = Plan::new(0.5, 1.5).jumps_at(&jumps);
    assert_eq!(Solver::tsitouras(1e-6, 1e-6).solve(still, &[3.0], plan).unwrap().y, [3.0]);
}

/// A jump at the very end: an overstepping solve stops at it, and so never sees beyond.
#[test]
fn a_jump_at_the_end_is_not_overstepped() {
    let field = |t: f64, y: &[f64; 1], dy: &mut [f64; 1]| {
        assert!(t < 1.0);
        dy[0] = -y[0];
    };
    let plan = Plan::new(0.0, 1.0).jumps_at(&[1.0]).end(End::Overstep).record(Record::Steps);
    let solution = Solver::dormand_prince(1e-6, 1e-6).solve(field, &[1.0], plan).unwrap();
    assert_eq!(solution.recording.steps().last().unwrap().end, 1.0);
}
