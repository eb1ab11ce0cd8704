//! Adaptive solves stay within a multiple of the tolerance of exact solutions, in every kind of state, in both directions of
//! time.
//!
//! How the tolerances of these tests come about. The RMS of an accepted step's scaled error is at most 1, so its Euclidean
//! norm is at most sqrt(dimension) tol (1 + |y|). The estimate belongs to the method of the lower order and the state carried
//! on is of the higher one, so the error committed is smaller still, by a factor of order h. The errors committed add up, each
//! amplified by at most the conditioning kappa = exp(integral of the logarithmic norm). After n steps, which the statistics
//! tell, the error is thus at most n kappa sqrt(dimension) tol (1 + |y|).

use costate_solver::norms::{L2, Seminorm, Space, linear::combine};
use costate_solver::{Plan, Solution, Solver, Statistics};
use proptest::prelude::*;

/// The bound above for at most four coordinates; rounding adds to it the eight products and sums of a step.
fn bound(statistics: Statistics, kappa: f64, tol: f64, size: f64, epsilon: f64) -> f64 {
    let n = statistics.accepted as f64;
    n * kappa * 2.0 * (tol + 8.0 * epsilon) * (1.0 + size)
}

fn distance<V: Space<Scalar = f64>>(u: &V, v: &V) -> f64 {
    let mut difference = u.zeros_like();
    combine(&mut difference, u, [(-1.0, v)].into_iter());
    L2.measure(&difference)
}

/// exp(A t) for A = [[-d, -w], [w, -d]]: a rotation that decays.
fn spiral(d: f64, w: f64, t: f64, y: [f64; 2]) -> [f64; 2] {
    let (c, s, e) = ((w * t).cos(), (w * t).sin(), (-d * t).exp());
    [e * (c * y[0] - s * y[1]), e * (s * y[0] + c * y[1])]
}

