//! How a graph and a program print: one numbered line an operation.

use crate::{Axis, Graph, Node, Primitive};
use core::fmt::{self, Display, Formatter};

/// A primitive applied to printed operands, as a formula.
pub(crate) fn applied(primitive: Primitive, x: &[String]) -> String {
    match (primitive, x) {
        (Primitive::Add, [a, b]) => format!("{a} + {b}"),
        (Primitive::Sub, [a, b]) => format!("{a} - {b}"),
        (Primitive::Mul, [a, b]) => format!("{a} * {b}"),
        (Primitive::Div, [a, b]) => format!("{a} / {b}"),
        (Primitive::Neg, [a]) => format!("-{a}"),
        (Primitive::Powi(n), [a]) => format!("{a}^{n}"),
        (Primitive::Powf(c), [a]) => format!("{a}^{c:?}"),
        (Primitive::Product(l, r), [a, b]) => {
            let transposed = |flag| if flag { "^T" } else { "" };
            format!("{a}{} @ {b}{}", transposed(l), transposed(r))
        }
        (Primitive::Transpose, [a]) => format!("{a}^T"),
        (Primitive::SumRows, [a]) => format!("sum_rows({a})"),
        (Primitive::SumColumns, [a]) => format!("sum_columns({a})"),
        (Primitive::SumAll, [a]) => format!("sum({a})"),
        (Primitive::Broadcast(shape), [a]) => format!("broadcast({a}, {shape})"),
        (Primitive::Reshape(shape), [a]) => format!("reshape({a}, {shape})"),
        (Primitive::Concat(axis), [a, b]) => format!("concat_{}({a}, {b})", axis.name()),
        (Primitive::Slice(axis, start, length), [a]) => {
            format!("{a}[{} {}]", axis.name(), range(start, length))
        }
        (Primitive::Pad(axis, start, extent), [a]) => {
            format!("pad({a}, {} from {start} of {extent})", axis.name())
        }
        _ => format!("{}({})", primitive.name().to_lowercase(), x.join(", ")),
    }
}

/// What a primitive does, in words.
pub(crate) fn described(primitive: Primitive) -> String {
    match primitive {
        Primitive::Product(false, false) => "matrix product".into(),
        Primitive::Product(true, false) => "matrix product (left transposed)".into(),
        Primitive::Product(false, true) => "matrix product (right transposed)".into(),
        Primitive::Product(true, true) => "matrix product (both transposed)".into(),
        Primitive::Broadcast(shape) => format!("broadcast to {shape}"),
        Primitive::Reshape(shape) => format!("reshape to {shape}"),
        Primitive::Concat(Axis::Rows) => "concatenation of rows".into(),
        Primitive::Concat(Axis::Columns) => "concatenation of columns".into(),
        Primitive::Slice(axis, start, length) => {
            format!("slice of {} {}", axis.name(), range(start, length))
        }
        Primitive::Pad(axis, start, extent) => {
            format!("padding of {} from {start} to {extent}", axis.name())
        }
        _ => primitive.name().to_lowercase(),
    }
}

fn range(start: usize, length: usize) -> String {
    if length == usize::MAX {
        return format!("from {start} backwards");
    }
    format!("{start}..{}", start.saturating_add(length))
}

/// `1 input`, `2 inputs`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

impl Graph {
    /// How a line refers to a node: inputs and constants in place, operations by number.
    pub(crate) fn label(&self, k: usize) -> String {
        match &self.nodes()[k] {
            Node::Input(i) => {
                self.name(k).map_or_else(|| self.input_layout().label(*i), str::to_owned)
            }
            Node::Constant(c) => c.to_string(),
            Node::Array { shape, .. } => format!("array({shape})"),
            Node::Apply { .. } => format!("%{k}"),
        }
    }

    /// What a node computes, as a formula of earlier ones.
    pub(crate) fn formula(&self, k: usize) -> String {
        match &self.nodes()[k] {
            Node::Apply { primitive, .. } => {
                let operands = self.nodes()[k].operands();
                applied(*primitive, &operands.iter().map(|&o| self.label(o)).collect::<Vec<_>>())
            }
            _ => self.label(k),
        }
    }

    /// The inputs or outputs in a heading: how many, and which where they are more than numbers.
    pub(crate) fn inputs_in_words(&self) -> String {
        let entries = self.input_layout().entries();
        let each = entries.iter().enumerate();
        let list: Vec<String> =
            each.map(|(i, e)| format!("{} {}", self.input_layout().label(i), e.shape)).collect();
        let counted = count(entries.len(), "input");
        let plain = entries.iter().all(|e| e.shape.is_scalar() && e.name.is_empty());
        if plain { counted } else { format!("{counted} ({})", list.join(", ")) }
    }
}

/// Prints a line for each operation, numbered by node (`%3`), with inputs (`x0`, or by name) and constants in place, then the
/// outputs. Lines that are more than a number end in their shape, and in the name they were given.
impl Display for Graph {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "graph: {}, {}, {}",
            self.inputs_in_words(),
            count(self.output_nodes().len(), "output"),
            count(self.operations(), "operation")
        )?;
        for (k, node) in self.nodes().iter().enumerate() {
            if let Node::Apply { .. } = node {
                write!(f, "  %{k} = {}", self.formula(k))?;
                if !self.shapes()[k].is_scalar() {
                    write!(f, " : {}", self.shapes()[k])?;
                }
                if let Some(name) = self.name(k) {
                    write!(f, " ({name})")?;
                }
                writeln!(f)?;
            }
        }
        for (k, &o) in self.output_nodes().iter().enumerate() {
            writeln!(f, "  y{k} = {}", self.label(o))?;
        }
        Ok(())
    }
}
