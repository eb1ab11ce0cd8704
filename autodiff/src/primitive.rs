//! The primitives, and the one table of what each computes and how it is differentiated.

use crate::matrix::{self, Matrix};
use crate::product::Factors;
use crate::program::RegisterFile;
use crate::{Axis, Real, Shape, Var};

/// How many entries are worth the question which registers there are.
const MANY: usize = 8;

/// What a node of a graph does with its operands.
///
/// The set is small and closed under differentiation: every rule in the table is written in these same primitives, so a
/// transposed graph is again a graph, and can be transposed again.
///
/// The *elementwise* ones come first: operands and result have one shape. The others move entries or add them up. Arrays of
/// different shapes meet by an explicit [`Broadcast`](Primitive::Broadcast), which tracing inserts where operands need it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Primitive {
    /// `a + b`.
    Add,
    /// `a - b`.
    Sub,
    /// `a * b`, entry by entry.
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
    /// `a` where it is positive, else 0; see [`Real::relu`].
    Relu,
    /// Absolute value; see [`Real::abs`].
    Abs,
    /// The larger of `a` and `b`; see [`Real::max`].
    Max,
    /// The smaller of `a` and `b`; see [`Real::min`].
    Min,
    /// The second operand where the first is at least 0, else the third; see [`Real::select`].
    Select,
    /// The matrix product; each flag says whether that operand stands for its transpose.
    Product(bool, bool),
    /// Rows for columns.
    Transpose,
    /// All rows added together: a single row.
    SumRows,
    /// All columns added together: a single column.
    SumColumns,
    /// All entries added together: a scalar.
    SumAll,
    /// A single row, column or entry, repeated until this shape is filled.
    Broadcast(Shape),
    /// One array after the other, along this axis.
    Concat(Axis),
    /// Along this axis, from the first number on, as many as the second.
    Slice(Axis, usize, usize),
    /// Zeros around an array: along this axis it begins at the first number, of the second in all.
    Pad(Axis, usize, usize),
    /// The same entries, column by column, in another shape.
    Reshape(Shape),
}

