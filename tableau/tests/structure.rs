//! Flawed tables are refused with the place of the flaw; sound ones are not.

use costate_tableau::*;
use methods::for_every_method;
use proptest::prelude::*;

mod methods;

// Tables can be refused by the compiler, by anybody.
const _: () = assert!(RK4.structure().is_ok());
const _: () = assert!(BOGACKI_SHAMPINE_32.fsal() && !HEUN.fsal());
const _: () = assert!(matches!(TSITOURAS_54.dense.order(), 4));

fn structure<const S: usize>(result: Result<Tableau<S>, TableauError>) -> StructureError {
    match result {
        Err(TableauError::Structure(error)) => error,
        other => panic!("expected a flaw of structure, got {other:?}"),
    }
}

fn again<const S: usize>(table: &Tableau<S>) -> Result<Tableau<S>, TableauError> {
    Tableau::new("again", "", table.order, table.a, table.b, table.c)
}

fn sound_tables_can_be_made_again<const S: usize>(table: &Tableau<S>) {
    let mut made = again(table).expect("sound");
    assert_eq!((made.a, made.b, made.c), (table.a, table.b, table.c));
    assert_eq!(made.dense, Dense::Hermite { order: table.order.min(3) });
    if let Some(error) = &table.error {
        made = made.with_error(error.order, error.weights).expect("sound");
        if let Some(second) = &error.second {
            let SecondRow { order, weights, share } = second.clone();
            made = made.with_second_row(order, weights, share).expect("sound");
        }
    }
    assert_eq!(made.error, table.error);
    made = made.with_dense(table.dense.clone()).expect("sound");
    assert_eq!(made.dense, table.dense);
}

for_every_method!(sound_tables_can_be_made_again);

/// A method is found by its name, and a result can be cited.
fn every_method_says_where_it_is_from<const S: usize>(method: &Tableau<S>) {
    assert!(!method.name.is_empty());
    let year = |word: &str| word.parse().is_ok_and(|year: u32| (1768..2100).contains(&year));
    let mut words = method.citation.split(|c: char| !c.is_ascii_digit());
    assert!(words.any(year), "no year in: {}", method.citation);
}

for_every_method!(every_method_says_where_it_is_from);

/// The evaluations of the field in a step that goes on from another one, those that the extension
/// adds, and whether its first stage is the slope that the next step starts with.
#[test]
fn evaluations_are_as_the_documentation_counts_them() {
    fn of<const S: usize>(method: &Tableau<S>) -> (usize, usize, bool) {
        (method.evaluations(), method.extra_stages(), method.extension_ends_with_slope())
    }
    assert_eq!(of(&RALSTON), (2, 1, true));
    assert_eq!(of(&HEUN_EULER_21), (2, 1, true));
    assert_eq!(of(&KUTTA_3), (3, 1, true));
    assert_eq!(of(&SSPRK_3), (3, 1, true));
    assert_eq!(of(&KUTTA_38), (4, 1, true));
    assert_eq!(of(&BOGACKI_SHAMPINE_32), (3, 0, false));
    assert_eq!(of(&FEHLBERG_54), (6, 1, true));
    assert_eq!(of(&CASH_KARP_54), (6, 1, true));
    assert_eq!(of(&DORMAND_PRINCE_54), (6, 0, false));
    assert_eq!(of(&BOGACKI_SHAMPINE_54), (7, 3, false));
    assert_eq!(of(&DORMAND_PRINCE_853), (12, 4, true));
}

#[test]
fn no_stages() {
    let none = Tableau::<0>::new("none", "", 1, [], [], []);
    assert_eq!(structure(none), StructureError::NoStages);
}

#[test]
fn order_zero() {
    let zero = Tableau::new("zero", "", 0, [[0.0]], [1.0], [0.0]);
    assert!(matches!(structure(zero), StructureError::ZeroOrder { .. }));
    let estimate = HEUN.with_error(0, [-0.5, 0.5]);
    assert!(matches!(structure(estimate), StructureError::ZeroOrder { .. }));
    let dense = HEUN.with_dense(Dense::Hermite { order: 0 });
    assert!(matches!(structure(dense), StructureError::ZeroOrder { .. }));
}

#[test]
fn an_order_that_the_trees_refute() {
    let claimed = Tableau::new("RK4", "", 5, RK4.a, RK4.b, RK4.c);
    let Err(TableauError::Order(error)) = claimed else { panic!("refuted") };
    assert!(error.to_string().contains("[[[[τ]]]]"), "{error}");
    assert!(matches!(RK4.with_dense(Dense::Hermite { order: 4 }), Err(TableauError::Order(_))));
    assert!(matches!(HEUN.with_error(2, [-0.5, 0.5]), Err(TableauError::Order(_))));
}

#[test]
fn blind_and_unbalanced_error_weights() {
    assert_eq!(structure(HEUN.with_error(1, [0.0, 0.0])), StructureError::BlindError);
    // The embedded weights instead of the difference.
    let b_hat = structure(HEUN.with_error(1, [1.0, 0.0]));
    assert_eq!(b_hat, StructureError::ErrorWeights { what: "the error estimate", sum: 1.0 });
    let nan = structure(HEUN.with_error(1, [f64::NAN, 0.0]));
    assert!(matches!(nan, StructureError::NotFinite { entry: Entry::Error { stage: 0 }, .. }));
}

