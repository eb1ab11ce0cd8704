//! The primitives, and the one table of what each computes and how it is differentiated.

use crate::{Real, Var};

/// What a node of a graph does with its operands.
///
/// The set is small and closed under differentiation: every rule in the table is written in these same primitives, so a
/// transposed graph is again a graph, and can be transposed again.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Primitive {
    /// `a + b`.
    Add,
    /// `a - b`.
    Sub,
    /// `a * b`.
    Mul,
    /// `a / b`.
    Div,
    /// `-a`.
    Neg,
    /// `a` to an integer power; see [`Real::powi`].
    Powi(i32),
    /// `a` to a constant real power; see [`Real::powf`].
    Powf(f64),
    /// e to the power of `a`.
    Exp,
    /// Natural logarithm.
    Ln,
    /// Square root.
    Sqrt,
    /// Sine.
    Sin,
    /// Cosine.
    Cos,
    /// Hyperbolic tangent.
    Tanh,
    /// Logistic function; see [`Real::sigmoid`].
    Sigmoid,
    /// `ln(1 + exp(a))`; see [`Real::softplus`].
    Softplus,
    /// Absolute value; see [`Real::abs`].
    Abs,
    /// The larger of `a` and `b`; see [`Real::max`].
    Max,
    /// The smaller of `a` and `b`; see [`Real::min`].
    Min,
    /// The second operand where the first is at least 0, else the third; see [`Real::select`].
    Select,
}

/// Turns rows into the methods of [`Primitive`]. A row names the operands and the result, then gives
/// - the kernel, over any [`Real`],
/// - the VJP rule: from the cotangent of the result, the contribution to the cotangent of each operand,
/// - the JVP rule: from the tangent of each operand, its contribution to the tangent of the result.
///
/// JVP contributions are listed one an operand so that an operand which does not vary costs nothing.
macro_rules! table {
    ($(
        $primitive:ident $([$parameter:ident])? ($($x:ident),+) -> $y:ident = $kernel:expr,
        vjp $w:ident [$($back:expr),+],
        jvp [$($v:ident => $forward:expr),+];
    )+) => {
        #[allow(unused_variables)] // a row names everything a rule may use, and most rules use less
        impl Primitive {
            /// How many operands it takes: the first so many of three.
            pub fn arity(self) -> usize {
                match self {
                    $(Primitive::$primitive $(($parameter))? => [$(stringify!($x)),+].len(),)+
                }
            }

            /// Its name, without parameters.
            pub fn name(self) -> &'static str {
                match self {
                    $(Primitive::$primitive $(($parameter))? => stringify!($primitive),)+
                }
            }

            /// The value at operands `x`, of which those past the arity are ignored.
            #[inline]
            pub fn kernel<R: Real>(self, x: [R; 3]) -> R {
                match self {
                    $(Primitive::$primitive $(($parameter))? => {
                        let [$($x,)+ ..] = x;
                        $kernel
                    })+
                }
            }

            /// What each operand's cotangent gains when the result `y` at operands `x` has the cotangent `w`.
            pub(crate) fn vjp(self, x: [Var; 3], y: Var, w: Var) -> Vec<Var> {
                match self {
                    $(Primitive::$primitive $(($parameter))? => {
                        let ([$($x,)+ ..], $y, $w) = (x, y, w);
                        vec![$($back),+]
                    })+
                }
            }

            /// What the tangent of the result `y` at operands `x` gains when one operand has the tangent `v`.
            pub(crate) fn jvp(self, operand: usize, x: [Var; 3], y: Var, v: Var) -> Var {
                match self {
                    $(Primitive::$primitive $(($parameter))? => {
                        let ([$($x,)+ ..], $y) = (x, y);
                        let rules: &[&dyn Fn(Var) -> Var] = &[$(&|$v: Var| $forward),+];
                        rules[operand](v)
                    })+
                }
            }

            /// Carries out instructions `[result, operands...]`, one after the other, on a register file.
            #[inline(always)]
            pub(crate) fn execute<R: Real, F: crate::program::RegisterFile<R>>(
                self,
                instructions: &[[F::Slot; 4]],
                file: &mut F,
            ) {
                match self {
                    $(Primitive::$primitive $(($parameter))? => {
                        for &[$y, $($x,)+ ..] in instructions {
                            let result = $y;
                            $(let $x = file.read($x);)+
                            file.write(result, $kernel);
                        }
                    })+
                }
            }
        }
    };
}

