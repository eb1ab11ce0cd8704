use crate::by_hand::{distance, net};
use crate::inputs::{matrix, smooth};
use costate_adjoint::autodiff::{Dual, Real, dual};
use costate_adjoint::norms::{Null, Rms};
use costate_adjoint::solver::{SolveError, Solver};
use costate_adjoint::{AtEnd, DifferentiableField, Discrete, Interpolating, Problem, laws};
use costate_neural::{
    Activation, Divergence, Flow, FlowState, LogDeterminant, Mlp, Model, NeuralError, NeuralOde,
    Probe, log_density, negative_log_likelihood, sample,
};
use nalgebra::DMatrix;
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// A flow of dimension 3, with or without the time, and the net it is made of.
fn flow_of(hidden: usize, activation: Activation, divergence: Divergence) -> (Flow, [usize; 3]) {
    let widths = [3, hidden, 3];
    (Flow::new(Mlp::new(widths, activation).unwrap().with_time(), divergence).unwrap(), widths)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The exact divergence is the trace of the Jacobian of dual numbers, and so is Hutchinson's estimate on average over all signs.
    #[test]
    fn the_divergence_is_the_trace_of_the_jacobian(
        (hidden, batch) in (1..6_usize, 1..4_usize),
        activation in smooth(),
        (t, seed) in (-1.0..1.0, any::<u64>()),
    ) {
        let (exact, widths) = flow_of(hidden, activation, Divergence::Exact);
        let (estimate, _) = flow_of(hidden, activation, Divergence::Hutchinson);
        let p = exact.initial::<f64>(seed).unwrap();
        let y = (matrix(3, batch, seed), matrix(1, batch, seed));
        let constants: Vec<_> = p.iter().map(|&p| Dual::fixed(p)).collect();
        let expected: Vec<f64> = (0..batch).map(|j| {
            let (_, jacobian) = dual::jacobian::<f64, 3, 3>(|z| {
                let x = [z[0], z[1], z[2], Dual::fixed(t)];
                let out = net(&widths, [activation, Activation::Identity], &x, &mut &constants[..]);
                [out[0], out[1], out[2]]
            }, [0, 1, 2].map(|i| y.0[(i, j)]));
            -(jacobian[0][0] + jacobian[1][1] + jacobian[2][2])
        }).collect();

        let mut field = exact.field::<FlowState<f64>>(batch).unwrap();
        let mut dy = y.clone();
        field.eval(t, &y, &p, &mut dy);
        prop_assert!(distance(dy.1.as_slice(), &expected) < 1e-12);
        laws::check_field(&mut field, t, &y, &p, seed).unwrap();

        let mut field = estimate.field::<FlowState<f64>>(batch).unwrap();
        let mut mean = vec![0.0; batch];
        for signs in 0..8 {
            let sign = |i: usize| if signs >> i & 1 == 0 { 1.0 } else { -1.0 };
            let probe: Vec<f64> = (0..3 * batch).map(|k| sign(k % 3)).collect();
            field.hold(&probe).unwrap();
            field.eval(t, &y, &p, &mut dy);
            mean.iter_mut().zip(dy.1.iter()).for_each(|(mean, l)| *mean += l / 8.0);
        }
        // The estimates are sums of all entries of the Jacobian, whose sizes do not cancel.
        prop_assert!(mean.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-12));
        field.hold(&Probe::Gaussian.draw(3 * batch, &mut ChaCha8Rng::seed_from_u64(seed))).unwrap();
        laws::check_field(&mut field, t, &y, &p, seed).unwrap();
    }
}

