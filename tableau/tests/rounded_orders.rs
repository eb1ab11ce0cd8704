//! The order conditions in doubles, through the public laws: every method keeps them, and what is
//! not the method breaks them.

use costate_tableau::laws::{self, Condition, MAX_ORDER, OrderError};
use costate_tableau::*;
use methods::for_every_method;
use proptest::prelude::*;

mod methods;

fn every_method_is_what_it_claims<const S: usize>(method: &Tableau<S>) {
    assert_eq!(laws::check_tableau(method), Ok(()), "{}", method.name);
}

for_every_method!(every_method_is_what_it_claims);

/// The embedded weights themselves, `b - error`, are a method of exactly the order claimed.
fn embedded_methods_stand_alone<const S: usize>(method: &Tableau<S>) {
    let first = method.error.as_ref().map(|error| (error.order, error.weights));
    let second = method.error.as_ref().and_then(|error| error.second.as_ref());
    for (order, weights) in first.into_iter().chain(second.map(|row| (row.order, row.weights))) {
        let mut embedded = method.clone();
        for (b, weight) in embedded.b.iter_mut().zip(weights) {
            *b -= weight;
        }
        assert_eq!(laws::check_order(&embedded, order), Ok(()), "{}", method.name);
        assert!(laws::check_order(&embedded, order + 1).is_err(), "{}", method.name);
    }
}

for_every_method!(embedded_methods_stand_alone);

/// The paper prints the embedded weight of the last stage, where `b` is 0, as 1/66.
#[test]
fn the_sign_of_tsitouras_error_weights_is_b_minus_b_hat() {
    let error = TSITOURAS_54.error.expect("a pair");
    assert_eq!(TSITOURAS_54.b[6] - error.weights[6], 1.0 / 66.0);
}

/// The rows of an extension that is a combination of stages.
fn dense_rows<const S: usize>(method: &Tableau<S>) -> Vec<Vec<f64>> {
    match &method.dense {
        Dense::Polynomial { rows, .. } => rows.iter().map(|row| row.to_vec()).collect(),
        Dense::Extended { rows, .. } => rows.iter().map(|row| row.to_vec()).collect(),
        _ => vec![],
    }
}

/// The places of the numbers of a row that are not zero.
fn nonzero(row: &[f64], entry: impl Fn(usize) -> Entry) -> Vec<Entry> {
    (0..row.len()).filter(|&j| row[j] != 0.0).map(entry).collect()
}

/// Where a method has coefficients that are not zero; nodes aside, which follow their rows.
fn places<const S: usize>(method: &Tableau<S>) -> Vec<Entry> {
    let stages = method.dense.stages().iter().map(|stage| stage.a);
    let couplings = method.a.iter().map(|row| &row[..]).chain(stages).enumerate();
    let mut places: Vec<Entry> =
        couplings.flat_map(|(row, a)| nonzero(a, |column| Entry::A { row, column })).collect();
    places.extend(nonzero(&method.b, |stage| Entry::B { stage }));
    if let Some(error) = &method.error {
        places.extend(nonzero(&error.weights, |stage| Entry::Error { stage }));
        if let Some(second) = &error.second {
            places.extend(nonzero(&second.weights, |stage| Entry::SecondError { stage }));
        }
    }
    for (row, weights) in dense_rows(method).iter().enumerate() {
        places.extend(nonzero(weights, |stage| Entry::Dense { row, stage }));
    }
    places
}

/// One coefficient changed, with the node of its row moved along, so that it is the trees that must
/// notice.
fn mistype<const S: usize>(method: &Tableau<S>, place: Entry, factor: f64) -> Tableau<S> {
    let mut method = method.clone();
    match place {
        Entry::A { row, column } if row < S => {
            method.c[row] += method.a[row][column] * (factor - 1.0);
            method.a[row][column] *= factor;
        }
        Entry::A { row, column } => {
            if let Dense::Extended { stages, .. } = &mut method.dense {
                let mut changed = stages.to_vec();
                let stage = &mut changed[row - S];
                let mut a = stage.a.to_vec();
                stage.c += a[column] * (factor - 1.0);
                a[column] *= factor;
                stage.a = a.leak();
                *stages = changed.leak();
            }
        }
        Entry::B { stage } => method.b[stage] *= factor,
        Entry::C { stage } => method.c[stage] *= factor,
        Entry::Error { stage } => {
            method.error.iter_mut().for_each(|error| error.weights[stage] *= factor);
        }
        Entry::SecondError { stage } => {
            let second = method.error.iter_mut().filter_map(|error| error.second.as_mut());
            second.for_each(|second| second.weights[stage] *= factor);
        }
        Entry::Dense { row, stage } => match &mut method.dense {
            Dense::Polynomial { rows, .. } => {
                let mut changed = rows.to_vec();
                changed[row][stage] *= factor;
                *rows = changed.leak();
            }
            Dense::Extended { rows, .. } => {
                let mut changed = rows.to_vec();
                let mut weights = changed[row].to_vec();
                weights[stage] *= factor;
                changed[row] = weights.leak();
                *rows = changed.leak();
            }
            _ => {}
        },
    }
    method
}

