//! From nodes to operations of the machine: a product that only a sum or a difference reads becomes part of it.

use crate::{Graph, Node, Primitive};

/// What one instruction does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Operation {
    Apply(Primitive),
    /// `a * b + c`, rounded twice like the two operations it stands for: where the processor has no fused instruction
    /// `mul_add` is a slow library call, and results should not depend on what was fused.
    MulAdd,
    /// `a * b - c`.
    MulSub,
    /// `c - a * b`.
    SubMul,
}

impl Operation {
    pub(crate) fn arity(self) -> usize {
        match self {
            Operation::Apply(primitive) => primitive.arity(),
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

/// The steps that compute a graph, each after those it reads.
pub(crate) fn fuse(graph: &Graph) -> Vec<Step> {
    let mut reads = vec![0_usize; graph.nodes().len()];
    for &o in graph.nodes().iter().flat_map(|node| node.operands()).chain(graph.output_nodes()) {
        reads[o] += 1;
    }
    let product = |k: usize| match graph.nodes()[k] {
        Node::Apply { primitive: Primitive::Mul, operands: [a, b, _] } if reads[k] == 1 => {
            Some((a, b))
        }
        _ => None,
    };
    let mut absorbed = vec![false; graph.nodes().len()];
    let mut steps = Vec::new();
    for (result, node) in graph.nodes().iter().enumerate().rev() {
        let Node::Apply { primitive, operands } = *node else { continue };
        if absorbed[result] {
            continue;
        }
        let [first, second, _] = operands;
        let fused = match primitive {
            Primitive::Add => (product(second).map(|ab| (Operation::MulAdd, second, ab, first)))
                .or_else(|| product(first).map(|ab| (Operation::MulAdd, first, ab, second))),
            Primitive::Sub => (product(second).map(|ab| (Operation::SubMul, second, ab, first)))
                .or_else(|| product(first).map(|ab| (Operation::MulSub, first, ab, second))),
            _ => None,
        };
        steps.push(match fused {
            Some((operation, gone, (a, b), c)) => {
                absorbed[gone] = true;
                Step { operation, operands: [a, b, c], result }
            }
            None => Step { operation: Operation::Apply(primitive), operands, result },
        });
    }
    steps.reverse();
    steps
}
