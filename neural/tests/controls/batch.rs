//! Fields driven by batches of series.

use crate::series::{IN_TIME, Scheme, Series, distance, series, size, slope, value};
use costate_adjoint::autodiff::{Layout, Shape, Var};
use costate_adjoint::norms::Space;
use costate_adjoint::{DifferentiableField, Vjp};
use costate_neural::{
    Control, ControlError, Controls, GraphField, Inputs, Mlp, Model, NeuralError, NeuralOde,
};
use nalgebra::DMatrix;
use proptest::prelude::*;
use std::sync::Arc;

/// `z' = dX/dt`: the path itself as a state, of two channels.
struct Follower;

impl Model for Follower {
    fn state(&self, batch: usize) -> Result<Layout, NeuralError> {
        Ok(Layout::new([("z", Shape::new(2, batch))])?)
    }
    fn parameters(&self) -> Result<Layout, NeuralError> {
        Ok(Layout::default())
    }
    fn held(&self, batch: usize) -> Result<Layout, NeuralError> {
        Ok(Layout::new(["b", "c", "d"].map(|name| (name, Shape::new(2, batch))))?)
    }
    fn slope(&self, at: Inputs<'_>) -> Result<Vec<Var>, NeuralError> {
        let (s, [b, c, d]) = (at.t, [at.held[0], at.held[1], at.held[2]]);
        Ok(vec![b + s * (c.scale(2.0) + s * d.scale(3.0))])
    }
}

/// One to five series, each with its scheme. Times are quarters: knots of different series coincide now and
/// then.
fn batches() -> impl Strategy<Value = Vec<(Series, Scheme)>> {
    let one =
        (series(2, 0.3), prop::sample::select(IN_TIME.to_vec())).prop_map(|(mut it, scheme)| {
            // Times to quarters: gaps of 0.25 at least.
            let mut last = f64::NEG_INFINITY;
            for t in &mut it.times {
                *t = (4.0 * *t).round().max(last + 1.0);
                last = *t;
            }
            it.times.iter_mut().for_each(|t| *t /= 4.0);
            (it, scheme)
        });
    prop::collection::vec(one, 1..6)
}

