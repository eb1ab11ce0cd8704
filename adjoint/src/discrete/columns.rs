//! The columns of a tableau, made ready for steps that are transposed.

use costate_solver::norms::linear::Combination;
use costate_solver::tableau::Tableau;

/// What weighs the stages of a step backwards.
///
/// Stage `i` of a transposed step is `w_i = h b_i a1 + h sum over j > i of a_ji v_j`. With the costate `a1` written in the place of
/// `v_i`, which is not known yet, that is one row of weights over `v`: column `i` of the table, with `b_i` on the diagonal. The `v`
/// stand in the order in which they come, the last stage's first, so that a row ends where its own place is.
#[derive(Debug, Clone)]
pub(crate) struct Columns<const S: usize> {
    pub(crate) columns: [Combination<S>; S],
    /// Which stages the end of the step depends on at all: not the last one of a method whose first stage is the last one of the
    /// step before, unless somebody looks into the step.
    pub(crate) live: [bool; S],
    /// The sum over these.
    pub(crate) total: Combination<S>,
}

impl<const S: usize> Columns<S> {
    /// For a step of which only the end is looked at, or also the inside.
    pub(crate) fn new(tableau: &Tableau<S>, inside: bool) -> Self {
        let mut weights = [[0.0; S]; S];
        let mut live = [inside; S];
        for i in (0..S).rev() {
            for j in (i + 1..S).filter(|&j| live[j]) {
                weights[i][j] = tableau.a[j][i];
            }
            weights[i][i] = tableau.b[i];
            live[i] |= weights[i].iter().any(|w| *w != 0.0);
        }
        Columns {
            columns: core::array::from_fn(|i| Combination::new(&backwards(weights[i]))),
            live,
            total: Combination::new(&backwards(live.map(|live| f64::from(u8::from(live))))),
        }
    }
}

fn backwards<const S: usize>(mut list: [f64; S]) -> [f64; S] {
    list.reverse();
    list
}
