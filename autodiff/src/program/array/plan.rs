//! Where everything lies, and in which order it is done.

use super::chain::{Chain, Link, Load, Source, Target};
use super::levels::{self, Group};
use super::lower::Lowered;
use super::memory::Place;
use super::{Operand, Step};
use crate::{Node, Primitive};
use std::collections::HashMap;

pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) outputs: Vec<Operand>,
    pub(crate) constants: Vec<Vec<f64>>,
    /// The length of each buffer.
    pub(crate) buffers: Vec<usize>,
}

pub(crate) fn plan(lowered: &Lowered) -> Plan {
    let (groups, written_out) = levels::groups(lowered);
    let mut read = vec![false; lowered.nodes.len()];
    lowered.outputs.iter().for_each(|&o| read[o] = true);
    for node in &lowered.nodes {
        node.operands().iter().for_each(|&o| read[o] = true);
    }
    let mut constants = Vec::new();
    let mut places: Vec<Option<Place>> = Vec::with_capacity(lowered.nodes.len());
    for (node, read) in lowered.nodes.iter().zip(read) {
        let mut constant = |entries: Vec<f64>| {
            constants.push(entries);
            Some(Place::Constant(constants.len() - 1))
        };
        places.push(match node {
            Node::Input(i) => Some(Place::Input(*i)),
            Node::Constant(c) if read => constant(vec![*c]),
            Node::Array { entries, .. } if read => constant(entries.to_vec()),
            // Constants that went into others are not held.
            _ => None,
        });
    }
    let last_read = last_reads(lowered, &groups);
    let mut ends: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
    for (k, &last) in last_read.iter().enumerate() {
        if let Some(last) = last
            && written_out[k]
        {
            ends[last].push(k);
        }
    }
    lowered.outputs.iter().for_each(|&o| ends.iter_mut().for_each(|list| list.retain(|&k| k != o)));
    let mut buffers = Buffers::default();
    let mut steps = Vec::with_capacity(groups.len());
    for (group, ended) in groups.into_iter().zip(ends) {
        // Results are placed before operands are let go: no step writes where it reads.
        for &k in group.members().iter().filter(|&&k| written_out[k]) {
            places[k] = Some(Place::Buffer(buffers.take(lowered.shapes[k].len())));
        }
        steps.push(match group {
            Group::Whole(k) => whole(lowered, k, &places),
            Group::Chain(members) => Step::Chain(chain(lowered, &members, &places)),
        });
        for k in ended {
            if let Some(Place::Buffer(b)) = places[k] {
                buffers.free.push(b);
            }
        }
    }
    let outputs = lowered.outputs.iter().map(|&o| operand(lowered, o, &places)).collect();
    Plan { steps, outputs, constants, buffers: buffers.lengths }
}

/// For each node the last step that reads it, through broadcasts that are not written out or directly.
fn last_reads(lowered: &Lowered, groups: &[Group]) -> Vec<Option<usize>> {
    let mut last = vec![None; lowered.nodes.len()];
    for (step, group) in groups.iter().enumerate() {
        for &k in group.members() {
            // What nobody reads ends where it is made.
            last[k] = last[k].max(Some(step));
            for &operand in lowered.nodes[k].operands() {
                last[operand] = Some(step);
                if let Some(source) = broadcast_source(lowered, operand) {
                    last[source] = last[source].max(Some(step));
                }
            }
        }
    }
    last
}

fn broadcast_source(lowered: &Lowered, k: usize) -> Option<usize> {
    match lowered.nodes[k] {
        Node::Apply { primitive: Primitive::Broadcast(_), operands: [a, ..] } => Some(a),
        _ => None,
    }
}

/// A node that has a place. Everything that a step reads has one by then; `Constant(0)` stands in so that no panic can.
fn operand(lowered: &Lowered, k: usize, places: &[Option<Place>]) -> Operand {
    debug_assert!(places[k].is_some(), "node {k} is read before it is placed");
    Operand { place: places[k].unwrap_or(Place::Constant(0)), shape: lowered.shapes[k] }
}

fn whole(lowered: &Lowered, k: usize, places: &[Option<Place>]) -> Step {
    let node = &lowered.nodes[k];
    match (node, places[k]) {
        (Node::Apply { primitive, .. }, Some(Place::Buffer(result))) => Step::Whole {
            primitive: *primitive,
            operands: node.operands().iter().map(|&o| operand(lowered, o, places)).collect(),
            result,
            shape: lowered.shapes[k],
        },
        _ => unreachable!("only operations are steps, and their results have buffers"),
    }
}

fn chain(lowered: &Lowered, members: &[usize], places: &[Option<Place>]) -> Chain {
    let shape = lowered.shapes[members[0]];
    let mut last_read: HashMap<usize, usize> = HashMap::new();
    for (position, &k) in members.iter().enumerate() {
        lowered.nodes[k].operands().iter().for_each(|&o| {
            last_read.insert(o, position);
        });
    }
    let (mut loads, mut links): (Vec<Load>, Vec<Link>) = (Vec::new(), Vec::new());
    let mut registers = 0;
    let mut free = Vec::new();
    let mut register_of: HashMap<usize, usize> = HashMap::new();
    // Loaded blocks keep their registers for the whole chain.
    for &k in members {
        for &o in lowered.nodes[k].operands() {
            if places[o].is_none()
                && !register_of.contains_key(&o)
                && let Some(source) = broadcast_source(lowered, o)
            {
                loads.push(Load { from: operand(lowered, source, places), register: registers });
                register_of.insert(o, registers);
                registers += 1;
            }
        }
    }
    let loaded = registers;
    for (position, &k) in members.iter().enumerate() {
        let Node::Apply { primitive, .. } = &lowered.nodes[k] else { continue };
        let operands = lowered.nodes[k].operands();
        let sources = operands.iter().map(|o| match (places[*o], register_of.get(o)) {
            (Some(place), _) => Source::Array(place),
            (None, Some(&register)) => Source::Register(register),
            (None, None) => unreachable!("a member is read after it is computed"),
        });
        let operand_sources = sources.collect();
        let result = match places[k] {
            Some(Place::Buffer(b)) => Target::Buffer(b),
            _ => {
                let register = free.pop().unwrap_or_else(|| {
                    registers += 1;
                    registers - 1
                });
                register_of.insert(k, register);
                Target::Register(register)
            }
        };
        links.push(Link { primitive: *primitive, operands: operand_sources, result });
        let mut ended: Vec<usize> = operands.to_vec();
        ended.sort_unstable();
        ended.dedup();
        for o in ended.into_iter().filter(|o| last_read.get(o) == Some(&position)) {
            match register_of.get(&o) {
                Some(&register) if register >= loaded => free.push(register),
                _ => {}
            }
        }
    }
    Chain { shape, loads, links, registers }
}

/// Buffers that are used again once nothing reads what they hold.
#[derive(Default)]
struct Buffers {
    lengths: Vec<usize>,
    free: Vec<usize>,
}

impl Buffers {
    /// The free buffer that fits best: the smallest that is long enough, else the longest, made longer; else a new one.
    fn take(&mut self, length: usize) -> usize {
        let fits = |&&b: &&usize| self.lengths[b] >= length;
        let smallest = self.free.iter().filter(fits).min_by_key(|&&b| self.lengths[b]);
        let best = smallest.or_else(|| self.free.iter().max_by_key(|&&b| self.lengths[b]));
        match best.copied() {
            Some(b) => {
                self.free.retain(|&other| other != b);
                self.lengths[b] = self.lengths[b].max(length);
                b
            }
            None => {
                self.lengths.push(length);
                self.lengths.len() - 1
            }
        }
    }
}
