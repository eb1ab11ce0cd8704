//! The traced value.

mod arrays;

use crate::expression::described;
use crate::tape::{Tape, innermost, with_tape};
use crate::tidy::Mismatch;
use crate::{Primitive, Real, Shape, TraceError};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};
use core::panic::Location;
use num_traits::{FromPrimitive, One, Zero};

/// A number, or an array of numbers, that writes down what is done with it; made by [`trace`](crate::trace).
///
/// It is a [`Real`], so a function written over scalars runs with it; on arrays, arithmetic and functions go entry by entry,
/// and a single row, column or number meets a larger array by being repeated (as in NumPy). What arrays have beside that,
/// products, sums, cuts, is below.
///
/// Constants need no trace and fold as they are combined. Beside that, what is written is tidied in ways that change no
/// value: equal operations are shared; `x + 0`, `x - 0`, `x * 1`, `x / 1` are `x` (so that a zero may keep its sign where
/// `-0 + 0` would have lost it); negations move outwards until they meet a sum; transposes move into products (which
/// sum columns in eight parts, so that the last digit may be another). `x * 0` stays, as it is NaN where `x` is.
///
/// A `Var` is plain data and can be sent anywhere, but means something only inside the trace that made it. Anywhere else
/// it is void, and so is all that is computed from it; see [`TraceError::Foreign`].
///
/// `==` is there because generic code wants scalars with `PartialEq`. Between constants it compares numbers. With a traced
/// value it is `false` and the trace fails with [`TraceError::Compared`].
#[derive(Debug, Clone, Copy)]
pub struct Var(State);

#[derive(Debug, Clone, Copy)]
enum State {
    Constant(f64),
    Traced { tape: u64, node: usize },
    Void(Fault),
}

/// Why a value is void.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Foreign,
    Unwritten {
        output: usize,
    },
    /// The tape says why.
    Noted,
}

impl From<Fault> for TraceError {
    fn from(fault: Fault) -> TraceError {
        match fault {
            Fault::Unwritten { output } => TraceError::Unwritten { output },
            // What another tape noted makes its values foreign to all others.
            Fault::Foreign | Fault::Noted => TraceError::Foreign,
        }
    }
}

impl Var {
    pub(crate) fn traced(tape: u64, node: usize) -> Var {
        Var(State::Traced { tape, node })
    }

    /// An output before it is written.
    pub(crate) fn unwritten(output: usize) -> Var {
        Var(State::Void(Fault::Unwritten { output }))
    }

    /// The number, if this depends on no input.
    pub(crate) fn as_constant(self) -> Option<f64> {
        match self.0 {
            State::Constant(c) => Some(c),
            _ => None,
        }
    }

    /// The node of tape `id` that holds this; constants are written down there.
    pub(crate) fn node_on(self, id: u64) -> Result<usize, TraceError> {
        match self.0 {
            State::Constant(c) => with_tape(id, |tape| tape.constant(c)).ok_or(TraceError::Foreign),
            State::Traced { tape, node } if tape == id => Ok(node),
            State::Traced { .. } => Err(TraceError::Foreign),
            State::Void(fault) => Err(fault.into()),
        }
    }

    /// How many rows and columns it has; 1x1 for what is void.
    pub fn shape(self) -> Shape {
        match self.0 {
            State::Traced { tape, node } => {
                with_tape(tape, |tape| tape.shapes[node]).unwrap_or(Shape::SCALAR)
            }
            _ => Shape::SCALAR,
        }
    }

    /// The same, called by this name where the graph is printed and in messages about it.
    ///
    /// Names are for readers: where two lines are shared, the later name stays.
    pub fn named(self, name: &str) -> Var {
        if let State::Traced { tape, node } = self.0 {
            with_tape(tape, |tape| tape.names.insert(node, name.to_owned()));
        }
        self
    }

    /// Applies a primitive to its operands.
    #[track_caller]
    pub(crate) fn apply<const N: usize>(primitive: Primitive, x: [Var; N]) -> Var {
        debug_assert_eq!(N, primitive.arity());
        if primitive.is_elementwise()
            && let Some(numbers) = x.iter().map(|x| x.as_constant()).collect::<Option<Vec<f64>>>()
        {
            let operand = |i: usize| numbers.get(i).copied().unwrap_or(0.0);
            return Var::constant(primitive.kernel([operand(0), operand(1), operand(2)]));
        }
        match written(primitive, &x, Location::caller()) {
            Ok(result) => result,
            Err((fault, error)) => {
                for operand in x {
                    operand.blame(&error);
                }
                Var(State::Void(fault))
            }
        }
    }

    /// Why this is no value of tape `id`.
    fn fault(self, id: u64) -> Option<Fault> {
        match self.0 {
            State::Void(fault) => Some(fault),
            State::Traced { tape, .. } if tape != id => Some(Fault::Foreign),
            _ => None,
        }
    }

    fn blame(self, error: &TraceError) {
        if let State::Traced { tape, .. } = self.0 {
            with_tape(tape, |tape| tape.blame(error.clone()));
        }
    }
}

/// Writes the operation on the one tape that all its traced operands belong to.
fn written(
    primitive: Primitive,
    x: &[Var],
    location: &'static Location<'static>,
) -> Result<Var, (Fault, TraceError)> {
    let foreign = || (Fault::Foreign, TraceError::Foreign);
    let mut owner = None;
    for operand in x {
        match operand.0 {
            State::Traced { tape, .. } if *owner.get_or_insert(tape) != tape => {
                return Err(foreign());
            }
            State::Void(fault) => return Err((fault, fault.into())),
            _ => {}
        }
    }
    let id = owner.or_else(innermost).ok_or_else(foreign)?;
    let mut operands = [0; 3];
    for (slot, operand) in operands.iter_mut().zip(x) {
        *slot = operand.node_on(id).map_err(|error| (Fault::Foreign, error))?;
    }
    let operands = &operands[..x.len()];
    with_tape(id, |tape| match tape.write(primitive, operands) {
        Ok(node) => Ok(Var::traced(id, node)),
        Err(mismatch) => {
            let error = refusal(tape, primitive, operands, (mismatch, location));
            tape.blame(error.clone());
            Err((Fault::Noted, error))
        }
    })
    .unwrap_or_else(|| Err(foreign()))
}

