//! Series that could not be read.

use std::io;
use std::path::PathBuf;

/// Series that could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SeriesError {
    /// No such folder.
    #[error(
        "the folder {} could not be read: {source}. Give by --data a folder with files NAME_TRAIN.ts and NAME_TEST.ts",
        .path.display()
    )]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Nothing in the folder that could be read.
    #[error(
        "{} has no file whose name ends in _TRAIN.ts. Give by --data a folder with files NAME_TRAIN.ts and NAME_TEST.ts, such as \
         those of the UEA archive of multivariate time series at timeseriesclassification.com: JapaneseVowels_TRAIN.ts and \
         JapaneseVowels_TEST.ts",
        .path.display()
    )]
    NoPairs {
        /// Which folder.
        path: PathBuf,
    },
    /// No such file.
    #[error(
        "{} could not be opened: {source}. Series come in two files, NAME_TRAIN.ts and NAME_TEST.ts, in the folder that --data names; \
         those of the UEA archive of multivariate time series are at timeseriesclassification.com, and the README says how \
         SpeechCommands_TRAIN.ts and SpeechCommands_TEST.ts are made",
        .path.display()
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is cut off or no text.
    #[error("{}, after line {line}: {source}. Fetch the file anew", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The last line that could be read, 0 for none.
        line: u64,
        /// What is wrong.
        source: io::Error,
    },
    /// A kind of series that is not read here.
    #[error(
        "{}, line {line}: the file says that it has {what}, which is not read here: give equally spaced series with a class each",
        .path.display()
    )]
    Kind {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What it says it has.
        what: &'static str,
    },
    /// Something before the data that is neither comment nor header.
    #[error(
        "{}, line {line}: this is before @data and neither a comment, which begins with #, nor a header, which begins with @: is it a \
         .ts file?",
        .path.display()
    )]
    Early {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
    },
    /// No data.
    #[error(
        "{} has no line @data, after which its series would begin: it is empty, cut off, or no .ts file. Fetch it anew",
        .path.display()
    )]
    NoData {
        /// The file.
        path: PathBuf,
    },
    /// No series.
    #[error("{} has no series after its line @data. Fetch it anew", .path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A line without a class.
    #[error(
        "{}, line {line}: there is no class after the last colon. A line is a series: channels parted by colons, and its class",
        .path.display()
    )]
    Label {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
    },
    /// Something that is no number.
    #[error(
        "{}, line {line}, channel {channel}, sample {sample}: {text:?} where a finite number was expected, or ? for a missing one",
        .path.display()
    )]
    Number {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The channel, from 1.
        channel: usize,
        /// The sample, from 1.
        sample: usize,
        /// What stands there.
        text: String,
    },
    /// More or fewer channels than the others have.
    #[error(
        "{}, line {line}: {found} channels where the series before have {expected}: all must have equally many",
        .path.display()
    )]
    Channels {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// How many the others have.
        expected: usize,
        /// How many this one has.
        found: usize,
    },
    /// Channels of unequal length in one series.
    #[error(
        "{}, line {line}, channel {channel}: {found} samples where the first channel has {expected}: write ? for those that are \
         missing",
        .path.display()
    )]
    Length {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The channel, from 1.
        channel: usize,
        /// How many samples the first channel has.
        expected: usize,
        /// How many this one has.
        found: usize,
    },
    /// A series of one sample.
    #[error(
        "{}, line {line}: the series has one sample, and a path takes two: leave it out",
        .path.display()
    )]
    Short {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
    },
    /// A class that is not trained.
    #[error(
        "{}, line {line}: no training series is of the class {label:?}: is it the test file of the same set?",
        .path.display()
    )]
    Class {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The class.
        label: String,
    },
    /// Nothing could be put aside for validation.
    #[error(
        "{} has no class with two series, so that none can be put aside for validation: give more series",
        .path.display()
    )]
    TooFew {
        /// The file.
        path: PathBuf,
    },
}
