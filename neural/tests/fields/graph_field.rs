use crate::inputs::matrix;
use costate_adjoint::autodiff::{Layout, Shape, TraceError, Var, trace};
use costate_adjoint::norms::Rms;
use costate_adjoint::{DifferentiableField, Point, Vjp};
use costate_neural::{Activation, GraphField, Inputs, Mlp, Model, NeuralError, NeuralOde};
use nalgebra::DMatrix;

/// A state of 2 x batch and a net of another slope, or of another number of arrays.
struct Wrong(fn(Inputs<'_>) -> Result<Vec<Var>, NeuralError>);

impl Model for Wrong {
    fn state(&self, batch: usize) -> Result<Layout, NeuralError> {
        Ok(Layout::new([("y", Shape::new(2, batch))])?)
    }
    fn parameters(&self) -> Result<Layout, NeuralError> {
        Ok(Layout::new([("A", Shape::new(2, 2))])?)
    }
    fn slope(&self, at: Inputs<'_>) -> Result<Vec<Var>, NeuralError> {
        (self.0)(at)
    }
}

#[test]
fn mistakes_of_a_model_are_named() {
    let field = |slope| Wrong(slope).field::<DMatrix<f64>>(3).map(|_| ()).unwrap_err();
    let (expected, found) = ("2x3".to_owned(), "1x3".to_owned());
    assert_eq!(field(|at| Ok(vec![at.y[0].sum_rows()])), NeuralError::Slope { expected, found });
    assert!(matches!(field(|_| Ok(vec![])), NeuralError::Slope { .. }));
    assert!(matches!(
        field(|at| Ok(vec![at.y[0].matmul(at.p[0])])),
        NeuralError::Trace(TraceError::Shapes { .. })
    ));
    let few = field(|at| Ok(vec![Mlp::new([2, 2], Activation::Tanh)?.apply(at.t, at.y[0], at.p)?]));
    assert_eq!(few, NeuralError::Arrays { expected: 2, found: 1 });
    // Whatever a model gives up with, a fault of the trace came first.
    let first = field(|at| {
        let _ = at.y[0].matmul(at.p[0]);
        Err(NeuralError::EmptyBatch)
    });
    assert!(matches!(first, NeuralError::Trace(TraceError::Shapes { .. })));
}

#[test]
fn a_graph_of_other_inputs_is_refused() {
    let (state, parameters) = (Layout::new([("y", Shape::new(2, 3))]).unwrap(), Layout::default());
    let without_time = trace(&state, |x| vec![x[0]]).unwrap();
    let refused = GraphField::<Vec<f64>>::new(without_time, state, parameters).map(|_| ());
    assert!(matches!(refused, Err(NeuralError::Argument(_))));
}

/// Sums over points that were kept, were not, or have numbers that nothing is kept under.
#[test]
fn sums_do_not_hang_on_what_was_kept() {
    let model = NeuralOde::new(Mlp::new([2, 5, 2], Activation::Tanh).unwrap()).unwrap();
    let mut field = model.field::<DMatrix<f64>>(3).unwrap();
    let p = model.initial(1).unwrap();
    let mut scratch = p.clone();
    let mut points: Vec<Point<_>> = (0..4)
        .map(|k| Point {
            t: 0.0,
            y: matrix(2, 3, k),
            a: matrix(2, 3, k + 10),
            weights: [k as f64, 0.5],
            kept: [Some(0), None, Some(3), Some(1000)][k as usize],
        })
        .collect();
    let mut to_y = points[0].y.clone();
    for point in &points {
        let out = Vjp { y: Some(&mut to_y), keep: point.kept, ..Vjp::default() };
        field.vjp(point.t, &point.y, &p, &point.a, out);
    }
    let zeros = || vec![0.0; p.len()];
    let mut sums = [zeros(), zeros()];
    let [first, second] = &mut sums;
    let size = field.accumulate(&points, &p, &mut scratch, [first, second]);
    points.iter_mut().for_each(|point| point.kept = None);
    let mut again = [zeros(), zeros()];
    let [first, second] = &mut again;
    assert_eq!(field.accumulate(&points, &p, &mut scratch, [first, second]), size);
    assert_eq!(sums, again);
    assert!(sums[0].iter().any(|x| *x != 0.0));
}

#[test]
fn blocks_are_the_arrays() {
    let model = NeuralOde::new(Mlp::new([2, 5, 2], Activation::Tanh).unwrap()).unwrap();
    let field = model.field::<Vec<f32>>(3).unwrap();
    let lengths = field.blocks(Rms).lengths;
    assert_eq!(
        (lengths.iter().sum::<usize>(), &lengths[..]),
        (field.parameters().len(), &[10, 5, 10, 2][..])
    );
}
