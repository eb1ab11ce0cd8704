//! What can go wrong: in tracing, in choosing inputs and outputs, in the lengths of slices, in checked runs.

use crate::{LayoutError, Shape};
use core::panic::Location;
use thiserror::Error;

/// Why a trace gave no graph.
///
/// Arithmetic on traced values cannot fail where it is written (operators return values, not results), so the first
/// fault is kept, every value that depends on it is void, and the trace ends in this error.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TraceError {
    /// A value of another trace, of a finished one, or of another thread's was used.
    #[error(
        "a traced value was used outside of the trace (or the thread) it belongs to; \
         pass it into the traced function as one of its inputs"
    )]
    Foreign,
    /// Two values were compared, of which at least one is traced: the graph has no branches, so it would silently keep
    /// the branch of this one run.
    #[error(
        "a traced value was compared with `==`, so a branch may hang on it, and a graph has no branches; \
         write `Real::select(condition, a, b)`, `max` or `min` instead"
    )]
    Compared,
    /// The traced function left an output as it was, or read it before it wrote it.
    #[error(
        "output {output} was not written, or was read before it was written; assign to every output, with `=` first"
    )]
    Unwritten {
        /// Which output, counted from 0.
        output: usize,
    },
    /// Arrays whose shapes do not go together.
    #[error(
        "{operation} of {expression} at {location}: shapes {} do not go together; {remedy}",
        .shapes.iter().map(Shape::to_string).collect::<Vec<_>>().join(" and ")
    )]
    Shapes {
        /// What was to be computed.
        operation: String,
        /// The operands, by [name](crate::Var::named), as inputs, or by their lines in the graph.
        expression: String,
        /// The shape of each operand.
        shapes: Vec<Shape>,
        /// What the operation asks of them.
        remedy: &'static str,
        /// The line of the traced function that asked for it.
        location: &'static Location<'static>,
    },
    /// A list of numbers for an array of another shape.
    #[error("an array of shape {shape} was given {found} entries at {location}; it has {}", .shape.len())]
    Entries {
        /// The shape asked for.
        shape: Shape,
        /// How many numbers there were.
        found: usize,
        /// The line of the traced function that asked for it.
        location: &'static Location<'static>,
    },
    /// The inputs cannot be laid out.
    #[error(transparent)]
    Layout(#[from] LayoutError),
}

/// Which list of numbers has the wrong length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dimension {
    /// What goes in: the sum of the lengths of all input slices.
    Inputs,
    /// What comes out: the sum of the lengths of all output slices.
    Outputs,
    /// A direction in the space of inputs.
    Tangents,
    /// A covector on the space of outputs.
    Cotangents,
}

impl core::fmt::Display for Dimension {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Dimension::Inputs => "inputs",
            Dimension::Outputs => "outputs",
            Dimension::Tangents => "tangents",
            Dimension::Cotangents => "cotangents",
        })
    }
}

/// A list of numbers has the wrong length; nothing was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "expected {expected} {what} in all, found {found}; pass slices whose lengths add up to {expected}"
)]
pub struct DimensionError {
    /// Which list.
    pub what: Dimension,
    /// The length that the graph or program has.
    pub expected: usize,
    /// The length that was passed.
    pub found: usize,
}

impl DimensionError {
    /// `Ok` if both agree.
    pub(crate) fn check(what: Dimension, expected: usize, found: usize) -> Result<(), Self> {
        if expected == found { Ok(()) } else { Err(DimensionError { what, expected, found }) }
    }
}

/// An output was asked for that the graph does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("there is no output {index}: the graph has {outputs}, counted from 0")]
pub struct OutputError {
    /// The output asked for.
    pub index: usize,
    /// How many there are.
    pub outputs: usize,
}

/// A graph was applied to another list of arrays than it is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "argument {index} of the graph should be {} and is {}",
    .expected.map_or("none".into(), |s| s.to_string()), .found.map_or("none".into(), |s| s.to_string())
)]
pub struct ArgumentError {
    /// Which argument, counted from 0.
    pub index: usize,
    /// The shape of that input; `None` if there are not so many.
    pub expected: Option<Shape>,
    /// The shape of what was passed; `None` if that was not so many.
    pub found: Option<Shape>,
}

/// A derivative was asked for that a graph of these shapes does not have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DerivativeError {
    /// A gradient, or a Hessian, is that of a function with a single number as its only output.
    #[error(
        "a gradient needs one output of shape 1x1, and this graph has {outputs}; select or sum up first"
    )]
    NotScalar {
        /// The outputs that there are.
        outputs: String,
    },
    /// A divergence is that of a field whose value has the shape of what it depends on.
    #[error(
        "a divergence needs an input and an output of one shape: input {input} is {}, output {output} is {}",
        .shapes[0].map_or("none".into(), |s| s.to_string()), .shapes[1].map_or("none".into(), |s| s.to_string())
    )]
    NotAField {
        /// The input asked for.
        input: usize,
        /// The output asked for.
        output: usize,
        /// Their shapes, if they exist.
        shapes: [Option<Shape>; 2],
    },
}

/// An operation of a checked run gave a number that is not finite.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("line %{line} is not finite: `{expression}` gave {value} at row {row}, column {column}")]
pub struct NotFinite {
    /// The line of the graph, as `Display` numbers it.
    pub line: usize,
    /// The operation, as `Display` prints it.
    pub expression: String,
    /// NaN or an infinity.
    pub value: f64,
    /// Its row, from 0.
    pub row: usize,
    /// Its column, from 0.
    pub column: usize,
}

/// Why a checked run came to no result.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CheckedError {
    /// A number that is not finite; an input that is not finite counts as one.
    #[error(transparent)]
    NotFinite(#[from] NotFinite),
    /// A list of the wrong length.
    #[error(transparent)]
    Dimension(#[from] DimensionError),
}
