use crate::by_hand::{distance, net};
use crate::inputs::{Scheme, matrix, path, smooth};
use costate_adjoint::{DifferentiableField, laws};
use costate_neural::{
    Activation, Control, Controls, GraphField, Mlp, Model, NeuralCde, NeuralError,
};
use nalgebra::DMatrix;
use proptest::prelude::*;
use std::sync::Arc;

const SCHEMES: [Scheme; 4] =
    [Control::linear, Control::rectilinear, Control::natural_cubic, Control::hermite];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// The field is the net as a matrix, in plain loops, times the slope of each column's path, at times in any order; and its
    /// products are those of differences, that in the time among them.
    #[test]
    fn is_the_net_times_the_slope(
        (hidden, width, channels, batch) in (1..4_usize, 1..5_usize, 1..4_usize, 1..4_usize),
        scheme in prop::sample::select(SCHEMES.to_vec()),
        activations in [smooth(), smooth()],
        parts in prop::collection::vec(0.0..1.0, 1..5),
        seed in any::<u64>(),
    ) {
        let paths: Vec<Control> = (0..batch as u64)
            .map(|k| path(scheme, channels, 4, seed.wrapping_add(k)).with_time())
            .collect();
        let channels = channels + 1;
        let widths = [hidden, width, hidden * channels];
        let mlp = Mlp::new(widths, activations[0]).unwrap().with_final(activations[1]);
        let model = NeuralCde::new(mlp, channels).unwrap();
        let mut field = model.field::<DMatrix<f64>>(batch).unwrap();
        let controls = Arc::new(Controls::new(paths.clone()).unwrap());
        field.control(controls.clone()).unwrap();
        let (z, p) = (matrix(hidden, batch, seed), model.initial::<f64>(seed).unwrap());
        let (mut dz, mut slope) = (z.clone(), vec![0.0; channels]);
        for part in parts {
            // From a little before the beginning to a little after the end.
            let (t0, t1) = controls.interval();
            let t = t0 + (1.2 * part - 0.1) * (t1 - t0);
            field.eval(t, &z, &p, &mut dz);
            for (j, path) in paths.iter().enumerate() {
                path.slope(t, &mut slope).unwrap();
                let f = net(&widths, activations, z.column(j).as_slice(), &mut &p[..]);
                let row = |h: usize| (0..channels).map(|c| f[h * channels + c] * slope[c]).sum();
                let expected: Vec<f64> = (0..hidden).map(row).collect();
                // Where terms cancel or nothing moves, relative to the sum of their absolute values.
                let terms: f64 = f.iter().map(|x| x.abs()).sum::<f64>()
                    * slope.iter().map(|x| x.abs()).sum::<f64>();
                let size = expected.iter().map(|x| x * x).sum::<f64>().sqrt();
                let found = dz.column(j);
                let apart = distance(found.as_slice(), &expected) * size;
                prop_assert!(apart <= 1e-13 * terms || terms == 0.0 && found.amax() == 0.0);
            }
            // Differences in the time must not reach over a knot.
            let near = controls.knots().iter().any(|knot| (knot - t).abs() < 1e-4);
            if !near {
                laws::check_field(&mut field, t, &z, &p, seed).unwrap();
            }
        }
    }
}

/// In `f32` the field is that of `f64`, rounded: times are local before they are rounded, so that late knots are no worse than
/// early ones.
#[test]
fn late_times_are_as_good_in_single_precision() {
    let model = NeuralCde::new(Mlp::new([2, 4, 4], Activation::Tanh).unwrap(), 2).unwrap();
    let values = matrix(1, 4, 1);
    let late: Vec<f64> = [0.0, 0.3, 0.4, 0.9].iter().map(|t| 1e6 + t).collect();
    let controls = Controls::new([Control::natural_cubic(&late, &values).unwrap().with_time()]);
    let controls = Arc::new(controls.unwrap());
    let z = matrix(2, 1, 2);
    let mut double = model.field::<DMatrix<f64>>(1).unwrap();
    let mut single: GraphField<DMatrix<f32>> = model.field(1).unwrap();
    double.control(controls.clone()).unwrap();
    single.control(controls).unwrap();
    let (mut dz, mut rounded) = (z.clone(), z.map(|x| x as f32));
    for t in [1e6 + 0.25, 1e6 + 0.85] {
        double.eval(t, &z, &model.initial(3).unwrap(), &mut dz);
        single.eval(t, &z.map(|x| x as f32), &model.initial(3).unwrap(), &mut rounded);
        let rounded: Vec<f64> = rounded.iter().map(|&x| f64::from(x)).collect();
        // A few dozen roundings of numbers of order ten.
        assert!(distance(&rounded, dz.as_slice()) < 1e3 * f64::from(f32::EPSILON));
    }
}

#[test]
fn the_published_size_has_86_050_parameters() {
    let model = NeuralCde::published().unwrap();
    assert_eq!((model.hidden(), model.channels()), (90, 21));
    assert_eq!(model.parameters().unwrap().len(), 86_050);
    let bounded = model.field::<DMatrix<f32>>(2).unwrap();
    assert_eq!(bounded.state().len(), 180);
    assert_eq!(bounded.held().len(), 3 * 21 * 2);
}

#[test]
fn what_cannot_be_is_an_error() {
    let net = |widths: [usize; 2]| Mlp::new(widths, Activation::Tanh).unwrap();
    let error = NeuralCde::new(net([2, 5]), 3).unwrap_err();
    assert!(matches!(error, NeuralError::Width { expected: 6, found: 5, .. }), "{error}");
    assert!(matches!(NeuralCde::new(net([2, 2]), 0), Err(NeuralError::Setting { .. })));
    assert!(matches!(NeuralCde::new(net([2, 6]).with_time(), 3), Err(NeuralError::Time { .. })));
    let huge = NeuralCde::new(net([usize::MAX / 2, usize::MAX - 1]), 2).unwrap();
    assert!(matches!(huge.field::<Vec<f64>>(1), Err(NeuralError::Layout(_))));
}

/// A field without a control does not move.
#[test]
fn stands_still_without_a_control() {
    let model = NeuralCde::new(Mlp::new([2, 4], Activation::Tanh).unwrap(), 2).unwrap();
    let mut field = model.field::<Vec<f64>>(1).unwrap();
    let mut dz = vec![1.0; 2];
    field.eval(3.0, &vec![0.5; 2], &model.initial(1).unwrap(), &mut dz);
    assert_eq!(dz, [0.0; 2]);
}