/// A relative change moves a condition by that part of its terms that contain the coefficient. Up
/// to order 5 that is at least 1e-4 of the terms of some condition, so that a change of 1e-10
/// counts 1e-14 there, above the tolerance of 2e-15. Tables of higher order have small entries next
/// to large ones (an error weight of stage 0, which stands in one condition alone): 5e-7 at least,
/// so that a change of 1e-8 counts 5e-15. Every coefficient is changed by as little, and any of
/// them by more.
fn mistypings_are_refuted<const S: usize>(method: &Tableau<S>) {
    let least = if method.order <= 5 { -10.0 } else { -8.0 };
    let places = places(method);
    let refuted = |place, factor| laws::check_tableau(&mistype(method, place, factor)).is_err();
    for &place in &places {
        let shift = 10f64.powf(least);
        assert!(refuted(place, 1.0 + shift), "{} {place} up", method.name);
        assert!(refuted(place, 1.0 - shift), "{} {place} down", method.name);
    }
    proptest!(|(place: prop::sample::Index, exponent in least..0.0, up: bool)| {
        let shift = 10f64.powf(exponent);
        let (place, factor) = (*place.get(&places), if up { 1.0 + shift } else { 1.0 - shift });
        prop_assert!(refuted(place, factor), "{} {}", method.name, place);
    });
}

for_every_method!(mistypings_are_refuted);

/// Refuted by the trees already, structure aside, with the smallest tree named.
#[test]
fn a_refutation_names_the_tree_and_the_defect() {
    let mut method = RK4;
    // sum b c = 1/2 is tree [τ]; row 1 enters it with b = 1/3, so the defect is 0.03 / 3.
    method.a[1][0] += 0.03;
    method.c[1] += 0.03;
    let Err(TableauError::Order(OrderError::Refuted { condition, tree, defect, tolerance })) =
        laws::check_order(&method, 4)
    else {
        panic!("refuted")
    };
    assert_eq!((condition, tree.to_string().as_str()), (Condition::Solution, "[τ]"));
    assert!((defect - 0.01).abs() < 1e-15, "{defect}");
    assert!(tolerance < 1e-14);
    assert_eq!(laws::check_order(&method, 1), Ok(()));
}

#[test]
fn a_dense_refutation_names_the_power() {
    static ROWS: [[f64; 2]; 2] = [[1.0, 0.0], [-0.75, 0.75]];
    let ralston = Tableau::new(
        "Ralston",
        "",
        2,
        [[0.0; 2], [2.0 / 3.0, 0.0]],
        [0.25, 0.75],
        [0.0, 2.0 / 3.0],
    )
    .and_then(|method| method.with_dense(Dense::Polynomial { order: 2, rows: &ROWS }))
    .expect("k1 theta + (3/4) (k2 - k1) theta^2 is of order 2");
    laws::check_tableau(&ralston).expect("exactly");
    let refused = laws::check_dense_order(&ralston, 3);
    // theta^3 / 6 of the tall tree is beyond a quadratic.
    assert!(matches!(
        refused,
        Err(TableauError::Order(OrderError::Refuted {
            condition: Condition::Dense { power: 3 },
            ..
        }))
    ));
}

#[test]
fn claiming_less_is_noticed_by_the_law_that_insists() {
    let mut modest = RK4;
    modest.order = 3;
    assert_eq!(laws::check_order(&modest, 3), Ok(()));
    let refused = laws::check_tableau(&modest);
    assert!(matches!(
        refused,
        Err(TableauError::Order(OrderError::Understated { claimed: 3, .. }))
    ));
}

