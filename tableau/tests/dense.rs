//! Continuous extensions: what they are at the ends of a step and between.

use costate_tableau::*;
use proptest::prelude::*;

fn weights<const S: usize>(method: &Tableau<S>, theta: f64) -> [f64; S] {
    let mut out = [f64::NAN; S];
    assert!(method.dense.weights(theta, &mut out));
    out
}

/// The largest sum of absolute coefficients of one stage: what a rounding is relative to.
fn size<const S: usize>(method: &Tableau<S>) -> f64 {
    let Dense::Polynomial { rows, .. } = &method.dense else { return 0.0 };
    (0..S).map(|j| rows.iter().map(|row| row[j].abs()).sum()).fold(0.0, f64::max)
}

fn quartics() -> impl Strategy<Value = Tableau<7>> {
    prop_oneof![Just(DORMAND_PRINCE_54), Just(DORMAND_PRINCE_54_SHAMPINE), Just(TSITOURAS_54),]
}

#[test]
fn hermite_is_not_a_combination_of_stages() {
    let mut out = [7.0; 4];
    assert!(!RK4.dense.weights(0.5, &mut out));
    assert_eq!(out, [7.0; 4], "left as it was");
}

proptest! {
    #[test]
    fn weights_start_at_zero_and_end_at_b(method in quartics()) {
        prop_assert_eq!(weights(&method, 0.0), [0.0; 7]);
        // Four coefficients, each rounded, and three roundings of Horner's sum.
        let tolerance = 8.0 * f64::EPSILON * size(&method);
        for (weight, b) in weights(&method, 1.0).into_iter().zip(method.b) {
            prop_assert!((weight - b).abs() <= tolerance, "{} is not {}", weight, b);
        }
    }

    /// Horner's form against powers.
    #[test]
    fn weights_are_the_polynomials(method in quartics(), theta in -2.0f64..3.0) {
        let Dense::Polynomial { rows, .. } = &method.dense else {
            return Err(TestCaseError::fail("a quartic"));
        };
        let largest = theta.abs().max(1.0).powi(4);
        for (j, weight) in weights(&method, theta).into_iter().enumerate() {
            let sum: f64 = (1..).zip(*rows).map(|(power, row)| row[j] * theta.powi(power)).sum();
            // Eight roundings each way.
            prop_assert!((weight - sum).abs() <= 16.0 * f64::EPSILON * size(&method) * largest);
        }
    }

    /// y' = 1 and y' = 2 t from t = 0: the weights sum to theta, and weighted with c to
    /// theta^2 / 2.
    #[test]
    fn weights_integrate_lines_and_parabolas(method in quartics(), theta in 0.0f64..1.0) {
        let weights = weights(&method, theta);
        let constant: f64 = weights.iter().sum();
        let linear: f64 = weights.iter().zip(method.c).map(|(w, c)| w * c).sum();
        let tolerance = 7.0 * 8.0 * f64::EPSILON * size(&method);
        prop_assert!((constant - theta).abs() <= tolerance);
        prop_assert!((linear - theta * theta / 2.0).abs() <= tolerance);
    }

    /// The slope at the start is the first stage, at the end of an FSAL method with a C1
    /// extension the last.
    #[test]
    fn slopes_at_the_ends_are_the_first_and_the_last_stage(method in quartics()) {
        let Dense::Polynomial { rows, .. } = &method.dense else {
            return Err(TestCaseError::fail("a quartic"));
        };
        for j in 0..7 {
            let end: f64 = (1..).zip(*rows).map(|(power, row)| f64::from(power) * row[j]).sum();
            prop_assert_eq!(rows[0][j], f64::from(u8::from(j == 0)));
            // Factors up to 4 on coefficients rounded by half a unit, and four sums.
            let tolerance = 4.0 * 8.0 * f64::EPSILON * size(&method);
            prop_assert!((end - f64::from(u8::from(j == 6))).abs() <= tolerance, "{}", end);
        }
    }

    #[test]
    fn hermite_reproduces_cubics(
        coefficients in prop::array::uniform4(-10.0f64..10.0),
        t0 in -3.0f64..3.0,
        h in prop_oneof![-2.0f64..-0.1, 0.1f64..2.0],
        theta in 0.0f64..1.0,
    ) {
        let [a, b, c, d] = coefficients;
        let y = |t: f64| a + t * (b + t * (c + t * d));
        let f = |t: f64| b + t * (2.0 * c + t * 3.0 * d);
        let basis = HermiteBasis::at(theta);
        let value = basis.h00 * y(t0)
            + h * basis.h10 * f(t0)
            + basis.h01 * y(t0 + h)
            + h * basis.h11 * f(t0 + h);
        // |t| <= 5: values up to 10 (1 + 5 + 25 + 125) = 1560, slopes times h up to
        // 2 * 10 (1 + 10 + 75) = 1720; about 20 roundings of each.
        prop_assert!((value - y(t0 + theta * h)).abs() <= 20.0 * f64::EPSILON * 4.0 * 1720.0);
    }

    /// The values' weights add up to one, and turning the step round swaps the ends.
    #[test]
    fn hermite_is_a_symmetric_partition_of_one(theta in 0.0f64..1.0) {
        let (here, there) = (HermiteBasis::at(theta), HermiteBasis::at(1.0 - theta));
        prop_assert!((here.h00 + here.h01 - 1.0).abs() <= 8.0 * f64::EPSILON);
        prop_assert!((here.h00 - there.h01).abs() <= 8.0 * f64::EPSILON);
        prop_assert!((here.h10 + there.h11).abs() <= 8.0 * f64::EPSILON);
    }
}

#[test]
fn hermite_is_exact_at_the_ends_and_keeps_nan() {
    let zero = HermiteBasis { h00: 0.0, h10: 0.0, h01: 0.0, h11: 0.0 };
    assert_eq!(HermiteBasis::at(0.0), HermiteBasis { h00: 1.0, ..zero });
    assert_eq!(HermiteBasis::at(1.0), HermiteBasis { h01: 1.0, ..zero });
    let nan = HermiteBasis::at(f64::NAN);
    assert!([nan.h00, nan.h10, nan.h01, nan.h11].iter().all(|h| h.is_nan()));
}
