//! The laws notice what they are there to notice.

use costate_autodiff::laws::{LawError, TOLERANCE, check_products, check_vjp};
use costate_autodiff::{Dimension, DimensionError, Dual, Real, trace};

fn f<R: Real>(x: &[R]) -> Vec<R> {
    vec![x[0] * x[1], x[1].exp()]
}

fn dual(x: &[Dual<f64, 1>]) -> Vec<Dual<f64, 1>> {
    f(x)
}

const X: [f64; 2] = [2.0, 0.0];
const V: [f64; 2] = [1.0, 3.0];
const W: [f64; 2] = [5.0, 7.0];
/// J = [[0, 2], [0, 1]].
const JV: [f64; 2] = [6.0, 3.0];
const JTW: [f64; 2] = [0.0, 17.0];

#[test]
fn right_products_pass() {
    assert_eq!(check_products(dual, &X, &V, &W, &JV, &JTW), Ok(()));
    assert_eq!(check_vjp(&trace(2, f).unwrap(), &X, &V, &W), Ok(()));
}

#[test]
fn a_product_that_is_no_transpose_fails() {
    let broken = check_products(dual, &X, &V, &W, &JV, &[0.0, 17.0 + 1e-9]);
    assert!(matches!(broken, Err(LawError::Transpose { forward: 51.0, .. })), "{broken:?}");
}

/// An error across `v` keeps the first law; each product is therefore compared with dual numbers as well.
#[test]
fn a_consistent_error_fails() {
    // <(3, -1), v> = 0.
    let broken = check_products(dual, &X, &V, &W, &JV, &[0.0 + 3e-9, 17.0 - 1e-9]);
    assert!(matches!(broken, Err(LawError::Derivative { product: "VJP", .. })), "{broken:?}");
    // <(7, -5), w> = 0.
    let broken = check_products(dual, &X, &V, &W, &[6.0 + 7e-9, 3.0 - 5e-9], &JTW);
    let Err(LawError::Derivative { product: "JVP", expected, error, bound, .. }) = broken else {
        panic!("{broken:?}")
    };
    assert_eq!(expected, JV);
    // The entries are rounded on the scale of 6.
    assert!((error - 74.0_f64.sqrt() * 1e-9).abs() < 6.0 * f64::EPSILON);
    assert!((bound - TOLERANCE * 45.0_f64.sqrt()).abs() < 1e-3 * TOLERANCE);
}

#[test]
fn not_a_number_fails() {
    assert!(check_products(dual, &X, &V, &W, &JV, &[f64::NAN, 17.0]).is_err());
    assert!(check_products(dual, &[f64::NAN, 0.0], &V, &W, &JV, &JTW).is_err());
    assert!(
        check_vjp(&trace(1, |x| vec![x[0].ln()]).unwrap(), &[-1.0], &[1.0], &[f64::INFINITY])
            .is_err()
    );
}

#[test]
fn wrong_lengths_are_said() {
    let graph = trace(2, f).unwrap();
    let error =
        |what, expected, found| Err(LawError::from(DimensionError { what, expected, found }));
    assert_eq!(check_vjp(&graph, &X[..1], &V, &W), error(Dimension::Inputs, 2, 1));
    assert_eq!(check_vjp(&graph, &X, &V[..1], &W), error(Dimension::Tangents, 2, 1));
    assert_eq!(check_vjp(&graph, &X, &V, &W[..1]), error(Dimension::Cotangents, 2, 1));
    assert_eq!(
        check_products(dual, &X, &V, &W[..1], &JV[..1], &[0.0, 10.0]),
        error(Dimension::Outputs, 1, 2)
    );
    assert_eq!(check_products(dual, &X, &V, &W, &JV[..1], &JTW), error(Dimension::Tangents, 2, 1));
    assert_eq!(
        check_products(dual, &X, &V, &W, &JV, &JTW[..1]),
        error(Dimension::Cotangents, 2, 1)
    );
}
