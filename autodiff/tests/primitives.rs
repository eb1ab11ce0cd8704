//! Every primitive's rules, one at a time: transposed to each other, equal to dual numbers, and to central differences.

use costate_autodiff::{Graph, Node, Primitive, Real, Var, laws, trace};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A function of one primitive and one of its operands, where to try it, and a bound of its third derivative on the
/// interval `[low, high]`, by hand.
struct Case {
    name: &'static str,
    primitive: Primitive,
    traced: fn(Var) -> Var,
    plain: fn(f64) -> f64,
    domain: (f64, f64),
    third: fn(f64, f64) -> f64,
}

/// Names a function once and has it both traced and plain.
macro_rules! case {
    ($primitive:expr, $x:ident -> $f:expr, $domain:expr, $third:expr) => {{
        fn f<R: Real>($x: R) -> R {
            $f
        }
        Case {
            name: stringify!($f),
            primitive: $primitive,
            traced: f,
            plain: f,
            domain: $domain,
            third: $third,
        }
    }};
}

/// A constant operand: no round number, so that no rule can hide behind it.
fn c<R: Real>() -> R {
    R::constant(1.7)
}

const NONE: fn(f64, f64) -> f64 = |_, _| 0.0;

fn cases() -> Vec<Case> {
    use Primitive::*;
    vec![
        case!(Add, x -> x + c(), (-3.0, 3.0), NONE),
        case!(Add, x -> c::<R>() + x, (-3.0, 3.0), NONE),
        case!(Sub, x -> x - c(), (-3.0, 3.0), NONE),
        case!(Sub, x -> c::<R>() - x, (-3.0, 3.0), NONE),
        case!(Mul, x -> x * c(), (-3.0, 3.0), NONE),
        case!(Mul, x -> c::<R>() * x, (-3.0, 3.0), NONE),
        case!(Div, x -> x / c(), (-3.0, 3.0), NONE),
        case!(Div, x -> c::<R>() / x, (0.5, 3.0), |low, _| 6.0 * 1.7 / low.powi(4)),
        case!(Neg, x -> -x, (-3.0, 3.0), NONE),
        case!(Powi(3), x -> x.powi(3), (-3.0, 3.0), |_, _| 6.0),
        case!(Powi(-2), x -> x.powi(-2), (0.5, 3.0), |low, _| 24.0 / low.powi(5)),
        case!(Powf(0.7), x -> x.powf(0.7), (0.5, 3.0), |low, _| 0.273 * low.powf(-2.3)),
        case!(Exp, x -> x.exp(), (-3.0, 3.0), |_, high| high.exp()),
        case!(Ln, x -> x.ln(), (0.5, 3.0), |low, _| 2.0 / low.powi(3)),
        case!(Sqrt, x -> x.sqrt(), (0.5, 3.0), |low, _| 0.375 * low.powf(-2.5)),
        case!(Sin, x -> x.sin(), (-3.0, 3.0), |_, _| 1.0),
        case!(Cos, x -> x.cos(), (-3.0, 3.0), |_, _| 1.0),
        // tanh''' = (6 tanh^2 - 2) sech^2, and sigmoid(x) = (1 + tanh(x / 2)) / 2, the derivative of softplus.
        case!(Tanh, x -> x.tanh(), (-3.0, 3.0), |_, _| 2.0),
        case!(Sigmoid, x -> x.sigmoid(), (-3.0, 3.0), |_, _| 0.125),
        case!(Softplus, x -> x.softplus(), (-3.0, 3.0), |_, _| 0.1),
        case!(Relu, x -> x.relu(), (0.5, 3.0), NONE),
        case!(Relu, x -> x.relu(), (-3.0, -0.5), NONE),
        case!(Abs, x -> x.abs(), (0.5, 3.0), NONE),
        case!(Abs, x -> x.abs(), (-3.0, -0.5), NONE),
        case!(Max, x -> x.max(c()), (2.0, 3.0), NONE),
        case!(Max, x -> c::<R>().max(x), (2.0, 3.0), NONE),
        case!(Max, x -> x.max(c()), (0.0, 1.0), NONE),
        case!(Min, x -> x.min(c()), (2.0, 3.0), NONE),
        case!(Min, x -> c::<R>().min(x), (0.0, 1.0), NONE),
        case!(Min, x -> x.min(c()), (0.0, 1.0), NONE),
        case!(Select, x -> R::select(x, c(), R::constant(0.3)), (0.5, 3.0), NONE),
        case!(Select, x -> R::select(c(), x, R::constant(0.3)), (-3.0, 3.0), NONE),
        case!(Select, x -> R::select(-c::<R>(), R::constant(0.3), x), (-3.0, 3.0), NONE),
    ]
}

