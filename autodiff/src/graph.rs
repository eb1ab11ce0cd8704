//! A traced function: an append-only list of nodes.

use crate::{Dimension, DimensionError, OutputError, Primitive, Real};

/// One line of a graph. Operands are indices of earlier nodes.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Node {
    /// The input of this index.
    Input(usize),
    /// A number that depends on nothing.
    Constant(f64),
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
            Node::Input(_) | Node::Constant(_) => &[],
            Node::Apply { primitive, operands } => &operands[..primitive.arity()],
        }
    }
}

/// A function from `inputs` numbers to `outputs` numbers, as [`trace`](crate::trace) wrote it down.
///
/// The inputs come first among the nodes, in order, used or not; every other node is read by an output, directly or not.
/// `Display` prints one line a node.
///
/// [`vjp`](Graph::vjp) and [`jvp`](Graph::jvp) turn a graph into the graph of its derivative, any number of times.
/// [`Program::compile`](crate::Program::compile) makes it fast.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    nodes: Vec<Node>,
    inputs: usize,
    outputs: Vec<usize>,
}

impl Graph {
    /// Keeps of `nodes`, whose first `inputs` are the inputs, what the outputs need.
    pub(crate) fn new(nodes: Vec<Node>, inputs: usize, outputs: Vec<usize>) -> Graph {
        let mut needed = vec![false; nodes.len()];
        needed[..inputs].fill(true);
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
        let mut kept = Vec::new();
        for (k, mut node) in nodes.into_iter().enumerate() {
            if needed[k] {
                if let Node::Apply { primitive, operands } = &mut node {
                    for operand in &mut operands[..primitive.arity()] {
                        *operand = moved_to[*operand];
                    }
                }
                moved_to[k] = kept.len();
                kept.push(node);
            }
        }
        Graph { nodes: kept, inputs, outputs: outputs.into_iter().map(|o| moved_to[o]).collect() }
    }

    /// How many numbers it takes.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// How many numbers it gives.
    pub fn outputs(&self) -> usize {
        self.outputs.len()
    }

    /// All nodes, each after its operands.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// For each output, the index of the node that computes it.
    pub fn output_nodes(&self) -> &[usize] {
        &self.outputs
    }

    /// How many nodes compute something (neither input nor constant).
    pub fn operations(&self) -> usize {
        self.nodes.iter().filter(|node| matches!(node, Node::Apply { .. })).count()
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
        let outputs = wanted
            .iter()
            .map(|&index| {
                self.outputs
                    .get(index)
                    .copied()
                    .ok_or(OutputError { index, outputs: self.outputs() })
            })
            .collect::<Result<_, _>>()?;
        Ok(Graph::new(self.nodes.clone(), self.inputs, outputs))
    }

    /// The outputs at inputs `x`, over any scalar: node by node, without a program.
    ///
    /// For a function that runs once, for dual numbers, or inside another trace (where it inlines the graph).
    ///
    /// # Errors
    /// When `x` is not as long as [`inputs`](Graph::inputs).
    pub fn evaluate<R: Real>(&self, x: &[R]) -> Result<Vec<R>, DimensionError> {
        DimensionError::check(Dimension::Inputs, self.inputs, x.len())?;
        let values = self.values(x);
        Ok(self.outputs.iter().map(|&o| values[o]).collect())
    }

    /// The value of every node.
    pub(crate) fn values<R: Real>(&self, x: &[R]) -> Vec<R> {
        let mut values: Vec<R> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let value = match *node {
                Node::Input(i) => x[i],
                Node::Constant(c) => R::constant(c),
                Node::Apply { primitive, operands } => {
                    primitive.kernel(operands.map(|o| values[o]))
                }
            };
            values.push(value);
        }
        values
    }
}