#[test]
fn what_cannot_be_checked_is_an_error() {
    let none = laws::check_embedded_order(&RK4, 1);
    assert_eq!(none, Err(TableauError::Order(OrderError::NoErrorEstimate)));
    for order in [MAX_ORDER + 1, u32::MAX] {
        let too_high = Err(TableauError::Order(OrderError::TooHigh { order }));
        assert_eq!(laws::check_order(&TSITOURAS_54, order), too_high);
        assert_eq!(laws::check_embedded_order(&TSITOURAS_54, order), too_high);
        assert_eq!(laws::check_dense_order(&TSITOURAS_54, order), too_high);
    }
}

#[test]
fn not_a_number_is_refuted() {
    for value in [f64::NAN, f64::INFINITY, f64::MAX] {
        let mut method = RK4;
        method.b[2] = value;
        assert!(laws::check_order(&method, 1).is_err());
        let mut method = RK4;
        method.a[3][2] = value;
        assert!(laws::check_order(&method, 2).is_err());
    }
}

/// An explicit method has no weight on trees taller than its stages, so no such method passes.
#[test]
fn no_explicit_method_has_more_order_than_stages() {
    assert!(laws::check_order(&EULER, MAX_ORDER).is_err());
    assert!(laws::check_order(&RK4, MAX_ORDER).is_err());
    assert!(laws::check_order(&TSITOURAS_54, MAX_ORDER).is_err());
}

/// An explicit method of three stages with consistent nodes and weights that sum to 1.
fn three_stages() -> impl Strategy<Value = Tableau<3>> {
    (prop::array::uniform3(-2.0f64..2.0), prop::array::uniform2(-2.0f64..2.0)).prop_map(|(a, b)| {
        let [a10, a20, a21] = a;
        let b = [1.0 - b[0] - b[1], b[0], b[1]];
        let a = [[0.0; 3], [a10, 0.0, 0.0], [a20, a21, 0.0]];
        Tableau::new("random", "", 1, a, b, [0.0, a10, a20 + a21]).expect("order 1 by construction")
    })
}

proptest! {
    /// Orders 2 and 3 written out as in Kutta's time: sum b c = 1/2, sum b c^2 = 1/3,
    /// b3 a32 c2 = 1/6. A defect of 1e-9 is no rounding: the terms are below 2 * 4^2 * 3.
    #[test]
    fn trees_agree_with_the_conditions_written_out(method in three_stages()) {
        let (b, c) = (method.b, method.c);
        let second = b[1] * c[1] + b[2] * c[2] - 1.0 / 2.0;
        let bushy = b[1] * c[1] * c[1] + b[2] * c[2] * c[2] - 1.0 / 3.0;
        let tall = b[2] * method.a[2][1] * c[1] - 1.0 / 6.0;
        prop_assume!(second.abs() > 1e-9);

        let refused = laws::check_order(&method, 2);
        let Err(TableauError::Order(OrderError::Refuted { defect, tree, .. })) = refused else {
            return Err(TestCaseError::fail("a random method has order 2"));
        };
        prop_assert_eq!(tree.to_string(), "[τ]");
        prop_assert!((defect - second).abs() <= 1e-13);

        // The defects of order 3, read through trees from the same table.
        for (tree, expected) in RootedTree::of_order(3).zip([tall, bushy]) {
            let phi = tree.stage_weights(&method.a, &method.c);
            let sum: f64 = phi.iter().zip(b).map(|(phi, b)| phi * b).sum();
            let defect = sum - 1.0 / tree.density() as f64;
            prop_assert!((defect - expected).abs() <= 1e-13, "{}", tree);
        }
    }

    /// All methods of order 2 with two stages: b2 = 1/(2 c2). Rounding b2 and b1 = 1 - b2 costs a
    /// half unit each, relative to terms that are summed: inside the tolerance of 16 half units.
    #[test]
    fn second_order_methods_pass(node in prop_oneof![-1e3f64..-1e-3, 1e-3f64..1e3]) {
        let weight = 0.5 / node;
        let b = [1.0 - weight, weight];
        let method = Tableau::new("family", "", 2, [[0.0; 2], [node, 0.0]], b, [0.0, node]);
        let method = method.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(laws::check_order(&method, 3).is_err(), "two stages cannot");
    }
}
