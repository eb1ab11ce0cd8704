//! Entry-by-entry operations over one shape, block by block.

use super::Operand;
use super::memory::{Memory, Place};
use crate::matrix::Matrix;
use crate::{Primitive, Real, Shape};
use core::mem;

/// How many entries are worked on at a time: enough that looking up what to do costs little beside doing it, few enough
/// that a dozen blocks fit into the fastest cache.
pub(crate) const BLOCK: usize = 256;

/// Operations that go over one shape entry by entry. A block goes through all of them before the next one begins, so what
/// one hands to the next stays in the cache.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    pub(crate) shape: Shape,
    pub(crate) loads: Vec<Load>,
    pub(crate) links: Vec<Link>,
    pub(crate) registers: usize,
}

/// A smaller array that is repeated to the shape of the chain, block by block into a register.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    pub(crate) from: Operand,
    pub(crate) register: usize,
}

/// One operation.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) primitive: Primitive,
    pub(crate) operands: Vec<Source>,
    pub(crate) result: Target,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    Array(Place),
    Register(usize),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    Buffer(usize),
    Register(usize),
}

impl Chain {
    pub(crate) fn run<T: Real>(&self, memory: &mut Memory<T>, inputs: &[&[T]]) {
        let length = self.shape.len();
        for load in self.loads.iter().filter(|load| load.from.shape.is_scalar()) {
            let number = memory.view(load.from.place, 1, inputs)[0];
            memory.registers[load.register][..length.min(BLOCK)].fill(number);
        }
        for start in (0..length).step_by(BLOCK) {
            let size = BLOCK.min(length - start);
            for load in self.loads.iter().filter(|load| !load.from.shape.is_scalar()) {
                let mut register = mem::take(&mut memory.registers[load.register]);
                let Operand { place, shape } = load.from;
                let source = memory.view(place, shape.len(), inputs);
                load.repeat(source, self.shape.rows, start, &mut register[..size]);
                memory.registers[load.register] = register;
            }
            for link in &self.links {
                link.run(memory, inputs, length, start, size);
            }
        }
    }

    /// How many numbers are read from and written to arrays.
    pub(crate) fn moved(&self) -> usize {
        let array = |source: &Source| matches!(source, Source::Array(_));
        let whole: usize = self
            .links
            .iter()
            .map(|link| {
                link.operands.iter().filter(|o| array(o)).count()
                    + usize::from(matches!(link.result, Target::Buffer(_)))
            })
            .sum();
        whole * self.shape.len() + self.loads.iter().map(|l| l.from.shape.len()).sum::<usize>()
    }
}

impl Load {
    /// The block from `start` on of the source repeated to columns of `rows` entries.
    fn repeat<T: Real>(&self, source: &[T], rows: usize, start: usize, block: &mut [T]) {
        let (mut row, mut column) = (start % rows, start / rows);
        let mut rest = block;
        while !rest.is_empty() {
            let length = rest.len().min(rows - row);
            let (now, later) = mem::take(&mut rest).split_at_mut(length);
            if self.from.shape.rows == 1 {
                now.fill(source[column]);
            } else {
                now.copy_from_slice(&source[row..row + length]);
            }
            (row, column, rest) = (0, column + 1, later);
        }
    }
}

impl Link {
    fn run<T: Real>(
        &self,
        memory: &mut Memory<T>,
        inputs: &[&[T]],
        length: usize,
        start: usize,
        size: usize,
    ) {
        // What is written leaves the memory meanwhile: no operand lies in it.
        let mut result = match self.result {
            Target::Buffer(b) => mem::take(&mut memory.buffers[b]),
            Target::Register(r) => mem::take(&mut memory.registers[r]),
        };
        let operand = |k: usize| {
            let entries = match self.operands.get(k) {
                Some(Source::Array(place)) => {
                    &memory.view(*place, length, inputs)[start..start + size]
                }
                Some(Source::Register(r)) => &memory.registers[*r][..size],
                None => &[],
            };
            Matrix { shape: Shape::column(entries.len()), entries }
        };
        let x = [operand(0), operand(1), operand(2)];
        let block = match self.result {
            Target::Buffer(_) => &mut result[start..start + size],
            Target::Register(_) => &mut result[..size],
        };
        self.primitive.fill(x, Shape::column(size), block);
        match self.result {
            Target::Buffer(b) => memory.buffers[b] = result,
            Target::Register(r) => memory.registers[r] = result,
        }
    }
}
