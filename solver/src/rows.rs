//! A tableau made ready for a solve.

use costate_norms::linear::Combination;
use costate_tableau::{SecondRow, Tableau};

/// The rows of a tableau, made ready once a solve.
#[derive(Debug, Clone)]
pub(crate) struct Rows<'w, const S: usize> {
    pub(crate) a: [Combination<S>; S],
    pub(crate) b: Combination<S>,
    /// The error estimate.
    pub(crate) error: Option<Combination<S>>,
    /// Its second row, and the rule that combines the norms of both.
    pub(crate) second: Option<(Combination<S>, &'w SecondRow<S>)>,
    pub(crate) c: [f64; S],
    /// First same as last: the point of the last stage is the candidate already.
    pub(crate) fsal: bool,
}

impl<'w, const S: usize> Rows<'w, S> {
    pub(crate) fn new(tableau: &'w Tableau<S>) -> Self {
        let error = tableau.error.as_ref();
        let second = error.and_then(|e| e.second.as_ref());
        Rows {
            a: core::array::from_fn(|i| Combination::new(&tableau.a[i])),
            b: Combination::new(&tableau.b),
            error: error.map(|e| Combination::new(&e.weights)),
            second: second.map(|row| (Combination::new(&row.weights), row)),
            c: tableau.c,
            fsal: tableau.fsal(),
        }
    }
}
