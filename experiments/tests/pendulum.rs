//! The double pendulum: its equations against mechanics derived anew, its energy, and the data made of it.

use costate_adjoint::autodiff::{Dual, Real};
use costate_adjoint::solver::{Plan, Solver};
use costate_experiments::reproduce::pendulum::simulator::{
    CONTROLS, FASTEST, Motion, SAMPLE_TIME, START_RANGE, TOLERANCES, acceleration, energy,
    simulate, slope, torques,
};
use costate_experiments::reproduce::pendulum::windows::{
    LENGTH, Sizes, WindowsError, times, windows,
};
use proptest::prelude::*;

/// Kinetic minus potential energy of two rods, from where their centres of mass are. A velocity is the tangent of a position
/// along the motion. Rods of length 1 and mass 1, moment of inertia 1 about their centres in the middle, gravity 9.8.
fn lagrangian<R: Real>([q1, q2, v1, v2]: [R; 4]) -> R {
    let (half, g) = (R::constant(0.5), R::constant(9.8));
    let first = Dual { value: q1, tangent: [v1] };
    let both = Dual { value: q1 + q2, tangent: [v1 + v2] };
    let middle = Dual::fixed(half);
    let centres = [
        [middle * first.sin(), -(middle * first.cos())],
        [first.sin() + middle * both.sin(), -first.cos() - middle * both.cos()],
    ];
    let mut total = half * (v1 * v1 + (v1 + v2) * (v1 + v2));
    for [x, y] in centres {
        let (vx, vy) = (x.tangent[0], y.tangent[0]);
        total += half * (vx * vx + vy * vy) - g * y.value;
    }
    total
}

/// Solves Euler and Lagrange's equations for the accelerations: `L_vv a = torque + L_q - L_vq v`.
fn by_lagrange(y: Motion, torque: [f64; 2]) -> [f64; 2] {
    type Once = Dual<f64, 4>;
    let variables = std::array::from_fn(|i| Dual::<Once, 4>::variable(Once::variable(y[i], i), i));
    let l = lagrangian(variables);
    let second = |i: usize, j: usize| l.tangent[i].tangent[j];
    let force: [f64; 2] = std::array::from_fn(|i| {
        torque[i] + l.tangent[i].value - second(2 + i, 0) * y[2] - second(2 + i, 1) * y[3]
    });
    let [a, b, d] = [second(2, 2), second(2, 3), second(3, 3)];
    let determinant = a * d - b * b;
    [(d * force[0] - b * force[1]) / determinant, (a * force[1] - b * force[0]) / determinant]
}

fn motion() -> impl Strategy<Value = Motion> {
    ([-10.0..10.0, -10.0..10.0], [-12.0..12.0, -28.0..28.0])
        .prop_map(|(q, v): ([f64; 2], [f64; 2])| [q[0], q[1], v[0], v[1]])
}

fn control() -> impl Strategy<Value = [f64; 2]> {
    [-2.0..2.0, -2.0..2.0]
}

