//! Series with a class each, and the files that they are read from.

use super::error::SeriesError;
use super::reader::{self, Case};
use crate::reproduce::flows::split::Split;
use nalgebra::DMatrix;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::path::Path;

/// What a name ends in whose file holds the series to train on, and what the other's does.
pub(crate) const ENDS: [&str; 2] = ["_TRAIN.ts", "_TEST.ts"];

/// One series.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Channels x samples, NaN where a value is missing; at least two samples.
    pub values: DMatrix<f64>,
    /// Which class it is of, counted from 0.
    pub class: usize,
}

/// Series of equally many channels, of unequal lengths perhaps, dealt out.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// What they are called.
    pub name: String,
    /// The names of the classes, in the order in which they first come.
    pub classes: Vec<String>,
    /// The series.
    pub parts: Split<Series>,
}

/// The names of all pairs `NAME_TRAIN.ts` and `NAME_TEST.ts` in a folder, sorted.
///
/// # Errors
/// [`SeriesError::Folder`] where there is no such folder, [`SeriesError::NoPairs`] where it has no `NAME_TRAIN.ts`. That one without
/// its other half cannot be read is seen when it is [read](Labelled::read).
pub fn names(folder: &Path) -> Result<Vec<String>, SeriesError> {
    let failed = |source| SeriesError::Folder { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        if let Some(name) = name.to_str().and_then(|name| name.strip_suffix(ENDS[0])) {
            names.push(name.to_owned());
        }
    }
    if names.is_empty() {
        return Err(SeriesError::NoPairs { path: folder.to_owned() });
    }
    names.sort();
    Ok(names)
}

impl Labelled {
    /// Reads `NAME_TRAIN.ts` and `NAME_TEST.ts` from a folder. Of each class a tenth of the training series, at least one where there
    /// are two, is put aside for validation, which the seed decides; the test is what the files say it is.
    ///
    /// # Errors
    /// [`SeriesError`] with file, line and channel.
    pub fn read(folder: &Path, name: &str, seed: u64) -> Result<Self, SeriesError> {
        let [train, test] = ENDS.map(|end| folder.join(format!("{name}{end}")));
        let known = reader::read(&train)?;
        let mut classes: Vec<String> = Vec::new();
        for Case { label, .. } in &known {
            if !classes.contains(label) {
                classes.push(label.clone());
            }
        }
        let class = |case: Case, path: &Path| -> Result<Series, SeriesError> {
            let Case { line, values, label } = case;
            match classes.iter().position(|class| *class == label) {
                Some(class) => Ok(Series { values, class }),
                None => Err(SeriesError::Class { path: path.to_owned(), line, label }),
            }
        };
        let channels = known[0].values.nrows();
        let known = known.into_iter().map(|case| class(case, &train)).collect::<Result<_, _>>()?;
        let asked = reader::read(&test)?;
        let (line, found) = (asked[0].line, asked[0].values.nrows());
        if found != channels {
            return Err(SeriesError::Channels { path: test, line, expected: channels, found });
        }
        let test = asked.into_iter().map(|case| class(case, &test)).collect::<Result<_, _>>()?;
        let (train, validation) = put_aside(known, classes.len(), seed);
        if validation.is_empty() {
            return Err(SeriesError::TooFew { path: folder.join(format!("{name}{}", ENDS[0])) });
        }
        Ok(Labelled { name: name.to_owned(), classes, parts: Split { train, validation, test } })
    }

    /// How many channels each series has.
    pub fn channels(&self) -> usize {
        self.parts.train.first().map_or(0, |series| series.values.nrows())
    }
}

/// What stays, and a tenth of each class.
fn put_aside(all: Vec<Series>, classes: usize, seed: u64) -> (Vec<Series>, Vec<Series>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut aside = vec![false; all.len()];
    for class in 0..classes {
        let mut of_class: Vec<usize> = (0..all.len()).filter(|&i| all[i].class == class).collect();
        of_class.shuffle(&mut random);
        let count = (of_class.len() / 10).max(usize::from(of_class.len() > 1));
        of_class[..count].iter().for_each(|&i| aside[i] = true);
    }
    let (mut stays, mut put) = (Vec::new(), Vec::new());
    for (series, aside) in all.into_iter().zip(aside) {
        if aside { put.push(series) } else { stays.push(series) }
    }
    (stays, put)
}
