//! Random tableaux and trees for property tests of one's own, with the feature `proptest`.
//!
//! ```
//! use costate_tableau::{laws, strategies};
//! use proptest::prelude::*;
//!
//! proptest!(|(table in strategies::second_order::<4>())| {
//!     prop_assert!(laws::check_order(&table, 2).is_ok());
//! });
//! ```

use core::ops::RangeInclusive;

use alloc::vec::Vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::compensated::Compensated;
use crate::{Entry, ErrorEstimate, RootedTree, Tableau};

/// Explicit tableaux of order 1 with `S` stages: coefficients of size 2 at most, every third of them
/// zero, nodes that are the sums of their rows, weights that sum to 1, an error estimate of order 1 half
/// of the time, and the cubic Hermite extension. `S` must not be 0.
///
/// Nothing more is guaranteed, but nothing forbids that such a table has a higher order by chance.
pub fn first_order<const S: usize>() -> impl Strategy<Value = Tableau<S>> {
    (coupling::<S>(), row::<S>(), prop::option::of(row::<S>())).prop_map(|(a, b, error)| {
        let mut tableau = consistent(1, a, ending_in(1.0, b));
        tableau.error = error.and_then(|weights| estimate(ending_in(0.0, weights)));
        tableau
    })
}

/// Explicit tableaux of order 2, otherwise as [`first_order`]. `S` must be at least 2.
///
/// The node of stage 1 is drawn between 1/4 and 2, and the weight of that stage solves
/// `sum b c = 1/2`.
pub fn second_order<const S: usize>() -> impl Strategy<Value = Tableau<S>> {
    const { assert!(S >= 2, "order 2 takes two stages") };
    let parts = (coupling::<S>(), 0.25f64..2.0, row::<S>(), prop::option::of(row::<S>()));
    parts.prop_map(|(mut a, node, mut b, error)| {
        a[1][0] = node;
        let mut tableau = consistent(1, a, b);
        let moment =
            |j: usize| Compensated::from_f64(-b[j]).times(Compensated::from_f64(tableau.c[j]));
        let rest = (2..S).map(moment).fold(Compensated::from_f64(0.5), Compensated::plus);
        b[1] = rest.value() / node;
        tableau.b = ending_in(1.0, b);
        tableau.order = 2;
        tableau.dense = crate::Dense::Hermite { order: 2 };
        tableau.error = error.and_then(|weights| estimate(ending_in(0.0, weights)));
        tableau
    })
}

/// Explicit tableaux of order 3 with three stages: the general family of two nodes `c1 < c2`.
///
/// ```text
/// b1 = (2 - 3 c2) / (6 c1 (c1 - c2)),   b2 = (2 - 3 c1) / (6 c2 (c2 - c1)),   a21 = 1 / (6 b2 c1)
/// ```
///
/// (E. Hairer, S. P. Norsett, G. Wanner, "Solving Ordinary Differential Equations I", 2nd ed. (1993),
/// II.1, exercise 4; the three conditions solved for the weights.)
pub fn third_order() -> impl Strategy<Value = Tableau<3>> {
    // Away from c1 = 0, c1 = c2 and c1 = 2/3, where the family ends.
    (0.2f64..0.55, 0.75f64..1.0).prop_map(|(near, far)| {
        let first = (2.0 - 3.0 * far) / (6.0 * near * (near - far));
        let second = (2.0 - 3.0 * near) / (6.0 * far * (far - near));
        let reach = 1.0 / (6.0 * second * near);
        let a = [[0.0; 3], [near, 0.0, 0.0], [far - reach, reach, 0.0]];
        consistent(3, a, ending_in(1.0, [0.0, first, second]))
    })
}

/// Rooted trees of any order in a range, each tree of an order as likely as any other.
///
/// Orders that are not enumerated (0, and above 15) are left out.
///
/// ```
/// use costate_tableau::strategies;
/// use proptest::prelude::*;
/// proptest!(|(tree in strategies::rooted_trees(3..=6))| {
///     prop_assert!((3..=6).contains(&tree.order()));
/// });
/// ```
///
/// # Panics
/// If no order of the range is enumerated.
pub fn rooted_trees(orders: RangeInclusive<u32>) -> impl Strategy<Value = RootedTree> {
    let (low, high) = (*orders.start().max(&1), *orders.end().min(&15));
    assert!(low <= high, "there are trees of order 1 to 15 here, and none of {orders:?}");
    (low..=high, any::<Index>()).prop_map(|(order, index)| {
        let trees: Vec<RootedTree> = RootedTree::of_order(order).collect();
        index.get(&trees).clone()
    })
}

