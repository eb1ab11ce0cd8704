//! Second error rows and extensions with stages of their own: flawed ones are refused with the place of
//! the flaw.

use costate_tableau::laws::{self, Condition, OrderError};
use costate_tableau::*;
use proptest::prelude::*;

fn structure<const S: usize>(result: Result<Tableau<S>, TableauError>) -> StructureError {
    match result {
        Err(TableauError::Structure(error)) => error,
        other => panic!("expected a flaw of structure, got {other:?}"),
    }
}

/// The difference to Euler's method.
const SECOND: [f64; 4] = [2.0 / 9.0 - 1.0, 1.0 / 3.0, 4.0 / 9.0, 0.0];

#[test]
fn a_sound_second_row() {
    let table = BOGACKI_SHAMPINE_32.with_second_row(1, SECOND, 0.1).expect("sound");
    assert_eq!(laws::check_tableau(&table), Ok(()));
    let second = table.error.expect("a pair").second.expect("just added");
    assert_eq!((second.order, second.weights, second.share), (1, SECOND, 0.1));
}

#[test]
fn a_second_row_without_a_first() {
    let refused = RK4.with_second_row(1, [-1.0, 1.0, 0.0, 0.0], 0.1);
    assert_eq!(refused, Err(TableauError::Order(OrderError::NoErrorEstimate)));
    let none = laws::check_second_order(&BOGACKI_SHAMPINE_32, 1);
    assert_eq!(none, Err(TableauError::Order(OrderError::NoErrorEstimate)));
}

#[test]
fn shares_that_are_not_positive_numbers() {
    for share in [0.0, -0.1, f64::INFINITY, f64::NAN] {
        let flaw = structure(BOGACKI_SHAMPINE_32.with_second_row(1, SECOND, share));
        let StructureError::Share { share: found } = flaw else { panic!("{flaw:?}") };
        assert_eq!(found.to_bits(), share.to_bits());
    }
}

#[test]
fn flaws_of_a_second_row() {
    let with = |order, weights| structure(BOGACKI_SHAMPINE_32.with_second_row(order, weights, 0.1));
    assert!(matches!(with(0, SECOND), StructureError::ZeroOrder { .. }));
    assert_eq!(with(1, [0.0; 4]), StructureError::BlindError);
    let nan = with(1, [0.0, 0.0, f64::NAN, 0.0]);
    let entry = Entry::SecondError { stage: 2 };
    assert!(matches!(nan, StructureError::NotFinite { entry: e, .. } if e == entry), "{nan:?}");
    let unbalanced = with(1, [1.0, 0.0, 0.0, 0.0]);
    assert!(unbalanced.to_string().contains("second row"), "{unbalanced}");
    // Euler's method is not of order 2, so the difference to it is not either.
    let refused = BOGACKI_SHAMPINE_32.with_second_row(2, SECOND, 0.1);
    assert!(matches!(refused, Err(TableauError::Order(OrderError::Refuted { .. }))));
}

#[test]
fn a_second_row_that_understates_its_order() {
    // b - b_hat of the pair itself, of order 2.
    let weights = BOGACKI_SHAMPINE_32.error.as_ref().expect("a pair").weights;
    let modest = BOGACKI_SHAMPINE_32.with_second_row(1, weights, 0.1).expect("allowed");
    let refused = laws::check_tableau(&modest);
    let understated =
        OrderError::Understated { what: "second row of the error estimate", claimed: 1 };
    assert_eq!(refused, Err(TableauError::Order(understated)));
}

/// The Hermite cubic of Kutta's method written as an extension with one stage more: the slope at the
/// right end, and `theta f0`, `theta^2 (3 b - 2 f0 - f1)`, `theta^3 (-2 b + f0 + f1)`.
static SLOPE: [ExtraStage; 1] = [ExtraStage { c: 1.0, a: &B }];
const B: [f64; 4] = RK4.b;
static ROWS: [&[f64]; 3] = [
    &[1.0, 0.0, 0.0, 0.0, 0.0],
    &[3.0 * B[0] - 2.0, 3.0 * B[1], 3.0 * B[2], 3.0 * B[3], -1.0],
    &[1.0 - 2.0 * B[0], -2.0 * B[1], -2.0 * B[2], -2.0 * B[3], 1.0],
];

fn cubic() -> Tableau<4> {
    RK4.with_dense(Dense::Extended { order: 3, stages: &SLOPE, rows: &ROWS }).expect("sound")
}

