//! Simpson's rule beside a method's own: what the witness compares a step's integral with.

use costate_solver::Span;
use costate_solver::norms::Space;
use costate_solver::norms::linear::Combination;
use costate_solver::tableau::{Dense, HermiteBasis, Tableau};

/// Simpson's rule on a step of one method, made ready once a solve: the two ends of a step are stages or cost one product, the
/// middle costs one.
#[derive(Debug, Clone)]
pub(crate) struct Simpson<const S: usize> {
    /// The method's own weights.
    pub(crate) own: Combination<S>,
    /// The rule's, where its points are stages: at the start, and at the end of a method whose last stage is there.
    pub(crate) stages: Combination<S>,
    /// The method's own less these.
    pub(crate) difference: Combination<S>,
    /// The weights of dense output in the middle, of a method that needs no other stages for it.
    middle: Option<Combination<S>>,
}

impl<const S: usize> Simpson<S> {
    /// The weights at the ends and in the middle.
    pub(crate) const END: f64 = 1.0 / 6.0;
    pub(crate) const MIDDLE: f64 = 4.0 / 6.0;

    pub(crate) fn new(tableau: &Tableau<S>) -> Self {
        let mut stages = [0.0; S];
        stages[0] = Self::END;
        if tableau.fsal() {
            stages[S - 1] = Self::END;
        }
        let difference: [f64; S] = core::array::from_fn(|i| tableau.b[i] - stages[i]);
        let alone = tableau.extra_stages() == 0;
        let middle = match tableau.dense {
            // (y0 + y1) / 2 + h (f0 - f1) / 8, where y1 - y0 is h times the sum of b_i k_i.
            Dense::Hermite { .. } if alone && tableau.fsal() => {
                let HermiteBasis { h10, h01, h11, .. } = HermiteBasis::at(0.5);
                let mut weights = tableau.b.map(|b| h01 * b);
                weights[0] += h10;
                weights[S - 1] += h11;
                Some(weights)
            }
            Dense::Hermite { .. } => None,
            _ if alone => Some(core::array::from_fn(|j| tableau.dense_weight(j, 0.5))),
            _ => None,
        };
        Simpson {
            own: Combination::new(&tableau.b),
            stages: Combination::new(&stages),
            difference: Combination::new(&difference),
            middle: middle.map(|weights| Combination::new(&weights)),
        }
    }

    /// Writes the solution in the middle of a step on the first leaves, so many; the others keep what they hold.
    pub(crate) fn middle<V: Space>(
        &self,
        tableau: &Tableau<S>,
        span: &Span<'_, V>,
        leaves: usize,
        out: &mut V,
    ) {
        let h = span.step.h;
        match &self.middle {
            Some(row) => row.write_from(out, span.y0, h, span.stages, |leaf| leaf < leaves),
            None => span.at_where(tableau, span.step.t + h / 2.0, out, |leaf| leaf < leaves),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use costate_solver::tableau::{BOGACKI_SHAMPINE_32, DORMAND_PRINCE_54, TSITOURAS_54};
    use costate_solver::{Plan, Record, Solver};

    /// The middle of a step is where dense output has it, to the rounding of a sum of a dozen terms under 10.
    fn agrees<const S: usize>(tableau: &Tableau<S>) {
        let control = costate_solver::controller::Fixed { step: 0.5 };
        let mut solver = Solver::new(tableau.clone(), control);
        let field = |t: f64, y: &[f64; 2], dy: &mut [f64; 2]| *dy = [y[1] + t, -y[0] * y[1]];
        let plan = Plan::new(0.0, 1.0).record(Record::Dense);
        let mut workspace = costate_solver::Workspace::new(&[1.0, 0.5]);
        let mut integration = solver.start(&mut workspace, field, &[1.0, 0.5], plan).unwrap();
        integration.attempt().unwrap();
        let (span, _) = integration.inside().unwrap();
        let simpson = Simpson::new(tableau);
        assert!(simpson.middle.is_some());
        let (mut found, mut expected) = ([0.0; 2], [0.0; 2]);
        simpson.middle(tableau, &span, 1, &mut found);
        span.at(tableau, 0.25, &mut expected);
        assert!((found[0] - expected[0]).abs() < 1e-14, "{}", tableau.name);
    }

    #[test]
    fn middle_of_a_step() {
        agrees(&DORMAND_PRINCE_54);
        agrees(&TSITOURAS_54);
        agrees(&BOGACKI_SHAMPINE_32);
    }
}
