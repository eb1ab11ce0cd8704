//! The laws of a tableau, to be run on anybody's.
//!
//! [`check_tableau`] is the test for a new method: structure, and orders *exactly* as claimed for
//! the solution, the error estimate and the continuous extension. The other functions check one
//! claim each, and accept orders below the true one. All of them look at the stages first: explicit,
//! finite, and every node the sum of its row.
//!
//! ```
//! use costate_tableau::{DORMAND_PRINCE_54, laws};
//! laws::check_tableau(&DORMAND_PRINCE_54)?;
//!
//! let mut mistyped = DORMAND_PRINCE_54;
//! mistyped.b[2] = 500.0 / 1131.0;
//! let error = laws::check_order(&mistyped, 5).unwrap_err();
//! // The sum of the weights is the first condition, that of the tree with one node.
//! assert!(error.to_string().contains("refuted by the tree τ"));
//! # Ok::<(), costate_tableau::TableauError>(())
//! ```
//!
//! # Tolerance
//! Sums are formed in twice the precision of `f64` and may be off by 8 units in the last place
//! (8 x 2^-52) of the sum of their absolute terms, that is, of the same sum with every coefficient
//! replaced by its absolute value. A condition of order `q` is a sum of products of `q`
//! coefficients, each of them rounded by at most half a unit; so a table of correctly rounded
//! coefficients is off by `q/2` units at most, and passes up to order 15. NaN never passes.

use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

use crate::compensated::Compensated;
use crate::structure::tolerance;
use crate::{Dense, RootedTree, Tableau, TableauError};

/// The largest order that can be checked. That an order is *exactly* as claimed takes the trees of
/// the next one; there are 87 811 of order 15.
pub const MAX_ORDER: u32 = 14;

/// Which sum of stage weights a condition is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// `sum_j b_j Phi_j = 1/gamma`.
    Solution,
    /// `sum_j (b_j - b_hat_j) Phi_j = 0`.
    Embedded,
    /// The same for the second row of the error estimate.
    SecondRow,
    /// The coefficient of `theta^power` in `sum_j b_j(theta) Phi_j = theta^q / gamma`, `q` being
    /// the order of the tree.
    Dense {
        /// The power of `theta`.
        power: u32,
    },
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Solution => f.write_str("solution"),
            Self::Embedded => f.write_str("error estimate"),
            Self::SecondRow => f.write_str("second row of the error estimate"),
            Self::Dense { power } => {
                write!(f, "continuous extension, coefficient of theta^{power}")
            }
        }
    }
}

/// Why an order is refused.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum OrderError {
    /// A tree's condition does not hold.
    #[error(
        "order {} of the {condition} is refuted by the tree {tree}: its condition is off by \
         {defect:e}, the tolerance is {tolerance:e}; look for a mistyped coefficient, or claim a \
         lower order", tree.order()
    )]
    Refuted {
        /// Which sum.
        condition: Condition,
        /// The tree.
        tree: RootedTree,
        /// The sum minus what it should be.
        defect: f64,
        /// The largest defect that rounding explains.
        tolerance: f64,
    },
    /// Every condition of the next order holds as well.
    #[error("the {what} claims order {claimed} but has at least one more: claim what is true")]
    Understated {
        /// What claims it.
        what: &'static str,
        /// The order claimed.
        claimed: u32,
    },
    /// There is nothing to check.
    #[error(
        "the tableau has no such row of an error estimate: give the first by with_error, a second after it"
    )]
    NoErrorEstimate,
    /// The order is beyond [`MAX_ORDER`].
    #[error(
        "order {order} cannot be checked: the number of trees grows threefold with every \
             order, and {MAX_ORDER} is the largest enumerated"
    )]
    TooHigh {
        /// The order asked for.
        order: u32,
    },
}

/// Everything: structure, and the exact order of the solution, of the error estimate (if there is
/// one) and of the continuous extension.
///
/// # Errors
/// The first law that is broken, in this order.
pub fn check_tableau<const S: usize>(tableau: &Tableau<S>) -> Result<(), TableauError> {
    tableau.structure()?;
    exactly("solution", tableau.order, |order| solution(tableau, order))?;
    if let Some(error) = &tableau.error {
        let first = |order| embedded(tableau, Condition::Embedded, &error.weights, order);
        exactly("error estimate", error.order, first)?;
        if let Some(second) = &error.second {
            let check = |order| embedded(tableau, Condition::SecondRow, &second.weights, order);
            exactly("second row of the error estimate", second.order, check)?;
        }
    }
    exactly("continuous extension", tableau.dense.order(), |order| dense(tableau, order))?;
    Ok(())
}

