//! What a run keeps on the disk while it goes on, so that nothing is lost where it is broken off.

mod choices;
mod contents;
mod error;
mod file;

pub use choices::Choices;
pub use contents::{Contents, Counted, Finished, Key, OfTasks, Running, Subject};
pub use error::CheckpointError;
pub use file::{Flaw, from_bytes, to_bytes};

use super::command::typed;
use super::options::Plan;
use super::record::{FileError, commit, replace};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The file's name in the folder of the report.
pub const FILE: &str = "checkpoint.safetensors";

/// An unfinished run that took less than this is not worth a question.
const CHEAP: f64 = 60.0;

/// How long, and how often, a folder that another run holds is tried.
const PATIENCE: Duration = Duration::from_secs(3);
const ATTEMPTS: u32 = 60;

/// A run's contents, in memory and, where there is a folder for it, in one file that is replaced whole.
#[derive(Debug)]
pub struct Checkpoint {
    /// All that the run has come to.
    pub contents: Contents,
    /// What is to be said to whoever runs it.
    pub notes: Vec<String>,
    path: Option<PathBuf>,
    every: Duration,
    written: Instant,
    /// The folder, held for this run alone; where the system has no such locks, nothing.
    _held: Option<File>,
}

impl Checkpoint {
    /// In memory alone: for a run that nobody goes on with.
    pub fn in_memory(plan: &Plan) -> Self {
        Checkpoint {
            contents: Contents::new(Choices::of(plan), typed(), String::new()),
            notes: Vec::new(),
            path: None,
            every: Duration::MAX,
            written: Instant::now(),
            _held: None,
        }
    }

    /// In the folder of a plan: the one that lies there, if the plan is to go on with it, or a new one. The folder is held until
    /// the checkpoint is dropped.
    ///
    /// # Errors
    /// [`CheckpointError`] where there is none to go on with, or one that is in the way. It is left as it is.
    pub fn open(plan: &Plan) -> Result<Self, CheckpointError> {
        let held = hold(&plan.out)?;
        remove_unfinished(&plan.out);
        let path = plan.out.join(FILE);
        let choices = Choices::of(plan);
        let found = if plan.resuming.fresh { None } else { read(&path)? };
        let mut notes = Vec::new();
        let contents = match (found, plan.resuming.resume) {
            (Some(mut found), true) => {
                if let Some(differences) = found.choices.differences(&choices) {
                    let line = found.command;
                    return Err(CheckpointError::Options { path, differences, line });
                }
                notes.push(format!("Going on after {}.", time(found.seconds())));
                let now = commit();
                if let Some(then) = found.commits.last().filter(|then| **then != now) {
                    notes.push(format!(
                        "Warning: the source was {then} and is {now} now. The numbers may be others than those of an unbroken run"
                    ));
                    found.commits.push(now);
                }
                // Its files may have been moved.
                found.command = typed();
                found
            }
            (None, true) => return Err(CheckpointError::Missing { path }),
            (Some(found), false) if found.seconds() >= CHEAP => {
                let (time, line) = (time(found.seconds()), found.command);
                return Err(CheckpointError::Unfinished { path, time, line });
            }
            (Some(found), false) => {
                let time = time(found.seconds());
                notes.push(format!("An unfinished run of {time} in the same folder is dropped."));
                Contents::new(choices, typed(), commit())
            }
            (None, false) => Contents::new(choices, typed(), commit()),
        };
        let every = Duration::from_secs(plan.resuming.checkpoint_every);
        Ok(Checkpoint {
            contents,
            notes,
            path: Some(path),
            every,
            written: Instant::now(),
            _held: held,
        })
    }

    /// Whether it is time to write it again.
    pub fn is_due(&self) -> bool {
        self.path.is_some() && self.written.elapsed() >= self.every
    }

    /// Writes it, whole or not at all; see [`replace`]. The next time is counted from here, whether it could be written or not.
    ///
    /// # Errors
    /// [`FileError::Write`]: what was there before still is.
    pub fn write(&mut self) -> Result<(), FileError> {
        self.written = Instant::now();
        let Some(path) = &self.path else { return Ok(()) };
        let bytes = to_bytes(&self.contents).map_err(|reason| FileError::Write {
            path: path.clone(),
            source: io::Error::other(reason),
        })?;
        let written = replace(path, &bytes);
        self.written = Instant::now();
        written
    }

    /// Removes it: the run has finished. A file that cannot be removed does no harm.
    pub fn remove(self) {
        if let Some(path) = &self.path {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Reads a checkpoint; none where there is no such file.
///
/// # Errors
/// [`CheckpointError`] for a file that is not a whole checkpoint of this version.
pub fn read(path: &Path) -> Result<Option<Contents>, CheckpointError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(CheckpointError::Unreadable { path: path.to_owned(), source }),
    };
    let path = path.to_owned();
    from_bytes(&bytes).map(Some).map_err(|flaw| match flaw {
        Flaw::Damage(reason) => CheckpointError::Damaged { path, reason },
        Flaw::Version(found) => {
            CheckpointError::Version { path, found, expected: file::PROGRAM.to_owned() }
        }
    })
}

/// Holds a folder for one run. Not every system lets a folder be locked; there nobody is kept away.
fn hold(folder: &Path) -> Result<Option<File>, CheckpointError> {
    let Ok(held) = File::open(folder) else { return Ok(None) };
    // A run that was killed is not gone at once: a program that it had just started holds its files for a moment.
    for _ in 0..ATTEMPTS {
        match held.try_lock() {
            Ok(()) => return Ok(Some(held)),
            Err(TryLockError::WouldBlock) => sleep(PATIENCE / ATTEMPTS),
            Err(TryLockError::Error(_)) => return Ok(None),
        }
    }
    Err(CheckpointError::InUse { path: folder.to_owned() })
}

/// Removes what a run left that was killed while it wrote.
fn remove_unfinished(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name
            .strip_prefix(FILE)
            .is_some_and(|rest| rest.starts_with('.') && rest.ends_with(".part"))
        {
            // It is in nobody's way.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// A time, to be read.
fn time(seconds: f64) -> String {
    match seconds {
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}
