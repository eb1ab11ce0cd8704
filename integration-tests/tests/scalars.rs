//! The same gradient whatever the state is made of, and the public laws on fields and gradients, right ones and wrong ones.

mod cases;

use cases::cases;
use costate_adjoint::norms::{Float, Space};
use costate_adjoint::{
    AtTimes, Backsolve, DifferentiableField, Equation, Gradient, Loss, Policy, Problem, Traced,
    Vjp, autodiff::Real, laws,
};
use costate_integration_tests::any_field::AnyField;
use costate_integration_tests::faulty::{Faulty, Product};
use costate_integration_tests::fields::{
    Exponential, ForcedPendulum, Lorenz, LotkaVolterra, NetBatch3, VanDerPol,
};
use costate_integration_tests::linear::Affine;
use costate_integration_tests::oscillator::{FlatOscillator, Oscillator};
use nalgebra::{DVector, SVector};
use proptest::prelude::*;

/// Half the sum of squares of all coordinates at these times.
fn half_squares<Y: Space<Scalar: Float>, const N: usize>(times: [f64; N]) -> impl Loss<Y> {
    let loss = |y: &[Y], a: &mut [Y]| {
        let mut value = 0.0;
        for (y, a) in y.iter().zip(a) {
            a.assign(y);
            value += y.dot(y) / 2.0;
        }
        value
    };
    AtTimes { times, loss }
}

fn numbers<V: Space<Scalar: Float>>(v: &V) -> Vec<f64> {
    (0..V::LEAVES).flat_map(|l| v.leaf(l)).map(|&x| x.into()).collect()
}

fn gradient<F: DifferentiableField>(
    mut field: F,
    y0: &F::State,
    p: &F::Params,
    r: f64,
) -> Gradient<Vec<f64>, Vec<f64>> {
    let problem = Problem::new(0.0, 2.0, y0, p);
    let loss = half_squares([0.5, 1.0, 2.0]);
    let mut method = Backsolve::new(r, r).with_policy(Policy::Report);
    let g = method.gradient(&mut field, &problem, &loss).unwrap();
    let Gradient { loss, t0, t1, times, report, .. } = g;
    Gradient { loss, y0: numbers(&g.y0), p: numbers(&g.p), t0, t1, times, report }
}

fn traced<E, Y, P>(equation: E, y0: Y, p: P, r: f64) -> Gradient<Vec<f64>, Vec<f64>>
where
    E: Equation,
    Y: Space<Scalar: Float + Real>,
    P: Space<Scalar = Y::Scalar>,
{
    gradient(Traced::new(equation, &y0, &p).unwrap(), &y0, &p, r)
}

/// How far apart dL/dy0 and dL/dp are, relative to the largest entry and to the gross gradient.
fn distances(a: &Gradient<Vec<f64>, Vec<f64>>, b: &Gradient<Vec<f64>, Vec<f64>>) -> [f64; 2] {
    let apart =
        |u: &[f64], v: &[f64]| u.iter().zip(v).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt();
    let size = b.y0.iter().map(|x| x * x).sum::<f64>().sqrt();
    [apart(&a.y0, &b.y0) / size, apart(&a.p, &b.p) / b.report.gross]
}

const Y0: [f64; 2] = [1.0, 1.0];
const P: [f64; 4] = [1.5, 1.0, 3.0, 1.0];

/// One leaf of the same numbers: the same operations in the same order, so the same bits.
#[test]
fn containers_give_the_same_bits() {
    let array = traced(LotkaVolterra, Y0, P, 1e-7);
    let (y0, p) = (Y0.to_vec(), P.to_vec());
    assert_eq!(array, gradient(AnyField::new(LotkaVolterra, &y0, &p), &y0, &p, 1e-7));
    assert_eq!(array, traced(LotkaVolterra, SVector::from(Y0), SVector::from(P), 1e-7));
    let (y0, p) = (DVector::from_row_slice(&Y0), DVector::from_row_slice(&P));
    assert_eq!(array, traced(LotkaVolterra, y0, p, 1e-7));
}

/// Single precision: 20 tolerances, where one of them is what was asked for and what rounding adds to every step, five units
/// of 6e-8 for the sum over the stages.
#[test]
fn single_precision_is_as_good_as_it_can_be() {
    let truth = traced(LotkaVolterra, Y0, P, 1e-11);
    for r in [1e-3, 1e-4, 1e-5] {
        let g = traced(LotkaVolterra, Y0.map(|x| x as f32), P.map(|x| x as f32), r);
        let steps = (g.report.forward.accepted + g.report.backward.accepted) as f64;
        let one = r + 5.0 * steps * f64::from(f32::EPSILON) / 2.0;
        let far = distances(&g, &truth);
        println!("f32 at {r:e}: dL/dy0 {:.3}, dL/dp {:.3} tolerances", far[0] / one, far[1] / one);
        assert!(far.iter().all(|d| *d <= 20.0 * one), "{far:?} at {r:e}");
        assert!((g.loss / truth.loss - 1.0).abs() <= 20.0 * one);
    }
}

