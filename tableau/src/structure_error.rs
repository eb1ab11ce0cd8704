//! The flaws that can be seen without trees.

use core::fmt;

use thiserror::Error;

/// Where a coefficient stands. Indices count from 0, as in the arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// `a[row][column]`.
    A {
        /// The stage that is computed.
        row: usize,
        /// The stage that it uses.
        column: usize,
    },
    /// `b[stage]`.
    B {
        /// The stage that is weighted.
        stage: usize,
    },
    /// `c[stage]`.
    C {
        /// The stage whose node it is.
        stage: usize,
    },
    /// `error.weights[stage]`.
    Error {
        /// The stage that is weighted.
        stage: usize,
    },
    /// `error.second.weights[stage]`.
    SecondError {
        /// The stage that is weighted.
        stage: usize,
    },
    /// `rows[row][stage]` of the continuous extension.
    Dense {
        /// One less than the power of theta.
        row: usize,
        /// The stage that is weighted.
        stage: usize,
    },
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A { row, column } => write!(f, "a[{row}][{column}]"),
            Self::B { stage } => write!(f, "b[{stage}]"),
            Self::C { stage } => write!(f, "c[{stage}]"),
            Self::Error { stage } => write!(f, "error weight [{stage}]"),
            Self::SecondError { stage } => write!(f, "second error weight [{stage}]"),
            Self::Dense { row, stage } => write!(f, "dense row [{row}][{stage}]"),
        }
    }
}

/// What is wrong with the shape or the sums of a tableau. Indices count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum StructureError {
    /// `S` is 0.
    #[error("a method needs at least one stage, this tableau has none")]
    NoStages,
    /// An order of 0 is claimed, for the solution, the error estimate or the extension.
    #[error("order 0 is claimed for {what}: the least useful order is 1")]
    ZeroOrder {
        /// What claims it.
        what: &'static str,
    },
    /// A coefficient is NaN or infinite.
    #[error("{entry} is {value}: every coefficient must be finite")]
    NotFinite {
        /// Where it stands.
        entry: Entry,
        /// What stands there.
        value: f64,
    },
    /// A coefficient on or above the diagonal of `a` is not zero.
    #[error(
        "a[{row}][{column}] = {value} makes stage {row} depend on itself or on a later stage: \
         only explicit methods (a strictly lower triangular) are possible here"
    )]
    Implicit {
        /// The stage that is computed.
        row: usize,
        /// The stage that it uses, not before `row`.
        column: usize,
        /// The coefficient.
        value: f64,
    },
    /// A node is not the sum of its row.
    #[error(
        "row {row} of a sums to {sum}, but c[{row}] = {node}: they must agree, or the method \
         treats t otherwise than a component of y"
    )]
    Inconsistent {
        /// The row.
        row: usize,
        /// The node `c[row]`.
        node: f64,
        /// The sum of `a[row]`.
        sum: f64,
    },
    /// The weights do not sum to one.
    #[error("the weights b sum to {sum}: they must sum to 1, or y' = 1 is not solved")]
    Weights {
        /// What they sum to.
        sum: f64,
    },
    /// The error weights do not sum to zero.
    #[error(
        "the weights of {what} sum to {sum}: they must sum to 0, being a difference b - b_hat; \
         was b_hat itself given?"
    )]
    ErrorWeights {
        /// Which row: of the error estimate, or its second.
        what: &'static str,
        /// What they sum to.
        sum: f64,
    },
    /// The error weights are all zero.
    #[error(
        "all error weights are zero: such an estimate accepts every step; leave it out instead"
    )]
    BlindError,
    /// What counts of the second row's norm is not a positive number.
    #[error("the share of the second error row is {share}: give a positive number")]
    Share {
        /// What was given.
        share: f64,
    },
    /// A row of an extension with stages of its own has the wrong length.
    #[error(
        "the row that ends before {entry} has {found} coefficients and needs {expected}: one for \
         each stage of the step and each extra stage (before it, if it is the row of a stage)"
    )]
    Length {
        /// The place just after the row's last coefficient.
        entry: Entry,
        /// How many there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The extension does not end in the solution.
    #[error(
        "column {stage} of the dense rows sums to {sum}, but b[{stage}] = {weight}: at theta = 1 \
         the extension must give y1"
    )]
    DenseEnd {
        /// The stage.
        stage: usize,
        /// What its column sums to.
        sum: f64,
        /// Its weight in the solution.
        weight: f64,
    },
}
