//! Random smooth systems, for the laws that range over them.

use costate_integration_tests::smooth::{Case, Smooth};
use proptest::prelude::*;

/// Systems of dimension 1 to 4 with the integral of |J| at most `reach`, solved forwards or backwards in time, observed one to
/// four times strictly inside.
pub(crate) fn cases(reach: f64) -> impl Strategy<Value = Case> {
    let shape =
        (1..=4_usize, 1..=4_usize, 0.5..4.0_f64, -2.0..2.0_f64, any::<bool>(), 0.0..3.0_f64);
    shape.prop_flat_map(move |(n, observations, length, t0, backwards, w)| {
        let entries = |count: usize| prop::collection::vec(-1.0..1.0_f64, count);
        (
            (entries(n), entries(n * n), entries(n * n), entries(n)),
            prop::collection::vec(0.05..0.95_f64, observations),
            prop::collection::vec((entries(n), entries(n)), observations),
        )
            .prop_map(move |((y0, mut outer, mut inner, bias), mut fractions, weights)| {
                // |W| |U| length = reach, Frobenius.
                let size = (reach / length).sqrt();
                for matrix in [&mut outer, &mut inner] {
                    let norm = matrix.iter().map(|x| x * x).sum::<f64>().sqrt();
                    matrix.iter_mut().for_each(|x| *x *= size / norm.max(1e-9));
                }
                let span = if backwards { -length } else { length };
                fractions.sort_by(f64::total_cmp);
                Case {
                    equation: Smooth { n, w },
                    t0,
                    t1: t0 + span,
                    y0,
                    p: [outer, inner, bias].concat(),
                    times: fractions.iter().map(|f| t0 + f * span).collect(),
                    weights,
                }
            })
    })
}
