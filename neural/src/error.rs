//! What can be wrong with a net, a field or what trains them.

use crate::ControlError;
use costate_adjoint::autodiff::{
    ArgumentError, DerivativeError, DimensionError, LayoutError, OutputError, Shape, TraceError,
};
use costate_adjoint::norms::ShapeError;
use costate_adjoint::solver::SolveError;

/// Why a net, a field or a step of training cannot be: what, where, and what to do.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NeuralError {
    /// A net of fewer than two widths.
    #[error("a net has at least an input and an output width, and this one was given {found}")]
    TooFewWidths {
        /// How many there were.
        found: usize,
    },
    /// A layer without entries.
    #[error("width {index} of the net is 0: every layer needs at least one entry")]
    ZeroWidth {
        /// Which width, counted from 0.
        index: usize,
    },
    /// A batch without columns.
    #[error("the batch is empty: a field needs at least one column of state")]
    EmptyBatch,
    /// A net of another size than its place asks for.
    #[error("{what} has {found} entries and should have {expected}: choose the net's widths so")]
    Width {
        /// Which end of which net.
        what: &'static str,
        /// What its place asks for.
        expected: usize,
        /// What the net has.
        found: usize,
    },
    /// A net that takes the time where there is none.
    #[error("{what} does not depend on time: make the net without `with_time`")]
    Time {
        /// Whose net.
        what: &'static str,
    },
    /// Another number of parameter arrays than a net has.
    #[error("a net of {expected} parameter arrays was given {found}: pass those of its layout")]
    Arrays {
        /// Those of the layout.
        expected: usize,
        /// Those passed.
        found: usize,
    },
    /// A state of another number of leaves than its type.
    #[error(
        "the state's type has {expected} leaves and the model has {found} state arrays: choose the type to match"
    )]
    Leaves {
        /// Those of the type.
        expected: usize,
        /// Those of the model.
        found: usize,
    },
    /// A slope that does not look like its state.
    #[error(
        "the slope has the shapes [{found}] and the state [{expected}]: return one array for each of the state's"
    )]
    Slope {
        /// Shapes of the state.
        expected: String,
        /// Shapes of what the model returned.
        found: String,
    },
    /// A list of numbers of another length.
    #[error("{what}: {expected} numbers were expected and {found} found")]
    Length {
        /// Which list.
        what: &'static str,
        /// How many there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// NaN or infinity.
    #[error(
        "{what} has {value} at coordinate {index}: nothing was done with it; look where it comes from"
    )]
    NotFinite {
        /// Which list.
        what: &'static str,
        /// The coordinate.
        index: usize,
        /// What stands there.
        value: f64,
    },
    /// A matrix of another shape.
    #[error("{what} is {found} and should be {expected}")]
    Shape {
        /// Which matrix.
        what: &'static str,
        /// What it should be.
        expected: Shape,
        /// What it is.
        found: Shape,
    },
    /// A class that does not exist.
    #[error("label {index} is {label}, and there are {classes} classes, counted from 0")]
    Label {
        /// Which label.
        index: usize,
        /// The class it names.
        label: usize,
        /// How many classes there are.
        classes: usize,
    },
    /// A setting outside of its range.
    #[error("{what} is {value} and has to be {range}")]
    Setting {
        /// Which setting.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        range: &'static str,
    },
    /// The mathematics of a field could not be traced.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// Arrays that cannot be laid out.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// A derivative that a part of a field does not have.
    #[error(transparent)]
    Derivative(#[from] DerivativeError),
    /// A part of a field that was given other arrays than it takes.
    #[error(transparent)]
    Argument(#[from] ArgumentError),
    /// A part of a field that was asked for an output it does not have.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A program that was given lists of other lengths.
    #[error(transparent)]
    Dimension(#[from] DimensionError),
    /// A state or parameters of another length than a field's.
    #[error(transparent)]
    Space(#[from] ShapeError),
    /// A control that does not fit its field.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// A solve that failed.
    #[error(transparent)]
    Solve(#[from] SolveError),
}

impl NeuralError {
    /// `Ok` if both lengths agree.
    pub(crate) fn check_length(
        what: &'static str,
        expected: usize,
        found: usize,
    ) -> Result<(), Self> {
        if expected == found { Ok(()) } else { Err(NeuralError::Length { what, expected, found }) }
    }

    /// `Ok` if all numbers are finite.
    pub(crate) fn check_finite<T: num_traits::Float + Into<f64>>(
        what: &'static str,
        list: &[T],
    ) -> Result<(), Self> {
        match list.iter().position(|x| !x.is_finite()) {
            None => Ok(()),
            Some(index) => Err(NeuralError::NotFinite { what, index, value: list[index].into() }),
        }
    }

    /// `Ok` if the setting is in its range.
    pub(crate) fn check_setting(
        what: &'static str,
        value: f64,
        within: bool,
        range: &'static str,
    ) -> Result<(), Self> {
        if within { Ok(()) } else { Err(NeuralError::Setting { what, value, range }) }
    }
}
