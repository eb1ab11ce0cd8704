//! The traced scalar.

use crate::tape::with_tape;
use crate::{Node, Primitive, Real, TraceError};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};
use num_traits::{FromPrimitive, One, Zero};

/// A scalar that writes down what is done with it; made by [`trace`](crate::trace).
///
/// Constants need no trace and fold as they are combined. Beside that, what is written is tidied in ways that change no
/// value: equal operations are shared; `x + 0`, `x - 0`, `x * 1`, `x / 1` are `x` (so that a zero may keep its sign where
/// `-0 + 0` would have lost it); negations move outwards until they meet a sum. `x * 0` stays, as it is NaN where `x` is.
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
    Void(TraceError),
}

impl Var {
    pub(crate) fn traced(tape: u64, node: usize) -> Var {
        Var(State::Traced { tape, node })
    }

    pub(crate) fn void(fault: TraceError) -> Var {
        Var(State::Void(fault))
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
            State::Constant(c) => {
                with_tape(id, |tape| tape.node(Node::Constant(c))).ok_or(TraceError::Foreign)
            }
            State::Traced { tape, node } if tape == id => Ok(node),
            State::Traced { .. } => Err(TraceError::Foreign),
            State::Void(fault) => Err(fault),
        }
    }

    fn apply<const N: usize>(primitive: Primitive, x: [Var; N]) -> Var {
        debug_assert_eq!(N, primitive.arity());
        if let [Some(a), rest @ ..] = x.map(Var::as_constant).as_slice()
            && let Some(rest) = rest.iter().copied().collect::<Option<Vec<f64>>>()
        {
            let operand = |i: usize| rest.get(i).copied().unwrap_or(0.0);
            return Var::constant(primitive.kernel([*a, operand(0), operand(1)]));
        }
        if let Some(same) = unchanged(primitive, &x) {
            return same;
        }
        match written(primitive, &x) {
            Ok(result) => result,
            Err(fault) => {
                for operand in x {
                    operand.blame(fault);
                }
                Var::void(fault)
            }
        }
    }

    fn blame(self, fault: TraceError) {
        if let State::Traced { tape, .. } = self.0 {
            with_tape(tape, |tape| tape.blame(fault));
        }
    }
}

/// The operand that the result equals, where constants make the operation idle.
fn unchanged(primitive: Primitive, x: &[Var]) -> Option<Var> {
    let &[a, b] = x else { return None };
    match (primitive, a.as_constant(), b.as_constant()) {
        (Primitive::Add, Some(0.0), _) => Some(b),
        (Primitive::Add | Primitive::Sub, _, Some(0.0)) => Some(a),
        (Primitive::Mul, Some(1.0), _) => Some(b),
        (Primitive::Mul | Primitive::Div, _, Some(1.0)) => Some(a),
        (Primitive::Mul, Some(-1.0), _) => Some(-b),
        (Primitive::Mul | Primitive::Div, _, Some(-1.0)) => Some(-a),
        _ => None,
    }
}

/// Writes the operation on the one tape that all its traced operands belong to.
fn written(primitive: Primitive, x: &[Var]) -> Result<Var, TraceError> {
    let mut owner = None;
    for operand in x {
        match operand.0 {
            State::Traced { tape, .. } if *owner.get_or_insert(tape) != tape => {
                return Err(TraceError::Foreign);
            }
            State::Void(fault) => return Err(fault),
            _ => {}
        }
    }
    let id = owner.ok_or(TraceError::Foreign)?;
    let mut operands = [0; 3];
    for (slot, operand) in operands.iter_mut().zip(x) {
        *slot = operand.node_on(id)?;
    }
    with_tape(id, |tape| {
        use Primitive::{Add, Div, Mul, Neg, Sub};
        let [a, b, _] = operands;
        let negated = |k: usize| x.get(k).and_then(|_| tape.negated(operands[k]));
        // IEEE arithmetic is symmetric under negation, so moving one outwards changes no digit.
        match (primitive, negated(0), negated(1)) {
            (Neg, Some(a), _) => a,
            (Mul | Div, Some(a), Some(b)) => tape.apply(primitive, [a, b, 0]),
            (Mul | Div, Some(a), None) => {
                let product = tape.apply(primitive, [a, b, 0]);
                tape.apply(Neg, [product, 0, 0])
            }
            (Mul | Div, None, Some(b)) => {
                let product = tape.apply(primitive, [a, b, 0]);
                tape.apply(Neg, [product, 0, 0])
            }
            (Add, _, Some(b)) => tape.apply(Sub, [a, b, 0]),
            (Add, Some(a), None) => tape.apply(Sub, [b, a, 0]),
            (Sub, _, Some(b)) => tape.apply(Add, [a, b, 0]),
            _ => tape.apply(primitive, operands),
        }
    })
    .map(|node| Var::traced(id, node))
    .ok_or(TraceError::Foreign)
}

impl PartialEq for Var {
    /// See [`Var`]: between constants only.
    fn eq(&self, other: &Var) -> bool {
        match (self.as_constant(), other.as_constant()) {
            (Some(a), Some(b)) => a == b,
            _ => {
                self.blame(TraceError::Compared);
                other.blame(TraceError::Compared);
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
    fn max(self, other: Var) -> Var {
        Var::apply(Primitive::Max, [self, other])
    }
    fn min(self, other: Var) -> Var {
        Var::apply(Primitive::Min, [self, other])
    }
    fn select(condition: Var, a: Var, b: Var) -> Var {
        Var::apply(Primitive::Select, [condition, a, b])
    }
}

macro_rules! operator {
    ($operator:ident, $method:ident, $assign:ident, $assign_method:ident) => {
        impl $operator for Var {
            type Output = Var;
            fn $method(self, other: Var) -> Var {
                Var::apply(Primitive::$operator, [self, other])
            }
        }

        impl $assign for Var {
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