fn spiral_field(d: f64, w: f64) -> impl Fn(f64, &[f64; 2], &mut [f64; 2]) + Copy {
    move |_t, y, dy| *dy = [-d * y[0] - w * y[1], w * y[0] - d * y[1]]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Also growing ones (d < 0), and the way back: kappa = exp(|d| T).
    #[test]
    fn spirals_are_solved_there_and_back(
        d in -1.0..1.0_f64, w in -5.0..5.0_f64,
        y0 in prop::array::uniform2(-3.0..3.0_f64),
        t0 in -10.0..10.0_f64, span in -4.0..4.0_f64, digits in 3..11_i32,
    ) {
        let tol = 10.0_f64.powi(-digits);
        let field = spiral_field(d, w);
        let mut solver = Solver::dormand_prince(tol, tol);
        let t1 = t0 + span;
        let there = solver.solve(field, &y0, Plan::new(t0, t1)).unwrap();
        let exact = spiral(d, w, t1 - t0, y0);
        let kappa = (d.abs() * span.abs()).exp();
        let size = kappa * L2.measure(&y0);
        let allowed = bound(there.statistics, kappa, tol, size, f64::EPSILON);
        prop_assert!(distance(&there.y, &exact) <= allowed);

        // What was wrong there is amplified once more on the way back.
        let back = solver.solve(field, &there.y, Plan::new(t1, t0)).unwrap();
        let allowed = kappa * allowed + bound(back.statistics, kappa, tol, size, f64::EPSILON);
        prop_assert!(distance(&back.y, &y0) <= allowed);
    }

    /// The logistic equation y' = r y (1 - y), whose solution lies between 0 and 1: kappa = exp(r T).
    #[test]
    fn logistic_growth_is_solved(
        r in 0.1..2.0_f64, y0 in 0.01..0.99_f64, span in 0.1..3.0_f64, digits in 3..11_i32,
    ) {
        let tol = 10.0_f64.powi(-digits);
        let field = move |_t: f64, y: &f64, dy: &mut f64| *dy = r * y * (1.0 - y);
        let solution = Solver::tsitouras(tol, tol).solve(field, &y0, Plan::new(0.0, span)).unwrap();
        let exact = 1.0 / (1.0 + (1.0 / y0 - 1.0) * (-r * span).exp());
        let allowed = bound(solution.statistics, (r * span).exp(), tol, 1.0, f64::EPSILON);
        prop_assert!((solution.y - exact).abs() <= allowed);
    }

    /// With s = -t, y' = f(t, y) is dy/ds = -f(-s, y). Negation is exact, so the mirrored solve takes the mirrored steps, bit
    /// for bit.
    #[test]
    fn mirrored_time_is_solved_in_mirrored_steps(
        t0 in -3.0..3.0_f64, span in 0.1..5.0_f64, y0 in prop::array::uniform2(-2.0..2.0_f64),
        jump in 0.1..0.9_f64, save in 0.0..1.0_f64, digits in 3..9_i32,
    ) {
        use costate_solver::Record;
        let tol = 10.0_f64.powi(-digits);
        let field = |t: f64, y: &[f64; 2], dy: &mut [f64; 2]| {
            *dy = [y[1] + t.sin(), -y[0] * y[0].abs() + t];
        };
        let mirrored = |s: f64, y: &[f64; 2], dy: &mut [f64; 2]| {
            field(-s, y, dy);
            *dy = [-dy[0], -dy[1]];
        };
        let (t1, jump, save) = (t0 + span, [t0 + jump * span], [(t0 + save * span).min(t0 + span)]);
        let plan = Plan::new(t0, t1).jumps_at(&jump).save_at(&save).record(Record::Dense);
        let (minus_jump, minus_save) = ([-jump[0]], [-save[0]]);
        let minus_plan = Plan { t0: -t0, t1: -t1, jumps: &minus_jump, save: &minus_save, ..plan };
        let mut solver = Solver::dormand_prince(tol, tol);
        let there: Solution<_> = solver.solve(field, &y0, plan).unwrap();
        let mirror = solver.solve(mirrored, &y0, minus_plan).unwrap();
        prop_assert_eq!(there.y, mirror.y);
        prop_assert_eq!(there.saved.as_slice(), mirror.saved.as_slice());
        prop_assert_eq!(there.recording.states(), mirror.recording.states());
        prop_assert_eq!(there.statistics, mirror.statistics);
        for (a, b) in there.recording.steps().iter().zip(mirror.recording.steps()) {
            prop_assert_eq!((a.t, a.h, a.end), (-b.t, -b.h, -b.end));
        }
    }

    /// The same coordinates as an array, a vector and a pair take the same steps, bit for bit: one RMS over all leaves does
    /// not see how they are grouped (of two coordinates it adds the same two squares in the same order).
    #[test]
    fn every_kind_of_state_is_solved_alike(y0 in prop::array::uniform2(-2.0..2.0_f64)) {
        let plan = Plan::new(0.0, 3.0);
        let mut solver = Solver::dormand_prince(1e-6, 1e-6);
        let array = solver.solve(spiral_field(0.2, 2.0), &y0, plan).unwrap();
        let slices = |y: &[f64], dy: &mut [f64]| {
            let (a, b) = (y[0], y[1]);
            dy.copy_from_slice(&[-0.2 * a - 2.0 * b, 2.0 * a - 0.2 * b]);
        };
        let vec = solver
            .solve(|_t: f64, y: &Vec<f64>, dy: &mut Vec<f64>| slices(y, dy), &y0.to_vec(), plan)
            .unwrap();
        let pair = |_t: f64, y: &(f64, f64), dy: &mut (f64, f64)| {
            *dy = (-0.2 * y.0 - 2.0 * y.1, 2.0 * y.0 - 0.2 * y.1);
        };
        let pair = solver.solve(pair, &(y0[0], y0[1]), plan).unwrap();
        prop_assert_eq!(&vec.y[..], &array.y[..]);
        prop_assert_eq!([pair.y.0, pair.y.1], array.y);
        prop_assert_eq!(vec.statistics, array.statistics);
        prop_assert_eq!(pair.statistics, array.statistics);
    }
}

/// The estimate, of order h^5, is held near the tolerance, so h ~ tol^(1/5); the error of the solution of order 5 is then
/// ~ h^5 ~ tol. A hundredfold smaller tolerance divides the error by 100 in the limit; 10 leaves room for the unevenness of a
/// few dozen steps, and fails for a state of order 2.5 or less.
#[test]
fn the_error_falls_with_the_tolerance() {
    let mut last = f64::INFINITY;
    for digits in [4, 6, 8, 10] {
        let tol = 10.0_f64.powi(-digits);
        let mut solver = Solver::dormand_prince(tol, tol);
        let solution =
            solver.solve(spiral_field(0.1, 3.0), &[1.0, 0.5], Plan::new(0.0, 10.0)).unwrap();
        let error = distance(&solution.y, &spiral(0.1, 3.0, 10.0, [1.0, 0.5]));
        assert!(error < last / 10.0, "{error:e} at {tol:e}, {last:e} before");
        last = error;
    }
}

