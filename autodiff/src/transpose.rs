//! Reverse mode: from the graph of a function to the graph of its vector-Jacobian product.

use crate::{Graph, Layout, Node, Real, Shape, Var, trace};

impl Graph {
    /// The vector-Jacobian product: inputs `(x, w)` with one cotangent in `w` an output, outputs `(f(x), J(x)^T w)`.
    ///
    /// The nodes are walked backwards. Each hands the cotangent of its result on to its operands, by its primitive's VJP
    /// rule; what arrives from several sides is added up. The rules are applied to traced values, so the result is a
    /// graph like any other: transpose it again for second derivatives. Outputs that no longer interest are dropped by
    /// [`select_outputs`](Graph::select_outputs).
    ///
    /// Where an input has no influence its cotangent is the constant 0, even if others are NaN.
    ///
    /// ```
    /// use costate_autodiff::trace;
    /// let product = trace(2, |x| vec![x[0] * x[1]])?;
    /// assert_eq!(product.vjp().evaluate(&[2.0, 3.0, 10.0])?, [6.0, 30.0, 20.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn vjp(&self) -> Graph {
        let weights = self.output_shapes().into_iter().enumerate();
        let weights = weights.map(|(j, shape)| (format!("w{j}"), shape));
        derived(self.input_layout().extended(weights), |xw| {
            let (x, w) = xw.split_at(self.input_layout().entries().len());
            let (values, cotangents) = self.pulled_back(x, w);
            values.into_iter().chain(cotangents).collect()
        })
    }

    /// The outputs at `x`, and the cotangent of each input when the outputs have the cotangents `w`.
    pub(crate) fn pulled_back(&self, x: &[Var], w: &[Var]) -> (Vec<Var>, Vec<Var>) {
        let y = self.inlined(x);
        let mut cotangents: Vec<Option<Var>> = vec![None; y.len()];
        for (&output, &w) in self.output_nodes().iter().zip(w) {
            accumulate(&mut cotangents[output], w);
        }
        for (k, node) in self.nodes().iter().enumerate().rev() {
            if let (Node::Apply { primitive, operands }, Some(w)) = (node, cotangents[k]) {
                let gains = primitive.vjp(operands.map(|o| y[o]), y[k], w);
                for (&operand, gain) in node.operands().iter().zip(gains) {
                    accumulate(&mut cotangents[operand], gain);
                }
            }
        }
        let inputs = self.input_layout().entries();
        let to_inputs =
            cotangents.iter().zip(inputs).map(|(w, entry)| or_zero(*w, entry.shape)).collect();
        (self.output_nodes().iter().map(|&o| y[o]).collect(), to_inputs)
    }
}

/// Adds a contribution to a sum that starts empty. Zeros known as such are left out: they are structure, not numbers.
pub(crate) fn accumulate(sum: &mut Option<Var>, gain: Var) {
    if gain.as_constant() != Some(0.0) {
        *sum = Some(sum.map_or(gain, |sum| sum + gain));
    }
}

pub(crate) fn or_zero(sum: Option<Var>, shape: Shape) -> Var {
    match sum {
        Some(sum) => sum,
        None if shape.is_scalar() => Var::constant(0.0),
        None => Var::constant(0.0).broadcast(shape),
    }
}

/// Traces a function that uses nothing but its inputs, constants and arithmetic, so that no fault is possible.
pub(crate) fn derived(inputs: Layout, f: impl FnOnce(&[Var]) -> Vec<Var>) -> Graph {
    match trace(&inputs, f) {
        Ok(graph) => graph,
        Err(fault) => unreachable!("the rules of primitives use only what they are given: {fault}"),
    }
}
