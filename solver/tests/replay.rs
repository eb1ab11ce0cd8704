//! Steps taken again: over the same numbers bit for bit, over dual numbers with the derivative.

use core::ops::{Add, Mul, Neg, Sub};
use costate_solver::controller::StepControl;
use costate_solver::norms::Scalar;
use costate_solver::tableau::*;
use costate_solver::{End, Plan, Record, Solver, Step, Tape, replay};
use num_traits::{FromPrimitive, One, Zero};
use proptest::prelude::*;

/// a + b eps with eps^2 = 0: as little of it as a step asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Dual(f64, f64);

impl Add for Dual {
    type Output = Dual;
    fn add(self, other: Dual) -> Dual {
        Dual(self.0 + other.0, self.1 + other.1)
    }
}

impl Sub for Dual {
    type Output = Dual;
    fn sub(self, other: Dual) -> Dual {
        Dual(self.0 - other.0, self.1 - other.1)
    }
}

impl Mul for Dual {
    type Output = Dual;
    fn mul(self, other: Dual) -> Dual {
        Dual(self.0 * other.0, self.0 * other.1 + self.1 * other.0)
    }
}

impl Neg for Dual {
    type Output = Dual;
    fn neg(self) -> Dual {
        Dual(-self.0, -self.1)
    }
}

impl Zero for Dual {
    fn zero() -> Dual {
        Dual(0.0, 0.0)
    }
    fn is_zero(&self) -> bool {
        *self == Dual(0.0, 0.0)
    }
}

impl One for Dual {
    fn one() -> Dual {
        Dual(1.0, 0.0)
    }
}

impl FromPrimitive for Dual {
    fn from_i64(n: i64) -> Option<Dual> {
        Some(Dual(n as f64, 0.0))
    }
    fn from_u64(n: u64) -> Option<Dual> {
        Some(Dual(n as f64, 0.0))
    }
    fn from_f64(x: f64) -> Option<Dual> {
        Some(Dual(x, 0.0))
    }
}

/// A predator and its prey, with a season that jumps at t = 0.5.
fn field<T: Scalar>(t: f64, y: &[T; 2], dy: &mut [T; 2]) {
    let season = T::of(if t < 0.5 { 1.0 } else { 0.4 });
    *dy = [y[0] * (season - y[1]), y[1] * (T::of(0.7) * y[0] - T::one())];
}

#[derive(Debug, Clone)]
struct Case {
    plan: Plan<'static>,
    saves: Vec<f64>,
    y0: [f64; 2],
}

prop_compose! {
    fn case()(
        y0 in prop::array::uniform2(0.2..2.0_f64), span in 0.6..3.0_f64, backwards: bool, jump: bool, stop: bool,
        overstep: bool, places in prop::collection::vec(0.0..=1.0_f64, 0..8),
    ) -> Case {
        // Both directions cross the jump.
        let (t0, t1) = if backwards { (span, 0.0) } else { (0.0, span) };
        let mut places = places;
        places.extend([0.0, 1.0]);
        places.sort_by(f64::total_cmp);
        let saves = places.iter().map(|p| (t0 + p * (t1 - t0)).clamp(0.0, span)).collect();
        let end = if overstep { End::Overstep } else { End::Land };
        let plan = Plan::new(t0, t1).jumps_at(if jump { &[0.5] } else { &[] }).end(end);
        let plan = if stop { plan.stop_at_saves() } else { plan };
        Case { plan: plan.record(Record::Steps), saves, y0 }
    }
}

fn check<C: StepControl<[f64; 2]>, const S: usize>(
    mut solver: Solver<C, S>,
    case: &Case,
) -> Result<(), TestCaseError> {
    let Case { plan, saves, y0 } = case;
    let solution = solver.solve(field, y0, plan.save_at(saves)).unwrap();
    let steps = solution.recording.steps();
    let mut saved = Tape::default();
    let end = replay(&solver.tableau, steps, field, y0, saves, &mut saved).unwrap();
    prop_assert_eq!(saved.as_slice(), solution.saved.as_slice());
    // The last save time is t1, so this holds for an end that was interpolated, too.
    prop_assert_eq!(saved[saves.len() - 1], solution.y);
    if steps[steps.len() - 1].end == plan.t1 {
        prop_assert_eq!(end, solution.y);
    }
    check_derivative(&solver.tableau, steps, saves, *y0)
}

/// Over duals the values are those of the solve, up to the different order in which nothing is added: bit for bit. Their
/// tangents agree with central differences (f(y + e) - f(y - e)) / 2e: the differences are off by e^2/6 times the third
/// derivative and by the rounding of f over e. With e = 1e-4, and third derivatives and condition numbers of at most a
/// thousand times the values (of size 10 at most in this box of problems), that is 1e-8 / 6 * 1e4 = 2e-5 and far less from
/// rounding.
fn check_derivative<const S: usize>(
    tableau: &Tableau<S>,
    steps: &[Step],
    saves: &[f64],
    y0: [f64; 2],
) -> Result<(), TestCaseError> {
    for seed in 0..2 {
        let dual0: [Dual; 2] = core::array::from_fn(|i| Dual(y0[i], f64::from(i == seed)));
        let mut duals = Tape::default();
        let end = replay(tableau, steps, field, &dual0, saves, &mut duals).unwrap();
        let shifted = |e: f64| {
            let mut y = y0;
            y[seed] += e;
            let mut saved = Tape::default();
            let end = replay(tableau, steps, field, &y, saves, &mut saved).unwrap();
            saved.push(&end);
            saved
        };
        duals.push(&end);
        let (here, up, down) = (shifted(0.0), shifted(1e-4), shifted(-1e-4));
        for i in 0..duals.len() {
            for j in 0..2 {
                let Dual(value, tangent) = duals[i][j];
                prop_assert_eq!(value, here[i][j]);
                let difference = (up[i][j] - down[i][j]) / 2e-4;
                let close = (tangent - difference).abs() <= 2e-5 * (1.0 + tangent.abs());
                prop_assert!(close, "{tangent} {difference}");
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn replayed_solves_are_equal_and_differentiable(case in case()) {
        let adaptive = Solver::dormand_prince(1e-5, 1e-5);
        let control = adaptive.control.clone();
        let heun = HEUN.with_error(1, [-0.5, 0.5]).unwrap();
        check(adaptive, &case)?;
        check(Solver::tsitouras(1e-4, 1e-4), &case)?;
        check(Solver::new(BOGACKI_SHAMPINE_32, control.clone()), &case)?;
        check(Solver::new(heun, control), &case)?;
        check(Solver::fixed(RK4, 0.07), &case)?;
        check(Solver::fixed(EULER, 0.07), &case)?;
    }
}

/// Without steps the state is where it was, at every save time.
#[test]
fn no_steps_change_nothing() {
    let mut saved = Tape::default();
    let y = replay(&RK4, &[], field, &[1.0, 2.0], &[3.0, 3.0], &mut saved).unwrap();
    assert_eq!((y, saved.as_slice()), ([1.0, 2.0], &[[1.0, 2.0]; 2][..]));
}