/// States of f32 with time in f64. The bound's rounding is that of f32.
#[test]
fn single_precision_states_are_solved() {
    let field = |_t: f64, y: &[f32; 2], dy: &mut [f32; 2]| *dy = [y[1], -y[0]];
    let plan = Plan::new(0.0, 2.0);
    let solution = Solver::dormand_prince(1e-4, 1e-4).solve(field, &[1.0, 0.0], plan).unwrap();
    let y = solution.y.map(f64::from);
    let exact = [2.0_f64.cos(), -2.0_f64.sin()];
    let allowed = bound(solution.statistics, 1.0, 1e-4, 1.0, f64::from(f32::EPSILON));
    assert!(distance(&y, &exact) <= allowed);
}

/// A coordinate of a tuple that differs in shape from the others.
#[test]
fn tuples_of_unlike_members_are_solved() {
    // Decay beside a rotation.
    let field = |_t: f64, (a, b): &(f64, Vec<f64>), d: &mut (f64, Vec<f64>)| {
        d.0 = -a;
        d.1.copy_from_slice(&[-b[1], b[0]]);
    };
    let y0 = (2.0, vec![1.0, 0.0]);
    let plan = Plan::new(0.0, 1.0);
    let solution = Solver::tsitouras(1e-8, 1e-8).solve(field, &y0, plan).unwrap();
    let exact = (2.0 * (-1.0_f64).exp(), vec![1.0_f64.cos(), 1.0_f64.sin()]);
    let allowed = bound(solution.statistics, 1.0, 1e-8, 3.0, f64::EPSILON);
    assert!(distance(&solution.y, &exact) <= allowed);
}

#[cfg(feature = "nalgebra")]
mod nalgebra_states {
    use super::{bound, distance, spiral, spiral_field};
    use costate_solver::{Plan, Solver};
    use nalgebra::{DMatrix, DVector, Matrix2, SVector, Vector2};

    /// The same steps as over arrays, bit for bit; see the law above.
    #[test]
    fn vectors_are_solved_like_arrays() {
        let plan = Plan::new(0.0, 3.0);
        let mut solver = Solver::dormand_prince(1e-7, 1e-7);
        let array = solver.solve(spiral_field(0.2, 2.0), &[1.0, -0.5], plan).unwrap();
        let fixed = |_t: f64, y: &SVector<f64, 2>, dy: &mut SVector<f64, 2>| {
            *dy = Vector2::new(-0.2 * y[0] - 2.0 * y[1], 2.0 * y[0] - 0.2 * y[1]);
        };
        let fixed = solver.solve(fixed, &Vector2::new(1.0, -0.5), plan).unwrap();
        let dynamic = |_t: f64, y: &DVector<f64>, dy: &mut DVector<f64>| {
            dy[0] = -0.2 * y[0] - 2.0 * y[1];
            dy[1] = 2.0 * y[0] - 0.2 * y[1];
        };
        let dynamic = solver.solve(dynamic, &DVector::from_vec(vec![1.0, -0.5]), plan).unwrap();
        assert_eq!(fixed.y.as_slice(), array.y);
        assert_eq!(dynamic.y.as_slice(), array.y);
    }

    /// Y' = A Y from the identity is exp(A t).
    #[test]
    fn a_matrix_equation_gives_the_matrix_exponential() {
        let a = Matrix2::new(-0.3, -2.0, 2.0, -0.3);
        let field = |_t: f64, y: &DMatrix<f64>, dy: &mut DMatrix<f64>| dy.copy_from(&(a * y));
        let plan = Plan::new(0.0, 2.0);
        let identity = DMatrix::identity(2, 2);
        let solution = Solver::tsitouras(1e-9, 1e-9).solve(field, &identity, plan).unwrap();
        let (first, second) =
            (spiral(0.3, 2.0, 2.0, [1.0, 0.0]), spiral(0.3, 2.0, 2.0, [0.0, 1.0]));
        let exact = DMatrix::from_vec(2, 2, [first, second].concat());
        let allowed = bound(solution.statistics, 1.0, 1e-9, 2.0, f64::EPSILON);
        assert!(distance(&solution.y, &exact) <= allowed);
    }
}