/// Turns rows into the methods of [`Primitive`]. A row names the operands and the result, then gives
/// - for primitives that are not elementwise, the shape of the result from the shapes of the operands, if there is one,
/// - the kernel: elementwise it makes one number of numbers, over any [`Real`]; otherwise it fills the result,
/// - the VJP rule: from the cotangent `w` of the result, what the cotangent of each operand gains,
/// - the JVP rule: from the tangent of each operand, its contribution to the tangent of the result.
///
/// JVP contributions are listed one an operand so that an operand which does not vary costs nothing.
macro_rules! table {
    (
        elementwise {$(
            $primitive:ident $([$parameter:ident])? ($($x:ident),+) -> $y:ident = $kernel:expr,
            vjp $w:ident [$($back:expr),+],
            jvp [$($v:ident => $forward:expr),+];
        )+}
        structural {$(
            $structural:ident $([$($setting:ident),+])? ($($s:ident),+) -> $t:ident : $shape:ident = $form:expr,
            kernel $carry:expr,
            vjp $c:ident [$($pull:expr),+],
            jvp [$($d:ident => $push:expr),+];
        )+}
    ) => {
        #[allow(unused_variables)] // a row names everything a rule may use, and most rules use less
        impl Primitive {
            /// The names of all elementwise primitives, for tests that want to try each.
            pub const ELEMENTWISE: &[&str] = &[$(stringify!($primitive)),+];

            /// How many operands it takes: the first so many of three.
            pub fn arity(self) -> usize {
                match self {
                    $(Primitive::$primitive $(($parameter))? => [$(stringify!($x)),+].len(),)+
                    $(Primitive::$structural $(($($setting),+))? => [$(stringify!($s)),+].len(),)+
                }
            }

            /// Its name, without parameters.
            pub fn name(self) -> &'static str {
                match self {
                    $(Primitive::$primitive $(($parameter))? => stringify!($primitive),)+
                    $(Primitive::$structural $(($($setting),+))? => stringify!($structural),)+
                }
            }

            /// Whether operands and result have one shape, and each entry of the result is made of those at its place.
            pub fn is_elementwise(self) -> bool {
                match self {
                    $(Primitive::$primitive $(($parameter))? => true,)+
                    $(Primitive::$structural $(($($setting),+))? => false,)+
                }
            }

            /// The shape of the result, or `None` where operands of these shapes do not go together.
            ///
            /// Operands past the arity are ignored.
            pub fn shape(self, operands: [Shape; 3]) -> Option<Shape> {
                match self {
                    $(Primitive::$primitive $(($parameter))? => {
                        let [$($x,)+ ..] = operands;
                        let first = operands[0];
                        (true $(&& $x == first)+).then_some(first)
                    })+
                    $(Primitive::$structural $(($($setting),+))? => {
                        let [$($s,)+ ..] = operands;
                        $form
                    })+
                }
            }

            /// The value of an elementwise primitive at operands `x`, of which those past the arity are ignored. For the
            /// others NaN: a number alone is nothing they could work on.
            #[inline]
            pub fn kernel<R: Real>(self, x: [R; 3]) -> R {
                match self {
                    $(Primitive::$primitive $(($parameter))? => {
                        let [$($x,)+ ..] = x;
                        $kernel
                    })+
                    _ => R::constant(f64::NAN),
                }
            }

            /// What each operand's cotangent gains when the result `y` at operands `x` has the cotangent `w`.
            pub(crate) fn vjp(self, x: [Var; 3], y: Var, w: Var) -> Vec<Var> {
                match self {
                    $(Primitive::$primitive $(($parameter))? => {
                        let ([$($x,)+ ..], $y, $w) = (x, y, w);
                        vec![$($back),+]
                    })+
                    $(Primitive::$structural $(($($setting),+))? => {
                        let ([$($s,)+ ..], $t, $c) = (x, y, w);
                        vec![$($pull),+]
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
                    $(Primitive::$structural $(($($setting),+))? => {
                        let ([$($s,)+ ..], $t) = (x, y);
                        let rules: &[&dyn Fn(Var) -> Var] = &[$(&|$d: Var| $push),+];
                        rules[operand](v)
                    })+
                }
            }

            /// Carries out instructions `[result, operands...]` of an elementwise primitive, one after the other, on a
            /// register file of numbers.
            #[inline(always)]
            pub(crate) fn execute<R: Real, F: RegisterFile<R>>(
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
                    // Programs of numbers hold no others.
                    _ => {}
                }
            }

            /// Fills `y` from whole operands, all of its shape if this is elementwise.
            pub(crate) fn fill<R: Real>(self, x: [Matrix<'_, R>; 3], shape: Shape, y: &mut [R]) {
                if self.is_elementwise() {
                    return match if y.len() < MANY { None } else { R::wide() } {
                        Some(wide) => (wide.fill)(self, x, y),
                        None => self.entry_by_entry(x, y),
                    };
                }
                match self {
                    $(Primitive::$structural $(($($setting),+))? => {
                        let ([$($s,)+ ..], $t, $shape) = (x, y, shape);
                        // The kernels need not think of results without entries.
                        if !$t.is_empty() {
                            $carry
                        }
                    })+
                    _ => {}
                }
            }

            /// Fills `y`, if this is elementwise, from operands as long.
            #[inline(always)]
            pub(crate) fn entry_by_entry<R: Real>(self, x: [Matrix<'_, R>; 3], y: &mut [R]) {
                match self {
                    $(Primitive::$primitive $(($parameter))? => {
                        let [$($x,)+ ..] = x;
                        let n = y.len();
                        $(let $x = &$x.entries[..n];)+
                        for (i, result) in y.iter_mut().enumerate() {
                            $(let $x = $x[i];)+
                            *result = $kernel;
                        }
                    })+
                    _ => {}
                }
            }
        }
    };
}

table! {
    elementwise {
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

        Relu(a) -> y = a.relu(),
            vjp w [Var::select(-a, number(0.0), w)],
            jvp [da => Var::select(-a, number(0.0), da)];
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

    structural {
        Product[l, r](a, b) -> y: shape = product_shape(a, b, l, r),
            kernel Factors { left: a, right: b, transpose_left: l, transpose_right: r }.multiply(y),
            vjp w [
                // y = A B, with A either a or its transpose: the cotangent of A is w B^T, that of B is A^T w.
                if l { b.product(w, r, true) } else { w.product(b, false, !r) },
                if r { w.product(a, true, l) } else { a.product(w, !l, false) }
            ],
            jvp [da => da.product(b, l, r), db => a.product(db, l, r)];
        Transpose(a) -> y: shape = Some(a.transposed()),
            kernel matrix::transpose(a, y),
            vjp w [w.transpose()],
            jvp [da => da.transpose()];
        SumRows(a) -> y: shape = Some(Shape::row(a.columns)),
            kernel matrix::sum_rows(a, y),
            vjp w [w.broadcast(a.shape())],
            jvp [da => da.sum_rows()];
        SumColumns(a) -> y: shape = Some(Shape::column(a.rows)),
            kernel matrix::sum_columns(a, y),
            vjp w [w.broadcast(a.shape())],
            jvp [da => da.sum_columns()];
        SumAll(a) -> y: shape = Some(Shape::SCALAR),
            kernel matrix::sum_all(a, y),
            vjp w [w.broadcast(a.shape())],
            jvp [da => da.sum()];
        Broadcast[to](a) -> y: shape = a.stretches_to(to).then_some(to),
            kernel matrix::broadcast(a, shape, y),
            vjp w [w.sum_to(a.shape())],
            jvp [da => da.broadcast(to)];
        Concat[axis](a, b) -> y: shape = joined_shape(a, b, axis),
            kernel matrix::concat(axis, a, b, y),
            vjp w [
                w.slice(axis, 0, axis.extent(a.shape())),
                w.slice(axis, axis.extent(a.shape()), axis.extent(b.shape()))
            ],
            jvp [
                da => da.pad(axis, 0, axis.extent(y.shape())),
                db => db.pad(axis, axis.extent(a.shape()), axis.extent(y.shape()))
            ];
        Slice[axis, start, length](a) -> y: shape = within(start, length, axis.extent(a))
                .then(|| axis.resized(a, length)),
            kernel matrix::slice(axis, start, a, shape, y),
            vjp w [w.pad(axis, start, axis.extent(a.shape()))],
            jvp [da => da.slice(axis, start, length)];
        Pad[axis, start, extent](a) -> y: shape = within(start, axis.extent(a), extent)
                .then(|| axis.resized(a, extent)),
            kernel matrix::pad(axis, start, a, shape, y),
            vjp w [w.slice(axis, start, axis.extent(a.shape()))],
            jvp [da => da.pad(axis, start, extent)];
        Reshape[to](a) -> y: shape = same_length(a, to).then_some(to),
            kernel y.copy_from_slice(a.entries),
            vjp w [w.reshape(a.shape())],
            jvp [da => da.reshape(to)];
    }
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

fn product_shape(a: Shape, b: Shape, transpose_a: bool, transpose_b: bool) -> Option<Shape> {
    let a = if transpose_a { a.transposed() } else { a };
    let b = if transpose_b { b.transposed() } else { b };
    (a.columns == b.rows).then_some(Shape::new(a.rows, b.columns))
}

fn joined_shape(a: Shape, b: Shape, axis: Axis) -> Option<Shape> {
    let extent = axis.extent(a).checked_add(axis.extent(b))?;
    (axis.breadth(a) == axis.breadth(b)).then(|| axis.resized(a, extent))
}

fn same_length(a: Shape, b: Shape) -> bool {
    let length = |shape: Shape| shape.rows.checked_mul(shape.columns);
    length(a).is_some() && length(a) == length(b)
}

fn within(start: usize, length: usize, extent: usize) -> bool {
    start.checked_add(length).is_some_and(|end| end <= extent)
}
