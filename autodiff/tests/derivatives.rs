//! Graph transforms against dual numbers, on random functions of numbers and of arrays.

mod expression;
mod rounding;

use costate_autodiff::strategies::{Sample, directions, graphs};
use costate_autodiff::{Dual, Graph, Real, laws};
use expression::{Expression, expressions};
use proptest::prelude::*;
use rounding::Rounded;

/// A function, as a graph and as code over any scalar, and where to look at it.
trait Function {
    fn graph(&self) -> Graph;
    fn x(&self) -> &[f64];
    fn call<R: Real>(&self, x: &[R]) -> Vec<R>;
}

impl Function for Expression {
    fn graph(&self) -> Graph {
        Expression::graph(self)
    }
    fn x(&self) -> &[f64] {
        &self.x
    }
    fn call<R: Real>(&self, x: &[R]) -> Vec<R> {
        Expression::call(self, x)
    }
}

/// The code of a random graph of arrays is the graph itself, node by node: what is compared are rules and dual numbers.
impl Function for Sample {
    fn graph(&self) -> Graph {
        self.graph.clone()
    }
    fn x(&self) -> &[f64] {
        &self.x
    }
    fn call<R: Real>(&self, x: &[R]) -> Vec<R> {
        self.graph.evaluate(x).unwrap()
    }
}

type One<T> = Dual<T, 1>;

fn perturbed<T: Real>(x: &[T], v: &[f64]) -> Vec<One<T>> {
    x.iter().zip(v).map(|(&value, &v)| Dual { value, tangent: [T::constant(v)] }).collect()
}

fn unit(n: usize, i: usize) -> Vec<f64> {
    (0..n).map(|k| if k == i { 1.0 } else { 0.0 }).collect()
}

fn exact(numbers: &[&[f64]]) -> Vec<Rounded> {
    numbers.concat().into_iter().map(Rounded::exact).collect()
}

/// Both were computed from the same inputs by formulas that are equal in exact arithmetic. One per cent is left to the
/// terms of second order that the bounds neglect.
fn assert_equal_to_rounding(a: Rounded, b: Rounded) -> Result<(), TestCaseError> {
    let bound = 1.01 * (a.error + b.error);
    prop_assert!(
        (a.value - b.value).abs() <= bound,
        "{} and {} differ by more than {bound:e}",
        a.value,
        b.value
    );
    Ok(())
}

/// `sum_j w_j f_j`, by dual numbers or anything else.
fn weighted<R: Real>(f: &impl Function, x: &[R], w: &[f64]) -> R {
    f.call(x).into_iter().zip(w).fold(R::constant(0.0), |sum, (y, &w)| sum + R::constant(w) * y)
}

/// Entry by entry, to what rounding allows.
fn first_derivatives(f: &impl Function, v: &[f64], w: &[f64]) -> Result<(), TestCaseError> {
    let (graph, n) = (f.graph(), f.x().len());
    let m = graph.outputs();
    let (v, w) = (&v[..n], &w[..m]);
    let pulled = graph.vjp().evaluate(&exact(&[f.x(), w])).unwrap();
    let pushed = graph.jvp().evaluate(&exact(&[f.x(), v])).unwrap();
    let x = exact(&[f.x()]);
    for (j, y) in f.call(&perturbed(&x, v)).into_iter().enumerate() {
        assert_equal_to_rounding(pushed[m + j], y.tangent[0])?;
        prop_assert_eq!(pushed[j].value, y.value.value);
        prop_assert_eq!(pulled[j].value, y.value.value);
    }
    for i in 0..n {
        let slope = weighted(f, &perturbed(&x, &unit(n, i)), w).tangent[0];
        assert_equal_to_rounding(pulled[m + i], slope)?;
    }
    Ok(())
}