/// Points have density: over the plane it integrates to 1.
#[test]
fn the_density_integrates_to_one() {
    let flow =
        Flow::new(Mlp::new([2, 8, 2], Activation::Tanh).unwrap().with_time(), Divergence::Exact)
            .unwrap();
    // Parameters twice as large as initial ones, for a density that is not the normal one.
    let p: Vec<f64> = flow.initial::<f64>(3).unwrap().iter().map(|p| 2.0 * p).collect();
    let (side, spacing) = (81, 0.25);
    let x = DMatrix::from_fn(2, side * side, |i, k| {
        spacing * ((if i == 0 { k % side } else { k / side }) as f64 - (side / 2) as f64)
    });
    let mut field = flow.field(side * side).unwrap();
    let mut solver = Solver::dormand_prince(1e-6, 1e-6);
    let densities = log_density(&mut solver, &mut field, &p, &x).unwrap();
    // The trapezoidal rule, which for a smooth density that is nothing at the border is exact but for its aliases.
    let integral: f64 = densities.iter().map(|l| l.exp()).sum::<f64>() * spacing * spacing;
    assert!((integral - 1.0).abs() < 1e-3, "{integral}");
    let normal =
        |k: usize| (-0.5 * x.column(k).norm_squared()).exp() / (2.0 * std::f64::consts::PI);
    assert!(
        (0..side * side).any(|k| (densities[k].exp() - normal(k)).abs() > 0.02),
        "it is the normal density"
    );

    // Its samples have its mean, to the five deviations that the mean of so many strays at most.
    let (sampled, _) = sample(&mut solver, &mut field, &p, 1).unwrap();
    for i in 0..2 {
        let mean = |power: i32| -> f64 {
            (0..side * side).map(|k| densities[k].exp() * x[(i, k)].powi(power)).sum::<f64>()
                * spacing
                * spacing
        };
        let deviation = (mean(2) - mean(1).powi(2)).sqrt() / side as f64;
        assert!((sampled.row(i).mean() - mean(1)).abs() < 5.0 * deviation);
    }
}

/// The log-density by another route: each point goes back in steps of the classical method of fourth order over dual numbers, and the
/// determinant is that of the map itself. No divergence is looked at.
fn reference<R: Real>(widths: &[usize], p: &[R], x: [f64; 2]) -> R {
    let constants: Vec<Dual<R, 2>> = p.iter().map(|&p| Dual::fixed(p)).collect();
    let slope = |t: f64, z: [Dual<R, 2>; 2]| {
        let x = [z[0], z[1], Dual::constant(t)];
        let out = net(widths, [Activation::Tanh, Activation::Identity], &x, &mut &constants[..]);
        [out[0], out[1]]
    };
    let steps = 1000;
    let h = -1.0 / f64::from(steps);
    let scaled = |z: [Dual<R, 2>; 2], c: f64, k: [Dual<R, 2>; 2]| {
        [0, 1].map(|i| z[i] + Dual::constant(c) * k[i])
    };
    let mut z = [0, 1].map(|i| Dual::variable(R::constant(x[i]), i));
    for step in 0..steps {
        let t = 1.0 + f64::from(step) * h;
        let k1 = slope(t, z);
        let k2 = slope(t + h / 2.0, scaled(z, h / 2.0, k1));
        let k3 = slope(t + h / 2.0, scaled(z, h / 2.0, k2));
        let k4 = slope(t + h, scaled(z, h, k3));
        for (weight, k) in [(1.0, k1), (2.0, k2), (2.0, k3), (1.0, k4)] {
            z = scaled(z, h * weight / 6.0, k);
        }
    }
    let [a, b] = z.map(|z| z.tangent);
    let determinant = a[0] * b[1] - a[1] * b[0];
    let square = z[0].value.square() + z[1].value.square();
    determinant.abs().ln() - square.scaled(0.5) - R::constant((2.0 * std::f64::consts::PI).ln())
}

/// A number times a constant.
trait Scaled: Real {
    fn scaled(self, c: f64) -> Self {
        self * Self::constant(c)
    }
}
impl<R: Real> Scaled for R {}