#[test]
fn dense_rows_that_do_not_end_in_the_solution() {
    let line = Dense::Polynomial { order: 1, rows: &[[1.0, 0.0]] };
    let flaw = StructureError::DenseEnd { stage: 0, sum: 1.0, weight: 0.5 };
    assert_eq!(structure(HEUN.with_dense(line)), flaw);
    let empty = Dense::Polynomial { order: 1, rows: &[] };
    assert!(matches!(structure(HEUN.with_dense(empty)), StructureError::DenseEnd { .. }));
    let infinite = Dense::Polynomial { order: 1, rows: &[[0.5, 0.5], [0.0, f64::INFINITY]] };
    let flaw = StructureError::NotFinite {
        entry: Entry::Dense { row: 1, stage: 1 },
        value: f64::INFINITY,
    };
    assert_eq!(structure(HEUN.with_dense(infinite)), flaw);
}

/// Every message names the place, in the notation of the arrays.
#[test]
fn messages_name_the_place() {
    let mut table = RK4;
    table.a[1][3] = 0.25;
    assert!(structure(again(&table)).to_string().contains("a[1][3] = 0.25"));
    let mut table = RK4;
    table.c[2] = 0.75;
    let message = structure(again(&table)).to_string();
    assert!(message.contains("row 2") && message.contains("c[2] = 0.75"), "{message}");
}

proptest! {
    #[test]
    fn an_entry_on_or_above_the_diagonal(
        (row, column) in (0usize..7).prop_flat_map(|row| (Just(row), row..7)),
        value in prop_oneof![-10.0f64..-1e-300, 1e-300f64..10.0],
    ) {
        let mut table = TSITOURAS_54;
        table.a[row][column] = value;
        let flaw = StructureError::Implicit { row, column, value };
        prop_assert_eq!(structure(again(&table)), flaw);
    }

    #[test]
    fn an_entry_that_is_not_finite(
        row in 0usize..7,
        column in 0usize..7,
        kind in 0..3,
        value in prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY)],
    ) {
        let mut table = TSITOURAS_54;
        let expected = match kind {
            0 => { table.a[row][column] = value; Entry::A { row, column } }
            1 => { table.b[row] = value; Entry::B { stage: row } }
            _ => { table.c[row] = value; Entry::C { stage: row } }
        };
        let StructureError::NotFinite { entry, .. } = structure(again(&table)) else {
            return Err(TestCaseError::fail("found something else"));
        };
        prop_assert_eq!(entry, expected);
    }

    /// The tolerance is 8 x 2^-52 of the absolute terms, which are below 32 in every row here
    /// (|a| of row 5 sums to 27): 6e-14. A node off by 1e-12 is no rounding.
    #[test]
    fn a_node_that_is_not_its_row_sum(stage in 0usize..7, shift in 1e-12f64..10.0, up: bool) {
        let mut table = TSITOURAS_54;
        table.c[stage] += if up { shift } else { -shift };
        let StructureError::Inconsistent { row, node, .. } = structure(again(&table)) else {
            return Err(TestCaseError::fail("found something else"));
        };
        prop_assert_eq!((row, node), (stage, table.c[stage]));
    }

    #[test]
    fn weights_that_do_not_sum_to_one(stage in 0usize..7, shift in 1e-12f64..10.0, up: bool) {
        let mut table = TSITOURAS_54;
        table.b[stage] += if up { shift } else { -shift };
        let StructureError::Weights { sum } = structure(again(&table)) else {
            return Err(TestCaseError::fail("found something else"));
        };
        prop_assert!((sum - 1.0).abs() >= 0.99e-12);
    }

    /// FSAL is a matter of bits: the row is the weights, or it is not.
    #[test]
    fn fsal_is_lost_with_any_bit(stage in 0usize..6, in_row: bool) {
        let mut table = DORMAND_PRINCE_54;
        let entry = if in_row { &mut table.a[6][stage] } else { &mut table.b[stage] };
        *entry = entry.next_up();
        prop_assert!(!table.fsal());
    }

    /// Huge coefficients overflow in the sums; that is a refusal and not a panic.
    #[test]
    fn any_numbers_are_judged_without_panic(
        a in prop::array::uniform2(prop::array::uniform2(prop::num::f64::ANY)),
        b in prop::array::uniform2(prop::num::f64::ANY),
        c in prop::array::uniform2(prop::num::f64::ANY),
        order in 0u32..20,
    ) {
        if let Ok(table) = Tableau::new("any", "", order, a, b, c) {
            prop_assert!(table.structure().is_ok());
        }
    }
}

#[test]
fn fsal_needs_the_last_node_at_one() {
    let mut table = DORMAND_PRINCE_54;
    table.c[6] = 0.9;
    assert!(!table.fsal());
}
