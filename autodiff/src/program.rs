//! A graph made ready to run many times.

mod fuse;
mod machine;
mod schedule;
mod slots;

use crate::expression::{count, write_applied};
use crate::{Dimension, DimensionError, Graph, Primitive, Real};
use core::fmt::{self, Debug, Display, Formatter};
use fuse::Operation;
pub(crate) use machine::RegisterFile;
use machine::{Machine, Run};

/// A graph compiled for a scalar `T`: `f32`, `f64`, or [`Dual`](crate::Dual) numbers.
///
/// Compiling fuses products into sums, puts operations of one kind side by side and plans registers. None of it changes a
/// digit: a program gives what the traced function gives when it is called with `T` itself, up to what
/// [tracing tidies](crate::Var) and constants, which fold in `f64` and are rounded to `T` afterwards.
///
/// A run allocates nothing. It uses registers inside the program, hence `&mut`; a clone can run on another thread.
///
/// `Display` prints one line an instruction. Registers are reused, so a name can be assigned more than once.
///
/// ```
/// use costate_autodiff::{trace, Program, Real};
/// let graph = trace(3, |x| vec![x[0] * x[1] + x[2], x[0].exp()])?;
/// let mut program = Program::compile(&graph);
/// // The inputs in one slice or several; the outputs likewise.
/// let (mut y, mut z) = ([0.0], [0.0]);
/// program.run(&[&[0.0, 5.0], &[7.0]], &mut [&mut y, &mut z])?;
/// assert_eq!((y, z), ([7.0], [1.0]));
/// assert_eq!(program.to_string(), "\
/// program: 3 inputs, 2 outputs, 2 instructions, 5 registers
///   r3 = x0 * x1 + x2
///   r4 = exp(x0)
///   y0 = r3
///   y1 = r4
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Program<T: Real> {
    inputs: usize,
    constants: Vec<f64>,
    registers: usize,
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

impl<T: Real> Program<T> {
    /// Compiles all outputs of a graph; [`Graph::select_outputs`] first, for fewer.
    pub fn compile(graph: &Graph) -> Program<T> {
        let steps = schedule::schedule(fuse::fuse(graph), graph.nodes().len());
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
        let outputs: Vec<usize> = graph.output_nodes().iter().map(|&o| slots.of[o]).collect();
        let (inputs, constants, registers) = (graph.inputs(), slots.constants, slots.count);
        let machine = Machine::build(&instructions, &outputs, &constants, inputs, registers)
            .map(Width::Small)
            .or_else(|| {
                Machine::build(&instructions, &outputs, &constants, inputs, registers)
                    .map(Width::Medium)
            })
            .or_else(|| {
                Machine::build(&instructions, &outputs, &constants, inputs, registers)
                    .map(Width::Large)
            });
        match machine {
            Some(machine) => Program { inputs, constants, registers, runs, machine },
            None => unreachable!("slots of the large machine are as wide as indices"),
        }
    }

    /// Runs once. The slices of `inputs` count as one list, one after the other, and so do those of `outputs`: nobody needs
    /// to put `t`, `y` and `p` into one array.
    ///
    /// NaN and infinity go the way of IEEE 754.
    ///
    /// # Errors
    /// When the lengths do not add up to [`inputs`](Program::inputs) and [`outputs`](Program::outputs); then nothing is
    /// written.
    #[inline]
    pub fn run(&mut self, inputs: &[&[T]], outputs: &mut [&mut [T]]) -> Result<(), DimensionError> {
        DimensionError::check(
            Dimension::Inputs,
            self.inputs,
            inputs.iter().map(|part| part.len()).sum(),
        )?;
        DimensionError::check(
            Dimension::Outputs,
            self.outputs(),
            outputs.iter().map(|part| part.len()).sum(),
        )?;
        each_width!(&mut self.machine, machine => machine.run(&self.runs, inputs, outputs));
        Ok(())
    }

    /// How many numbers it takes.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// How many numbers it gives.
    pub fn outputs(&self) -> usize {
        each_width!(&self.machine, machine => machine.outputs.len())
    }

    /// How many instructions a run carries out. A fused product and sum is one.
    pub fn instructions(&self) -> usize {
        each_width!(&self.machine, machine => machine.instructions.len())
    }

    /// How many arithmetic operations and function calls a run carries out. A fused product and sum is two.
    pub fn operations(&self) -> usize {
        self.runs
            .iter()
            .map(|run| match run.operation {
                Operation::Apply(_) => run.length,
                _ => 2 * run.length,
            })
            .sum()
    }

    /// How many numbers it holds: inputs, constants and intermediate values.
    pub fn registers(&self) -> usize {
        self.registers
    }
}

/// Sizes only; `Display` prints the instructions.
impl<T: Real> Debug for Program<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("inputs", &self.inputs())
            .field("outputs", &self.outputs())
            .field("instructions", &self.instructions())
            .field("registers", &self.registers())
            .finish_non_exhaustive()
    }
}

impl<T: Real> Display for Program<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = |slot: usize| match slot.checked_sub(self.inputs) {
            None => format!("x{slot}"),
            Some(k) => self.constants.get(k).map_or_else(|| format!("r{slot}"), f64::to_string),
        };
        let (instructions, outputs) = each_width!(&self.machine, machine => machine.listing());
        writeln!(
            f,
            "program: {}, {}, {}, {}",
            count(self.inputs(), "input"),
            count(outputs.len(), "output"),
            count(self.instructions(), "instruction"),
            count(self.registers, "register")
        )?;
        let operations =
            self.runs.iter().flat_map(|run| core::iter::repeat_n(run.operation, run.length));
        for (operation, [result, operands @ ..]) in operations.zip(instructions) {
            let [a, b, c] = operands.map(name);
            write!(f, "  {} = ", name(result))?;
            match operation {
                Operation::MulAdd => writeln!(f, "{a} * {b} + {c}")?,
                Operation::MulSub => writeln!(f, "{a} * {b} - {c}")?,
                Operation::SubMul => writeln!(f, "{c} - {a} * {b}")?,
                Operation::Apply(primitive) => {
                    write_applied(f, primitive, &[a, b, c][..Primitive::arity(primitive)])?;
                    writeln!(f)?;
                }
            }
        }
        for (k, &slot) in outputs.iter().enumerate() {
            writeln!(f, "  y{k} = {}", name(slot))?;
        }
        Ok(())
    }
}
