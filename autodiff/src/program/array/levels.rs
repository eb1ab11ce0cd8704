//! What can be done together: entry-by-entry operations of one shape that wait for nothing but the same steps.

use super::lower::Lowered;
use crate::{Node, Primitive};

/// Nodes that become one step.
#[derive(Debug)]
pub(crate) enum Group {
    /// One primitive that is not elementwise.
    Whole(usize),
    /// Elementwise primitives over one shape, each after those it reads.
    Chain(Vec<usize>),
}

impl Group {
    /// The nodes that the step computes.
    pub(crate) fn members(&self) -> &[usize] {
        match self {
            Group::Whole(k) => core::slice::from_ref(k),
            Group::Chain(members) => members,
        }
    }
}

/// Steps in an order in which each comes after those it reads, and which nodes they write out.
///
/// The *level* of a node is the longest way to it, counted in primitives that are not elementwise. Elementwise nodes of one
/// level and one shape can only read each other and what is on lower levels, or whole arrays of their own level, which come
/// first. So they can run as one step, and no step waits for itself.
pub(crate) fn groups(lowered: &Lowered) -> (Vec<Group>, Vec<bool>) {
    let level = levels(lowered);
    let written_out = written_out(lowered, &level);
    // On each level what is whole, and the chains.
    let count = level.iter().max().map_or(0, |top| top + 1);
    let mut on: Vec<(Vec<usize>, Vec<Vec<usize>>)> = vec![Default::default(); count];
    for (k, node) in lowered.nodes.iter().enumerate() {
        let Node::Apply { primitive, .. } = node else { continue };
        let (wholes, chains) = &mut on[level[k]];
        if !primitive.is_elementwise() {
            if written_out[k] {
                wholes.push(k);
            }
            continue;
        }
        match chains.iter_mut().find(|chain| lowered.shapes[chain[0]] == lowered.shapes[k]) {
            Some(chain) => chain.push(k),
            None => chains.push(vec![k]),
        }
    }
    let steps = |(wholes, chains): (Vec<usize>, Vec<Vec<usize>>)| {
        wholes.into_iter().map(Group::Whole).chain(chains.into_iter().map(Group::Chain))
    };
    (on.into_iter().flat_map(steps).collect(), written_out)
}

fn levels(lowered: &Lowered) -> Vec<usize> {
    let mut level = vec![0; lowered.nodes.len()];
    for (k, node) in lowered.nodes.iter().enumerate() {
        if let Node::Apply { primitive, .. } = node {
            let below = node.operands().iter().map(|&o| level[o]).max().unwrap_or(0);
            level[k] = if primitive.is_elementwise() { below } else { below + 1 };
        }
    }
    level
}

/// Which nodes need a place in memory: what is read by another step than its own, or is an output. Inputs and constants have
/// one; a broadcast that only elementwise operations read needs none.
fn written_out(lowered: &Lowered, level: &[usize]) -> Vec<bool> {
    let nodes = &lowered.nodes;
    let elementwise = |k: usize| match nodes[k] {
        Node::Apply { primitive, .. } => primitive.is_elementwise(),
        _ => false,
    };
    let broadcast =
        |k: usize| matches!(nodes[k], Node::Apply { primitive: Primitive::Broadcast(_), .. });
    let mut written = vec![false; nodes.len()];
    for (k, node) in nodes.iter().enumerate() {
        for &o in node.operands() {
            written[o] |= match (elementwise(k), elementwise(o)) {
                (true, true) => level[k] != level[o],
                (true, false) => !broadcast(o),
                (false, _) => true,
            };
        }
    }
    lowered.outputs.iter().for_each(|&o| written[o] = true);
    let operation = |k: usize| matches!(nodes[k], Node::Apply { .. });
    (0..nodes.len()).map(|k| operation(k) && written[k]).collect()
}
