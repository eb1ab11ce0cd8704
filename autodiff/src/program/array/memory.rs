//! Where arrays lie while a program runs.

use crate::{Layout, Real};
use core::ops::Range;

/// Where an array lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In what the caller passed.
    Input(usize),
    Constant(usize),
    Buffer(usize),
}

/// Constants, buffers, and where the inputs of the present run are.
#[derive(Debug, Clone)]
pub(crate) struct Memory<T> {
    pub(crate) buffers: Vec<Vec<T>>,
    /// Blocks of intermediate results.
    pub(crate) registers: Vec<Vec<T>>,
    constants: Vec<Vec<T>>,
    inputs: Vec<Input<T>>,
}

/// An input array in the slices that the caller passed.
#[derive(Debug, Clone)]
struct Input<T> {
    /// Its place in the flat list.
    range: Range<usize>,
    /// The slice that holds all of it, and where it begins there.
    whole: Option<(usize, usize)>,
    /// A copy, if no slice does.
    gathered: Vec<T>,
}

impl<T: Real> Memory<T> {
    pub(crate) fn new(
        layout: &Layout,
        constants: &[Vec<f64>],
        buffers: &[usize],
        (registers, block): (usize, usize),
    ) -> Self {
        let zero = T::constant(0.0);
        let input = |range| Input { range, whole: None, gathered: Vec::new() };
        Memory {
            buffers: buffers.iter().map(|&length| vec![zero; length]).collect(),
            registers: vec![vec![zero; block]; registers],
            constants: constants
                .iter()
                .map(|entries| entries.iter().map(|&c| T::constant(c)).collect())
                .collect(),
            inputs: layout.entries().iter().map(|entry| input(entry.range())).collect(),
        }
    }

    /// Finds every input in the slices of this run.
    pub(crate) fn locate(&mut self, parts: &[&[T]]) {
        for input in &mut self.inputs {
            let mut start = 0;
            input.whole = None;
            input.gathered.clear();
            for (k, part) in parts.iter().enumerate() {
                let end = start + part.len();
                if start <= input.range.start && input.range.end <= end {
                    input.whole = Some((k, input.range.start - start));
                    break;
                }
                let (from, to) = (input.range.start.max(start), input.range.end.min(end));
                if from < to {
                    input.gathered.extend_from_slice(&part[from - start..to - start]);
                }
                start = end;
            }
        }
    }

    pub(crate) fn view<'v>(&'v self, place: Place, length: usize, parts: &[&'v [T]]) -> &'v [T] {
        match place {
            Place::Input(i) => match self.inputs[i].whole {
                Some((part, start)) => &parts[part][start..][..length],
                None => &self.inputs[i].gathered[..length],
            },
            Place::Constant(c) => &self.constants[c],
            Place::Buffer(b) => &self.buffers[b][..length],
        }
    }

    /// How many numbers there are.
    pub(crate) fn held(&self) -> usize {
        let all = self.buffers.iter().chain(&self.registers).chain(&self.constants);
        all.map(Vec::len).sum::<usize>()
            + self.inputs.iter().map(|input| input.gathered.len()).sum::<usize>()
    }

    /// A number as it is, an array by how many entries it has.
    pub(crate) fn constant_name(&self, c: usize) -> String {
        match self.constants[c].as_slice() {
            [number] => format!("{number:?}"),
            entries => format!("constant{c}[{}]", entries.len()),
        }
    }
}
