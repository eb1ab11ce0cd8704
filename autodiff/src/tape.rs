//! Where traced operations are written down: the tapes in progress on this thread.

use crate::{Layout, Node, Primitive, Shape, TraceError};
use core::sync::atomic::{AtomicU64, Ordering};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
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
    pub(crate) inputs: Layout,
    pub(crate) nodes: Vec<Node>,
    pub(crate) shapes: Vec<Shape>,
    pub(crate) names: BTreeMap<usize, String>,
    known: HashMap<Key, usize>,
    fault: Option<TraceError>,
}

/// Two nodes with equal keys compute the same array.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Constant(u64),
    Array(Shape, Vec<u64>),
    Apply(Discriminant<Primitive>, [usize; 3], [usize; 3]),
}

impl Key {
    fn of(node: &Node) -> Option<Key> {
        match node {
            Node::Input(_) => None,
            Node::Constant(c) => Some(Key::Constant(c.to_bits())),
            Node::Array { shape, entries } => {
                Some(Key::Array(*shape, entries.iter().map(|c| c.to_bits()).collect()))
            }
            Node::Apply { primitive, operands } => {
                let mut operands = *operands;
                if matches!(primitive, Primitive::Add | Primitive::Mul) {
                    operands[..2].sort_unstable();
                }
                let kind = core::mem::discriminant(primitive);
                Some(Key::Apply(kind, parameters(*primitive), operands))
            }
        }
    }
}

/// What tells two primitives of one kind apart. No wildcard: a parameter forgotten here would make one line of two.
fn parameters(primitive: Primitive) -> [usize; 3] {
    match primitive {
        Primitive::Powi(n) => [n as usize, 0, 0],
        Primitive::Powf(c) => {
            let bits = c.to_bits();
            [(bits >> 32) as usize, (bits & u64::from(u32::MAX)) as usize, 0]
        }
        Primitive::Product(l, r) => [l.into(), r.into(), 0],
        Primitive::Broadcast(shape) | Primitive::Reshape(shape) => [shape.rows, shape.columns, 0],
        Primitive::Concat(axis) => [axis as usize, 0, 0],
        Primitive::Slice(axis, start, length) => [axis as usize, start, length],
        Primitive::Pad(axis, start, extent) => [axis as usize, start, extent],
        Primitive::Add | Primitive::Sub | Primitive::Mul | Primitive::Div | Primitive::Neg => {
            [0; 3]
        }
        Primitive::Exp | Primitive::Ln | Primitive::Sqrt | Primitive::Sin | Primitive::Cos => {
            [0; 3]
        }
        Primitive::Tanh | Primitive::Sigmoid | Primitive::Softplus | Primitive::Relu => [0; 3],
        Primitive::Abs | Primitive::Max | Primitive::Min | Primitive::Select => [0; 3],
        Primitive::Transpose | Primitive::SumRows | Primitive::SumColumns | Primitive::SumAll => {
            [0; 3]
        }
    }
}

impl Tape {
    /// The index of a node that computes this: an equal one written before, or a new one.
    ///
    /// `shape` is that of the result.
    pub(crate) fn node(&mut self, node: Node, shape: Shape) -> usize {
        let next = self.nodes.len();
        let index = match Key::of(&node) {
            Some(key) => *self.known.entry(key).or_insert(next),
            None => next,
        };
        if index == next {
            self.nodes.push(node);
            self.shapes.push(shape);
        }
        index
    }

    pub(crate) fn constant(&mut self, c: f64) -> usize {
        self.node(Node::Constant(c), Shape::SCALAR)
    }

    /// What a node is called in messages: by its name, as an input or a number, or by its line.
    pub(crate) fn label(&self, node: usize) -> String {
        match (self.names.get(&node), &self.nodes[node]) {
            (Some(name), _) => name.clone(),
            (None, Node::Input(i)) => self.inputs.label(*i),
            (None, Node::Constant(c)) => c.to_string(),
            _ => format!("%{node}"),
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

/// The tape that was started last on this thread: that of an operation which has none of its own, on constants.
pub(crate) fn innermost() -> Option<u64> {
    TAPES.with_borrow(|tapes| tapes.last().map(|tape| tape.id))
}

/// Keeps a tape in progress; when it goes, be it by a panic of the traced function, so does the tape.
pub(crate) struct Recording {
    pub(crate) id: u64,
}

/// What a finished tape holds.
pub(crate) struct Written {
    pub(crate) inputs: Layout,
    pub(crate) nodes: Vec<Node>,
    pub(crate) shapes: Vec<Shape>,
    pub(crate) names: BTreeMap<usize, String>,
}

impl Recording {
    /// Starts a tape that begins with these inputs.
    pub(crate) fn start(inputs: Layout) -> Recording {
        let id = NEXT_TAPE.fetch_add(1, Ordering::Relaxed);
        let nodes = (0..inputs.entries().len()).map(Node::Input).collect();
        let shapes = inputs.entries().iter().map(|entry| entry.shape).collect();
        let (names, known, fault) = (BTreeMap::new(), HashMap::new(), None);
        TAPES.with_borrow_mut(|tapes| {
            tapes.push(Tape { id, inputs, nodes, shapes, names, known, fault });
        });
        Recording { id }
    }

    /// What was written, or the first fault.
    pub(crate) fn finish(self) -> Result<Written, TraceError> {
        with_tape(self.id, |tape| match tape.fault.take() {
            Some(fault) => Err(fault),
            None => Ok(Written {
                inputs: core::mem::take(&mut tape.inputs),
                nodes: core::mem::take(&mut tape.nodes),
                shapes: core::mem::take(&mut tape.shapes),
                names: core::mem::take(&mut tape.names),
            }),
        })
        .unwrap_or(Err(TraceError::Foreign))
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        TAPES.with_borrow_mut(|tapes| tapes.retain(|tape| tape.id != self.id));
    }
}
