//! What can go wrong: in tracing, in choosing outputs, in the lengths of slices.

use thiserror::Error;

/// Why a trace gave no graph.
///
/// Arithmetic on traced values cannot fail where it is written (operators return values, not results), so the first
/// fault is kept, every value that depends on it is void, and the trace ends in this error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
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