/// Whether the solution has at least this order: `sum_j b_j Phi_j(t) = 1/gamma(t)` for every tree
/// of at most `order` nodes. Every table has order 0.
///
/// # Errors
/// A flaw of the stages; the first tree that refutes the order, small ones first;
/// [`OrderError::TooHigh`].
pub fn check_order<const S: usize>(tableau: &Tableau<S>, order: u32) -> Result<(), TableauError> {
    tableau.stages()?;
    within_reach(order)?;
    Ok(solution(tableau, order)?)
}

/// Whether the error estimate vanishes to at least this order: `sum_j weights[j] Phi_j(t) = 0` for
/// every tree of at most `order` nodes.
///
/// # Errors
/// A flaw of the stages; the first tree that refutes the order; [`OrderError::NoErrorEstimate`];
/// [`OrderError::TooHigh`].
pub fn check_embedded_order<const S: usize>(
    tableau: &Tableau<S>,
    order: u32,
) -> Result<(), TableauError> {
    tableau.stages()?;
    within_reach(order)?;
    let error = tableau.error.as_ref().ok_or(OrderError::NoErrorEstimate)?;
    Ok(embedded(tableau, Condition::Embedded, &error.weights, order)?)
}

/// As [`check_embedded_order`], of the second row of the error estimate.
///
/// # Errors
/// The same; [`OrderError::NoErrorEstimate`] also where there is only one row.
pub fn check_second_order<const S: usize>(
    tableau: &Tableau<S>,
    order: u32,
) -> Result<(), TableauError> {
    tableau.stages()?;
    within_reach(order)?;
    let error = tableau.error.as_ref().and_then(|error| error.second.as_ref());
    let error = error.ok_or(OrderError::NoErrorEstimate)?;
    Ok(embedded(tableau, Condition::SecondRow, &error.weights, order)?)
}

/// Whether the continuous extension has at least this order at every `theta`:
/// `sum_j b_j(theta) Phi_j(t) = theta^q / gamma(t)` for every tree of `q <= order` nodes, as
/// polynomials in `theta`.
///
/// For the Hermite extension the slope at the right end is counted as one stage more, whose row
/// is `b` and whose node is 1.
///
/// # Errors
/// A flaw of the stages; the first tree and power that refute the order; [`OrderError::TooHigh`].
pub fn check_dense_order<const S: usize>(
    tableau: &Tableau<S>,
    order: u32,
) -> Result<(), TableauError> {
    tableau.stages()?;
    within_reach(order)?;
    Ok(dense(tableau, order)?)
}

fn within_reach(order: u32) -> Result<(), OrderError> {
    if order > MAX_ORDER { Err(OrderError::TooHigh { order }) } else { Ok(()) }
}

/// `check` accepts the order claimed and refutes the next.
fn exactly(
    what: &'static str,
    claimed: u32,
    check: impl Fn(u32) -> Result<(), OrderError>,
) -> Result<(), OrderError> {
    within_reach(claimed)?;
    check(claimed)?;
    match check(claimed + 1) {
        Ok(()) => Err(OrderError::Understated { what, claimed }),
        Err(_) => Ok(()),
    }
}

fn solution<const S: usize>(tableau: &Tableau<S>, order: u32) -> Result<(), OrderError> {
    let sum = Combination::of(Condition::Solution, &tableau.b);
    verify(&tableau.a, &tableau.c, &[sum], order, |_, _| true)
}

fn embedded<const S: usize>(
    tableau: &Tableau<S>,
    condition: Condition,
    weights: &[f64; S],
    order: u32,
) -> Result<(), OrderError> {
    let sum = Combination::of(condition, weights);
    verify(&tableau.a, &tableau.c, &[sum], order, |_, _| false)
}

