//! What can be seen of a tableau without trees: shape, sums, finiteness. All of it in `const`.

use crate::compensated::Compensated;
use crate::{Dense, Entry, ExtraStage, StructureError, Tableau};

/// Units in the last place that a sum of rounded terms may be off, relative to the sum of the
/// absolute terms: 8 ulp = 16 half-ulps.
///
/// Each coefficient of a table is rounded by at most half a unit (2^-53, relative). A sum of
/// products of up to `n` coefficients is then off by at most `n` half-units of its absolute terms.
/// The longest products are those of order conditions, where `n` is the order, so every table whose
/// coefficients were rounded once passes up to order 15.
pub(crate) const UNITS: f64 = 8.0;

/// The tolerance for a sum whose absolute terms add up to `size`.
pub(crate) const fn tolerance(size: f64) -> f64 {
    UNITS * f64::EPSILON * size
}

impl<const S: usize> Tableau<S> {
    /// Whether the table has the shape and the sums of an explicit Runge-Kutta method:
    ///
    /// - at least one stage, orders of at least 1, every coefficient finite;
    /// - `a` strictly lower triangular (explicit);
    /// - `c[i] = sum_j a[i][j]`, `sum b = 1`, error weights that sum to 0 and are not all 0;
    /// - dense rows that sum to `b`.
    ///
    /// Sums may be off by 8 units in the last place (8 x 2^-52) of the sum of their absolute
    /// terms. It is a `const fn`, so a table can be refused by the compiler; the tables of this
    /// crate are. What it does not do is to verify the orders: that takes trees, see
    /// [`laws`](crate::laws).
    ///
    /// # Errors
    /// The first flaw found, with its place.
    ///
    /// ```
    /// const _: () = assert!(costate_tableau::TSITOURAS_54.structure().is_ok());
    /// ```
    pub const fn structure(&self) -> Result<(), StructureError> {
        if let Err(error) = self.stages() {
            return Err(error);
        }
        if self.order == 0 {
            return Err(StructureError::ZeroOrder { what: "the solution" });
        }
        if let Err(error) = self.weights() {
            return Err(error);
        }
        if let Err(error) = self.error_weights() {
            return Err(error);
        }
        self.dense_rows()
    }

    /// The part of [`Tableau::structure`] about `a` and `c`, without which order conditions have no
    /// meaning.
    pub(crate) const fn stages(&self) -> Result<(), StructureError> {
        if S == 0 {
            return Err(StructureError::NoStages);
        }
        let mut row = 0;
        while row < S {
            let mut sum = Sum::new();
            let mut column = 0;
            while column < S {
                let value = self.a[row][column];
                if !value.is_finite() {
                    return Err(StructureError::NotFinite {
                        entry: Entry::A { row, column },
                        value,
                    });
                }
                if column >= row && value != 0.0 {
                    return Err(StructureError::Implicit { row, column, value });
                }
                sum = sum.plus(value);
                column += 1;
            }
            let node = self.c[row];
            if !node.is_finite() {
                return Err(StructureError::NotFinite {
                    entry: Entry::C { stage: row },
                    value: node,
                });
            }
            if !sum.equals(node) {
                return Err(StructureError::Inconsistent { row, node, sum: sum.value() });
            }
            row += 1;
        }
        Ok(())
    }

    const fn weights(&self) -> Result<(), StructureError> {
        let mut sum = Sum::new();
        let mut stage = 0;
        while stage < S {
            let value = self.b[stage];
            if !value.is_finite() {
                return Err(StructureError::NotFinite { entry: Entry::B { stage }, value });
            }
            sum = sum.plus(value);
            stage += 1;
        }
        if sum.equals(1.0) { Ok(()) } else { Err(StructureError::Weights { sum: sum.value() }) }
    }

    const fn error_weights(&self) -> Result<(), StructureError> {
        let Some(error) = &self.error else { return Ok(()) };
        if let Err(flaw) = differences(&error.weights, error.order, "the error estimate", false) {
            return Err(flaw);
        }
        let Some(second) = &error.second else { return Ok(()) };
        if !(second.share > 0.0 && second.share.is_finite()) {
            return Err(StructureError::Share { share: second.share });
        }
        differences(&second.weights, second.order, "the second row of the error estimate", true)
    }

