//! A graph as the machine likes it: constants computed, left factors of large products upright.

use crate::matrix::Matrix;
use crate::product::worth_a_copy;
use crate::{Graph, Node, Primitive, Shape};
use std::collections::HashMap;
use std::sync::Arc;

/// Nodes as in a [`Graph`], ready to be planned.
pub(crate) struct Lowered {
    pub(crate) nodes: Vec<Node>,
    pub(crate) shapes: Vec<Shape>,
    pub(crate) outputs: Vec<usize>,
}

impl Lowered {
    fn push(&mut self, node: Node, shape: Shape) -> usize {
        self.nodes.push(node);
        self.shapes.push(shape);
        self.nodes.len() - 1
    }

    /// The entries of a node that depends on nothing, if they are known one by one.
    fn entries(&self, k: usize) -> Option<Arc<[f64]>> {
        match &self.nodes[k] {
            Node::Constant(c) => Some(Arc::new([*c])),
            Node::Array { entries, .. } => Some(entries.clone()),
            _ => None,
        }
    }

    /// The entries of a broadcast constant, written out.
    fn stretched(&self, k: usize) -> Option<Arc<[f64]>> {
        let Node::Apply { primitive: Primitive::Broadcast(shape), operands: [a, ..] } =
            self.nodes[k]
        else {
            return None;
        };
        let source = self.entries(a)?;
        let mut entries = vec![0.0; shape.len()];
        let source = Matrix { shape: self.shapes[a], entries: &source };
        let none = Matrix::absent();
        Primitive::Broadcast(shape).fill([source, none, none], shape, &mut entries);
        Some(entries.into())
    }

    /// What a primitive gives on constants; `None` where an operand is none.
    fn folded(&self, primitive: Primitive, operands: &[usize], shape: Shape) -> Option<Node> {
        // A broadcast holds nothing that its operand does not: it stays small as it is, until it meets an array.
        let broadcast = matches!(primitive, Primitive::Broadcast(_));
        if broadcast || operands.iter().all(|&o| self.entries(o).is_none()) {
            return None;
        }
        let known: Vec<Arc<[f64]>> = operands
            .iter()
            .map(|&o| self.entries(o).or_else(|| self.stretched(o)))
            .collect::<Option<_>>()?;
        let operand = |k: usize| match (known.get(k), operands.get(k)) {
            (Some(entries), Some(&o)) => Matrix { shape: self.shapes[o], entries: &entries[..] },
            _ => Matrix::absent(),
        };
        let mut entries = vec![0.0; shape.len()];
        primitive.fill([operand(0), operand(1), operand(2)], shape, &mut entries);
        Some(match entries.as_slice() {
            [c] if shape.is_scalar() => Node::Constant(*c),
            _ => Node::Array { shape, entries: entries.into() },
        })
    }
}

pub(crate) fn lower(graph: &Graph) -> Lowered {
    let mut lowered = Lowered { nodes: Vec::new(), shapes: Vec::new(), outputs: Vec::new() };
    let mut moved_to = Vec::with_capacity(graph.nodes().len());
    let mut upright: HashMap<usize, usize> = HashMap::new();
    for (node, &shape) in graph.nodes().iter().zip(graph.shapes()) {
        let Node::Apply { primitive, operands } = node else {
            moved_to.push(lowered.push(node.clone(), shape));
            continue;
        };
        let (mut primitive, mut operands) = (*primitive, *operands);
        let arity = primitive.arity();
        operands[..arity].iter_mut().for_each(|o| *o = moved_to[*o]);
        if let Some(constant) = lowered.folded(primitive, &operands[..arity], shape) {
            moved_to.push(lowered.push(constant, shape));
            continue;
        }
        if let Primitive::Product(true, right) = primitive {
            let [a, ..] = operands;
            let from = lowered.shapes[a];
            if worth_a_copy(from.rows, shape) {
                let copy = match upright.get(&a) {
                    Some(&copy) => copy,
                    None => {
                        let (primitive, to) = (Primitive::Transpose, from.transposed());
                        let copy = Node::Apply { primitive, operands: [a, 0, 0] };
                        let copy = lowered.folded(primitive, &[a], to).unwrap_or(copy);
                        lowered.push(copy, to)
                    }
                };
                upright.insert(a, copy);
                (primitive, operands[0]) = (Primitive::Product(false, right), copy);
            }
        }
        moved_to.push(lowered.push(Node::Apply { primitive, operands }, shape));
    }
    lowered.outputs = graph.output_nodes().iter().map(|&o| moved_to[o]).collect();
    lowered
}
