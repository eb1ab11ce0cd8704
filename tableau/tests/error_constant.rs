//! Error terms against the literature, against rational arithmetic, and against the errors of steps.

use costate_tableau::laws::OrderError;
use costate_tableau::*;
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

/// To the digits printed.
#[test]
fn constants_of_the_literature() -> Result<(), OrderError> {
    // J. R. Dormand, P. J. Prince (1980): 0.000399, RK5(4)7M.
    assert_eq!(format!("{:.2e}", DORMAND_PRINCE_54.error_constant()?), "3.99e-4");
    // The manual of NodePy: 0.014504582343198208 for the classical method.
    assert!((RK4.error_constant()? - 0.014504582343198208).abs() < 1e-16);
    Ok(())
}

/// By hand: 1/gamma = 1/6 and 1/3 for the trees of order 3, sigma = 1 and 2.
#[test]
fn constants_of_second_order_methods() -> Result<(), OrderError> {
    // Midpoint: b c^2 = 1/4; Heun: 1/2. Neither has a weight on the tall tree.
    let midpoint = (1.0f64 / 36.0 + 1.0 / 576.0).sqrt();
    let heun = (1.0f64 / 36.0 + 1.0 / 144.0).sqrt();
    assert!((MIDPOINT.error_constant()? - midpoint).abs() <= f64::EPSILON);
    assert!((HEUN.error_constant()? - heun).abs() <= f64::EPSILON);
    // A. Ralston (1962): 2/3 makes the bushy tree exact, and the tall one is the same for all.
    let ralston =
        Tableau::new("", "", 2, [[0.0; 2], [2.0 / 3.0, 0.0]], [0.25, 0.75], [0.0, 2.0 / 3.0]);
    assert!((ralston.expect("sound").error_constant()? - 1.0 / 6.0).abs() <= f64::EPSILON);
    // y'' = f' f is all that Euler's method misses in order 2.
    assert_eq!(EULER.error_constant()?, 0.5);
    Ok(())
}

fn ratio(numerator: i64, denominator: i64) -> BigRational {
    BigRational::new(BigInt::from(numerator), BigInt::from(denominator))
}

fn check<const S: usize>(method: &Tableau<S>) {
    let exact = method.exact().expect("a rational method");
    let big = |row: &[Ratio]| -> Vec<BigRational> {
        row.iter().map(|r| ratio(r.numerator(), r.denominator())).collect()
    };
    let a: Vec<_> = exact.a.iter().map(|row| big(row)).collect();
    let (b, c) = (big(&exact.b), big(&exact.c));
    for order in 1..=method.order + 2 {
        for term in method.error_terms(order).expect("low") {
            let phi = term.tree.stage_weights(&a, &c);
            let sum: BigRational = phi.iter().zip(&b).map(|(phi, b)| phi * b).sum();
            let tau = (sum - ratio(1, term.tree.density() as i64))
                / ratio(term.tree.symmetry() as i64, 1);
            let distance = BigRational::from_float(term.coefficient).expect("finite") - tau;
            // Sums of absolute terms below 100, each product off by order / 2 units.
            let tolerance = BigRational::from_float(400.0 * f64::EPSILON).expect("finite");
            assert!(distance < tolerance && -distance < tolerance, "{} {}", method.name, term.tree);
        }
    }
}

#[test]
fn terms_in_rational_arithmetic() {
    check(&EULER);
    check(&MIDPOINT);
    check(&HEUN);
    check(&RK4);
    check(&BOGACKI_SHAMPINE_32);
    check(&DORMAND_PRINCE_54);
}

/// The leading error of the embedded method is what the estimate sees, where the solution is better.
#[test]
fn the_estimate_is_the_difference() -> Result<(), OrderError> {
    for order in 1..=7 {
        let solution = TSITOURAS_54.error_terms(order)?;
        let embedded = TSITOURAS_54.embedded_error_terms(order)?;
        let estimate = TSITOURAS_54.estimate_terms(order)?;
        for ((solution, embedded), estimate) in solution.iter().zip(&embedded).zip(&estimate) {
            let difference = solution.coefficient - embedded.coefficient;
            assert!((difference - estimate.coefficient).abs() <= 1e-15, "{}", solution.tree);
        }
    }
    // L. F. Shampine (1986) takes two thirds of Dormand and Prince's estimate.
    let (own, shampine) =
        (DORMAND_PRINCE_54.estimate_constant()?, DORMAND_PRINCE_54_SHAMPINE.estimate_constant()?);
    assert!((shampine / own - 2.0 / 3.0).abs() < 1e-12);
    Ok(())
}

#[test]
fn what_cannot_be_listed_is_an_error() {
    assert_eq!(RK4.error_terms(16), Err(OrderError::TooHigh { order: 16 }));
    assert_eq!(RK4.error_terms(u32::MAX), Err(OrderError::TooHigh { order: u32::MAX }));
    assert_eq!(RK4.estimate_terms(4), Err(OrderError::NoErrorEstimate));
    assert_eq!(RK4.embedded_error_terms(4), Err(OrderError::NoErrorEstimate));
    assert_eq!(RK4.estimate_constant(), Err(OrderError::NoErrorEstimate));
    assert_eq!(RK4.error_terms(0), Ok(vec![]));
    let mut boastful = RK4;
    boastful.order = u32::MAX;
    assert!(matches!(boastful.error_constant(), Err(OrderError::TooHigh { .. })));
}

proptest! {
    /// y' = y and y' = t^q: the tall and the bushy tree, whose elementary differentials are 1 and q!
    /// from y = 1, t = 0; all other trees of the order vanish.
    #[test]
    fn terms_are_those_of_steps(method in strategies::first_order::<4>(), order in 2u32..=4) {
        let terms = method.error_terms(order).expect("low");
        let (tall, bushy) = (&terms[0], &terms[terms.len() - 1]);
        let factorial: f64 = (1..=order).map(f64::from).product();
        // y1 = R(h) has h^order / order! if it is exact.
        let grown = method.stability().coefficient(order as usize) - 1.0 / factorial;
        prop_assert!((tall.coefficient - grown).abs() <= 1e-12, "{} {}", tall.coefficient, grown);
        // A quadrature of t^(order - 1); sigma = (order - 1)!.
        let power = order as i32 - 1;
        let quadrature: f64 = method.b.iter().zip(method.c).map(|(b, c)| b * c.powi(power)).sum();
        let missed = (quadrature - 1.0 / f64::from(order)) / (factorial / f64::from(order));
        // Nodes up to 6, weights up to 7, to the third power: terms of 4 x 7 x 216, a few roundings of each.
        prop_assert!((bushy.coefficient - missed).abs() <= 1e-11, "{} {}", bushy.coefficient, missed);
    }
}
