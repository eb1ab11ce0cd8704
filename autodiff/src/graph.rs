//! A traced function: an append-only list of nodes.

use crate::matrix::Matrix;
use crate::tape::Written;
use crate::{
    ArgumentError, Dimension, DimensionError, Layout, OutputError, Primitive, Real, Shape, Var,
};
use core::ops::Range;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One line of a graph. Operands are indices of earlier nodes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Node {
    /// The input of this index.
    Input(usize),
    /// A number that depends on nothing.
    Constant(f64),
    /// An array that depends on nothing, column by column.
    Array {
        /// Its rows and columns.
        shape: Shape,
        /// Its entries.
        entries: Arc<[f64]>,
    },
    /// A primitive applied to earlier nodes.
    Apply {
        /// What is computed.
        primitive: Primitive,
        /// From what: the first [`Primitive::arity`] entries; the rest are 0.
        operands: [usize; 3],
    },
}

impl Node {
    /// The earlier nodes that this one reads.
    pub fn operands(&self) -> &[usize] {
        match self {
            Node::Apply { primitive, operands } => &operands[..primitive.arity()],
            _ => &[],
        }
    }
}

/// A function from arrays to arrays, as [`trace`](crate::trace) wrote it down.
///
/// The inputs come first among the nodes, in order, used or not; every other node is read by an output, directly or not.
/// `Display` prints one line a node, with its shape where there is more than scalars.
///
/// Numbers go in and come out in one flat list: all inputs, one after the other, each column by column, and all outputs
/// likewise.
///
/// [`vjp`](Graph::vjp) and [`jvp`](Graph::jvp) turn a graph into the graph of its derivative, any number of times.
/// [`Program::compile`](crate::Program::compile) makes it fast.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    nodes: Vec<Node>,
    shapes: Vec<Shape>,
    names: BTreeMap<usize, String>,
    inputs: Layout,
    outputs: Vec<usize>,
}

impl Graph {
    /// Keeps of what was written, which begins with the inputs, all that the outputs need.
    pub(crate) fn new(written: Written, outputs: Vec<usize>) -> Graph {
        let Written { inputs, nodes, shapes, mut names } = written;
        let mut needed = vec![false; nodes.len()];
        needed[..inputs.entries().len()].fill(true);
        for &o in &outputs {
            needed[o] = true;
        }
        for (k, node) in nodes.iter().enumerate().rev() {
            if needed[k] {
                for &operand in node.operands() {
                    needed[operand] = true;
                }
            }
        }
        let mut moved_to = vec![0; nodes.len()];
        let mut kept = Graph {
            nodes: Vec::new(),
            shapes: Vec::new(),
            names: BTreeMap::new(),
            inputs,
            outputs: Vec::new(),
        };
        for (k, mut node) in nodes.into_iter().enumerate() {
            if needed[k] {
                if let Node::Apply { primitive, operands } = &mut node {
                    for operand in &mut operands[..primitive.arity()] {
                        *operand = moved_to[*operand];
                    }
                }
                moved_to[k] = kept.nodes.len();
                if let Some(name) = names.remove(&k) {
                    kept.names.insert(moved_to[k], name);
                }
                kept.nodes.push(node);
                kept.shapes.push(shapes[k]);
            }
        }
        kept.outputs = outputs.into_iter().map(|o| moved_to[o]).collect();
        kept
    }

    /// How many numbers it takes: the lengths of all its input arrays together.
    pub fn inputs(&self) -> usize {
        self.inputs.len()
    }

    /// The arrays it takes.
    pub fn input_layout(&self) -> &Layout {
        &self.inputs
    }

    /// How many numbers it gives: the lengths of all its output arrays together. [`select_outputs`](Graph::select_outputs)
    /// counts arrays.
    pub fn outputs(&self) -> usize {
        self.outputs.iter().map(|&o| self.shapes[o].len()).fold(0, usize::saturating_add)
    }

    /// The shape of each output.
    pub fn output_shapes(&self) -> Vec<Shape> {
        self.outputs.iter().map(|&o| self.shapes[o]).collect()
    }

    /// All nodes, each after its operands.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The shape of each node.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// The name that a node was [given](Var::named), or its name as an input.
    pub fn name(&self, node: usize) -> Option<&str> {
        self.names.get(&node).map(String::as_str).or_else(|| match self.nodes.get(node)? {
            Node::Input(i) => {
                Some(self.inputs.entries()[*i].name.as_str()).filter(|n| !n.is_empty())
            }
            _ => None,
        })
    }

    /// For each output, the index of the node that computes it.
    pub fn output_nodes(&self) -> &[usize] {
        &self.outputs
    }

    /// How many nodes compute something (neither input nor constant).
    pub fn operations(&self) -> usize {
        self.nodes.iter().filter(|node| matches!(node, Node::Apply { .. })).count()
    }

    /// Whether there are only numbers, no arrays.
    pub fn is_scalar(&self) -> bool {
        self.shapes.iter().all(|shape| shape.is_scalar())
            && self.nodes.iter().all(|node| match node {
                Node::Apply { primitive, .. } => primitive.is_elementwise(),
                _ => true,
            })
    }

