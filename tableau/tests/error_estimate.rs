//! The norm that two error rows give together.

use costate_tableau::*;
use proptest::prelude::*;

/// Bogacki and Shampine's pair with the difference to Euler's method as a second row.
fn two_rows(share: f64) -> SecondRow<4> {
    let [b0, b1, b2, b3] = BOGACKI_SHAMPINE_32.b;
    let table = BOGACKI_SHAMPINE_32.with_second_row(1, [b0 - 1.0, b1, b2, b3], share);
    table.expect("sound").error.expect("a pair").second.expect("just added")
}

fn norm() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), (-1000.0f64..1000.0).prop_map(|e| 2f64.powf(e))]
}

proptest! {
    #[test]
    fn at_most_the_first_norm_and_not_negative(first in norm(), second in norm(), share in 1e-3f64..1e3) {
        let combined = two_rows(share).combine(first, second);
        // One rounding of hypot, which is at least 1, and one of the quotient.
        prop_assert!((0.0..=first * (1.0 + 2.0 * f64::EPSILON)).contains(&combined), "{}", combined);
    }

    /// E^2 / sqrt(E^2 + (share E_2)^2), squares and all. Within 2^+-200 nothing overflows.
    #[test]
    fn the_formula(e in -200.0f64..200.0, e2 in -200.0f64..200.0, share in 1e-3f64..1e3) {
        let (first, second) = (2f64.powf(e), 2f64.powf(e2));
        let squares = first * first + (share * second) * (share * second);
        let expected = first * first / squares.sqrt();
        let combined = two_rows(share).combine(first, second);
        // Five roundings in the formula, four in ours.
        prop_assert!((combined - expected).abs() <= 8.0 * f64::EPSILON * expected);
    }

    /// Rows in other units give a norm in those units: a power of two changes no digit.
    #[test]
    fn homogeneous(first in 1e-3f64..1e3, second in 1e-3f64..1e3, exponent in -900i32..900) {
        let (row, unit) = (two_rows(0.1), 2f64.powi(exponent));
        prop_assert_eq!(row.combine(unit * first, unit * second), unit * row.combine(first, second));
    }

    /// A cruder second estimate that is larger says that the step is in the asymptotic range.
    #[test]
    fn falls_as_the_second_norm_grows(first in norm(), second in norm(), factor in 1.0f64..1e6) {
        let row = two_rows(0.1);
        let (less, more) = (row.combine(first, second), row.combine(first, second * factor));
        prop_assert!(more <= less * (1.0 + 4.0 * f64::EPSILON));
    }

    #[test]
    fn what_is_not_finite_stays(first in norm(), second in norm()) {
        let row = two_rows(0.1);
        prop_assert!(row.combine(f64::NAN, second).is_nan());
        prop_assert!(row.combine(first, f64::NAN).is_nan());
        prop_assert_eq!(row.combine(f64::INFINITY, second), f64::INFINITY);
        prop_assert_eq!(row.combine(first, f64::INFINITY), f64::INFINITY);
    }
}

#[test]
fn corners() {
    let row = two_rows(0.1);
    assert_eq!(row.combine(0.0, 0.0), 0.0);
    assert_eq!(row.combine(0.0, 1.0), 0.0);
    assert_eq!(row.combine(0.7, 0.0), 0.7);
    assert!(row.combine(f64::NAN, f64::INFINITY).is_nan());
    assert!(row.combine(f64::INFINITY, f64::NAN).is_nan());
    // share E_2 alone would be infinite, and the step would count as exact.
    let large = two_rows(100.0).combine(1e308, 1e308);
    assert!((large / 1e306 - 1.0).abs() < 1e-3, "{large}");
}

#[test]
fn powers_of_h() {
    assert_eq!(BOGACKI_SHAMPINE_32.error.expect("a pair").power(), 3);
    // 2 (2 + 1) - (1 + 1)
    let [b0, b1, b2, b3] = BOGACKI_SHAMPINE_32.b;
    let table = BOGACKI_SHAMPINE_32.with_second_row(1, [b0 - 1.0, b1, b2, b3], 0.1).expect("sound");
    assert_eq!(table.error.expect("a pair").power(), 4);
}