impl Case {
    fn graph(&self) -> Graph {
        trace(1, |x| vec![(self.traced)(x[0])]).unwrap()
    }

    fn at(&self, place: f64) -> f64 {
        self.domain.0 + place * (self.domain.1 - self.domain.0)
    }
}

/// A trace may find a simpler graph than the one under test; and every elementwise primitive has a case.
#[test]
fn cases_exercise_what_they_say() {
    for case in cases() {
        // Folded conditions leave the operand alone, and a product with a sum may be written otherwise: then there is
        // nothing to differentiate but that.
        let found = case.graph().nodes().iter().any(
            |node| matches!(node, Node::Apply { primitive, .. } if core::mem::discriminant(primitive) == core::mem::discriminant(&case.primitive)),
        );
        assert!(found, "{} does not contain {:?}", case.name, case.primitive);
    }
    let tried: BTreeSet<&str> = cases().iter().map(|case| case.primitive.name()).collect();
    let all: BTreeSet<&str> = Primitive::ELEMENTWISE.iter().copied().collect();
    assert_eq!(tried, all);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn rules_obey_the_law(place in 0.0..1.0, v in 0.1..2.0, w in 0.1..2.0) {
        for case in cases() {
            let result = laws::check_vjp(&case.graph(), &[case.at(place)], &[v], &[w]);
            prop_assert!(result.is_ok(), "{}: {:?}", case.name, result);
        }
    }

    /// `|f'(x) - (f(x + h) - f(x - h)) / 2h|` is at most `h^2 / 6` times the largest third derivative between, plus the
    /// rounding of both values (two units in the last place each) over `2 h`, plus a few roundings of the derivative.
    #[test]
    fn rules_equal_central_differences(place in 0.01..0.99) {
        let h = (2.0_f64).powi(-17); // near the cube root of the rounding unit, where both errors balance
        for case in cases() {
            let x = case.at(place);
            let (low, high) = (x - h, x + h);
            let (below, above) = ((case.plain)(low), (case.plain)(high));
            let difference = (above - below) / (high - low);
            let slope = case.graph().vjp().evaluate(&[x, 1.0]).unwrap()[1];
            let truncation = h * h / 6.0 * (case.third)(low, high);
            // The interval is centred at x up to a rounding of x, which the second derivative (at most 100 here) turns
            // into an error of slope.
            let rounding = f64::EPSILON
                * ((2.0 * below.abs() + 2.0 * above.abs()) / (high - low) + 8.0 * slope.abs() + 100.0 * x.abs());
            prop_assert!(
                (slope - difference).abs() <= truncation + rounding,
                "{} at {x}: {slope} against {difference}", case.name
            );
        }
    }
}

/// At a kink the derivative is that of the branch taken: `>=` for `abs` and `select`, the first operand for `max`, `min`.
#[test]
fn kinks_follow_the_documented_branch() {
    fn slopes(f: impl Fn(&[Var]) -> Var, x: &[f64]) -> Vec<f64> {
        let graph = trace(x.len(), |x| vec![f(x)]).unwrap();
        graph.vjp().evaluate(&[x, &[1.0]].concat()).unwrap().split_off(1)
    }
    assert_eq!(slopes(|x| x[0].abs(), &[0.0]), [1.0]);
    assert_eq!(slopes(|x| x[0].abs(), &[-0.0]), [1.0]);
    assert_eq!(slopes(|x| x[0].relu(), &[0.0]), [0.0]);
    assert_eq!(slopes(|x| x[0].relu(), &[-0.0]), [0.0]);
    assert!(slopes(|x| x[0].relu(), &[f64::NAN])[0].is_nan());
    assert_eq!(slopes(|x| x[0].max(x[1]), &[2.0, 2.0]), [1.0, 0.0]);
    assert_eq!(slopes(|x| x[0].min(x[1]), &[2.0, 2.0]), [1.0, 0.0]);
    assert_eq!(slopes(|x| Var::select(x[0], x[1], x[2]), &[0.0, 5.0, 6.0]), [0.0, 1.0, 0.0]);
    assert_eq!(slopes(|x| x[0].powi(0), &[0.0]), [0.0]);
    assert_eq!(slopes(|x| x[0].powf(0.0), &[0.0]), [0.0]);
    // An even power: its derivative is odd.
    assert_eq!(slopes(|x| x[0].powi(i32::MIN), &[-1.0]), [-f64::from(i32::MIN)]);
}
