//! How a graph and a program print: one numbered line an operation.

use crate::{Graph, Node, Primitive};
use core::fmt::{self, Display, Formatter};

/// Writes a primitive applied to printed operands, as a formula.
pub(crate) fn write_applied(
    f: &mut Formatter<'_>,
    primitive: Primitive,
    x: &[String],
) -> fmt::Result {
    match (primitive, x) {
        (Primitive::Add, [a, b]) => write!(f, "{a} + {b}"),
        (Primitive::Sub, [a, b]) => write!(f, "{a} - {b}"),
        (Primitive::Mul, [a, b]) => write!(f, "{a} * {b}"),
        (Primitive::Div, [a, b]) => write!(f, "{a} / {b}"),
        (Primitive::Neg, [a]) => write!(f, "-{a}"),
        (Primitive::Powi(n), [a]) => write!(f, "{a}^{n}"),
        (Primitive::Powf(c), [a]) => write!(f, "{a}^{c:?}"),
        _ => write!(f, "{}({})", primitive.name().to_lowercase(), x.join(", ")),
    }
}

/// `1 input`, `2 inputs`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// Prints a line for each operation, numbered by node (`%3`), with inputs (`x0`) and constants in place, then the outputs.
impl Display for Graph {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = |k: usize| match self.nodes()[k] {
            Node::Input(i) => format!("x{i}"),
            Node::Constant(c) => c.to_string(),
            Node::Apply { .. } => format!("%{k}"),
        };
        writeln!(
            f,
            "graph: {}, {}, {}",
            count(self.inputs(), "input"),
            count(self.outputs(), "output"),
            count(self.operations(), "operation")
        )?;
        for (k, node) in self.nodes().iter().enumerate() {
            if let Node::Apply { primitive, .. } = *node {
                write!(f, "  %{k} = ")?;
                let operands: Vec<String> = node.operands().iter().map(|&o| name(o)).collect();
                write_applied(f, primitive, &operands)?;
                writeln!(f)?;
            }
        }
        for (k, &o) in self.output_nodes().iter().enumerate() {
            writeln!(f, "  y{k} = {}", name(o))?;
        }
        Ok(())
    }
}
