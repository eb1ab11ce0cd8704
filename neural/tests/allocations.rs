//! What is warm allocates nothing: fields, losses, an optimiser.

use allocation_counter::measure;
use costate_adjoint::norms::Space;
use costate_adjoint::{
    AtTimes, Backsolve, DifferentiableField, Discrete, DiscreteWorkspace, Problem, Quadrature, Vjp,
    Workspace,
};
use costate_neural::{
    Activation, AdamW, Control, Controls, CrossEntropy, Divergence, Flow, GraphField,
    HamiltonianNet, MeanSquaredError, Mlp, Model, NeuralCde, NeuralOde, SecondOrder,
    SymplecticOdeNet, clip,
};
use nalgebra::DMatrix;
use std::sync::Arc;

/// Runs every product until warm and once more, counting.
fn check<Y: Space<Scalar = f64>>(model: &impl Model, y: &Y)
where
    GraphField<Y>: DifferentiableField<State = Y, Params = Vec<f64>>,
{
    let mut field: GraphField<Y> = model.field(3).unwrap();
    let p = model.initial(1).unwrap();
    let (mut dy, mut to_y, mut to_p, mut to_t) = (y.clone(), y.clone(), p.clone(), 0.0);
    let mut run = || {
        field.eval(0.5, y, &p, &mut dy);
        for wanted in 0..32 {
            let is = |bit: u32| wanted & bit != 0;
            let out = Vjp {
                value: is(1).then_some(&mut dy),
                y: is(2).then_some(&mut to_y),
                p: is(4).then_some(&mut to_p),
                t: is(8).then_some(&mut to_t),
                keep: is(16).then_some(wanted as usize % 4),
            };
            field.vjp(0.5, y, &p, y, out);
        }
    };
    run();
    run();
    assert_eq!(measure(run).count_total, 0);
}

#[test]
fn warm_fields_allocate_nothing() {
    let net = |widths: &[usize]| Mlp::new(widths, Activation::Softplus).unwrap();
    let y = DMatrix::from_element(4, 3, 0.5);
    check(&NeuralOde::new(net(&[4, 9, 4]).with_time()).unwrap(), &y);
    check(&HamiltonianNet::new(net(&[4, 9, 1])).unwrap(), &y);
    check(&NeuralCde::new(net(&[4, 9, 8]), 2).unwrap(), &y);
    check(&SecondOrder::new(net(&[4, 9, 2])).unwrap(), &y);
    let symplectic = SymplecticOdeNet::new([&[8, 8], &[8], &[8]], Activation::Softplus).unwrap();
    check(&symplectic, &vec![0.5; 24]);
    let pair = (DMatrix::from_element(4, 3, 0.5), DMatrix::from_element(1, 3, 0.5));
    for divergence in [Divergence::Exact, Divergence::Hutchinson] {
        check(&Flow::new(net(&[4, 9, 4]).with_time(), divergence).unwrap(), &pair);
    }
}

/// Gradients of a solve that leads through all pieces of its control and back.
#[test]
fn warm_solves_driven_by_a_control_allocate_nothing() {
    let values = |seed: usize| DMatrix::from_fn(1, 4, |_, j| ((3 * j + seed) as f64).sin());
    let [one, other] = [[0.0, 0.3, 0.4, 1.0], [0.1, 0.2, 0.7, 0.9]];
    let series = [
        Control::linear(&one, &values(0)).unwrap().with_time(),
        Control::natural_cubic(&other, &values(1)).unwrap().with_time(),
        Control::hermite(&other, &values(2)).unwrap().with_time(),
    ];
    let controls = Arc::new(Controls::new(series).unwrap());
    let net = Mlp::new([4, 9, 8], Activation::Softplus).unwrap();
    let model = NeuralCde::new(net.with_final(Activation::Tanh), 2).unwrap();
    let mut field = model.field::<DMatrix<f64>>(3).unwrap();
    field.control(controls.clone()).unwrap();
    let (z0, p) = (DMatrix::from_element(4, 3, 0.5), model.initial(1).unwrap());
    let problem = Problem::new(0.0, 1.0, &z0, &p).jumps_at(controls.jumps());
    let loss = |z: &[DMatrix<f64>], a: &mut [DMatrix<f64>]| {
        a.iter_mut().zip(z).for_each(|(a, z)| a.copy_from(z));
        z.iter().map(|z| z.norm_squared() / 2.0).sum::<f64>()
    };
    let loss = AtTimes { times: [0.35, 1.0], loss };

    let mut count = |run: &mut dyn FnMut(&mut GraphField<DMatrix<f64>>)| {
        run(&mut field);
        run(&mut field);
        measure(|| run(&mut field)).count_total
    };
    let mut discrete = Discrete::new(1e-6, 1e-6);
    let mut workspace = DiscreteWorkspace::new(&z0, &p, &discrete.solver.tableau);
    let found = count(&mut |field| {
        discrete.gradient_in(&mut workspace, field, &problem, &loss).unwrap();
    });
    assert_eq!(found, 0);
    let mut backsolve = Backsolve::new(1e-6, 1e-6);
    let mut workspace = Workspace::new(&z0, &p);
    let found = count(&mut |field| {
        backsolve.gradient_in(&mut workspace, field, &problem, &loss).unwrap();
    });
    assert_eq!(found, 0);
    let mut quadrature = Quadrature::new(1e-6, 1e-6);
    let mut workspace = Workspace::new(&z0, &p);
    let found = count(&mut |field| {
        quadrature.gradient_in(&mut workspace, field, &problem, &loss).unwrap();
    });
    assert_eq!(found, 0);
}

#[test]
fn warm_training_allocates_nothing() {
    let mut optimiser = AdamW::new(1e-3, 8).unwrap();
    let error = MeanSquaredError::new(vec![vec![1.0; 8]]).unwrap();
    let labels = CrossEntropy::new(vec![0, 1], 4).unwrap();
    let (mut p, y, mut a) = (vec![1.0; 8], [vec![0.5; 8]], [vec![0.0; 8]]);
    let run = || {
        error.evaluate(&y, &mut a);
        labels.evaluate(&y[0], &mut a[0]);
        clip(&mut a[0], 1.0);
        optimiser.step(&mut p, &a[0]).unwrap();
    };
    assert_eq!(measure(run).count_total, 0);
}
