//! Trajectories cut into overlapping windows, for training, validation and test.

use super::simulator::{CONTROLS, Motion, SAMPLE_TIME, SimulationError, Trajectory, simulate};
use crate::reproduce::record::Size;

/// How many samples a window has.
pub const LENGTH: usize = 8;

/// How many channels a state has.
pub const CHANNELS: usize = 8;

/// What the model sees: `[cos q1, cos q2, sin q1, sin q2, q1', q2', u0, u1]`.
pub type State = [f64; CHANNELS];

/// Consecutive states, [`SAMPLE_TIME`] apart.
pub type Window = [State; LENGTH];

/// When the states of a window are seen, in seconds from its first: 0 to 0.35.
pub fn times() -> [f64; LENGTH] {
    std::array::from_fn(|i| i as f64 * SAMPLE_TIME)
}

/// The state of a motion under a control. Angles become points on circles, where a full turn is no jump.
pub fn state([q1, q2, v1, v2]: Motion, u: [f64; 2]) -> State {
    [q1.cos(), q2.cos(), q1.sin(), q2.sin(), v1, v2, u[0], u[1]]
}

/// How much is simulated: trajectories for each control, and samples of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Trajectories to train on.
    pub train: usize,
    /// Trajectories to choose by.
    pub validation: usize,
    /// Trajectories to test on.
    pub test: usize,
    /// Samples of a trajectory, at least [`LENGTH`].
    pub samples: usize,
}

impl Sizes {
    /// The paper's: 89 + 19 + 20 = 128 trajectories of 32 samples, which make 20,025, 4,275 and 4,500 windows.
    pub const PAPER: Sizes = Sizes { train: 89, validation: 19, test: 20, samples: 32 };

    /// A run of minutes instead of hours: a tenth of the trajectories.
    pub const QUICK: Sizes = Sizes { train: 9, validation: 2, test: 2, samples: 32 };

    /// What goes with a size of the whole experiment.
    pub fn of(size: Size) -> Self {
        match size {
            Size::Quick => Sizes::QUICK,
            Size::Paper => Sizes::PAPER,
        }
    }

    /// How many windows that makes, in the order training, validation, test.
    pub fn windows(&self) -> [usize; 3] {
        let each = (self.samples + 1).saturating_sub(LENGTH);
        [self.train, self.validation, self.test].map(|n| n * CONTROLS.len() * each)
    }
}

/// The windows of all controls.
#[derive(Debug, Clone, PartialEq)]
pub struct Windows {
    /// To train on.
    pub train: Vec<Window>,
    /// To choose by.
    pub validation: Vec<Window>,
    /// To test on.
    pub test: Vec<Window>,
}

/// Windows that could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WindowsError {
    /// A trajectory shorter than a window.
    #[error(
        "a trajectory of {samples} samples has no window of {LENGTH}: ask for at least {LENGTH} samples"
    )]
    TooShort {
        /// Samples asked for.
        samples: usize,
    },
    /// A part without trajectories.
    #[error("there is no trajectory to {what}: ask for at least one")]
    Empty {
        /// Train on, choose by or test on.
        what: &'static str,
    },
    /// No trajectories.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
}

/// Simulates every control and cuts what came of it into all windows of [`LENGTH`] consecutive samples.
///
/// Parts are split by whole trajectories, in the order of their draws. A start repeats in each control, and always in the
/// same part, so that no start of the test is known from training.
///
/// ```
/// use costate_experiments::reproduce::pendulum::windows::{Sizes, windows};
/// let sizes = Sizes { train: 2, validation: 1, test: 1, samples: 10 };
/// let windows = windows(0, sizes)?;
/// assert_eq!(windows.train.len(), 2 * 9 * 3);
/// # Ok::<(), costate_experiments::reproduce::pendulum::windows::WindowsError>(())
/// ```
///
/// # Errors
/// [`WindowsError`] for sizes without windows, or when a trajectory could not be made.
pub fn windows(seed: u64, sizes: Sizes) -> Result<Windows, WindowsError> {
    let Sizes { train, validation, test, samples } = sizes;
    if samples < LENGTH {
        return Err(WindowsError::TooShort { samples });
    }
    for (n, what) in [(train, "train on"), (validation, "choose by"), (test, "test on")] {
        if n == 0 {
            return Err(WindowsError::Empty { what });
        }
    }
    let [n_train, n_validation, n_test] = sizes.windows();
    let mut out = Windows {
        train: Vec::with_capacity(n_train),
        validation: Vec::with_capacity(n_validation),
        test: Vec::with_capacity(n_test),
    };
    for control in CONTROLS {
        let trajectories = simulate(seed, control, train + validation + test, samples)?;
        for (i, trajectory) in trajectories.iter().enumerate() {
            let part = if i < train {
                &mut out.train
            } else if i < train + validation {
                &mut out.validation
            } else {
                &mut out.test
            };
            part.extend(cut(trajectory));
        }
    }
    Ok(out)
}

/// All windows of a trajectory.
pub fn cut(trajectory: &Trajectory) -> impl Iterator<Item = Window> + '_ {
    let states =
        |samples: &[Motion]| std::array::from_fn(|i| state(samples[i], trajectory.control));
    trajectory.samples.windows(LENGTH).map(states)
}