/// A tuple state by hand against the flat one traced: the sums of norms and products run in another order, 1e-16 a step, and
/// steps follow; over a hundred steps with a growth of e^2, some 1e-13.
#[test]
fn a_tuple_by_hand_agrees_with_one_leaf_traced() {
    let (x, v, p) = ([0.5, -0.2], [0.0, 1.0], [1.0, 0.1, 0.5, 0.3]);
    for r in [1e-3, 1e-6, 1e-9] {
        let tuple = gradient(Stretched(Oscillator, 1.0), &(x, v), &p, r);
        let (y, q) = (vec![x[0], x[1], v[0], v[1]], p.to_vec());
        let flat = gradient(AnyField::new(FlatOscillator, &y, &q), &y, &q, r);
        let far = distances(&tuple, &flat);
        assert!(far.iter().all(|d| *d <= 1e-12), "{far:?} at {r:e}");
        assert_eq!(tuple.report.forward, flat.report.forward);
        assert_eq!(tuple.report.backward, flat.report.backward);
        for (a, b) in tuple.times.iter().zip(&flat.times) {
            assert!((a - b).abs() <= 1e-12 * (1.0 + b.abs()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn traced_fields_keep_the_law((case, t, seed) in (cases(3.0), -2.0..2.0_f64, any::<u64>())) {
        let mut field = Traced::new(case.equation, &case.y0, &case.p).unwrap();
        prop_assert!(laws::check_field(&mut field, t, &case.y0, &case.p, seed).is_ok());
    }

    #[test]
    fn known_fields_keep_the_law(
        (y, q, t, seed) in (
            prop::collection::vec(-2.0..2.0_f64, 8),
            prop::collection::vec(-2.0..2.0_f64, 72),
            -3.0..3.0_f64,
            any::<u64>(),
        )
    ) {
        fn check<E: Equation>(e: E, t: f64, y: &[f64], p: &[f64], seed: u64) -> Result<(), laws::Broken> {
            let (y, p) = (y.to_vec(), p.to_vec());
            laws::check_field(&mut Traced::new(e, &y, &p).unwrap(), t, &y, &p, seed)
        }
        check(LotkaVolterra, t, &y[..2], &q[..4], seed).unwrap();
        check(ForcedPendulum, t, &y[..2], &q[..4], seed).unwrap();
        check(NetBatch3, t, &y[..6], &q[..42], seed).unwrap();
        check(VanDerPol, t, &y[..2], &q[..1], seed).unwrap();
        check(Lorenz, t, &y[..3], &q[..3], seed).unwrap();
        check(Exponential, t, &y[..3], &q[..1], seed).unwrap();
        check(Affine, t, &y[..8], &q[..72], seed).unwrap();
        check(FlatOscillator, t, &y[..4], &q[..4], seed).unwrap();
        let (y, p) = (([y[0], y[1]], [y[2], y[3]]), [q[0], q[1], q[2], q[3]]);
        laws::check_field(&mut Oscillator, t, &y, &p, seed).unwrap();
    }

    /// In each product in turn, small errors and large, NaN and infinity. Three random directions all but at right angles
    /// to the one wrong entry are a matter of one case in 1e9.
    #[test]
    fn a_wrong_product_is_caught(
        (t, exponent, negative, seed) in (-3.0..3.0_f64, -3.0..3.0_f64, any::<bool>(), any::<u64>())
    ) {
        let (y, p) = (vec![0.3, -1.2, 0.7], vec![0.6, -0.4]);
        laws::check_field(&mut Faulty::sound(), t, &y, &p, seed).unwrap();
        let size = 10.0_f64.powf(exponent) * if negative { -1.0 } else { 1.0 };
        for wrong in [size, f64::NAN, f64::INFINITY] {
            for (product, named) in [
                (Product::Value, "value"),
                (Product::Y, "VJP"),
                (Product::P, "in p"),
                (Product::T, "in t"),
            ] {
                let mut field = Faulty::always(product, wrong);
                let Err(broken) = laws::check_field(&mut field, t, &y, &p, seed) else {
                    return Err(TestCaseError::fail(format!("{product:?} off by {wrong} passed")));
                };
                prop_assert!(broken.to_string().contains(named), "{product:?}: {broken}");
            }
        }
    }

    /// The library's promise of 20 tolerances, on whole solves.
    #[test]
    fn random_gradients_keep_the_law(case in cases(2.0)) {
        let mut field = AnyField::new(case.equation, &case.y0, &case.p);
        let problem = Problem::new(case.t0, case.t1, &case.y0, &case.p);
        let loss = |y: &[Vec<f64>], a: &mut [Vec<f64>]| case.loss(y, a);
        let loss = AtTimes { times: &case.times, loss };
        let mut method = Backsolve::new(1e-8, 1e-8).with_policy(Policy::Report);
        laws::check_gradient(&mut method, &mut field, &problem, &loss, 20.0 * 1e-8).unwrap();
    }
}

/// A field whose VJP in `p` is off by a factor.
struct Stretched<F>(F, f64);

impl<F: DifferentiableField> DifferentiableField for Stretched<F> {
    type State = F::State;
    type Params = F::Params;
    fn eval(&mut self, t: f64, y: &F::State, p: &F::Params, dy: &mut F::State) {
        self.0.eval(t, y, p, dy);
    }
    fn vjp(&mut self, t: f64, y: &F::State, p: &F::Params, a: &F::State, out: Vjp<'_, Self>) {
        let Vjp { value, y: to_y, p: mut to_p, t: to_t, keep } = out;
        let inner = Vjp { value, y: to_y, p: to_p.as_deref_mut(), t: to_t, keep };
        self.0.vjp(t, y, p, a, inner);
        if let Some(to_p) = to_p {
            let copy = to_p.clone();
            to_p.add_scaled(self.1 - 1.0, &copy);
        }
    }
}

/// `right` and `wrong` are one field, and the same with its VJP in `p` off by a factor.
fn check<F: DifferentiableField>(
    mut right: F,
    wrong: impl Fn(f64) -> F,
    y0: F::State,
    p: F::Params,
) {
    let problem = Problem::new(0.0, 2.0, &y0, &p);
    let loss = half_squares([0.5, 1.0, 2.0]);
    let r = 1e-8;
    let mut method = Backsolve::new(r, r).with_policy(Policy::Report);
    let g = laws::check_gradient(&mut method, &mut right, &problem, &loss, 20.0 * r).unwrap();
    assert!(g.report.backward.calls > 0);
    // From a part in a thousand on: differences of the loss are good to about 1e-7, the direction is random.
    for factor in [1.001, 0.999, 2.0, 0.5, -1.0, 0.0] {
        let mut wrong = wrong(factor);
        let checked = laws::check_gradient(&mut method, &mut wrong, &problem, &loss, 20.0 * r);
        let broken = checked.map(|_| factor).expect_err("a wrong factor");
        assert!(matches!(broken, laws::Broken::Apart { law: "dL/dp . w", .. }), "{broken}");
    }
}

fn check_any<E: Equation + Copy + 'static>(equation: E, y0: &[f64], p: &[f64]) {
    let (y0, p) = (y0.to_vec(), p.to_vec());
    let right = || AnyField::new(equation, &y0, &p);
    check(right(), |factor| AnyField::of(Stretched(right(), factor)), y0.clone(), p.clone());
}

#[test]
fn whole_gradients_keep_the_law_and_a_wrong_factor_is_caught() {
    check_any(LotkaVolterra, &Y0, &P);
    check_any(ForcedPendulum, &[1.2, 0.0], &[4.0, 0.1, 0.8, 1.7]);
    check_any(Exponential, &[1.0, -0.5, 2.0], &[-0.7]);
    let (y0, p) = (([0.5, -0.2], [0.0, 1.0]), [1.0, 0.1, 0.5, 0.3]);
    check(Stretched(Oscillator, 1.0), |factor| Stretched(Oscillator, factor), y0, p);
    let sound = || AnyField::of(Faulty::sound());
    let wrong = |factor| AnyField::of(Stretched(Faulty::sound(), factor));
    check(sound(), wrong, vec![0.4, 1.0], vec![0.5, -0.3]);
}

/// A strategy that fails has not kept the law.
#[test]
fn a_gradient_that_cannot_be_had_is_no_pass() {
    let (y0, p) = (vec![f64::NAN], vec![0.5, -0.3]);
    let problem = Problem::new(0.0, 1.0, &y0, &p);
    let checked = laws::check_gradient(
        &mut Backsolve::new(1e-6, 1e-6),
        &mut AnyField::of(Faulty::sound()),
        &problem,
        &half_squares([1.0]),
        1e-4,
    );
    assert!(matches!(checked, Err(laws::Broken::Gradient(_))));
}

/// The law has room for the rounding of single precision, and still catches what is wrong.
#[test]
fn whole_gradients_in_single_precision_keep_the_law() {
    let (y0, p) = ([1.0_f32, -0.5, 2.0], [-0.7_f32]);
    let problem = Problem::new(0.0, 2.0, &y0, &p);
    let loss = half_squares([0.5, 1.0, 2.0]);
    let r = 1e-4;
    let mut method = Backsolve::new(r, r);
    let mut right = Stretched(Traced::new(Exponential, &y0, &p).unwrap(), 1.0);
    laws::check_gradient(&mut method, &mut right, &problem, &loss, 20.0 * r).unwrap();
    let mut wrong = Stretched(right.0, 2.0);
    laws::check_gradient(&mut method, &mut wrong, &problem, &loss, 20.0 * r).unwrap_err();
}
