use crate::by_hand::{distance, net};
use crate::inputs::{matrix, smooth};
use costate_adjoint::autodiff::{Dual, dual};
use costate_adjoint::norms::{LInf, Seminorm};
use costate_adjoint::solver::{Plan, Solver};
use costate_adjoint::{DifferentiableField, laws};
use costate_neural::{Activation, HamiltonianNet, Mlp, Model, NeuralError};
use nalgebra::DMatrix;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// The slope is the turned gradient that dual numbers find, forwards.
    #[test]
    fn is_the_turned_gradient(
        (hidden, batch) in (prop::collection::vec(1..6_usize, 1..3), 1..4_usize),
        activation in smooth(),
        seed in any::<u64>(),
    ) {
        let widths = [vec![4], hidden, vec![1]].concat();
        let model = HamiltonianNet::new(Mlp::new(widths.clone(), activation).unwrap()).unwrap();
        let (y, p) = (matrix(4, batch, seed), model.initial::<f64>(seed).unwrap());
        let mut field = model.field::<DMatrix<f64>>(batch).unwrap();
        let mut dy = y.clone();
        field.eval(0.0, &y, &p, &mut dy);
        for j in 0..batch {
            let at: [f64; 4] = core::array::from_fn(|i| y[(i, j)]);
            let constants: Vec<_> = p.iter().map(|&p| Dual::fixed(p)).collect();
            let (_, [q0, q1, p0, p1]) =
                dual::gradient(|x| net(&widths, [activation, Activation::Identity], &x, &mut &constants[..])[0], at);
            prop_assert!(distance(dy.column(j).as_slice(), &[p0, p1, -q0, -q1]) < 1e-13);
        }
        laws::check_field(&mut field, 0.0, &y, &p, seed).unwrap();
    }

    /// Along a solve the energy stays where it is, as well as the solve knows the state.
    #[test]
    fn keeps_the_energy(batch in 1..4_usize, seed in any::<u64>()) {
        let model = HamiltonianNet::new(Mlp::new([4, 8, 1], Activation::Tanh).unwrap()).unwrap();
        let (y0, p) = (matrix(4, batch, seed), model.initial::<f64>(seed).unwrap());
        let mut field = model.field::<DMatrix<f64>>(batch).unwrap();
        let mut energy = model.energy::<f64>(batch).unwrap();
        let mut energies = |y: &DMatrix<f64>| {
            let mut out = vec![0.0; batch];
            energy.run(&[&[0.0], y.as_slice(), &p], &mut [&mut out]).unwrap();
            out
        };
        let tolerance = 1e-12;
        let solution = Solver::dormand_prince(tolerance, tolerance)
            .solve(|t: f64, y: &DMatrix<f64>, dy: &mut DMatrix<f64>| field.eval(t, y, &p, dy), &y0, Plan::new(0.0, 3.0))
            .unwrap();
        // A state off by e moves the energy by at most |dH/dy| e, and the slope has the size of that gradient: with weights below 1
        // and 8 hidden entries less than 4. A solve of some hundred steps may err by a hundred tolerances.
        let (before, after) = (energies(&y0), energies(&solution.y));
        let drift: Vec<f64> = before.iter().zip(&after).map(|(a, b)| a - b).collect();
        prop_assert!(LInf.measure(&drift) < 4.0 * 100.0 * tolerance);
        // That the state itself went somewhere.
        prop_assert!(LInf.measure(&(solution.y - y0)) > 1e-3);
    }
}

#[test]
fn what_cannot_be_is_an_error() {
    let of = |widths: [usize; 3]| Mlp::new(widths, Activation::Tanh).unwrap();
    assert!(matches!(
        HamiltonianNet::new(of([3, 4, 1])),
        Err(NeuralError::Width { expected: 4, found: 3, .. })
    ));
    assert!(matches!(
        HamiltonianNet::new(of([4, 4, 2])),
        Err(NeuralError::Width { expected: 1, found: 2, .. })
    ));
    assert!(matches!(
        HamiltonianNet::new(of([4, 4, 1]).with_time()),
        Err(NeuralError::Time { .. })
    ));
}
