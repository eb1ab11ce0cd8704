//! Programs of arrays: steps on buffers.

mod chain;
mod levels;
mod lower;
mod memory;
mod plan;
mod print;

use crate::matrix::Matrix;
use crate::{Graph, Primitive, Real, Shape};
use chain::Chain;
use core::mem;
use memory::{Memory, Place};

/// A graph of arrays, compiled.
#[derive(Clone)]
pub(crate) struct ArrayProgram<T> {
    steps: Vec<Step>,
    outputs: Vec<Operand>,
    memory: Memory<T>,
}

/// What is done before the next thing is.
#[derive(Debug, Clone)]
enum Step {
    /// A primitive that moves entries or adds them up, into a buffer.
    Whole { primitive: Primitive, operands: Vec<Operand>, result: usize, shape: Shape },
    /// Everything that goes entry by entry over one shape.
    Chain(Chain),
}

/// An array and where it lies.
#[derive(Debug, Clone, Copy)]
struct Operand {
    place: Place,
    shape: Shape,
}

impl<T: Real> ArrayProgram<T> {
    pub(crate) fn compile(graph: &Graph) -> ArrayProgram<T> {
        let lowered = lower::lower(graph);
        let plan = plan::plan(&lowered);
        let registers = plan.steps.iter().map(Step::registers).max().unwrap_or(0);
        let block = plan.steps.iter().map(Step::block).max().unwrap_or(0);
        ArrayProgram {
            memory: Memory::new(
                graph.input_layout(),
                &plan.constants,
                &plan.buffers,
                (registers, block),
            ),
            steps: plan.steps,
            outputs: plan.outputs,
        }
    }

    /// Inputs and outputs have the lengths they should have.
    pub(crate) fn run(&mut self, inputs: &[&[T]], outputs: &mut [&mut [T]]) {
        self.memory.locate(inputs);
        for step in &self.steps {
            match step {
                Step::Whole { primitive, operands, result, shape } => {
                    // The buffer leaves the memory while it is written: no operand lies in it.
                    let mut buffer = mem::take(&mut self.memory.buffers[*result]);
                    let operand = |k: usize| match operands.get(k) {
                        Some(x) => Matrix {
                            shape: x.shape,
                            entries: self.memory.view(x.place, x.shape.len(), inputs),
                        },
                        None => Matrix::absent(),
                    };
                    let x = [operand(0), operand(1), operand(2)];
                    primitive.fill(x, *shape, &mut buffer[..shape.len()]);
                    self.memory.buffers[*result] = buffer;
                }
                Step::Chain(chain) => chain.run(&mut self.memory, inputs),
            }
        }
        let mut parts = outputs.iter_mut();
        let mut part: &mut [T] = &mut [];
        for output in &self.outputs {
            let mut rest = self.memory.view(output.place, output.shape.len(), inputs);
            while !rest.is_empty() {
                if part.is_empty() {
                    match parts.next() {
                        Some(next) => part = &mut next[..],
                        None => return, // lengths agree, so there is a next one
                    }
                }
                let length = rest.len().min(part.len());
                let (now, later) = mem::take(&mut part).split_at_mut(length);
                now.copy_from_slice(&rest[..length]);
                (part, rest) = (later, &rest[length..]);
            }
        }
    }

    pub(crate) fn instructions(&self) -> usize {
        self.steps.iter().map(Step::instructions).sum()
    }

    pub(crate) fn flops(&self) -> usize {
        self.steps.iter().map(Step::flops).sum()
    }

    pub(crate) fn traffic(&self) -> usize {
        self.steps.iter().map(Step::moved).sum::<usize>() * size_of::<T>()
    }

    pub(crate) fn held(&self) -> usize {
        self.memory.held()
    }
}

impl Step {
    fn registers(&self) -> usize {
        match self {
            Step::Whole { .. } => 0,
            Step::Chain(chain) => chain.registers,
        }
    }

    /// How many entries each register has to hold.
    fn block(&self) -> usize {
        match self {
            Step::Whole { .. } => 0,
            Step::Chain(chain) => chain.shape.len().min(chain::BLOCK),
        }
    }

    fn instructions(&self) -> usize {
        match self {
            Step::Whole { .. } => 1,
            Step::Chain(chain) => chain.links.len(),
        }
    }

    fn flops(&self) -> usize {
        match self {
            Step::Whole { primitive, operands, shape, .. } => match primitive {
                Primitive::Product(left, _) => {
                    let a = operands[0].shape;
                    let inner = if *left { a.rows } else { a.columns };
                    2 * shape.len() * inner
                }
                Primitive::SumRows | Primitive::SumColumns | Primitive::SumAll => {
                    operands[0].shape.len()
                }
                _ => 0,
            },
            Step::Chain(chain) => chain.links.len() * chain.shape.len(),
        }
    }

    /// How many numbers are read and written.
    fn moved(&self) -> usize {
        match self {
            Step::Whole { operands, shape, .. } => {
                shape.len() + operands.iter().map(|x| x.shape.len()).sum::<usize>()
            }
            Step::Chain(chain) => chain.moved(),
        }
    }
}
