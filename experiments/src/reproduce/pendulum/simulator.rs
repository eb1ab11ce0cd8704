//! The fully actuated double pendulum, and trajectories of it.
//!
//! The equations are the acrobot's of R. S. Sutton and A. G. Barto, *Reinforcement Learning*, 1998, section 11.3, as the
//! environments of the paper's experiment have them (Y. D. Zhong, B. Dey, A. Chakraborty, "Symplectic ODE-Net", ICLR 2020),
//! with a second torque. Lengths are in metres, masses in kilograms, angles in radians, times in seconds.

use costate_adjoint::autodiff::Real;
use costate_adjoint::solver::{Plan, SolveError, Solver, Workspace};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::f64::consts::PI;

/// Where a link's centre of mass is, from its joint.
pub const CENTRE: f64 = 0.5;
/// The acceleration of gravity.
pub const GRAVITY: f64 = 9.8;
/// The time between two samples.
pub const SAMPLE_TIME: f64 = 0.05;
/// Angles and velocities start anywhere between minus this and this: the paper's number, a little less than pi.
#[allow(clippy::approx_constant)]
pub const START_RANGE: f64 = 3.14;
/// A trajectory in which one of the angular velocities passes its bound is drawn again.
pub const FASTEST: [f64; 2] = [4.0 * PI, 9.0 * PI];
/// The tolerances of the solve from one sample to the next, relative and absolute.
pub const TOLERANCES: (f64, f64) = (1e-3, 1e-6);
/// The torques; each is constant along a trajectory.
pub const CONTROLS: [[f64; 2]; 9] = [
    [0.0, 0.0],
    [0.0, 1.0],
    [0.0, -1.0],
    [0.0, 2.0],
    [0.0, -2.0],
    [1.0, 0.0],
    [-1.0, 0.0],
    [2.0, 0.0],
    [-2.0, 0.0],
];

/// Draws in a row that may be refused before there is an error. In the 1.6 seconds of the paper's trajectories hardly one is;
/// over minutes a constant torque makes most of them too fast.
const MOST_DRAWS: usize = 1000;

/// Angles and angular velocities: `[q1, q2, q1', q2']`. The angle `q1` is zero where the first link hangs, and `q2` where
/// the second is in line with it.
pub type Motion = [f64; 4];

/// The entries `M11, M12, M22` of the mass matrix, by the angle between the links. All masses, lengths and moments of
/// inertia are 1.
fn masses<R: Real>(q2: R) -> [R; 3] {
    let (c, one) = (R::constant(CENTRE), R::constant(1.0));
    let across = c * q2.cos();
    let d2 = c * c + across + one;
    let d1 = c * c + (one + c * c + across + across) + R::constant(2.0);
    [d1, d2, c * c + one]
}

/// The angular accelerations `[q1'', q2'']`.
///
/// The first torque drives the second joint, and the second, with a minus sign, the first. That one is not a torque in the
/// sense of Lagrange, because `q2''` is computed without it: what the joints feel is [`torques`].
pub fn acceleration<R: Real>([q1, q2, v1, v2]: [R; 4], u: [R; 2]) -> [R; 2] {
    let (c, g, quarter) = (R::constant(CENTRE), R::constant(GRAVITY), R::constant(PI / 2.0));
    let [d1, d2, m22] = masses(q2);
    let phi2 = c * g * (q1 + q2 - quarter).cos();
    let turning = c * q2.sin();
    let phi1 = -(turning * v2 * v2) - R::constant(2.0) * turning * v1 * v2
        + (c + R::constant(1.0)) * g * (q1 - quarter).cos()
        + phi2;
    let a2 = (u[0] + d2 / d1 * phi1 - turning * v1 * v1 - phi2) / (m22 - d2 * d2 / d1);
    let a1 = -((u[1] + d2 * a2 + phi1) / d1);
    [a1, a2]
}

/// The generalised torques that the controls amount to: `(-u1, u0 - d2/d1 u1)`, with which the equations are Lagrange's,
/// `d/dt dL/dq' - dL/dq = torque`.
pub fn torques(q2: f64, u: [f64; 2]) -> [f64; 2] {
    let [d1, d2, _] = masses(q2);
    [-u[1], u[0] - d2 / d1 * u[1]]
}

