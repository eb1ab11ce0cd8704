//! From nodes to operations of the machine: products become part of what reads them.

use crate::{Graph, Node, Primitive};

/// What one instruction does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Operation {
    Apply(Primitive),
    /// `a`, for an output that lies elsewhere too.
    Copy,
    /// `a * b + c`, rounded twice like the two operations it stands for: where the processor has no fused instruction
    /// `mul_add` is a slow library call, and results should not depend on what was fused.
    MulAdd,
    /// `a * b - c`.
    MulSub,
    /// `c - a * b`.
    SubMul,
    /// `a * b * c`.
    MulMul,
}

impl Operation {
    pub(crate) fn arity(self) -> usize {
        match self {
            Operation::Apply(primitive) => primitive.arity(),
            Operation::Copy => 1,
            _ => 3,
        }
    }
}

/// An operation between values, which are named by node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) operation: Operation,
    pub(crate) operands: [usize; 3],
    pub(crate) result: usize,
}

impl Step {
    pub(crate) fn operands(&self) -> &[usize] {
        &self.operands[..self.operation.arity()]
    }
}

/// The name of a value that is no node: -0, from which a negated product is a difference, as `-0 - x` is `-x` for every `x`.
pub(crate) fn negative_zero(graph: &Graph) -> usize {
    graph.nodes().len()
}

/// The steps that compute a graph, each after those it reads.
///
/// From the results back: a node that nobody reads any more, because its readers compute it themselves, is left out.
pub(crate) fn fuse(graph: &Graph) -> Vec<Step> {
    let nodes = graph.nodes();
    let mut reads = vec![0_usize; nodes.len() + 1];
    for &o in nodes.iter().flat_map(|node| node.operands()).chain(graph.output_nodes()) {
        reads[o] += 1;
    }
    let product = |k: usize| match nodes[k] {
        Node::Apply { primitive: Primitive::Mul, operands: [a, b, _] } => Some((a, b)),
        _ => None,
    };
    let mut steps = Vec::new();
    for (result, node) in nodes.iter().enumerate().rev() {
        let Node::Apply { primitive, operands } = *node else { continue };
        if reads[result] == 0 {
            node.operands().iter().for_each(|&o| reads[o] -= 1);
            continue;
        }
        let [first, second, _] = operands;
        // Of a product that others read too, the sum would have to repeat it.
        let own = |k: usize| product(k).filter(|_| reads[k] == 1);
        let fused = match primitive {
            Primitive::Add => (own(second).map(|ab| (Operation::MulAdd, second, ab, first)))
                .or_else(|| own(first).map(|ab| (Operation::MulAdd, first, ab, second))),
            Primitive::Sub => (own(second).map(|ab| (Operation::SubMul, second, ab, first)))
                .or_else(|| own(first).map(|ab| (Operation::MulSub, first, ab, second))),
            Primitive::Neg => {
                product(first).map(|ab| (Operation::SubMul, first, ab, negative_zero(graph)))
            }
            // A product of a product repeats it: one multiplication is done sooner than a result is stored and loaded.
            Primitive::Mul => (product(first).map(|ab| (Operation::MulMul, first, ab, second)))
                .or_else(|| product(second).map(|ab| (Operation::MulMul, second, ab, first))),
            _ => None,
        };
        steps.push(match fused {
            Some((operation, gone, (a, b), c)) => {
                reads[gone] -= 1;
                reads[a] += 1;
                reads[b] += 1;
                Step { operation, operands: [a, b, c], result }
            }
            None => Step { operation: Operation::Apply(primitive), operands, result },
        });
    }
    steps.reverse();
    steps
}
