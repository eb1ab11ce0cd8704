//! Continuous extensions: what they are at the ends of a step and between.

use costate_tableau::*;
use methods::{for_every_method, for_methods};
use proptest::prelude::*;

mod methods;

/// The powers of theta that each stage's weight is made of, from the linear one on; none for
/// Hermite.
fn powers<const S: usize>(method: &Tableau<S>) -> Vec<Vec<f64>> {
    let rows: Vec<&[f64]> = match &method.dense {
        Dense::Polynomial { rows, .. } => rows.iter().map(|row| &row[..]).collect(),
        Dense::Extended { rows, .. } => rows.to_vec(),
        _ => vec![],
    };
    let stages = rows.first().map_or(0, |row| row.len());
    (0..stages).map(|j| rows.iter().map(|row| row[j]).collect()).collect()
}

/// The sum of the absolute coefficients of one stage: what roundings of its weight for theta in
/// [0, 1] are relative to.
fn size(coefficients: &[f64]) -> f64 {
    coefficients.iter().map(|coefficient| coefficient.abs()).sum()
}

/// The nodes of all stages.
fn nodes<const S: usize>(method: &Tableau<S>) -> Vec<f64> {
    let extra = method.dense.stages().iter().map(|stage| stage.c);
    method.c.into_iter().chain(extra).collect()
}

#[test]
fn hermite_is_not_a_combination_of_stages() {
    assert_eq!((0..6).map(|j| RK4.dense_weight(j, 0.5)).collect::<Vec<_>>(), [0.0; 6]);
}

fn there_is_no_weight_past_the_last_stage<const S: usize>(method: &Tableau<S>) {
    let stages = S + method.extra_stages();
    assert_eq!(method.dense_weight(stages, 0.5), 0.0);
    assert_eq!(method.dense_weight(usize::MAX, 0.5), 0.0);
    assert_eq!(method.extra_stage(method.extra_stages()), None);
}

for_every_method!(there_is_no_weight_past_the_last_stage);

/// Not up to roundings: the pieces of neighbouring steps meet.
fn weights_start_at_zero_and_end_at_b<const S: usize>(method: &Tableau<S>) {
    for (j, _) in powers(method).iter().enumerate() {
        assert_eq!(method.dense_weight(j, 0.0), 0.0);
        let b = method.b.get(j).copied().unwrap_or(0.0);
        assert_eq!(method.dense_weight(j, 1.0), b, "{}, stage {j}", method.name);
    }
}

for_every_method!(weights_start_at_zero_and_end_at_b);

/// The forms about the two ends against powers. Either is, for n powers, a sum of n terms below the
/// size of the coefficients times the largest power of theta, with a factor |1 - theta| <= 2 in the
/// second one. A term has at most n half-units from adding up coefficients and 2 n from the
/// multiplications by theta; 3 n^2 units in all. The rows may miss b by 8 more
/// (`Tableau::structure`).
fn weights_are_the_polynomials<const S: usize>(method: &Tableau<S>) {
    let powers = powers(method);
    proptest!(|(theta in -2.0f64..3.0)| {
        for (j, coefficients) in powers.iter().enumerate() {
            let n = coefficients.len() as i32;
            let sum: f64 = (1..).zip(coefficients).map(|(power, c)| c * theta.powi(power)).sum();
            let largest = size(coefficients) * theta.abs().max(1.0).powi(n);
            // The sum of powers itself: n roundings, and one a factor.
            let units = f64::from(3 * n * n + 8 + 2 * n);
            let difference = method.dense_weight(j, theta) - sum;
            prop_assert!(difference.abs() <= units * f64::EPSILON * largest, "{}", difference);
        }
    });
}

for_every_method!(weights_are_the_polynomials);

/// y' = 1 and y' = 2 t from t = 0: the weights sum to theta, and weighted with c to theta^2 / 2.
fn weights_integrate_lines_and_parabolas<const S: usize>(method: &Tableau<S>) {
    let powers = powers(method);
    let nodes = nodes(method);
    // Of every stage as many roundings as counted above; the sum of the stages adds one for each,
    // and the coefficients are rounded themselves. Nodes are at most 1.
    let n = powers.first().map_or(0, Vec::len);
    let all: f64 = powers.iter().map(|coefficients| size(coefficients)).sum();
    let tolerance = (3 * n * n + 8 + powers.len() + 1) as f64 * f64::EPSILON * all;
    proptest!(|(theta in 0.0f64..1.0)| {
        if powers.is_empty() {
            return Ok(());
        }
        let weights = || (0..powers.len()).map(|j| method.dense_weight(j, theta));
        let constant: f64 = weights().sum();
        let linear: f64 = weights().zip(&nodes).map(|(weight, c)| weight * c).sum();
        prop_assert!((constant - theta).abs() <= tolerance);
        prop_assert!((linear - theta * theta / 2.0).abs() <= tolerance);
    });
}

for_every_method!(weights_integrate_lines_and_parabolas);

/// The stage that is the field at the end of the step: the last one of an FSAL method, or the first
/// of the extension.
fn end<const S: usize>(method: &Tableau<S>) -> usize {
    assert!(method.fsal() || method.extension_ends_with_slope(), "{}", method.name);
    if method.fsal() { S - 1 } else { S }
}

/// Continuously differentiable extensions: the slope at the start is the first stage, and that at
/// the end the field there, so the pieces of neighbouring steps meet without a kink.
fn slopes_at_the_ends_are_the_field<const S: usize>(method: &Tableau<S>) {
    let end = end(method);
    for (j, coefficients) in powers(method).iter().enumerate() {
        let of = |stage: usize| f64::from(u8::from(j == stage));
        assert_eq!(coefficients[0], of(0), "{}, stage {j}", method.name);
        let slope: f64 = (1..).zip(coefficients).map(|(power, c)| f64::from(power) * c).sum();
        // Factors up to the degree on coefficients rounded by half a unit, products and sums.
        let degree = coefficients.len() as f64;
        let tolerance = degree * 2.0 * degree * f64::EPSILON * size(coefficients).max(1.0);
        assert!((slope - of(end)).abs() <= tolerance, "{}, stage {j}: {slope}", method.name);
    }
}

for_methods! { slopes_at_the_ends_are_the_field:
    dormand_prince = DORMAND_PRINCE_54,
    dormand_prince_shampine = DORMAND_PRINCE_54_SHAMPINE,
    tsitouras = TSITOURAS_54,
    bogacki_shampine_54 = BOGACKI_SHAMPINE_54,
    dormand_prince_853 = DORMAND_PRINCE_853,
}

proptest! {
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