/// Kinetic plus potential energy in joules, zero at rest with both links level: `q'^T M(q) q' / 2 - (1 + c) G cos q1 -
/// c G cos(q1 + q2)`. Constant where there is no control.
pub fn energy<R: Real>([q1, q2, v1, v2]: [R; 4]) -> R {
    let [m11, m12, m22] = masses(q2);
    let twice = m11 * v1 * v1 + R::constant(2.0) * m12 * v1 * v2 + m22 * v2 * v2;
    let depth = R::constant(1.0 + CENTRE) * q1.cos() + R::constant(CENTRE) * (q1 + q2).cos();
    R::constant(0.5) * twice - R::constant(GRAVITY) * depth
}

/// Writes the time derivative of a motion.
pub fn slope(y: &Motion, u: [f64; 2], dy: &mut Motion) {
    let [a1, a2] = acceleration(*y, u);
    *dy = [y[2], y[3], a1, a2];
}

/// A motion sampled every [`SAMPLE_TIME`], under one control. The start itself is not among the samples: the first is one
/// sample time after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory {
    /// The torques.
    pub control: [f64; 2],
    /// Where it began.
    pub start: Motion,
    /// The samples.
    pub samples: Vec<Motion>,
}

/// Trajectories that could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimulationError {
    /// The equations could not be solved.
    #[error("trajectory {trajectory} of the control {control:?} could not be solved: {source}")]
    Solve {
        /// Which, counted from 0.
        trajectory: usize,
        /// The torques.
        control: [f64; 2],
        /// Why.
        source: SolveError,
    },
    /// Every start led to too fast a motion.
    #[error(
        "trajectory {trajectory} of the control {control:?} was too fast in {MOST_DRAWS} draws: ask for fewer samples"
    )]
    TooFast {
        /// Which, counted from 0.
        trajectory: usize,
        /// The torques.
        control: [f64; 2],
    },
}

/// Trajectories under one control.
///
/// The solver is Costate's Dormand and Prince, started anew for each sample, as the paper's simulator starts SciPy's RK45.
/// The random numbers are ChaCha's, where the paper's are numpy's Mersenne twister's, so the data are other draws of the
/// same distribution. Each trajectory has a stream of its own: the starts repeat from control to control even where one had
/// to be drawn again, and a small run is the beginning of a large one.
///
/// # Errors
/// [`SimulationError`] when a motion could not be solved or none was slow enough.
pub fn simulate(
    seed: u64,
    control: [f64; 2],
    trajectories: usize,
    samples: usize,
) -> Result<Vec<Trajectory>, SimulationError> {
    let mut workspace = Workspace::new(&[0.0; 4]);
    (0..trajectories)
        .map(|trajectory| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(trajectory as u64);
            for _ in 0..MOST_DRAWS {
                let start = std::array::from_fn(|_| rng.random_range(-START_RANGE..=START_RANGE));
                let drawn = sampled(&mut workspace, start, control, samples)
                    .map_err(|source| SimulationError::Solve { trajectory, control, source })?;
                if let Some(samples) = drawn {
                    return Ok(Trajectory { control, start, samples });
                }
            }
            Err(SimulationError::TooFast { trajectory, control })
        })
        .collect()
}

/// The samples of one motion; none if it is too fast.
fn sampled(
    workspace: &mut Workspace<Motion, 7>,
    start: Motion,
    control: [f64; 2],
    samples: usize,
) -> Result<Option<Vec<Motion>>, SolveError> {
    let mut solver = Solver::dormand_prince(TOLERANCES.0, TOLERANCES.1);
    let field = |_t: f64, y: &Motion, dy: &mut Motion| slope(y, control, dy);
    let (mut y, mut taken) = (start, Vec::with_capacity(samples));
    for _ in 0..samples {
        y = solver.solve_in(workspace, field, &y, Plan::new(0.0, SAMPLE_TIME))?.y;
        if y[2].abs() > FASTEST[0] || y[3].abs() > FASTEST[1] {
            return Ok(None);
        }
        taken.push(y);
    }
    Ok(Some(taken))
}
