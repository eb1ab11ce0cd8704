//! Why a reproduction could not be run.

use super::cde::error::SeriesError;
use super::checkpoint::CheckpointError;
use super::flows::digits::DigitsError;
use super::flows::split::SplitError;
use super::flows::standard::StandardError;
use super::flows::wine::WinesError;
use super::options::OptionsError;
use super::pendulum::simulator::SimulationError;
use super::pendulum::windows::WindowsError;
use super::record::FileError;
use costate_adjoint::GradientError;
use costate_adjoint::solver::SolveError;
use costate_neural::{NeuralError, TensorError};
use std::path::PathBuf;

/// A reproduction that could not be finished.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReproduceError {
    /// Options that do not go together.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// The pendulum's data could not be made.
    #[error("the pendulum's data could not be made: {0}")]
    Windows(#[from] WindowsError),
    /// A trajectory for the pictures could not be made.
    #[error("the trajectories for the pictures could not be made: {0}")]
    Simulation(#[from] SimulationError),
    /// The digits could not be read.
    #[error(transparent)]
    Digits(#[from] DigitsError),
    /// The wines could not be read.
    #[error(transparent)]
    Wines(#[from] WinesError),
    /// Series could not be read.
    #[error(transparent)]
    Series(#[from] SeriesError),
    /// Data that cannot be dealt out.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// Data that cannot be standardised.
    #[error(transparent)]
    Standard(#[from] StandardError),
    /// A model that cannot be made or trained.
    #[error("the model: {0}")]
    Model(#[from] NeuralError),
    /// The model has another size than it should.
    #[error(
        "the model has {found} parameters and the published one has {expected}: the crate `costate-neural` has changed"
    )]
    Parameters {
        /// The published number.
        expected: usize,
        /// The present one.
        found: usize,
    },
    /// A gradient that could not be had where there is no training to stop.
    #[error(
        "{what}: {source}. Try tighter tolerances by --rtol and --atol, or fewer steps by --steps"
    )]
    Gradient {
        /// Whose.
        what: String,
        /// Why.
        source: Box<GradientError>,
    },
    /// A solve that failed.
    #[error(
        "{what}: {source}. Try tighter tolerances by --rtol and --atol, or fewer steps by --steps"
    )]
    Solve {
        /// Whose.
        what: String,
        /// Why.
        source: Box<SolveError>,
    },
    /// The parameters could not be written.
    #[error("the trained parameters could not be written: {0}. Give another folder by --out")]
    Tensors(#[from] TensorError),
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A checkpoint is in the way, or of no use.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A training cannot be gone on with.
    #[error(
        "the training in the checkpoint is not this one: {reason}. Go on with the program that wrote it, or begin anew with --fresh"
    )]
    Snapshot {
        /// What differs.
        reason: String,
    },
    /// The run was told to end.
    #[error("broken off at {place}")]
    BrokenOff {
        /// Where it was.
        place: String,
    },
    /// Signals cannot be noted.
    #[error(
        "the system does not let Ctrl-C be noted: {0}. Run the program where signals are allowed"
    )]
    Signals(#[source] std::io::Error),
    /// The folder for the report could not be made.
    #[error("the folder {} could not be made: {source}. Give another one by --out", .path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}