table! {
    Add(a, b) -> y = a + b,
        vjp w [w, w],
        jvp [da => da, db => db];
    Sub(a, b) -> y = a - b,
        vjp w [w, -w],
        jvp [da => da, db => -db];
    Mul(a, b) -> y = a * b,
        vjp w [w * b, w * a],
        jvp [da => da * b, db => a * db];
    Div(a, b) -> y = a / b,
        vjp w [w / b, -(w / b * y)],
        jvp [da => da / b, db => -(y * db / b)];
    Neg(a) -> y = -a,
        vjp w [-w],
        jvp [da => -da];

    Powi[n](a) -> y = a.powi(n),
        vjp w [w * (number(n.into()) * one_power_less(a, n))],
        jvp [da => number(n.into()) * one_power_less(a, n) * da];
    Powf[c](a) -> y = a.powf(c),
        vjp w [w * (number(c) * a.powf(c - 1.0))],
        jvp [da => number(c) * a.powf(c - 1.0) * da];
    Exp(a) -> y = a.exp(),
        vjp w [w * y],
        jvp [da => y * da];
    Ln(a) -> y = a.ln(),
        vjp w [w / a],
        jvp [da => da / a];
    Sqrt(a) -> y = a.sqrt(),
        vjp w [w / (y + y)],
        jvp [da => da / (y + y)];
    Sin(a) -> y = a.sin(),
        vjp w [w * a.cos()],
        jvp [da => a.cos() * da];
    Cos(a) -> y = a.cos(),
        vjp w [-(w * a.sin())],
        jvp [da => -(a.sin() * da)];
    Tanh(a) -> y = a.tanh(),
        vjp w [w * (number(1.0) - y * y)],
        jvp [da => (number(1.0) - y * y) * da];
    Sigmoid(a) -> y = a.sigmoid(),
        vjp w [w * (y * (number(1.0) - y))],
        jvp [da => y * (number(1.0) - y) * da];
    Softplus(a) -> y = a.softplus(),
        vjp w [w * a.sigmoid()],
        jvp [da => a.sigmoid() * da];

    Abs(a) -> y = a.abs(),
        vjp w [Var::select(a, w, -w)],
        jvp [da => Var::select(a, da, -da)];
    Max(a, b) -> y = a.max(b),
        vjp w [Var::select(a - b, w, number(0.0)), Var::select(a - b, number(0.0), w)],
        jvp [da => Var::select(a - b, da, number(0.0)), db => Var::select(a - b, number(0.0), db)];
    Min(a, b) -> y = a.min(b),
        vjp w [Var::select(b - a, w, number(0.0)), Var::select(b - a, number(0.0), w)],
        jvp [da => Var::select(b - a, da, number(0.0)), db => Var::select(b - a, number(0.0), db)];
    Select(condition, a, b) -> y = R::select(condition, a, b),
        vjp w [number(0.0), Var::select(condition, w, number(0.0)), Var::select(condition, number(0.0), w)],
        jvp [
            dc => number(0.0),
            da => Var::select(condition, da, number(0.0)),
            db => Var::select(condition, number(0.0), db)
        ];
}

/// A constant inside a rule.
fn number(x: f64) -> Var {
    Var::constant(x)
}

/// `a^(n - 1)`, also where `n - 1` is no `i32`.
fn one_power_less(a: Var, n: i32) -> Var {
    match n.checked_sub(1) {
        Some(m) => a.powi(m),
        None => a.powi(n) / a,
    }
}