/// The table with one of its nonzero coefficients changed, and where: a misprint.
///
/// An entry of `a`, of `b` or of the error rows is made larger or smaller, by a millionth of itself at
/// least and by the whole at most. If it is one of `a`, its node moves along, so that it takes the trees to notice; a node is
/// never changed alone, since that is seen without trees. The continuous extension stays as it is.
///
/// ```
/// use costate_tableau::{RK4, laws, strategies};
/// use proptest::prelude::*;
/// proptest!(|((misprinted, place) in strategies::misprints(RK4))| {
///     prop_assert!(laws::check_tableau(&misprinted).is_err(), "{} passed", place);
/// });
/// ```
pub fn misprints<const S: usize>(
    tableau: Tableau<S>,
) -> impl Strategy<Value = (Tableau<S>, Entry)> {
    let places = places(&tableau);
    (any::<Index>(), -6.0f64..0.0, any::<bool>()).prop_map(move |(index, exponent, up)| {
        let mut misprinted = tableau.clone();
        let place = *index.get(&places);
        let part = 10f64.powf(exponent);
        let factor = if up { 1.0 + part } else { 1.0 - part };
        match place {
            Entry::A { row, column } => {
                misprinted.a[row][column] *= factor;
                misprinted.c[row] = sum(&misprinted.a[row]);
            }
            Entry::B { stage } => misprinted.b[stage] *= factor,
            Entry::Error { stage } => {
                misprinted.error.iter_mut().for_each(|error| error.weights[stage] *= factor);
            }
            Entry::SecondError { stage } => {
                let second = misprinted.error.as_mut().and_then(|error| error.second.as_mut());
                second.into_iter().for_each(|row| row.weights[stage] *= factor);
            }
            Entry::C { .. } | Entry::Dense { .. } => {}
        }
        (misprinted, place)
    })
}

/// The nonzero coefficients of the coupling, the weights and the error rows. Never empty for a
/// consistent table: its weights sum to 1.
fn places<const S: usize>(tableau: &Tableau<S>) -> Vec<Entry> {
    let mut places = Vec::new();
    let error = tableau.error.as_ref();
    let second = error.and_then(|error| error.second.as_ref());
    for stage in 0..S {
        let row = (0..stage).filter(|&column| tableau.a[stage][column] != 0.0);
        places.extend(row.map(|column| Entry::A { row: stage, column }));
        places.extend((tableau.b[stage] != 0.0).then_some(Entry::B { stage }));
        let of_error = error.is_some_and(|error| error.weights[stage] != 0.0);
        places.extend(of_error.then_some(Entry::Error { stage }));
        let of_second = second.is_some_and(|second| second.weights[stage] != 0.0);
        places.extend(of_second.then_some(Entry::SecondError { stage }));
    }
    places
}

fn coefficient() -> impl Strategy<Value = f64> {
    prop_oneof![1 => Just(0.0), 2 => -2.0f64..2.0]
}

fn row<const S: usize>() -> impl Strategy<Value = [f64; S]> {
    prop::collection::vec(coefficient(), S).prop_map(|row| core::array::from_fn(|j| row[j]))
}

/// Strictly lower triangular.
fn coupling<const S: usize>() -> impl Strategy<Value = [[f64; S]; S]> {
    prop::collection::vec(row::<S>(), S).prop_map(|rows| {
        core::array::from_fn(|i| core::array::from_fn(|j| if j < i { rows[i][j] } else { 0.0 }))
    })
}

fn sum(row: &[f64]) -> f64 {
    let terms = row.iter().map(|&x| Compensated::from_f64(x));
    terms.fold(Compensated::ZERO, Compensated::plus).value()
}

/// The row with its first entry chosen so that it sums to a total. The first stage has the node 0, so
/// no other condition sees it.
fn ending_in<const S: usize>(total: f64, mut row: [f64; S]) -> [f64; S] {
    row[0] = -total;
    row[0] = -sum(&row);
    row
}

fn estimate<const S: usize>(weights: [f64; S]) -> Option<ErrorEstimate<S>> {
    let seeing = weights.iter().any(|&weight| weight != 0.0);
    seeing.then_some(ErrorEstimate { order: 1, weights, second: None })
}

fn consistent<const S: usize>(order: u32, a: [[f64; S]; S], b: [f64; S]) -> Tableau<S> {
    const { assert!(S > 0, "a method needs a stage") };
    let c = core::array::from_fn(|i| sum(&a[i]));
    Tableau::decimal("random", "drawn at random", order, a, b, c)
}
