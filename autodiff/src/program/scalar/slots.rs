//! Where each value lives: a register is used again once nothing reads it any more.

use super::fuse::{Step, negative_zero};
use crate::{Graph, Node};

/// Registers by value: first the inputs, then the constants, then the outputs, then what is computed on the way.
pub(crate) struct Slots {
    pub(crate) of: Vec<usize>,
    pub(crate) constants: Vec<f64>,
    /// Where the outputs begin: side by side, so that they are handed over without looking anything up.
    pub(crate) outputs: usize,
    /// Outputs that lie elsewhere too (inputs, constants, repeated ones): value and register.
    pub(crate) copies: Vec<(usize, usize)>,
    pub(crate) count: usize,
}

/// Plans registers for steps in their final order.
pub(crate) fn plan(graph: &Graph, steps: &[Step]) -> Slots {
    let values = graph.nodes().len() + 1;
    let mut of = vec![0; values];
    let mut constants = Vec::new();
    for (k, node) in graph.nodes().iter().enumerate() {
        match *node {
            Node::Input(i) => of[k] = i,
            Node::Constant(c) => {
                of[k] = graph.inputs() + constants.len();
                constants.push(c);
            }
            // Graphs of numbers have no arrays.
            Node::Array { .. } | Node::Apply { .. } => {}
        }
    }
    let zero = negative_zero(graph);
    if steps.iter().any(|step| step.operands().contains(&zero)) {
        of[zero] = graph.inputs() + constants.len();
        constants.push(-0.0);
    }
    // Inputs, constants and outputs stay: no step is the last to read them.
    let mut last_reader = vec![usize::MAX; values];
    let mut stays = vec![true; values];
    for (s, step) in steps.iter().enumerate() {
        stays[step.result] = false;
        for &operand in step.operands() {
            last_reader[operand] = s;
        }
    }
    let outputs = graph.inputs() + constants.len();
    let mut copies = Vec::new();
    for (k, &o) in graph.output_nodes().iter().enumerate() {
        if stays[o] {
            copies.push((o, outputs + k));
        } else {
            of[o] = outputs + k;
            stays[o] = true;
        }
    }
    let placed = stays.clone();
    let mut count = outputs + graph.output_nodes().len();
    let mut free = Vec::new();
    for (s, step) in steps.iter().enumerate() {
        for &operand in step.operands() {
            if !stays[operand] && last_reader[operand] == s {
                free.push(of[operand]);
                stays[operand] = true; // an operand that is read twice is freed once
            }
        }
        if !placed[step.result] {
            of[step.result] = free.pop().unwrap_or_else(|| {
                count += 1;
                count - 1
            });
        }
    }
    Slots { of, constants, outputs, copies, count }
}
