//! A graph made ready to run many times.

mod array;
mod scalar;

use crate::{CheckedError, Dimension, DimensionError, Graph, NotFinite, Real};
use array::ArrayProgram;
use core::fmt::{self, Debug, Display, Formatter};
use num_traits::Float;
use scalar::ScalarProgram;
use std::sync::Arc;

pub(crate) use scalar::RegisterFile;

/// A graph compiled for a scalar `T`: `f32`, `f64`, or [`Dual`](crate::Dual) numbers.
///
/// A graph of numbers becomes instructions on registers: products are fused into sums, operations of one kind put side by
/// side, registers planned. None of it changes a digit: a program gives what the traced function gives when it is called
/// with `T` itself, up to what [tracing tidies](crate::Var) and constants, which fold in `f64` and are rounded to `T`
/// afterwards.
///
/// A graph of arrays becomes steps on buffers: what depends on nothing is computed once, what goes entry by entry over one
/// shape is one step, block by block, so that intermediate results stay in the processor's cache; broadcasts are not written
/// out; buffers are planned. Inputs are read where they lie. None of it changes a digit of what [`Graph::evaluate`] gives
/// (constants, again, fold in `f64`).
///
/// A run allocates nothing, after the first. It uses memory inside the program, hence `&mut`; a clone can run on another
/// thread.
///
/// `Display` prints one line an instruction or step, and what a run costs. Registers and buffers are reused, so a name can be
/// assigned more than once.
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
/// a run: 3 flops, 48 bytes moved, 40 bytes held
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Program<T: Real> {
    graph: Arc<Graph>,
    inputs: usize,
    outputs: usize,
    engine: Engine<T>,
}

#[derive(Clone)]
enum Engine<T: Real> {
    Scalar(ScalarProgram<T>),
    Array(ArrayProgram<T>),
}

impl<T: Real> Program<T> {
    /// Compiles all outputs of a graph; [`Graph::select_outputs`] first, for fewer.
    pub fn compile(graph: &Graph) -> Program<T> {
        let engine = if graph.is_scalar() {
            Engine::Scalar(ScalarProgram::compile(graph))
        } else {
            Engine::Array(ArrayProgram::compile(graph))
        };
        let (inputs, outputs) = (graph.inputs(), graph.outputs());
        Program { graph: Arc::new(graph.clone()), inputs, outputs, engine }
    }

    /// Runs once. The slices of `inputs` count as one list, one after the other, and so do those of `outputs`: nobody needs
    /// to put `t`, `y` and `p` into one array. An input array that is cut by the end of a slice is put together first, in
    /// memory that the first such run allocates.
    ///
    /// NaN and infinity go the way of IEEE 754.
    ///
    /// # Errors
    /// When the lengths do not add up to [`inputs`](Program::inputs) and [`outputs`](Program::outputs); then nothing is
    /// written.
    #[inline]
    pub fn run(&mut self, inputs: &[&[T]], outputs: &mut [&mut [T]]) -> Result<(), DimensionError> {
        self.check_lengths(inputs, outputs)?;
        match &mut self.engine {
            Engine::Scalar(program) => program.run(inputs, outputs),
            Engine::Array(program) => program.run(inputs, outputs),
        }
        Ok(())
    }

    #[inline]
    fn check_lengths(&self, inputs: &[&[T]], outputs: &[&mut [T]]) -> Result<(), DimensionError> {
        let found = inputs.iter().map(|part| part.len()).sum();
        DimensionError::check(Dimension::Inputs, self.inputs, found)?;
        let found = outputs.iter().map(|part| part.len()).sum();
        DimensionError::check(Dimension::Outputs, self.outputs, found)
    }

    /// Runs once, line by line as the graph has them, and stops at the first result that is not finite.
    ///
    /// For finding where a NaN comes from: slow, and it allocates. Outputs are written only if all is well.
    ///
    /// ```
    /// use costate_autodiff::{trace, Program, Real};
    /// let graph = trace(2, |x| vec![(x[0] - x[1]).ln() * x[0]])?;
    /// let error = Program::compile(&graph).run_checked(&[&[1.0, 2.0]], &mut [&mut [0.0]]).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "line %3 is not finite: `ln(%2)` gave NaN at row 0, column 0"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The first line that is not finite, inputs and constants included; or lengths, as [`run`](Program::run).
    pub fn run_checked(&self, inputs: &[&[T]], outputs: &mut [&mut [T]]) -> Result<(), CheckedError>
    where
        T: Float,
    {
        self.check_lengths(inputs, outputs)?;
        let (values, places) = self.graph.values(&inputs.concat());
        for (line, (place, node)) in places.iter().zip(self.graph.nodes()).enumerate() {
            let bad = values[place.clone()].iter().position(|x| !x.is_finite());
            if let Some(index) = bad {
                let rows = self.graph.shapes()[line].rows;
                let given = self.graph.name(line).filter(|_| !node.operands().is_empty());
                let name = given.map(|name| format!("{name} = "));
                return Err(CheckedError::NotFinite(NotFinite {
                    line,
                    expression: name.unwrap_or_default() + &self.graph.formula(line),
                    value: values[place.start + index].to_f64().unwrap_or(f64::NAN),
                    row: index % rows,
                    column: index / rows,
                }));
            }
        }
        let found = self.graph.output_nodes().iter().flat_map(|&o| &values[places[o].clone()]);
        outputs.iter_mut().flat_map(|part| part.iter_mut()).zip(found).for_each(|(y, &v)| *y = v);
        Ok(())
    }

    /// The graph that was compiled.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// How many numbers it takes.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// How many numbers it gives.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// How many instructions a run carries out: of numbers, where a fused product and sum is one; or of whole arrays, each
    /// entry-by-entry operation counted.
    pub fn instructions(&self) -> usize {
        match &self.engine {
            Engine::Scalar(program) => program.instructions(),
            Engine::Array(program) => program.instructions(),
        }
    }

    /// How many floating-point operations a run carries out: additions, multiplications and calls of functions alike. A
    /// product of m x k by k x n counts 2 m k n.
    pub fn flops(&self) -> usize {
        match &self.engine {
            Engine::Scalar(program) => program.flops(),
            Engine::Array(program) => program.flops(),
        }
    }

    /// How many bytes the instructions of a run read and write: operands and results. What an entry-by-entry step keeps in
    /// its block is not counted.
    pub fn traffic(&self) -> usize {
        match &self.engine {
            Engine::Scalar(program) => program.traffic(),
            Engine::Array(program) => program.traffic(),
        }
    }

    /// How many numbers it holds: constants and intermediate values, and for a program of numbers its inputs too.
    pub fn registers(&self) -> usize {
        match &self.engine {
            Engine::Scalar(program) => program.registers,
            Engine::Array(program) => program.held(),
        }
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
        match &self.engine {
            Engine::Scalar(program) => program.print(&self.graph, f)?,
            Engine::Array(program) => program.print(&self.graph, f)?,
        }
        writeln!(
            f,
            "a run: {} flops, {} bytes moved, {} bytes held",
            self.flops(),
            self.traffic(),
            self.registers() * size_of::<T>()
        )
    }
}