fn refusal(
    tape: &Tape,
    primitive: Primitive,
    operands: &[usize],
    (mismatch, location): (Mismatch, &'static Location<'static>),
) -> TraceError {
    let labels: Vec<String> = operands.iter().map(|&o| format!("`{}`", tape.label(o))).collect();
    TraceError::Shapes {
        operation: described(primitive),
        expression: labels.join(" and "),
        shapes: operands.iter().map(|&o| tape.shapes[o]).collect(),
        remedy: match primitive {
            _ if mismatch == Mismatch::TooLarge => {
                "the result would have more entries than fit into memory"
            }
            Primitive::Product(..) => {
                "a product needs as many columns on the left as rows on the right, after transposing"
            }
            Primitive::Broadcast(_) => "only a single row or column can be repeated",
            Primitive::Reshape(_) => "another shape has to have as many entries",
            Primitive::Concat(_) => "what is joined has to agree in the other direction",
            Primitive::Slice(..) | Primitive::Pad(..) => "the part has to lie within the whole",
            _ => "rows and columns have to agree, or be 1",
        },
        location,
    }
}

impl PartialEq for Var {
    /// See [`Var`]: between constants only.
    fn eq(&self, other: &Var) -> bool {
        match (self.as_constant(), other.as_constant()) {
            (Some(a), Some(b)) => a == b,
            _ => {
                self.blame(&TraceError::Compared);
                other.blame(&TraceError::Compared);
                // What is void or of another trace hides a branch of the one in progress all the same.
                if let Some(id) = innermost()
                    && let Some(fault) = self.fault(id).or(other.fault(id))
                {
                    with_tape(id, |tape| tape.blame(fault.into()));
                }
                false
            }
        }
    }
}

impl Real for Var {
    fn constant(x: f64) -> Var {
        Var(State::Constant(x))
    }
    fn exp(self) -> Var {
        Var::apply(Primitive::Exp, [self])
    }
    fn ln(self) -> Var {
        Var::apply(Primitive::Ln, [self])
    }
    fn sqrt(self) -> Var {
        Var::apply(Primitive::Sqrt, [self])
    }
    fn sin(self) -> Var {
        Var::apply(Primitive::Sin, [self])
    }
    fn cos(self) -> Var {
        Var::apply(Primitive::Cos, [self])
    }
    fn tanh(self) -> Var {
        Var::apply(Primitive::Tanh, [self])
    }
    fn sigmoid(self) -> Var {
        Var::apply(Primitive::Sigmoid, [self])
    }
    fn softplus(self) -> Var {
        Var::apply(Primitive::Softplus, [self])
    }
    fn relu(self) -> Var {
        Var::apply(Primitive::Relu, [self])
    }
    fn abs(self) -> Var {
        Var::apply(Primitive::Abs, [self])
    }
    fn powi(self, n: i32) -> Var {
        match n {
            0 => Var::constant(1.0),
            1 => self,
            2 => self * self,
            _ => Var::apply(Primitive::Powi(n), [self]),
        }
    }
    fn powf(self, exponent: f64) -> Var {
        match exponent {
            0.0 => Var::constant(1.0),
            1.0 => self,
            _ => Var::apply(Primitive::Powf(exponent), [self]),
        }
    }
    #[track_caller]
    fn max(self, other: Var) -> Var {
        Var::apply(Primitive::Max, [self, other])
    }
    #[track_caller]
    fn min(self, other: Var) -> Var {
        Var::apply(Primitive::Min, [self, other])
    }
    #[track_caller]
    fn select(condition: Var, a: Var, b: Var) -> Var {
        Var::apply(Primitive::Select, [condition, a, b])
    }
}

macro_rules! operator {
    ($operator:ident, $method:ident, $assign:ident, $assign_method:ident) => {
        impl $operator for Var {
            type Output = Var;
            #[track_caller]
            fn $method(self, other: Var) -> Var {
                Var::apply(Primitive::$operator, [self, other])
            }
        }

        impl $assign for Var {
            #[track_caller]
            fn $assign_method(&mut self, other: Var) {
                *self = $operator::$method(*self, other);
            }
        }
    };
}

operator!(Add, add, AddAssign, add_assign);
operator!(Sub, sub, SubAssign, sub_assign);
operator!(Mul, mul, MulAssign, mul_assign);
operator!(Div, div, DivAssign, div_assign);

impl Neg for Var {
    type Output = Var;
    fn neg(self) -> Var {
        Var::apply(Primitive::Neg, [self])
    }
}

impl Zero for Var {
    fn zero() -> Var {
        Var::constant(0.0)
    }
    /// As `== 0`: a fault of the trace unless this is a constant.
    fn is_zero(&self) -> bool {
        *self == Var::zero()
    }
}

impl One for Var {
    fn one() -> Var {
        Var::constant(1.0)
    }
}

/// A constant; never `None`. Integers beyond 2^53 are rounded, as `as f64` does.
impl FromPrimitive for Var {
    fn from_i64(n: i64) -> Option<Var> {
        Some(Var::constant(n as f64))
    }
    fn from_u64(n: u64) -> Option<Var> {
        Some(Var::constant(n as f64))
    }
    fn from_f64(x: f64) -> Option<Var> {
        Some(Var::constant(x))
    }
}
