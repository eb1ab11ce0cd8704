//! Why a run cannot begin, or go on, beside the checkpoint that lies there.

use std::path::PathBuf;

/// A checkpoint that is in the way, or of no use. Nothing of it has been changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// There is none to go on from.
    #[error(
        "there is nothing to resume: {} is not there. A run that has finished leaves no checkpoint: see the report beside it. Name \
         the run's folder by --out, or leave --resume out to begin a new run",
        .path.display()
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The system does not let it be read.
    #[error("the checkpoint {} could not be read: {source}. Mend that, or name another folder by --out", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is cut off, has changed, or is something else.
    #[error(
        "{} is not a whole checkpoint: {reason}. It was left as it is. Put a copy of a good one in its place, or begin anew with \
         --fresh, which will overwrite it, or in another folder by --out",
        .path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Another version has written it.
    #[error(
        "the checkpoint {} was written by version {found} and this is {expected}: their numbers need not be the same. It was left as \
         it is. Go on with that version, or begin anew with --fresh, which will overwrite it, or in another folder by --out",
        .path.display()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Whose it is.
        found: String,
        /// Who reads.
        expected: String,
    },
    /// It is of a run that was asked for something else.
    #[error(
        "the checkpoint {} is of another run: {differences}. To go on with that run: {line} --resume. To begin this one and drop \
         that: --fresh instead of --resume. To have both: another folder by --out",
        .path.display()
    )]
    Options {
        /// The file.
        path: PathBuf,
        /// Each option that differs, with both values.
        differences: String,
        /// The command it was begun with.
        line: String,
    },
    /// A run that was not asked to go on finds hours of work.
    #[error(
        "{} holds an unfinished run of {time}. To go on with it: {line} --resume. To drop it and begin anew: --fresh. To have both: \
         another folder by --out",
        .path.display()
    )]
    Unfinished {
        /// The file.
        path: PathBuf,
        /// How long it was computed.
        time: String,
        /// The command it was begun with.
        line: String,
    },
    /// Two runs would overwrite each other's files.
    #[error("another run is at work in {}. Wait for it, or name another folder by --out", .path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
}
