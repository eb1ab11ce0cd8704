//! Forward mode: from the graph of a function to the graph of its Jacobian-vector product.

use crate::transpose::{accumulate, derived, or_zero};
use crate::{Graph, Node, Var};

impl Graph {
    /// The Jacobian-vector product: inputs `(x, v)` with one tangent in `v` an input, outputs `(f(x), J(x) v)`.
    ///
    /// The nodes are walked forwards, each with the tangents of its operands, by its primitive's JVP rule.
    ///
    /// ```
    /// use costate_autodiff::trace;
    /// let product = trace(2, |x| vec![x[0] * x[1]])?;
    /// assert_eq!(product.jvp().evaluate(&[2.0, 3.0, 10.0, 1.0])?, [6.0, 32.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn jvp(&self) -> Graph {
        derived(2 * self.inputs(), |xv| {
            let (x, v) = xv.split_at(self.inputs());
            let y = self.values(x);
            let mut tangents: Vec<Option<Var>> = Vec::with_capacity(y.len());
            for (k, node) in self.nodes().iter().enumerate() {
                let tangent = match *node {
                    Node::Input(i) => Some(v[i]),
                    Node::Constant(_) => None,
                    Node::Apply { primitive, operands } => {
                        let mut sum = None;
                        for (position, &operand) in node.operands().iter().enumerate() {
                            if let Some(v) = tangents[operand] {
                                accumulate(
                                    &mut sum,
                                    primitive.jvp(position, operands.map(|o| y[o]), y[k], v),
                                );
                            }
                        }
                        sum
                    }
                };
                tangents.push(tangent);
            }
            let values = self.output_nodes().iter().map(|&o| y[o]);
            values.chain(self.output_nodes().iter().map(|&o| or_zero(tangents[o]))).collect()
        })
    }
}