fn dense<const S: usize>(tableau: &Tableau<S>, order: u32) -> Result<(), OrderError> {
    let mut a: Vec<Vec<f64>> = tableau.a.iter().map(|row| row.to_vec()).collect();
    let mut c = tableau.c.to_vec();
    let of_rows = |rows: &mut dyn Iterator<Item = &'static [f64]>| {
        let powers = rows.zip(1..);
        powers.map(|(row, power)| Combination::of(Condition::Dense { power }, row)).collect()
    };
    for stage in tableau.dense.stages() {
        a.push(stage.a.to_vec());
        c.push(stage.c);
    }
    let mut sums: Vec<Combination> = match &tableau.dense {
        Dense::Hermite { .. } => {
            a.push(tableau.b.to_vec());
            c.push(1.0);
            hermite(&tableau.b)
        }
        Dense::Polynomial { rows, .. } => of_rows(&mut rows.iter().map(|row| row.as_slice())),
        Dense::Extended { rows, .. } => of_rows(&mut rows.iter().copied()),
    };
    // Powers that the polynomials do not reach have the coefficient zero.
    for power in sums.len() as u32 + 1..=order {
        sums.push(Combination::of(Condition::Dense { power }, &[]));
    }
    let of_this_power = |condition, tree: &RootedTree| matches!(condition, Condition::Dense { power } if power == tree.order());
    verify(&a, &c, &sums, order, of_this_power)
}

/// The Hermite cubic as polynomial weights on the stages and the slope at the right end:
/// `theta f0`, `theta^2 (3 b - 2 f0 - f1)`, `theta^3 (-2 b + f0 + f1)`.
fn hermite<const S: usize>(b: &[f64; S]) -> Vec<Combination> {
    let powers = [(1, 0.0, 1.0, 0.0), (2, 3.0, -2.0, -1.0), (3, -2.0, 1.0, 1.0)];
    let combination = |(power, of_b, of_f0, of_f1): (u32, f64, f64, f64)| {
        let mut sum = Combination::of(Condition::Dense { power }, &b.map(|b| of_b * b));
        sum.weights.push((Compensated::from_f64(of_f1), of_f1.abs()));
        // Added in pieces: in one, of_b * b[0] + of_f0 would round a difference that cancels.
        let first = &mut sum.weights[0];
        *first = (first.0.plus(Compensated::from_f64(of_f0)), first.1 + of_f0.abs());
        sum
    };
    powers.map(combination).into()
}

/// Weights whose sum over the stages a condition speaks of, each with its size: the sum of the
/// absolute terms that it was formed from.
struct Combination {
    condition: Condition,
    weights: Vec<(Compensated, f64)>,
}

impl Combination {
    fn of(condition: Condition, weights: &[f64]) -> Self {
        let weights = weights.iter().map(|&w| (Compensated::from_f64(w), w.abs())).collect();
        Self { condition, weights }
    }
}

/// All conditions up to an order: `is_density` tells whether a sum should be `1/gamma` or 0.
fn verify(
    a: &[impl AsRef<[f64]>],
    c: &[f64],
    sums: &[Combination],
    order: u32,
    is_density: impl Fn(Condition, &RootedTree) -> bool,
) -> Result<(), OrderError> {
    let precise =
        |row: &[f64]| -> Vec<_> { row.iter().map(|&x| Compensated::from_f64(x)).collect() };
    let absolute = |row: &[f64]| -> Vec<_> { row.iter().map(|x| x.abs()).collect() };
    let (precise_a, precise_c) = (map_rows(a, precise), precise(c));
    let (absolute_a, absolute_c) = (map_rows(a, absolute), absolute(c));
    for tree in (1..=order).flat_map(RootedTree::of_order) {
        let phi = tree.stage_weights(&precise_a, &precise_c);
        let size = tree.stage_weights(&absolute_a, &absolute_c);
        for sum in sums {
            let mut total = Compensated::ZERO;
            let mut terms = 0.0;
            for (((weight, weight_size), phi), size) in sum.weights.iter().zip(&phi).zip(&size) {
                total = total.plus(weight.times(*phi));
                terms += weight_size * size;
            }
            let defect = if is_density(sum.condition, &tree) {
                let gamma = tree.density() as f64;
                let scaled = total.times(Compensated::from_f64(gamma));
                scaled.plus(Compensated::from_f64(-1.0)).value() / gamma
            } else {
                total.value()
            };
            let tolerance = tolerance(terms);
            // A NaN is not within any tolerance.
            let holds = defect.abs() <= tolerance;
            if !holds {
                let condition = sum.condition;
                return Err(OrderError::Refuted { condition, tree, defect, tolerance });
            }
        }
    }
    Ok(())
}

fn map_rows<T>(a: &[impl AsRef<[f64]>], map: impl Fn(&[f64]) -> Vec<T>) -> Vec<Vec<T>> {
    a.iter().map(|row| map(row.as_ref())).collect()
}