fn controls(batch: &[(Series, Scheme)]) -> Vec<Control> {
    batch.iter().map(|(series, scheme)| series.control(*scheme)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// At any time, in any order, before, between, at and after knots, the field sees the slopes of the single paths.
    /// Coefficients are expanded about knots of other series, less than 16 away.
    #[test]
    fn is_what_the_series_are(batch in batches(), times in prop::collection::vec(-8.0..25.0, 20)) {
        let single = controls(&batch);
        let all = Arc::new(Controls::new(single.clone()).unwrap());
        let mut field: GraphField<DMatrix<f64>> = Follower.field(single.len()).unwrap();
        field.control(all.clone()).unwrap();
        let zero = DMatrix::zeros(2, single.len());
        let mut dz = zero.clone();
        // Not at the end of a series, where the batch goes on: its slope there is that from the right.
        let knots = all.knots().iter().copied().filter(|t| *t != all.interval().1);
        for t in times.into_iter().chain(knots) {
            field.eval(t, &zero, &vec![], &mut dz);
            for (column, control) in single.iter().enumerate() {
                let end = control.knots()[control.pieces()];
                let expected = if t == end { vec![0.0; 2] } else { slope(control, t) };
                let bound = 1e3 * f64::EPSILON * size(control) / 0.25;
                prop_assert!(distance(dz.column(column).as_slice(), &expected) <= bound);
            }
        }
        // The very last knot belongs to the piece before it.
        let last = all.interval().1;
        field.eval(last, &zero, &vec![], &mut dz);
        for (column, control) in single.iter().enumerate() {
            let expected = slope(control, last);
            let bound = 1e3 * f64::EPSILON * size(control) / 0.25;
            prop_assert!(distance(dz.column(column).as_slice(), &expected) <= bound);
        }
        // What a clone holds is its own.
        let mut clone = field.clone();
        clone.eval(last + 1.0, &zero, &vec![], &mut dz);
        prop_assert!(dz.iter().all(|x| *x == 0.0));
    }

    /// Knots, jumps, beginning and end are those of all series together.
    #[test]
    fn has_the_knots_of_all(batch in batches()) {
        let single = controls(&batch);
        let all = Controls::new(&single[..]).unwrap();
        prop_assert_eq!((all.batch(), all.channels()), (single.len(), 2));
        for (joint, of) in [
            (all.knots(), Control::knots as fn(&Control) -> &[f64]),
            (all.jumps(), Control::jumps),
        ] {
            prop_assert!(joint.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(single.iter().all(|it| of(it).iter().all(|t| joint.contains(t))));
            prop_assert!(joint.iter().all(|t| single.iter().any(|it| of(it).contains(t))));
        }
        prop_assert_eq!(all.interval(), (all.knots()[0], all.knots()[all.knots().len() - 1]));
        let start = all.start::<f64>();
        for (column, control) in single.iter().enumerate() {
            let first = value(control, control.knots()[0]);
            prop_assert_eq!(start.column(column).iter().copied().collect::<Vec<_>>(), first);
        }
        let (t0, t1) = all.interval();
        let middle = 0.5 * (t0 + t1);
        let expected: Vec<f64> = all.jumps().iter().copied().filter(|t| *t >= middle).collect();
        prop_assert_eq!(all.jumps_between(middle, t1), &expected[..]);
        prop_assert_eq!(all.jumps_between(t1, t0), &[0.0; 0][..]);
    }
}

#[test]
fn a_field_takes_controls_of_its_own_shape_only() {
    let control =
        |channels| Control::hermite(&[0.0, 1.0], &DMatrix::from_element(channels, 2, 1.0)).unwrap();
    let mut field: GraphField<DMatrix<f64>> = Follower.field(3).unwrap();
    for controls in [vec![control(2); 2], vec![control(3); 3]] {
        let error = field.control(Arc::new(Controls::new(controls).unwrap())).unwrap_err();
        assert!(matches!(error, NeuralError::Control(ControlError::Field { .. })));
    }
    let net = Mlp::new([2, 2], costate_neural::Activation::Tanh).unwrap();
    let mut other = NeuralOde::new(net).unwrap().field::<DMatrix<f64>>(3).unwrap();
    let error = other.control(Arc::new(Controls::new(vec![control(2); 3]).unwrap())).unwrap_err();
    assert!(error.to_string().contains("2x3") && error.to_string().contains("holds []"), "{error}");
}

/// What is held by hand stays, whatever the time.
#[test]
fn holding_ends_a_control() {
    let values = DMatrix::from_row_slice(2, 2, &[0.0, 1.0, 0.0, 2.0]);
    let controls = Controls::new([Control::linear(&[0.0, 1.0], &values).unwrap()]).unwrap();
    let mut field: GraphField<DMatrix<f64>> = Follower.field(1).unwrap();
    let (z, mut dz) = (DMatrix::zeros(2, 1), DMatrix::zeros(2, 1));
    field.control(Arc::new(controls)).unwrap();
    field.eval(0.5, &z, &vec![], &mut dz);
    assert_eq!(dz.as_slice(), [1.0, 2.0]);
    field.hold(&[7.0, 8.0, 0.5, 0.0, 0.0, 0.0]).unwrap();
    // The time is the graph's own again: 7 + 2 (0.5) t.
    field.eval(5.0, &z, &vec![], &mut dz);
    assert_eq!(dz.as_slice(), [12.0, 8.0]);
    let mut to_t = 0.0;
    field.vjp(5.0, &z, &vec![], &dz, Vjp { t: Some(&mut to_t), ..Vjp::default() });
    assert_eq!(to_t, dz.leaf(0)[0]);
}
