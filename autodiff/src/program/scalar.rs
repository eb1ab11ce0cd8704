//! Programs of numbers: packed instructions on a file of registers.

mod fuse;
mod machine;
mod schedule;
mod slots;

use crate::expression::{applied, count};
use crate::{Graph, Primitive, Real};
use core::fmt::{self, Formatter};
use fuse::Operation;
pub(crate) use machine::RegisterFile;
use machine::{Machine, Run};

/// A graph of numbers, compiled: products fused into sums, operations of one kind side by side, registers planned.
#[derive(Clone)]
pub(crate) struct ScalarProgram<T: Real> {
    inputs: usize,
    outputs: usize,
    constants: Vec<f64>,
    pub(crate) registers: usize,
    runs: Vec<Run>,
    machine: Width<T>,
}

/// The machine with the narrowest slots that do.
#[derive(Clone)]
enum Width<T: Real> {
    Small(Machine<T, Box<[T; 1 << 8]>>),
    Medium(Machine<T, Box<[T; 1 << 16]>>),
    Large(Machine<T, Vec<T>>),
}

/// The same expression for whichever machine it is.
macro_rules! each_width {
    ($width:expr, $machine:ident => $expression:expr) => {
        match $width {
            Width::Small($machine) => $expression,
            Width::Medium($machine) => $expression,
            Width::Large($machine) => $expression,
        }
    };
}

impl<T: Real> ScalarProgram<T> {
    pub(crate) fn compile(graph: &Graph) -> ScalarProgram<T> {
        let steps = schedule::schedule(fuse::fuse(graph), graph.nodes().len() + 1);
        let slots = slots::plan(graph, &steps);
        let mut runs: Vec<Run> = Vec::new();
        let mut instructions = Vec::with_capacity(steps.len());
        for step in &steps {
            match runs.last_mut() {
                Some(run) if run.operation == step.operation => run.length += 1,
                _ => runs.push(Run { operation: step.operation, length: 1 }),
            }
            let mut instruction = [slots.of[step.result], 0, 0, 0];
            for (slot, &operand) in instruction[1..].iter_mut().zip(step.operands()) {
                *slot = slots.of[operand];
            }
            instructions.push(instruction);
        }
        if !slots.copies.is_empty() {
            runs.push(Run { operation: Operation::Copy, length: slots.copies.len() });
            instructions.extend(slots.copies.iter().map(|&(o, to)| [to, slots.of[o], 0, 0]));
        }
        let (inputs, constants, registers) = (graph.inputs(), slots.constants, slots.count);
        let outputs = slots.outputs;
        let machine = Machine::build(&instructions, outputs, &constants, inputs, registers)
            .map(Width::Small)
            .or_else(|| {
                Machine::build(&instructions, outputs, &constants, inputs, registers)
                    .map(Width::Medium)
            })
            .or_else(|| {
                Machine::build(&instructions, outputs, &constants, inputs, registers)
                    .map(Width::Large)
            });
        match machine {
            Some(machine) => ScalarProgram {
                inputs,
                outputs: graph.output_nodes().len(),
                constants,
                registers,
                runs,
                machine,
            },
            None => unreachable!("slots of the large machine are as wide as indices"),
        }
    }

    /// Inputs and outputs have the lengths they should have.
    #[inline]
    pub(crate) fn run(&mut self, inputs: &[&[T]], outputs: &mut [&mut [T]]) {
        each_width!(&mut self.machine, machine => machine.run(&self.runs, inputs, outputs));
    }

    pub(crate) fn instructions(&self) -> usize {
        each_width!(&self.machine, machine => machine.instructions.len())
    }

    pub(crate) fn flops(&self) -> usize {
        self.runs
            .iter()
            .map(|run| match run.operation {
                Operation::Apply(_) => run.length,
                Operation::Copy => 0,
                _ => 2 * run.length,
            })
            .sum()
    }

    /// An instruction reads up to three registers and writes one.
    pub(crate) fn traffic(&self) -> usize {
        let each = |run: &Run| run.length * (run.operation.arity() + 1) * size_of::<T>();
        self.runs.iter().map(each).sum()
    }
}

impl<T: Real> ScalarProgram<T> {
    /// Inputs go by their names, registers are `r0`, `r1`, ...
    pub(crate) fn print(&self, graph: &Graph, f: &mut Formatter<'_>) -> fmt::Result {
        let name = |slot: usize| match slot.checked_sub(self.inputs) {
            None => graph.label(slot),
            Some(k) => self.constants.get(k).map_or_else(|| format!("r{slot}"), f64::to_string),
        };
        let (instructions, first) = each_width!(&self.machine, machine => machine.listing());
        writeln!(
            f,
            "program: {}, {}, {}, {}",
            count(self.inputs, "input"),
            count(self.outputs, "output"),
            count(self.instructions(), "instruction"),
            count(self.registers, "register")
        )?;
        let operations =
            self.runs.iter().flat_map(|run| core::iter::repeat_n(run.operation, run.length));
        for (operation, [result, operands @ ..]) in operations.zip(instructions) {
            let [a, b, c] = operands.map(name);
            write!(f, "  {} = ", name(result))?;
            match operation {
                Operation::Copy => writeln!(f, "{a}")?,
                Operation::MulAdd => writeln!(f, "{a} * {b} + {c}")?,
                Operation::MulSub => writeln!(f, "{a} * {b} - {c}")?,
                Operation::SubMul => writeln!(f, "{c} - {a} * {b}")?,
                Operation::MulMul => writeln!(f, "{a} * {b} * {c}")?,
                Operation::Apply(primitive) => {
                    let operands = &[a, b, c][..Primitive::arity(primitive)];
                    writeln!(f, "{}", applied(primitive, operands))?;
                }
            }
        }
        for k in 0..self.outputs {
            writeln!(f, "  y{k} = {}", name(first + k))?;
        }
        Ok(())
    }
}
