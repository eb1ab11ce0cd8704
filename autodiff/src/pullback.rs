//! The vector-Jacobian product of a scalar-generic function, by whichever way is faster.

mod directions;

use crate::{DimensionError, OutputError, Program, Real, TraceError, trace_into};
use core::fmt::{self, Debug, Formatter};
use directions::Directions;
use thiserror::Error;

/// A function written once, over any scalar.
///
/// Mark a short `eval` `#[inline(always)]`: dual numbers then stay in registers, which halves the time of a [`Pullback`] of
/// few inputs. (The compiler's own limit for inlining is met by half a dozen products of dual numbers.)
///
/// ```
/// use costate_autodiff::{Function, Real};
/// struct Circle;
/// impl Function for Circle {
///     fn eval<R: Real>(&self, x: &[R], y: &mut [R]) {
///         y[0] = x[0].square() + x[1].square();
///     }
/// }
/// ```
pub trait Function {
    /// Writes all of `y = f(x)`. The lengths are those that were asked for.
    fn eval<R: Real>(&self, x: &[R], y: &mut [R]);
}

impl<F: Function + ?Sized> Function for &F {
    #[inline(always)]
    fn eval<R: Real>(&self, x: &[R], y: &mut [R]) {
        (**self).eval(x, y);
    }
}

/// Why there is no pullback.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PullbackError {
    /// The function cannot be traced.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// More was wanted than there is.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// The vector-Jacobian product of a [`Function`], ready to run many times.
///
/// There are two ways to it. *Dual numbers* carry a derivative in each direction through the function itself, which the
/// compiler has before it: nothing is looked up, but the work grows with the number of directions. A *traced program* costs a
/// few evaluations, whatever that number, and looks up each instruction. [`new`](Pullback::new) takes dual numbers for functions
/// of few inputs (see [`FEW`]); [`dual`](Pullback::dual) and [`traced`](Pullback::traced) do what they say.
///
/// What goes in is `(x, w)`, what comes out is what is wanted of `(f(x), J(x)^T w)`, as with [`Graph::vjp`](crate::Graph::vjp).
///
/// Both give the same to rounding wherever all slopes are finite. Where one is not, a program leaves inputs alone that have no
/// influence, and dual numbers multiply their 0 by it and say NaN (see [`Dual`](crate::Dual)).
///
/// A run allocates nothing. A clone can run on another thread.
///
/// ```
/// use costate_autodiff::{Function, Pullback, Real};
/// struct Circle;
/// impl Function for Circle {
///     fn eval<R: Real>(&self, x: &[R], y: &mut [R]) {
///         y[0] = x[0].square() + x[1].square();
///     }
/// }
///
/// // Two inputs, one output; all three of (f, df/dx0, df/dx1) are wanted.
/// let mut pullback = Pullback::new(Circle, 2, 1, &[0, 1, 2])?;
/// assert!(pullback.is_dual());
/// let (x, w) = ([3.0, 4.0], [1.0]);
/// let (mut y, mut slopes) = ([0.0], [0.0; 2]);
/// pullback.run(&[&x, &w], &mut [&mut y, &mut slopes])?;
/// assert_eq!((y, slopes), ([25.0], [6.0, 8.0]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Pullback<F, T: Real> {
    function: F,
    way: Way<T>,
}

#[derive(Debug, Clone)]
enum Way<T: Real> {
    Dual(Directions<T>),
    Traced(Box<Program<T>>),
}

/// For functions of up to so many inputs dual numbers are the faster way.
///
/// Measured on right-hand sides of differential equations (`cargo bench -p costate-autodiff` prints the times): with 4 to 7
/// inputs dual numbers take 0.4 to 0.8 of the program's time where the function is inlined, and at 6 as much where it is not;
/// with 8 inputs 1.3 of it, with 12 three times as much.
pub const FEW: usize = 6;

impl<F: Function, T: Real> Pullback<F, T> {
    /// The faster way, for a function of `inputs` numbers with `outputs` results, to those entries of `(f(x), J(x)^T w)` whose
    /// indices are `wanted`, in that order.
    ///
    /// # Errors
    /// The function is traced in either case, so that it is known to write all its outputs and not to branch on its inputs;
    /// see [`TraceError`]. An index in `wanted` past the last entry is an [`OutputError`].
    pub fn new(
        function: F,
        inputs: usize,
        outputs: usize,
        wanted: &[usize],
    ) -> Result<Self, PullbackError> {
        if inputs <= FEW {
            Self::dual(function, inputs, outputs, wanted)
        } else {
            Self::traced(function, inputs, outputs, wanted)
        }
    }

    /// By dual numbers, up to eight directions at a time.
    ///
    /// # Errors
    /// As [`new`](Pullback::new).
    pub fn dual(
        function: F,
        inputs: usize,
        outputs: usize,
        wanted: &[usize],
    ) -> Result<Self, PullbackError> {
        trace_into(inputs, outputs, |x, y| function.eval(x, y))?;
        let there = outputs.saturating_add(inputs);
        match wanted.iter().find(|&&index| index >= there) {
            Some(&index) => Err(OutputError { index, outputs: there }.into()),
            None => {
                let way = Way::Dual(Directions::new(inputs, outputs, wanted));
                Ok(Pullback { function, way })
            }
        }
    }

    /// By a traced program.
    ///
    /// # Errors
    /// As [`new`](Pullback::new).
    pub fn traced(
        function: F,
        inputs: usize,
        outputs: usize,
        wanted: &[usize],
    ) -> Result<Self, PullbackError> {
        let graph = trace_into(inputs, outputs, |x, y| function.eval(x, y))?;
        let graph = graph.vjp().select_outputs(wanted)?;
        let way = Way::Traced(Box::new(Program::compile(&graph)));
        Ok(Pullback { function, way })
    }

    /// Whether dual numbers are the way.
    pub fn is_dual(&self) -> bool {
        matches!(self.way, Way::Dual(_))
    }

    /// The function.
    pub fn function(&self) -> &F {
        &self.function
    }

    /// The function, to change what it holds beside its inputs: a time, say. What it computes from its inputs is as it was
    /// traced, where it is traced.
    pub fn function_mut(&mut self) -> &mut F {
        &mut self.function
    }

    /// Runs once: inputs `(x, w)`, outputs what is wanted. The slices of each count as one list.
    ///
    /// # Errors
    /// When a length is wrong; then nothing is written.
    #[inline]
    pub fn run(&mut self, inputs: &[&[T]], outputs: &mut [&mut [T]]) -> Result<(), DimensionError> {
        match &mut self.way {
            Way::Dual(directions) => directions.run(&self.function, inputs, outputs),
            Way::Traced(program) => program.run(inputs, outputs),
        }
    }
}

/// The way and its sizes; the function may be anything.
impl<F, T: Real> Debug for Pullback<F, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pullback").field("way", &self.way).finish_non_exhaustive()
    }
}