    const fn dense_rows(&self) -> Result<(), StructureError> {
        if self.dense.order() == 0 {
            return Err(StructureError::ZeroOrder { what: "the continuous extension" });
        }
        if let Err(error) = self.extra_couplings() {
            return Err(error);
        }
        let rows = match &self.dense {
            Dense::Hermite { .. } => return Ok(()),
            Dense::Polynomial { rows, .. } => rows.len(),
            Dense::Extended { rows, .. } => rows.len(),
        };
        let stages = S + self.dense.stages().len();
        let mut stage = 0;
        while stage < stages {
            let mut sum = Sum::new();
            let mut row = 0;
            while row < rows {
                let value = match &self.dense {
                    Dense::Extended { rows, .. } => {
                        if rows[row].len() != stages {
                            let found = rows[row].len();
                            let entry = Entry::Dense { row, stage: found };
                            return Err(StructureError::Length { entry, expected: stages, found });
                        }
                        rows[row][stage]
                    }
                    Dense::Polynomial { rows, .. } => rows[row][stage],
                    Dense::Hermite { .. } => 0.0,
                };
                if !value.is_finite() {
                    return Err(StructureError::NotFinite {
                        entry: Entry::Dense { row, stage },
                        value,
                    });
                }
                sum = sum.plus(value);
                row += 1;
            }
            let weight = if stage < S { self.b[stage] } else { 0.0 };
            if !sum.equals(weight) {
                return Err(StructureError::DenseEnd { stage, sum: sum.value(), weight });
            }
            stage += 1;
        }
        Ok(())
    }

    /// The stages that only the extension needs.
    const fn extra_couplings(&self) -> Result<(), StructureError> {
        let stages = self.dense.stages();
        let mut i = 0;
        while i < stages.len() {
            let (row, expected) = (S + i, S + i);
            let ExtraStage { c: node, a } = stages[i];
            if a.len() != expected {
                let entry = Entry::A { row, column: a.len() };
                return Err(StructureError::Length { entry, expected, found: a.len() });
            }
            let mut sum = Sum::new();
            let mut column = 0;
            while column < expected {
                let value = a[column];
                if !value.is_finite() {
                    let entry = Entry::A { row, column };
                    return Err(StructureError::NotFinite { entry, value });
                }
                sum = sum.plus(value);
                column += 1;
            }
            if !node.is_finite() {
                let entry = Entry::C { stage: row };
                return Err(StructureError::NotFinite { entry, value: node });
            }
            if !sum.equals(node) {
                return Err(StructureError::Inconsistent { row, node, sum: sum.value() });
            }
            i += 1;
        }
        Ok(())
    }
}

/// Whether one row of an error estimate is a difference of two sets of weights.
const fn differences<const S: usize>(
    weights: &[f64; S],
    order: u32,
    what: &'static str,
    second: bool,
) -> Result<(), StructureError> {
    if order == 0 {
        return Err(StructureError::ZeroOrder { what });
    }
    let mut sum = Sum::new();
    let mut stage = 0;
    while stage < S {
        let value = weights[stage];
        if !value.is_finite() {
            let entry = if second { Entry::SecondError { stage } } else { Entry::Error { stage } };
            return Err(StructureError::NotFinite { entry, value });
        }
        sum = sum.plus(value);
        stage += 1;
    }
    if sum.size == 0.0 {
        return Err(StructureError::BlindError);
    }
    if sum.equals(0.0) {
        Ok(())
    } else {
        Err(StructureError::ErrorWeights { what, sum: sum.value() })
    }
}

/// A sum and the sum of its absolute terms.
struct Sum {
    total: Compensated,
    size: f64,
}

impl Sum {
    const fn new() -> Self {
        Self { total: Compensated::ZERO, size: 0.0 }
    }

    const fn plus(self, term: f64) -> Self {
        Self { total: self.total.plus(Compensated::from_f64(term)), size: self.size + term.abs() }
    }

    const fn value(&self) -> f64 {
        self.total.value()
    }

    const fn equals(&self, target: f64) -> bool {
        let defect = self.total.plus(Compensated::from_f64(-target)).value();
        // Written so that a NaN, from an overflowing sum, is not equal.
        defect.abs() <= tolerance(self.size + target.abs())
    }
}
