//! The text format of the UEA archive of multivariate time series, `.ts`.
//!
//! Lines that begin with `#` are comments, such with `@` the header. After `@data` each line is one series: its channels, parted by `:`,
//! and at last its class; the samples of a channel are parted by `,`, and `?` or `NaN` stands for one that is missing. (A. Bagnall and
//! others, "The UEA multivariate time series classification archive", arXiv:1811.00075.)

use super::error::SeriesError;
use nalgebra::DMatrix;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// A line of data.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Which line of the file it is, from 1.
    pub line: u64,
    /// Channels x samples, NaN where a value is missing.
    pub values: DMatrix<f64>,
    /// Its class.
    pub label: String,
}

/// Reads all series of a file: at least one, all with equally many channels, each with at least two samples.
///
/// # Errors
/// [`SeriesError`] with file, line and channel.
pub fn read(path: &Path) -> Result<Vec<Case>, SeriesError> {
    let at = || path.to_owned();
    let file = File::open(path).map_err(|source| SeriesError::Missing { path: at(), source })?;
    let (mut cases, mut data): (Vec<Case>, bool) = (Vec::new(), false);
    for (line, text) in (1..).zip(BufReader::new(file).lines()) {
        let text =
            text.map_err(|source| SeriesError::Unreadable { path: at(), line: line - 1, source })?;
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        match (text.strip_prefix('@'), data) {
            (Some(header), false) => data = begins(header, path, line)?,
            (_, true) => {
                let case = case(text, path, line)?;
                let expected = cases.first().map_or(case.values.nrows(), |c| c.values.nrows());
                let found = case.values.nrows();
                if found != expected {
                    return Err(SeriesError::Channels { path: at(), line, expected, found });
                }
                cases.push(case);
            }
            (None, false) => return Err(SeriesError::Early { path: at(), line }),
        }
    }
    match (data, cases.is_empty()) {
        (false, _) => Err(SeriesError::NoData { path: at() }),
        (true, true) => Err(SeriesError::Empty { path: at() }),
        (true, false) => Ok(cases),
    }
}

/// Whether the data begin after this line of the header. What its other lines say can be seen from the data, but for what is not read
/// here at all.
fn begins(header: &str, path: &Path, line: u64) -> Result<bool, SeriesError> {
    let mut words = header.split_whitespace();
    let (key, value) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let is = |name: &str, meant: &str| {
        key.eq_ignore_ascii_case(name) && value.eq_ignore_ascii_case(meant)
    };
    let what = if is("timeStamps", "true") {
        "samples with times of their own"
    } else if is("classLabel", "false") {
        "series without a class"
    } else if is("targetLabel", "true") {
        "series with a number where the class should be"
    } else {
        return Ok(key.eq_ignore_ascii_case("data"));
    };
    Err(SeriesError::Kind { path: path.to_owned(), line, what })
}

fn case(text: &str, path: &Path, line: u64) -> Result<Case, SeriesError> {
    let at = || path.to_owned();
    let parts = text.rsplit_once(':').map(|(channels, label)| (channels, label.trim()));
    let Some((channels, label)) = parts.filter(|(_, label)| !label.is_empty()) else {
        return Err(SeriesError::Label { path: at(), line });
    };
    let (mut values, mut length): (Vec<f64>, Option<usize>) = (Vec::new(), None);
    for (channel, text) in (1..).zip(channels.split(':')) {
        let before = values.len();
        for (sample, text) in (1..).zip(text.split(',')) {
            let text = text.trim();
            values.push(value(text).ok_or_else(|| {
                let text = text.to_owned();
                SeriesError::Number { path: at(), line, channel, sample, text }
            })?);
        }
        let found = values.len() - before;
        let expected = *length.get_or_insert(found);
        if found != expected {
            return Err(SeriesError::Length { path: at(), line, channel, expected, found });
        }
    }
    let samples = length.unwrap_or_default();
    if samples < 2 {
        return Err(SeriesError::Short { path: at(), line });
    }
    let values = DMatrix::from_row_slice(values.len() / samples, samples, &values);
    Ok(Case { line, values, label: label.to_owned() })
}

/// A sample, NaN where it is missing; none for what is no number, infinity among it.
fn value(text: &str) -> Option<f64> {
    if text == "?" {
        return Some(f64::NAN);
    }
    text.parse().ok().filter(|x: &f64| !x.is_infinite())
}
