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
        let entries = self.input_layout().entries();
        let names = (0..entries.len()).map(|i| format!("d{}", self.input_layout().label(i)));
        let tangents = names.zip(entries).map(|(name, entry)| (name, entry.shape));
        derived(self.input_layout().extended(tangents), |xv| {
            let (x, v) = xv.split_at(entries.len());
            let v: Vec<Option<Var>> = v.iter().copied().map(Some).collect();
            let (values, tangents) = self.pushed_forward(x, &v);
            values.into_iter().chain(tangents).collect()
        })
    }

    /// The outputs at `x`, and the tangent of each when the inputs have the tangents `v`; `None` does not vary.
    pub(crate) fn pushed_forward(&self, x: &[Var], v: &[Option<Var>]) -> (Vec<Var>, Vec<Var>) {
        let y = self.inlined(x);
        let mut tangents: Vec<Option<Var>> = Vec::with_capacity(y.len());
        for (k, node) in self.nodes().iter().enumerate() {
            let tangent = match node {
                Node::Input(i) => v[*i],
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
                _ => None,
            };
            tangents.push(tangent);
        }
        let outputs = self.output_nodes();
        let pushed = outputs.iter().map(|&o| or_zero(tangents[o], self.shapes()[o])).collect();
        (outputs.iter().map(|&o| y[o]).collect(), pushed)
    }
}
