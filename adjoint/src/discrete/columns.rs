//! The columns of a tableau, made ready for steps that are transposed.

use costate_solver::norms::linear::Combination;
use costate_solver::tableau::Tableau;

/// What weighs the stages of a step backwards.
///
/// Stage `i` of a transposed step is `w_i = h b_i a1 + h sum over j > i of a_ji v_j`: a row of weights over the costate `a1` and
/// the `v`, which is column `i` of the table below `b_i`. They stand in the order in which they come, the costate first, then `v`
/// of the last stage, of the one before, .., of the second (nothing asks for the first stage's): a row ends where the next `v` is
/// put, and the newest, for which everything waits, is added last.
#[derive(Debug, Clone)]
pub(crate) struct Columns<const S: usize> {
    pub(crate) columns: [Combination<S>; S],
    /// Which stages the end of the step depends on at all: not the last one of a method whose first stage is the last one of the
    /// step before, unless somebody looks into the step.
    pub(crate) live: [bool; S],
    /// The sum of the costate and these, but for the first stage's.
    pub(crate) total: Combination<S>,
    /// How many they are: as many products does a step cost.
    pub(crate) products: usize,
}

impl<const S: usize> Columns<S> {
    /// For a step of which only the end is looked at, or also the inside.
    pub(crate) fn new(tableau: &Tableau<S>, inside: bool) -> Self {
        let mut weights = [[0.0; S]; S];
        let mut live = [inside; S];
        for i in (0..S).rev() {
            weights[i][0] = tableau.b[i];
            for j in (i + 1..S).filter(|&j| live[j]) {
                weights[i][Self::place(j)] = tableau.a[j][i];
            }
            live[i] |= weights[i].iter().any(|w| *w != 0.0);
        }
        let mut total = [1.0; S];
        for j in (1..S).filter(|&j| !live[j]) {
            total[Self::place(j)] = 0.0;
        }
        Columns {
            columns: weights.map(|row| Combination::new(&row)),
            live,
            products: live.iter().filter(|live| **live).count(),
            total: Combination::new(&total),
        }
    }

    /// Where `v_j` stands; that of the first stage nowhere.
    #[inline(always)]
    pub(crate) const fn place(j: usize) -> usize {
        S - j
    }
}
