//! How an operation is written: checked, and tidied in ways that change no value.

use crate::tape::Tape;
use crate::{Node, Primitive, Shape};

/// Why an operation cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// Shapes that do not go together.
    Shapes,
    /// A result with more entries than an address space has room for.
    TooLarge,
}

/// The shape, unless it is too large to be.
fn possible(shape: Shape) -> Result<Shape, Mismatch> {
    if shape.is_possible() { Ok(shape) } else { Err(Mismatch::TooLarge) }
}

impl Tape {
    /// The node that holds a primitive of these operands.
    pub(crate) fn write(&mut self, primitive: Primitive, x: &[usize]) -> Result<usize, Mismatch> {
        if primitive.is_elementwise() {
            self.write_elementwise(primitive, x)
        } else {
            self.write_structural(primitive, x)
        }
    }

    fn write_elementwise(&mut self, primitive: Primitive, x: &[usize]) -> Result<usize, Mismatch> {
        let mut common = Shape::SCALAR;
        for &operand in x {
            common = common.broadcast_with(self.shapes[operand]).ok_or(Mismatch::Shapes)?;
        }
        possible(common)?;
        let mut numbers = [0.0; 3];
        let known = x
            .iter()
            .zip(&mut numbers)
            .all(|(&operand, number)| self.number(operand).inspect(|&c| *number = c).is_some());
        if known {
            let folded = self.constant(primitive.kernel(numbers));
            return Ok(self.stretched(folded, common));
        }
        if let Some((same, negative)) = self.unchanged(primitive, x) {
            let same = self.stretched(same, common);
            return if negative { self.write(Primitive::Neg, &[same]) } else { Ok(same) };
        }
        let mut operands = [0; 3];
        for (slot, &operand) in operands.iter_mut().zip(x) {
            *slot = self.stretched(operand, common);
        }
        Ok(self.with_negations_outside(primitive, operands, x.len(), common))
    }

    /// The number that every entry of a node is, if that is known.
    fn number(&self, node: usize) -> Option<f64> {
        match self.nodes[node] {
            Node::Constant(c) => Some(c),
            Node::Apply { primitive: Primitive::Broadcast(_), operands: [a, ..] } => self.number(a),
            _ => None,
        }
    }

    /// The operand that the result equals where constants make the operation idle, and whether it is to be negated.
    fn unchanged(&self, primitive: Primitive, x: &[usize]) -> Option<(usize, bool)> {
        let &[a, b] = x else { return None };
        match (primitive, self.number(a), self.number(b)) {
            (Primitive::Add, Some(0.0), _) => Some((b, false)),
            (Primitive::Add | Primitive::Sub, _, Some(0.0)) => Some((a, false)),
            (Primitive::Mul, Some(1.0), _) => Some((b, false)),
            (Primitive::Mul | Primitive::Div, _, Some(1.0)) => Some((a, false)),
            (Primitive::Mul, Some(-1.0), _) => Some((b, true)),
            (Primitive::Mul | Primitive::Div, _, Some(-1.0)) => Some((a, true)),
            _ => None,
        }
    }

    /// A node stretched to a shape that it stretches to.
    fn stretched(&mut self, node: usize, to: Shape) -> usize {
        if self.shapes[node] == to {
            return node;
        }
        // Stretched twice is stretched once.
        let source = match self.nodes[node] {
            Node::Apply { primitive: Primitive::Broadcast(_), operands: [a, ..] } => a,
            _ => node,
        };
        let primitive = Primitive::Broadcast(to);
        self.node(Node::Apply { primitive, operands: [source, 0, 0] }, to)
    }

    /// IEEE arithmetic is symmetric under negation, so moving one outwards changes no digit.
    fn with_negations_outside(
        &mut self,
        primitive: Primitive,
        operands: [usize; 3],
        arity: usize,
        shape: Shape,
    ) -> usize {
        use Primitive::{Add, Div, Mul, Neg, Sub};
        let negated = |k: usize| match self.nodes[operands[k]] {
            Node::Apply { primitive: Neg, operands: [a, ..] } if k < arity => Some(a),
            _ => None,
        };
        let [a, b, _] = operands;
        // What to write, and whether the negative of that is meant.
        let (primitive, operands, outside) = match (primitive, negated(0), negated(1)) {
            (Neg, Some(a), _) => return a,
            (Mul | Div, Some(a), Some(b)) => (primitive, [a, b, 0], false),
            (Mul | Div, Some(a), None) => (primitive, [a, b, 0], true),
            (Mul | Div, None, Some(b)) => (primitive, [a, b, 0], true),
            (Add, _, Some(b)) => (Sub, [a, b, 0], false),
            (Add, Some(a), None) => (Sub, [b, a, 0], false),
            (Sub, _, Some(b)) => (Add, [a, b, 0], false),
            _ => (primitive, operands, false),
        };
        let written = self.node(Node::Apply { primitive, operands }, shape);
        if outside {
            let operands = [written, 0, 0];
            return self.node(Node::Apply { primitive: Neg, operands }, shape);
        }
        written
    }

    fn write_structural(&mut self, primitive: Primitive, x: &[usize]) -> Result<usize, Mismatch> {
        let mut operands = [0; 3];
        operands[..x.len()].copy_from_slice(x);
        let shape = primitive.shape(operands.map(|o| self.shapes[o])).ok_or(Mismatch::Shapes)?;
        possible(shape)?;
        let a = operands[0];
        let source = match self.nodes[a] {
            Node::Apply { primitive, operands } => Some((primitive, operands[0])),
            _ => None,
        };
        let idle = match primitive {
            Primitive::Broadcast(_)
            | Primitive::Reshape(_)
            | Primitive::Slice(..)
            | Primitive::Pad(..)
            | Primitive::SumRows
            | Primitive::SumColumns
            | Primitive::SumAll => self.shapes[a] == shape,
            Primitive::Transpose => shape.is_scalar(),
            _ => false,
        };
        Ok(match (primitive, source) {
            _ if idle => a,
            (Primitive::Broadcast(to), _) => self.stretched(a, to),
            (Primitive::Transpose, Some((Primitive::Transpose, inner))) => inner,
            (Primitive::Reshape(_), Some((Primitive::Reshape(_), inner)))
                if self.shapes[inner] == shape =>
            {
                inner
            }
            (Primitive::Reshape(_), Some((Primitive::Reshape(_), inner))) => {
                self.node(Node::Apply { primitive, operands: [inner, 0, 0] }, shape)
            }
            (Primitive::Product(l, r), _) => {
                // A transposed factor is no work for a product.
                let plain = |node: usize, flag: bool| match self.nodes[node] {
                    Node::Apply { primitive: Primitive::Transpose, operands: [inner, ..] } => {
                        (inner, !flag)
                    }
                    _ => (node, flag),
                };
                let ((a, l), (b, r)) = (plain(a, l), plain(operands[1], r));
                let primitive = Primitive::Product(l, r);
                self.node(Node::Apply { primitive, operands: [a, b, 0] }, shape)
            }
            _ => self.node(Node::Apply { primitive, operands }, shape),
        })
    }
}
