//! Where traced operations are written down: the tapes in progress on this thread.

use crate::{Node, Primitive, TraceError};
use core::sync::atomic::{AtomicU64, Ordering};
use std::cell::RefCell;
use std::collections::HashMap;
use std::mem::Discriminant;

/// Tells apart all tapes that this process ever had, so that a value cannot pass for one of another trace.
static NEXT_TAPE: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// Traces nest (a traced function may itself trace), so there can be several at a time.
    static TAPES: RefCell<Vec<Tape>> = const { RefCell::new(Vec::new()) };
}

/// The nodes of a trace in progress.
pub(crate) struct Tape {
    id: u64,
    nodes: Vec<Node>,
    known: HashMap<Key, usize>,
    fault: Option<TraceError>,
}

/// Two nodes with equal keys compute the same number.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Constant(u64),
    Apply(Discriminant<Primitive>, u64, [usize; 3]),
}

impl Key {
    fn of(node: &Node) -> Option<Key> {
        match *node {
            Node::Input(_) => None,
            Node::Constant(c) => Some(Key::Constant(c.to_bits())),
            Node::Apply { primitive, mut operands } => {
                if matches!(primitive, Primitive::Add | Primitive::Mul) {
                    operands[..2].sort_unstable();
                }
                let parameter = match primitive {
                    Primitive::Powi(n) => n as u64,
                    Primitive::Powf(c) => c.to_bits(),
                    _ => 0,
                };
                Some(Key::Apply(core::mem::discriminant(&primitive), parameter, operands))
            }
        }
    }
}

impl Tape {
    /// The index of a node that computes this: an equal one written before, or a new one.
    pub(crate) fn node(&mut self, node: Node) -> usize {
        let next = self.nodes.len();
        let Some(key) = Key::of(&node) else {
            self.nodes.push(node);
            return next;
        };
        let index = *self.known.entry(key).or_insert(next);
        if index == next {
            self.nodes.push(node);
        }
        index
    }

    pub(crate) fn apply(&mut self, primitive: Primitive, operands: [usize; 3]) -> usize {
        self.node(Node::Apply { primitive, operands })
    }

    /// The operand of a negation, if this node is one.
    pub(crate) fn negated(&self, node: usize) -> Option<usize> {
        match self.nodes[node] {
            Node::Apply { primitive: Primitive::Neg, operands } => Some(operands[0]),
            _ => None,
        }
    }

    /// Notes the first thing that went wrong.
    pub(crate) fn blame(&mut self, fault: TraceError) {
        self.fault.get_or_insert(fault);
    }
}

/// Runs `f` on the tape of this id, if it is in progress on this thread.
pub(crate) fn with_tape<T>(id: u64, f: impl FnOnce(&mut Tape) -> T) -> Option<T> {
    TAPES.with_borrow_mut(|tapes| tapes.iter_mut().find(|tape| tape.id == id).map(f))
}

/// Keeps a tape in progress; when it goes, be it by a panic of the traced function, so does the tape.
pub(crate) struct Recording {
    pub(crate) id: u64,
}

impl Recording {
    /// Starts a tape that begins with `inputs` inputs.
    pub(crate) fn start(inputs: usize) -> Recording {
        let id = NEXT_TAPE.fetch_add(1, Ordering::Relaxed);
        let nodes = (0..inputs).map(Node::Input).collect();
        TAPES.with_borrow_mut(|tapes| {
            tapes.push(Tape { id, nodes, known: HashMap::new(), fault: None })
        });
        Recording { id }
    }

    /// The nodes written, or the first fault.
    pub(crate) fn finish(self) -> Result<Vec<Node>, TraceError> {
        with_tape(self.id, |tape| match tape.fault {
            Some(fault) => Err(fault),
            None => Ok(core::mem::take(&mut tape.nodes)),
        })
        .unwrap_or(Err(TraceError::Foreign))
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        TAPES.with_borrow_mut(|tapes| tapes.retain(|tape| tape.id != self.id));
    }
}
