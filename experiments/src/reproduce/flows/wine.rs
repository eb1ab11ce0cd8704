//! Wines: eleven measurements of each.

use linfa_datasets::winequality;

/// How many measurements there are of a wine.
pub const CHANNELS: usize = 11;

/// Red *vinho verde* from the north of Portugal.
///
/// P. Cortez, A. Cerdeira, F. Almeida, T. Matos, J. Reis, "Modeling wine preferences by data mining from physicochemical
/// properties", Decision Support Systems 47(4), 2009; the table is embedded in the crate `linfa-datasets`. Values are rounded
/// and some wines are in it twice, so a density may be too good: compare ways to train one model, not models.
#[derive(Debug, Clone, PartialEq)]
pub struct Wines {
    /// What is measured: acids, sugar, chlorides and sulphates in g/l, sulphur dioxide in mg/l, density in kg/l, alcohol in
    /// per cent by volume.
    pub channels: [String; CHANNELS],
    /// One row for each wine.
    pub rows: Vec<[f64; CHANNELS]>,
}

/// Another table than the one that is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the table of wines in the crate linfa-datasets has {found} columns where {CHANNELS} were expected: take the version that \
     the lock file names"
)]
pub struct WinesError {
    /// How many columns it has.
    pub found: usize,
}

/// The table of wines.
///
/// # Errors
/// [`WinesError`] if the crate's table were another.
pub fn wines() -> Result<Wines, WinesError> {
    let table = winequality();
    let shape = |found| WinesError { found };
    let names = table.feature_names().to_vec();
    let channels = names.try_into().map_err(|names: Vec<String>| shape(names.len()))?;
    let rows = table.records().rows().into_iter().map(|row| {
        let row: Vec<f64> = row.iter().copied().collect();
        row.try_into().map_err(|row: Vec<f64>| shape(row.len()))
    });
    Ok(Wines { channels, rows: rows.collect::<Result<_, _>>()? })
}