/// The public law, wherever rounding alone cannot break it.
fn the_law(f: &impl Function, v: &[f64], w: &[f64]) -> Result<(), TestCaseError> {
    let (graph, n) = (f.graph(), f.x().len());
    let m = graph.outputs();
    let (v, w) = (&v[..n], &w[..m]);
    let norm = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
    let errors = |x: &[Rounded]| norm(&x.iter().map(|x| x.error).collect::<Vec<_>>());
    let values = |x: &[Rounded]| norm(&x.iter().map(|x| x.value).collect::<Vec<_>>());
    let pulled = graph.vjp().evaluate(&exact(&[f.x(), w])).unwrap().split_off(m);
    let pushed = graph.jvp().evaluate(&exact(&[f.x(), v])).unwrap().split_off(m);
    // Half of the tolerance for the graphs; the other half is ample for dual numbers and inner products.
    prop_assume!(errors(&pushed) <= 0.5 * laws::TOLERANCE * values(&pushed));
    prop_assume!(errors(&pulled) <= 0.5 * laws::TOLERANCE * values(&pulled));
    prop_assert_eq!(laws::check_vjp(&graph, f.x(), v, w), Ok(()));
    Ok(())
}

/// A transposed graph transposed again gives Hessian-vector products, symmetric ones.
fn second_derivatives(
    f: &impl Function,
    u: &[f64],
    v: &[f64],
    w: &[f64],
) -> Result<(), TestCaseError> {
    let (graph, n) = (f.graph(), f.x().len());
    let m = graph.outputs();
    let (u, v, w) = (&u[..n], &v[..n], &w[..m]);
    // Inputs (x, w, cotangents of f and of J^T w), outputs (f, J^T w, cotangents of x and of w).
    let twice = graph.vjp().vjp();
    let nothing = vec![0.0; m];
    let in_direction = |v: &[f64]| {
        let all = twice.evaluate(&exact(&[f.x(), w, &nothing, v])).unwrap();
        all[m + n..][..n].to_vec()
    };
    let (hu, hv) = (in_direction(u), in_direction(v));
    let x = perturbed(&exact(&[f.x()]), v);
    for i in 0..n {
        let second = weighted(f, &perturbed(&x, &unit(n, i)), w).tangent[0].tangent[0];
        assert_equal_to_rounding(hv[i], second)?;
    }
    let product = |a: &[Rounded], b: &[f64]| {
        a.iter().zip(b).fold(Rounded::exact(0.0), |sum, (&a, &b)| sum + a * Rounded::exact(b))
    };
    assert_equal_to_rounding(product(&hu, v), product(&hv, u))
}

/// Forward over reverse over reverse.
fn third_derivatives(f: &impl Function, v: &[f64], w: &[f64]) -> Result<(), TestCaseError> {
    let (graph, n) = (f.graph(), f.x().len());
    let m = graph.outputs();
    let (v, w) = (&v[..n], &w[..m]);
    let twice = graph.vjp().vjp();
    let thrice = twice.jvp();
    let nothing = vec![0.0; m];
    let still = vec![0.0; twice.inputs() - n];
    let all = thrice.evaluate(&exact(&[f.x(), w, &nothing, v, v, &still])).unwrap();
    let found = &all[twice.outputs() + m + n..][..n];
    let x = perturbed(&perturbed(&exact(&[f.x()]), v), v);
    for i in 0..n {
        let third = weighted(f, &perturbed(&x, &unit(n, i)), w).tangent[0].tangent[0].tangent[0];
        assert_equal_to_rounding(found[i], third)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn numbers_first(f in expressions(40), v in directions(), w in directions()) {
        first_derivatives(&f, &v, &w)?;
    }

    #[test]
    fn arrays_first(f in graphs(40), v in directions(), w in directions()) {
        first_derivatives(&f, &v, &w)?;
    }

    #[test]
    fn numbers_obey_the_law(f in expressions(40), v in directions(), w in directions()) {
        the_law(&f, &v, &w)?;
    }

    #[test]
    fn arrays_obey_the_law(f in graphs(40), v in directions(), w in directions()) {
        the_law(&f, &v, &w)?;
    }

    #[test]
    fn numbers_second(f in expressions(40), u in directions(), v in directions(), w in directions()) {
        second_derivatives(&f, &u, &v, &w)?;
    }

    #[test]
    fn arrays_second(f in graphs(30), u in directions(), v in directions(), w in directions()) {
        second_derivatives(&f, &u, &v, &w)?;
    }

    #[test]
    fn numbers_third(f in expressions(15), v in directions(), w in directions()) {
        third_derivatives(&f, &v, &w)?;
    }

    #[test]
    fn arrays_third(f in graphs(15), v in directions(), w in directions()) {
        third_derivatives(&f, &v, &w)?;
    }
}