proptest! {
    #[test]
    fn the_equations_are_lagranges(y in motion(), u in control()) {
        let (found, expected) = (acceleration(y, u), by_lagrange(y, torques(y[1], u)));
        // Some fifty roundings of terms of at most c (v1^2 + v2^2) + 25 each, divided by a determinant of at least 1.2 of a
        // matrix with entries of at most 4.5: 50 * 1.1e-16 * 10 times the terms.
        let terms = 0.5 * (y[2].abs() + y[3].abs()).powi(2) + 30.0;
        for (found, expected) in found.into_iter().zip(expected) {
            prop_assert!((found - expected).abs() < 6e-14 * terms, "{found} for {expected}");
        }
    }

    #[test]
    fn the_energy_grows_by_the_power_of_the_torques(y in motion(), u in control()) {
        let mut dy = [0.0; 4];
        slope(&y, u, &mut dy);
        let along = std::array::from_fn(|i| Dual { value: y[i], tangent: [dy[i]] });
        let growth = energy(along).tangent[0];
        let [t1, t2] = torques(y[1], u);
        let power = t1 * y[2] + t2 * y[3];
        // The same roundings, of terms that are velocities larger.
        let speed = y[2].abs() + y[3].abs() + 1.0;
        let terms = speed * (0.5 * speed * speed + 30.0);
        prop_assert!((growth - power).abs() < 3e-13 * terms, "{growth} for {power}");
    }

    #[test]
    fn the_energy_is_kinetic_plus_potential(y in motion()) {
        // L = T - V and E = T + V, and the momenta times the velocities are 2 T: E = p.q' - L.
        let along = std::array::from_fn(|i| {
            Dual { value: y[i], tangent: [if i < 2 { 0.0 } else { y[i] }] }
        });
        let l = lagrangian(along);
        let expected = l.tangent[0] - l.value;
        // Twenty roundings of at most 2.5 v1^2 + .. + 25.
        let terms = 3.0 * (y[2].abs() + y[3].abs()).powi(2) + 30.0;
        prop_assert!((energy(y) - expected).abs() < 5e-15 * terms);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn without_control_energy_is_kept(start in prop::array::uniform4(-START_RANGE..START_RANGE)) {
        let field = |_t: f64, y: &Motion, dy: &mut Motion| slope(y, [0.0; 2], dy);
        let end = Solver::dormand_prince(1e-12, 1e-12).solve(field, &start, Plan::new(0.0, 1.6)).unwrap();
        // Some 2000 steps with errors of at most 1e-12 of a state of up to 28, each in an energy whose slope is at most
        // 4.5 * 28 + 25: 2000 * 1e-12 * 28 * 150, all of one sign, is 1e-5; they are not, and the steps are of a higher order
        // than their estimates. A wrong sign anywhere costs whole joules.
        prop_assert!((energy(end.y) - energy(start)).abs() < 1e-6);
    }
}

#[test]
fn each_sample_continues_the_one_before() {
    for control in [CONTROLS[0], CONTROLS[3], CONTROLS[8]] {
        for trajectory in simulate(5, control, 6, 32).unwrap() {
            let mut before = trajectory.start;
            for &sample in &trajectory.samples {
                let field = |_t: f64, y: &Motion, dy: &mut Motion| slope(y, control, dy);
                let plan = Plan::new(0.0, SAMPLE_TIME);
                let exact =
                    Solver::dormand_prince(1e-12, 1e-12).solve(field, &before, plan).unwrap().y;
                // A few steps whose errors have an RMS of at most one tolerance: two of one coordinate each.
                let steps = 10.0;
                for i in 0..4 {
                    let scale =
                        TOLERANCES.1 + TOLERANCES.0 * exact[i].abs().max(before[i].abs()).max(1.0);
                    assert!((sample[i] - exact[i]).abs() < 2.0 * steps * scale);
                }
                before = sample;
            }
        }
    }
}

#[test]
fn starts_repeat_from_control_to_control_and_no_motion_is_too_fast() {
    let all = CONTROLS.map(|u| simulate(1, u, 40, 32).unwrap());
    for trajectories in &all {
        for (trajectory, first) in trajectories.iter().zip(&all[0]) {
            assert_eq!(trajectory.start, first.start);
            assert!(trajectory.start.iter().all(|x| x.abs() <= START_RANGE));
            assert_eq!(trajectory.samples.len(), 32);
        }
    }
    for y in all.iter().flatten().flat_map(|t| &t.samples) {
        assert!(y[2].abs() <= FASTEST[0] && y[3].abs() <= FASTEST[1]);
    }
}

#[test]
fn a_motion_drawn_again_leaves_the_others_where_they_are() {
    // In forty seconds a constant torque drives some motions past the bound and others not.
    let (long, short) =
        (simulate(1, CONTROLS[3], 40, 800).unwrap(), simulate(1, CONTROLS[3], 40, 1).unwrap());
    let same = long.iter().zip(&short).filter(|(l, s)| l.start == s.start).count();
    assert!((1..40).contains(&same), "{same} of 40");
    for y in long.iter().flat_map(|t| &t.samples) {
        assert!(y[2].abs() <= FASTEST[0] && y[3].abs() <= FASTEST[1]);
    }
}

#[test]
fn the_seed_decides_and_a_small_run_is_the_beginning_of_a_large_one() {
    let control = CONTROLS[5];
    let large = simulate(7, control, 12, 20).unwrap();
    assert_eq!(simulate(7, control, 12, 20).unwrap(), large);
    assert_eq!(simulate(7, control, 5, 20).unwrap(), large[..5]);
    assert_ne!(simulate(8, control, 1, 20).unwrap()[0], large[0]);
}

#[test]
fn the_paper_has_twenty_thousand_windows() {
    assert_eq!(Sizes::PAPER.windows(), [20_025, 4_275, 4_500]);
    let windows = windows(0, Sizes::PAPER).unwrap();
    assert_eq!(windows.train.len(), 20_025);
    assert_eq!(windows.validation.len(), 4_275);
    assert_eq!(windows.test.len(), 4_500);
    for state in windows.train.iter().chain(&windows.validation).chain(&windows.test).flatten() {
        for joint in 0..2 {
            let radius = state[joint].hypot(state[joint + 2]);
            // A cosine and a sine, each within a unit in the last place.
            assert!((radius - 1.0).abs() < 4.0 * f64::EPSILON, "{state:?}");
        }
        assert!(CONTROLS.contains(&[state[6], state[7]]));
    }
}

#[test]
fn windows_slide_by_one_sample_and_keep_their_control() {
    let sizes = Sizes { train: 2, validation: 1, test: 1, samples: 11 };
    let windows = windows(3, sizes).unwrap();
    assert_eq!(windows.train.len(), sizes.windows()[0]);
    for trajectory in windows.train.chunks(4) {
        for pair in trajectory.windows(2) {
            assert_eq!(pair[0][1..], pair[1][..LENGTH - 1]);
        }
    }
    assert!((times()[LENGTH - 1] - 0.35).abs() < 1e-15);
    // The first window begins one sample time after the start.
    let first = &simulate(3, CONTROLS[0], 1, 11).unwrap()[0];
    assert_eq!(windows.train[0][0][4..6], first.samples[0][2..]);
}

#[test]
fn sizes_without_windows_are_refused() {
    let short = windows(0, Sizes { samples: 7, ..Sizes::QUICK }).unwrap_err();
    assert!(matches!(short, WindowsError::TooShort { samples: 7 }), "{short}");
    let empty = windows(0, Sizes { test: 0, ..Sizes::QUICK }).unwrap_err();
    assert!(empty.to_string().contains("test on"), "{empty}");
}
