//! Where each value lives: a register is used again once nothing reads it any more.

use super::fuse::Step;
use crate::{Graph, Node};

/// Registers by value: first the inputs, then the constants, then what is computed.
pub(crate) struct Slots {
    pub(crate) of: Vec<usize>,
    pub(crate) constants: Vec<f64>,
    pub(crate) count: usize,
}

/// Plans registers for steps in their final order.
pub(crate) fn plan(graph: &Graph, steps: &[Step]) -> Slots {
    let mut of = vec![0; graph.nodes().len()];
    let mut constants = Vec::new();
    for (k, node) in graph.nodes().iter().enumerate() {
        match *node {
            Node::Input(i) => of[k] = i,
            Node::Constant(c) => {
                of[k] = graph.inputs() + constants.len();
                constants.push(c);
            }
            Node::Apply { .. } => {}
        }
    }
    // Inputs, constants and outputs stay: no step is the last to read them.
    let mut last_reader = vec![usize::MAX; graph.nodes().len()];
    let mut stays = vec![true; graph.nodes().len()];
    for (s, step) in steps.iter().enumerate() {
        stays[step.result] = false;
        for &operand in step.operands() {
            last_reader[operand] = s;
        }
    }
    for &o in graph.output_nodes() {
        stays[o] = true;
    }
    let mut count = graph.inputs() + constants.len();
    let mut free = Vec::new();
    for (s, step) in steps.iter().enumerate() {
        for &operand in step.operands() {
            if !stays[operand] && last_reader[operand] == s {
                free.push(of[operand]);
                stays[operand] = true; // an operand that is read twice is freed once
            }
        }
        of[step.result] = free.pop().unwrap_or_else(|| {
            count += 1;
            count - 1
        });
    }
    Slots { of, constants, count }
}
