//! Hand-written digits of eight by eight pixels.

use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// How many pixels a digit has: eight rows of eight.
pub const PIXELS: usize = 64;

/// The darkest pixel. Each counts how many of sixteen points of a finer bitmap are black.
pub const DARKEST: u8 = 16;

/// The file's name in the folder of data.
pub const FILE: &str = "digits.csv.gz";

/// One digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digit {
    /// Row by row from the top, 0 to 16.
    pub pixels: [u8; PIXELS],
    /// Which it is, 0 to 9.
    pub label: u8,
}

/// Digits that could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DigitsError {
    /// No such file.
    #[error(
        "{} could not be opened: {source}. Give the folder that holds {FILE} by --data: it is the test part of the UCI data set \
         \"Optical Recognition of Handwritten Digits\", 64 pixels and the label in each line, compressed by gzip",
        .path.display()
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not gzip, is cut off, or is not text.
    #[error("{}, after line {line}: {source}. Fetch the file anew", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The last line that could be read, 0 for none.
        line: u64,
        /// What is wrong.
        source: io::Error,
    },
    /// A line with too few or too many columns.
    #[error("{}, line {line}: {found} columns where {} were expected, {PIXELS} pixels and the label", .path.display(), PIXELS + 1)]
    Columns {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// How many there are.
        found: usize,
    },
    /// A value that no pixel or label has.
    #[error("{}, line {line}, column {column}: {text:?} where a whole number from 0 to {most} was expected", .path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The column, from 1.
        column: usize,
        /// What stands there.
        text: String,
        /// The largest number that may.
        most: u8,
    },
    /// Nothing in it.
    #[error("{} has no digits in it. Fetch the file anew", .path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

/// Reads the digits from [`FILE`] in a folder: UCI "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak,
/// 1998, whose test part has 1797 of them.
///
/// # Errors
/// [`DigitsError`] with file, line and column.
pub fn read(folder: &Path) -> Result<Vec<Digit>, DigitsError> {
    let path = folder.join(FILE);
    let file =
        File::open(&path).map_err(|source| DigitsError::Missing { path: path.clone(), source })?;
    // The table has neither quotes nor a header: a line is a row and a comma ends a column, so that an error can say exactly
    // where it is.
    let lines = BufReader::new(MultiGzDecoder::new(BufReader::new(file))).lines();
    let mut digits = Vec::new();
    for (line, text) in (1..).zip(lines) {
        let text = text.map_err(|source| DigitsError::Unreadable {
            path: path.clone(),
            line: line - 1,
            source,
        })?;
        if !text.trim().is_empty() {
            digits.push(digit(&text, &path, line)?);
        }
    }
    if digits.is_empty() { Err(DigitsError::Empty { path }) } else { Ok(digits) }
}

fn digit(text: &str, path: &Path, line: u64) -> Result<Digit, DigitsError> {
    let columns: Vec<&str> = text.split(',').map(str::trim).collect();
    if columns.len() != PIXELS + 1 {
        return Err(DigitsError::Columns { path: path.to_owned(), line, found: columns.len() });
    }
    let value = |index: usize, most: u8| {
        let text = columns[index];
        text.parse().ok().filter(|value| *value <= most).ok_or_else(|| DigitsError::Value {
            path: path.to_owned(),
            line,
            column: index + 1,
            text: text.to_owned(),
            most,
        })
    };
    let mut pixels = [0; PIXELS];
    for (i, pixel) in pixels.iter_mut().enumerate() {
        *pixel = value(i, DARKEST)?;
    }
    Ok(Digit { pixels, label: value(PIXELS, 9)? })
}
