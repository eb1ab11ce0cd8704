//! Every strategy differentiates every field, and they agree.

use crate::inputs::matrix;
use costate_adjoint::norms::{Rms, Space};
use costate_adjoint::{
    AtTimes, Backsolve, Discrete, GradientOf, Interpolating, Loss, Problem, Quadrature, laws,
};
use costate_neural::{
    Activation, Divergence, Flow, FlowState, GraphField, HamiltonianNet, Mlp, Model, NeuralOde,
    Probe, SecondOrder, SymplecticOdeNet,
};
use nalgebra::DMatrix;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Half the mean square of all states at three times.
pub(crate) fn half_mean_square<Y: Space<Scalar = f64>>(
    observed: &[Y],
    cotangents: &mut [Y],
) -> f64 {
    let share = 1.0 / observed.iter().map(Space::dimension).sum::<usize>() as f64;
    for (a, y) in cotangents.iter_mut().zip(observed) {
        a.add_scaled(share, y);
    }
    0.5 * share * observed.iter().map(|y| y.dot(y)).sum::<f64>()
}

/// The gradient by every strategy, the exact one of the discrete solution first.
pub(crate) fn by_all<Y: Space<Scalar = f64>, L: Loss<Y>>(
    field: &mut GraphField<Y>,
    problem: &Problem<'_, GraphField<Y>>,
    loss: &L,
    tolerance: f64,
) -> [GradientOf<GraphField<Y>>; 5] {
    let blocks = (Rms, Rms, field.blocks(Rms));
    [
        Discrete::new(tolerance, tolerance).gradient(field, problem, loss).unwrap(),
        Interpolating::new(tolerance, tolerance).gradient(field, problem, loss).unwrap(),
        Quadrature::new(tolerance, tolerance).gradient(field, problem, loss).unwrap(),
        Backsolve::new(tolerance, tolerance).gradient(field, problem, loss).unwrap(),
        Backsolve::new(tolerance, tolerance)
            .with_norm(blocks)
            .gradient(field, problem, loss)
            .unwrap(),
    ]
}

fn check<Y: Space<Scalar = f64>>(field: &mut GraphField<Y>, y0: &Y, p: &Vec<f64>) {
    let problem = Problem::new(0.0, 1.0, y0, p);
    let loss = AtTimes { times: [0.3, 0.7, 1.0], loss: half_mean_square::<Y> };
    let tolerance = 1e-10;
    let gradients = by_all(field, &problem, &loss, tolerance);
    let [exact, others @ ..] = &gradients;
    assert!(exact.p.dot(&exact.p) > 0.0);
    for other in others {
        assert!(!other.report.redone, "{}", other.report);
        // Twenty times the tolerance is what a strategy promises, relative to the parts a gradient is the sum of; two of them.
        let bound = 40.0 * tolerance * (1.0 + exact.report.gross.max(other.report.gross));
        let (mut dp, mut dy) = (other.p.clone(), other.y0.clone());
        dp.add_scaled(-1.0, &exact.p);
        dy.add_scaled(-1.0, &exact.y0);
        assert!(dp.dot(&dp).sqrt() < bound && dy.dot(&dy).sqrt() < bound, "{dp:?} against {bound}");
    }
    laws::check_gradient(&mut Quadrature::new(1e-8, 1e-8), field, &problem, &loss, 20.0 * 1e-8)
        .unwrap();
}

#[test]
fn strategies_agree() {
    let net = |widths: [usize; 3]| Mlp::new(widths, Activation::Tanh).unwrap();
    let y = matrix(4, 3, 1);

    let model = NeuralOde::new(net([4, 6, 4]).with_time()).unwrap();
    check(&mut model.field(3).unwrap(), &y, &model.initial(1).unwrap());
    let model = HamiltonianNet::new(net([4, 6, 1])).unwrap();
    check(&mut model.field(3).unwrap(), &y, &model.initial(2).unwrap());
    let model = SecondOrder::new(net([4, 6, 2])).unwrap();
    check(&mut model.field(3).unwrap(), &y, &model.initial(3).unwrap());
    let model = SymplecticOdeNet::new([&[6, 6], &[6], &[6]], Activation::Softplus).unwrap();
    check(&mut model.field(2).unwrap(), &matrix(8, 2, 2), &model.initial(4).unwrap());

    let pair: FlowState<f64> = (y, DMatrix::zeros(1, 3));
    let model = Flow::new(net([4, 6, 4]).with_time(), Divergence::Exact).unwrap();
    check(&mut model.field(3).unwrap(), &pair, &model.initial(5).unwrap());
    let model = Flow::new(net([4, 6, 4]), Divergence::Hutchinson).unwrap();
    let mut field = model.field(3).unwrap();
    field.hold(&Probe::Rademacher.draw(12, &mut ChaCha8Rng::seed_from_u64(1))).unwrap();
    check(&mut field, &pair, &model.initial(6).unwrap());
}