#[test]
fn hermites_cubic_is_an_extension_with_one_stage() {
    let table = cubic();
    assert_eq!(laws::check_tableau(&table), Ok(()));
    assert_eq!((table.extra_stages(), table.dense.order()), (1, 3));
    assert_eq!(table.extra_stage(0), RK4.extra_stage(0));
    assert!(table.extension_ends_with_slope());
    assert_eq!(table.extra_stage(1), None);
}

proptest! {
    #[test]
    fn its_weights_are_hermites(theta in 0.0f64..1.0) {
        let (table, basis) = (cubic(), HermiteBasis::at(theta));
        for j in 0..6 {
            let of_b = B.get(j).map_or(0.0, |b| basis.h01 * b);
            let of_slopes = if j == 0 { basis.h10 } else if j == 4 { basis.h11 } else { 0.0 };
            // Some ten roundings of terms below 4.
            prop_assert!((table.dense_weight(j, theta) - of_b - of_slopes).abs() <= 10.0 * 4.0 * f64::EPSILON);
        }
    }
}

#[test]
fn rows_and_stages_of_the_wrong_length() {
    fn dense(stages: &'static [ExtraStage], rows: &'static [&'static [f64]]) -> StructureError {
        structure(RK4.with_dense(Dense::Extended { order: 1, stages, rows }))
    }
    static SHORT: [ExtraStage; 1] = [ExtraStage { c: 1.0, a: &[1.0, 0.0, 0.0] }];
    let entry = Entry::A { row: 4, column: 3 };
    assert_eq!(dense(&SHORT, &ROWS), StructureError::Length { entry, expected: 4, found: 3 });
    static LONG: [ExtraStage; 1] = [ExtraStage { c: 1.0, a: &[1.0, 0.0, 0.0, 0.0, 0.0] }];
    assert!(matches!(dense(&LONG, &ROWS), StructureError::Length { expected: 4, found: 5, .. }));
    let flaw = dense(&SLOPE, &[&[1.0, 0.0, 0.0, 0.0, 0.0], &[0.0; 4]]);
    let entry = Entry::Dense { row: 1, stage: 4 };
    assert_eq!(flaw, StructureError::Length { entry, expected: 5, found: 4 });
    assert!(flaw.to_string().contains("[1][4]"), "{flaw}");
}

#[test]
fn extra_stages_that_are_inconsistent_or_not_finite() {
    fn stage(stages: &'static [ExtraStage]) -> StructureError {
        structure(RK4.with_dense(Dense::Extended { order: 3, stages, rows: &ROWS }))
    }
    let flaw = stage(&[ExtraStage { c: 0.75, a: &B }]);
    let StructureError::Inconsistent { row: 4, node: 0.75, .. } = flaw else { panic!("{flaw}") };
    let flaw = stage(&[ExtraStage { c: 1.0, a: &[1.0, 0.0, f64::NAN, 0.0] }]);
    let entry = Entry::A { row: 4, column: 2 };
    assert!(matches!(flaw, StructureError::NotFinite { entry: e, .. } if e == entry), "{flaw}");
    let flaw = stage(&[ExtraStage { c: f64::INFINITY, a: &B }]);
    let entry = Entry::C { stage: 4 };
    assert!(matches!(flaw, StructureError::NotFinite { entry: e, .. } if e == entry), "{flaw}");
}

/// At theta = 1 an extra stage must have no weight left.
#[test]
fn an_extra_stage_that_stays_in_the_solution() {
    static STAYING: [&[f64]; 1] = [&[B[0], B[1], B[2], B[3] - 0.5, 0.5]];
    let flaw =
        structure(RK4.with_dense(Dense::Extended { order: 1, stages: &SLOPE, rows: &STAYING }));
    assert!(matches!(flaw, StructureError::DenseEnd { stage: 3, .. }), "{flaw}");
    static ONLY: [&[f64]; 1] = [&[B[0], B[1], B[2], B[3], 0.5]];
    let flaw = structure(RK4.with_dense(Dense::Extended { order: 1, stages: &SLOPE, rows: &ONLY }));
    assert_eq!(flaw, StructureError::DenseEnd { stage: 4, sum: 0.5, weight: 0.0 });
}

#[test]
fn an_order_that_the_extra_stages_do_not_give() {
    let refused = RK4.with_dense(Dense::Extended { order: 4, stages: &SLOPE, rows: &ROWS });
    let Err(TableauError::Order(OrderError::Refuted { condition, tree, .. })) = refused else {
        panic!("a cubic has no fourth power")
    };
    assert_eq!(tree.order(), 4);
    assert!(matches!(condition, Condition::Dense { .. }));
}