    /// The graph with only these outputs, in this order (repetition is fine), and only what they need. Inputs all stay.
    ///
    /// For instance the gradient without the value, or the VJP in some inputs only:
    ///
    /// ```
    /// use costate_autodiff::{trace, Real};
    /// let transposed = trace(2, |x| vec![x[0] * x[1].sin()])?.vjp(); // f, df/dx0 w, df/dx1 w
    /// let in_x0 = transposed.select_outputs(&[1])?;
    /// assert_eq!(in_x0.evaluate(&[5.0, 0.5, 2.0])?, [2.0 * f64::sin(0.5)]);
    /// assert!(transposed.select_outputs(&[3]).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// An index past the last output.
    pub fn select_outputs(&self, wanted: &[usize]) -> Result<Graph, OutputError> {
        let output = |&index| {
            let found = self.outputs.get(index).copied();
            found.ok_or(OutputError { index, outputs: self.outputs.len() })
        };
        let outputs = wanted.iter().map(output).collect::<Result<_, _>>()?;
        let written = Written {
            inputs: self.inputs.clone(),
            nodes: self.nodes.clone(),
            shapes: self.shapes.clone(),
            names: self.names.clone(),
        };
        Ok(Graph::new(written, outputs))
    }

    /// The outputs at inputs `x`, over any scalar: node by node, without a program.
    ///
    /// For a function that runs once, for dual numbers, or inside another trace (where it inlines a graph of scalars; see
    /// [`apply`](Graph::apply) for arrays).
    ///
    /// # Errors
    /// When `x` is not as long as [`inputs`](Graph::inputs).
    pub fn evaluate<R: Real>(&self, x: &[R]) -> Result<Vec<R>, DimensionError> {
        DimensionError::check(Dimension::Inputs, self.inputs(), x.len())?;
        let (values, places) = self.values(x);
        Ok(self.outputs.iter().flat_map(|&o| values[places[o].clone()].iter().copied()).collect())
    }

    /// The value of every node, and where it lies.
    pub(crate) fn values<R: Real>(&self, x: &[R]) -> (Vec<R>, Vec<Range<usize>>) {
        let total = self.shapes.iter().map(|shape| shape.len()).sum();
        let mut values: Vec<R> = Vec::with_capacity(total);
        let mut places: Vec<Range<usize>> = Vec::with_capacity(self.nodes.len());
        for (node, &shape) in self.nodes.iter().zip(&self.shapes) {
            let place = values.len()..values.len() + shape.len();
            match node {
                Node::Input(i) => values.extend_from_slice(&x[self.inputs.entries()[*i].range()]),
                Node::Constant(c) => values.push(R::constant(*c)),
                Node::Array { entries, .. } => {
                    values.extend(entries.iter().map(|&c| R::constant(c)));
                }
                Node::Apply { primitive, operands } => {
                    values.resize(place.end, R::constant(0.0));
                    let (before, after) = values.split_at_mut(place.start);
                    let before = &*before;
                    let operand = |k: usize| match operands[..primitive.arity()].get(k) {
                        Some(&o) => {
                            Matrix { shape: self.shapes[o], entries: &before[places[o].clone()] }
                        }
                        None => Matrix::absent(),
                    };
                    primitive.fill([operand(0), operand(1), operand(2)], shape, after);
                }
            }
            places.push(place);
        }
        (values, places)
    }

    /// The outputs at traced inputs: the graph as a part of the trace in progress, arrays as arrays.
    ///
    /// ```
    /// use costate_autodiff::{Layout, Real, Shape, trace};
    /// let squares = trace(&Layout::unnamed([Shape::column(2)])?, |x| vec![x[0].square().sum()])?;
    /// let slopes = squares.grad()?;
    /// let twice = trace(squares.input_layout(), |x| slopes.apply(x).expect("the same inputs"))?;
    /// assert_eq!(twice.evaluate(&[1.0, 3.0])?, [10.0, 2.0, 6.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Another number of inputs, or an input of another shape.
    pub fn apply(&self, x: &[Var]) -> Result<Vec<Var>, ArgumentError> {
        let entries = self.inputs.entries();
        for index in 0..entries.len().max(x.len()) {
            let expected = entries.get(index).map(|entry| entry.shape);
            let found = x.get(index).map(|x| x.shape());
            if expected != found {
                return Err(ArgumentError { index, expected, found });
            }
        }
        let values = self.inlined(x);
        Ok(self.outputs.iter().map(|&o| values[o]).collect())
    }

    /// Every node, written on the tape of the inputs `x`, whose shapes are those of the inputs.
    pub(crate) fn inlined(&self, x: &[Var]) -> Vec<Var> {
        let mut values: Vec<Var> = Vec::with_capacity(self.nodes.len());
        for (k, node) in self.nodes.iter().enumerate() {
            let value = match node {
                Node::Input(i) => x[*i],
                Node::Constant(c) => Var::constant(*c),
                Node::Array { shape, entries } => Var::array(*shape, entries),
                Node::Apply { primitive, operands } => {
                    let [a, b, c] = operands.map(|o| values[o]);
                    match primitive.arity() {
                        1 => Var::apply(*primitive, [a]),
                        2 => Var::apply(*primitive, [a, b]),
                        _ => Var::apply(*primitive, [a, b, c]),
                    }
                }
            };
            // An input is the caller's, who may have a name for it.
            values.push(match (node, self.names.get(&k)) {
                (Node::Apply { .. }, Some(name)) => value.named(name),
                _ => value,
            });
        }
        values
    }
}