#[test]
fn density_and_gradient_are_those_of_the_map() {
    let widths = [2, 6, 2];
    let flow =
        Flow::new(Mlp::new(widths, Activation::Tanh).unwrap().with_time(), Divergence::Exact)
            .unwrap();
    let p = flow.initial::<f64>(5).unwrap();
    let x = matrix(2, 3, 9);
    let direction = matrix(p.len(), 1, 11);
    let moving: Vec<Dual<f64, 1>> =
        p.iter().zip(direction.iter()).map(|(&value, &v)| Dual { value, tangent: [v] }).collect();
    let expected: Vec<Dual<f64, 1>> =
        (0..3).map(|j| reference(&widths, &moving, [x[(0, j)], x[(1, j)]])).collect();

    let tolerance = 1e-12;
    let mut field = flow.field(3).unwrap();
    let densities =
        log_density(&mut Solver::dormand_prince(tolerance, tolerance), &mut field, &p, &x).unwrap();
    for (found, expected) in densities.iter().zip(&expected) {
        assert!((found - expected.value).abs() < 1e-9);
    }

    // The same with l out of the norm, and l out of the state.
    let start = (x.clone(), DMatrix::zeros(1, 3));
    let problem = Problem::new(1.0, 0.0, &start, &p);
    let loss = AtEnd(negative_log_likelihood::<f64>);
    let null =
        Solver::dormand_prince(tolerance, tolerance).map_control(|c| c.with_norm((Rms, Null)));
    let carried =
        Discrete::new(tolerance, tolerance).gradient(&mut field, &problem, &loss).unwrap();
    let unmeasured = Discrete::with_solver(null).gradient(&mut field, &problem, &loss).unwrap();
    let cost = LogDeterminant::new(&flow, 3).unwrap();
    let mut points = NeuralOde::new(flow.net().clone()).unwrap().field::<DMatrix<f64>>(3).unwrap();
    let loss = AtEnd(|z: &DMatrix<f64>, a: &mut DMatrix<f64>| {
        *a = z / 3.0;
        z.norm_squared() / 6.0 + (2.0 * std::f64::consts::PI).ln()
    });
    let problem = Problem::new(1.0, 0.0, &x, &p).with_running_cost(&cost);
    let alone =
        Interpolating::new(tolerance, tolerance).gradient(&mut points, &problem, &loss).unwrap();

    let mean = expected.iter().fold(Dual::constant(0.0), |sum, l| sum - *l / Dual::constant(3.0));
    for gradient in
        [(carried.loss, &carried.p), (unmeasured.loss, &unmeasured.p), (alone.loss, &alone.p)]
    {
        assert!((gradient.0 - mean.value).abs() < 1e-9);
        let along: f64 = gradient.1.iter().zip(direction.iter()).map(|(g, v)| g * v).sum();
        assert!((along - mean.tangent[0]).abs() < 1e-9, "{along} against {}", mean.tangent[0]);
    }
}

#[test]
fn what_cannot_be_is_an_error() {
    let (flow, _) = flow_of(4, Activation::Tanh, Divergence::Hutchinson);
    let mut field = flow.field::<FlowState<f64>>(2).unwrap();
    assert_eq!(field.held().len(), 6);
    assert!(matches!(
        field.hold(&[0.0; 5]),
        Err(NeuralError::Length { expected: 6, found: 5, .. })
    ));
    assert!(matches!(field.hold(&[f64::NAN; 6]), Err(NeuralError::NotFinite { index: 0, .. })));
    let p = flow.initial(1).unwrap();
    let mut solver = Solver::dormand_prince(1e-6, 1e-6);
    let wide = log_density(&mut solver, &mut field, &p, &DMatrix::zeros(3, 4));
    assert!(matches!(wide, Err(NeuralError::Shape { .. })));
    let short = log_density(&mut solver, &mut field, &p[1..].to_vec(), &DMatrix::zeros(3, 2));
    assert!(matches!(short, Err(NeuralError::Space(_))));
    let not_finite =
        log_density(&mut solver, &mut field, &p, &DMatrix::from_element(3, 2, f64::NAN));
    assert!(
        matches!(not_finite, Err(NeuralError::Solve(SolveError::NotFinite { .. }))),
        "{not_finite:?}"
    );
    assert!(Flow::new(Mlp::new([2, 3], Activation::Tanh).unwrap(), Divergence::Exact).is_err());
    assert!(matches!(LogDeterminant::<f64>::new(&flow, 0), Err(NeuralError::EmptyBatch)));
}
