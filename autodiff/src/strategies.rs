//! Random shapes, values and graphs, for property tests of one's own primitive or derivative (feature `proptest`).
//!
//! ```
//! use costate_autodiff::{laws, strategies};
//! use proptest::prelude::*;
//!
//! // As a test: `fn derivatives_obey_the_law(sample in .., ..) { .. }` inside of `proptest! { .. }`, under `#[test]`.
//! # fn main() {
//! proptest!(|(sample in strategies::graphs(10), d in strategies::directions())| {
//!     let (v, w) = (&d[..sample.graph.inputs()], &d[..sample.graph.outputs()]);
//!     match laws::check_vjp(&sample.graph, &sample.x, v, w) {
//!         // Where contributions cancel, no bound that is relative to the result can hold: left out, up to a millionth.
//!         Err(laws::LawError::Derivative { error, .. }) => prop_assume!(error > 1e-6),
//!         Err(laws::LawError::Transpose { forward, backward, .. }) => {
//!             prop_assume!((forward - backward).abs() > 1e-6);
//!         }
//!         result => prop_assert!(result.is_ok()),
//!     }
//! });
//! # }
//! ```

use crate::matrix::Matrix;
use crate::{Axis, Graph, Layout, Primitive, Shape, Var, trace};
use core::ops::RangeInclusive;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// The largest magnitude of an intermediate value of [`graphs`].
pub const LARGEST: f64 = 1e3;

/// The smallest magnitude of one, except for the zeros of a [`Primitive::Pad`].
pub const SMALLEST: f64 = 1e-3;

/// How far arguments stay from kinks: of `abs`, `relu` and `select` from 0, of `max` and `min` from each other.
pub const FROM_KINKS: f64 = 1e-2;

/// The most numbers that go into a graph of [`graphs`], or come out.
pub const MOST_NUMBERS: usize = 64;

/// Shapes with both extents in this range; `0..=3` includes arrays without entries.
///
/// ```
/// use costate_autodiff::strategies;
/// use proptest::prelude::*;
/// # fn main() {
/// proptest!(|(shape in strategies::shapes(0..=3))| { prop_assert!(shape.len() <= 9); });
/// # }
/// ```
pub fn shapes(extents: RangeInclusive<usize>) -> impl Strategy<Value = Shape> {
    (extents.clone(), extents).prop_map(|(rows, columns)| Shape::new(rows, columns))
}

/// So many numbers of either sign, with magnitudes from 0.2 to 3: none is near 0, where relative errors mean nothing.
pub fn values(count: usize) -> impl Strategy<Value = Vec<f64>> {
    vec(number(), count)
}

/// A direction for all the inputs or outputs of a graph of [`graphs`]: take as many as you need.
pub fn directions() -> impl Strategy<Value = Vec<f64>> {
    vec(-2.0..2.0_f64, MOST_NUMBERS)
}

fn number() -> impl Strategy<Value = f64> {
    (0.2..3.0_f64, any::<bool>()).prop_map(|(x, negative)| if negative { -x } else { x })
}

/// A random function of arrays, and a point at which it is tame.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The function.
    pub graph: Graph,
    /// Its inputs, as one list.
    pub x: Vec<f64>,
}

/// Graphs of up to so many operations of all primitives, on one to four arrays of up to 3 x 3, with up to three outputs.
///
/// At `x` all intermediate values have magnitudes from [`SMALLEST`] to [`LARGEST`], and arguments keep [`FROM_KINKS`].
/// Candidates that would not are left out as they come.
pub fn graphs(operations: usize) -> impl Strategy<Value = Sample> {
    let input = shapes(1..=3).prop_flat_map(|shape| (Just(shape), values(shape.len())));
    let candidate = (0..KINDS, any::<[Index; 3]>(), number());
    let outputs = vec(any::<Index>(), 0..=2);
    (vec(input, 1..=4), vec(candidate, 0..=operations), outputs).prop_map(
        |(inputs, candidates, others)| {
            let layout = Layout::unnamed(inputs.iter().map(|(shape, _)| *shape));
            let x = inputs.iter().flat_map(|(_, entries)| entries.iter().copied()).collect();
            let mut recipe = Recipe { values: inputs, lines: Vec::new() };
            for (kind, picks, number) in candidates {
                recipe.try_line(kind, picks, number);
            }
            let last = recipe.values.len() - 1;
            let others = others.iter().map(|pick| pick.index(recipe.values.len()));
            let outputs: Vec<usize> = core::iter::once(last).chain(others).collect();
            let graph = layout.map_err(Into::into).and_then(|layout| {
                trace(&layout, |x| {
                    let mut values = x.to_vec();
                    recipe.lines.iter().for_each(|line| values.push(line.trace(&values)));
                    outputs.iter().map(|&o| values[o]).collect()
                })
            });
            match graph {
                Ok(graph) => Sample { graph, x },
                Err(error) => unreachable!("only lines with fitting shapes were kept: {error}"),
            }
        },
    )
}

const KINDS: usize = 31;

/// The value of every line so far, and how it was made of earlier ones.
struct Recipe {
    values: Vec<(Shape, Vec<f64>)>,
    lines: Vec<Line>,
}

struct Line {
    primitive: Primitive,
    operands: Vec<usize>,
}

impl Line {
    fn trace(&self, values: &[Var]) -> Var {
        match *self.operands.as_slice() {
            [a] => Var::apply(self.primitive, [values[a]]),
            [a, b] => Var::apply(self.primitive, [values[a], values[b]]),
            [a, b, c, ..] => Var::apply(self.primitive, [values[a], values[b], values[c]]),
            [] => unreachable!("every primitive has operands"),
        }
    }
}

impl Recipe {
    fn shape(&self, k: usize) -> Shape {
        self.values[k].0
    }

    /// Adds a line of this kind if one fits.
    fn try_line(&mut self, kind: usize, picks: [Index; 3], number: f64) {
        let [first, second, third] = picks;
        let a = first.index(self.values.len());
        let shape = self.shape(a);
        let axis = if number > 0.0 { Axis::Rows } else { Axis::Columns };
        let extent = axis.extent(shape);
        let flag = number.abs() > 1.0;
        use Primitive::*;
        let primitive = match kind {
            0 | 1 => Add,
            2 => Sub,
            3 | 4 => Mul,
            5 => Div,
            6 => Neg,
            7 => Powi(if flag { 3 } else { -2 }),
            8 => Powf(number),
            9 => Exp,
            10 => Ln,
            11 => Sqrt,
            12 => Sin,
            13 => Cos,
            14 => Tanh,
            15 => Sigmoid,
            16 => Softplus,
            17 => Relu,
            18 => Abs,
            19 => Max,
            20 => Min,
            21 => Select,
            22 | 23 => Product(flag, number > 0.0),
            24 => Transpose,
            25 => SumRows,
            26 => SumColumns,
            27 => SumAll,
            28 => Concat(axis),
            29 => {
                let start = second.index(extent);
                Slice(axis, start, 1 + third.index(extent - start))
            }
            30 if flag => Pad(axis, second.index(2), extent + 1),
            _ => Reshape(Shape::new(shape.len(), 1)),
        };
        // Operands after the first: any that fit.
        let mut operands = vec![a];
        for pick in [second, third].iter().take(primitive.arity() - 1) {
            let fitting: Vec<usize> =
                (0..self.values.len()).filter(|&b| self.fits(primitive, &operands, b)).collect();
            if fitting.is_empty() {
                return;
            }
            operands.push(fitting[pick.index(fitting.len())]);
        }
        if primitive.is_elementwise() {
            let common = operands
                .iter()
                .try_fold(Shape::SCALAR, |common, &o| common.broadcast_with(self.shape(o)));
            let Some(common) = common else { return };
            for operand in &mut operands {
                if self.shape(*operand) != common {
                    match self.push(Broadcast(common), vec![*operand]) {
                        Some(stretched) => *operand = stretched,
                        None => return,
                    }
                }
            }
        }
        if !self.near_kink(primitive, &operands) {
            self.push(primitive, operands);
        }
    }

    fn fits(&self, primitive: Primitive, operands: &[usize], b: usize) -> bool {
        let (first, other) = (self.shape(operands[0]), self.shape(b));
        if primitive.is_elementwise() {
            return first.broadcast_with(other).is_some();
        }
        primitive.shape([first, other, Shape::SCALAR]).is_some()
    }

    /// The index of the new value, if it is tame and not too large.
    fn push(&mut self, primitive: Primitive, operands: Vec<usize>) -> Option<usize> {
        let place = |k: usize| match operands.get(k) {
            Some(&o) => Matrix { shape: self.shape(o), entries: &self.values[o].1 },
            None => Matrix::absent(),
        };
        let x = [place(0), place(1), place(2)];
        let shape = primitive.shape(x.map(|x| x.shape))?;
        let mut entries = vec![0.0; shape.len()];
        primitive.fill(x, shape, &mut entries);
        // What a pad adds are zeros, which may also be passed on.
        let moves = matches!(
            primitive,
            Primitive::Pad(..)
                | Primitive::Slice(..)
                | Primitive::Concat(_)
                | Primitive::Transpose
                | Primitive::Reshape(_)
                | Primitive::Broadcast(_)
        );
        let tame = |x: &f64| (SMALLEST..=LARGEST).contains(&x.abs()) || (moves && *x == 0.0);
        (shape.len() <= MOST_NUMBERS / 4 && entries.iter().all(tame)).then(|| {
            self.values.push((shape, entries));
            self.lines.push(Line { primitive, operands });
            self.values.len() - 1
        })
    }

    fn near_kink(&self, primitive: Primitive, operands: &[usize]) -> bool {
        let entries = |k: usize| self.values[operands[k]].1.iter();
        match primitive {
            Primitive::Abs | Primitive::Relu | Primitive::Select => {
                entries(0).any(|x| x.abs() < FROM_KINKS)
            }
            Primitive::Sqrt | Primitive::Ln | Primitive::Powf(_) => {
                entries(0).any(|&x| x < FROM_KINKS)
            }
            Primitive::Max | Primitive::Min => {
                entries(0).zip(entries(1)).any(|(a, b)| (a - b).abs() < FROM_KINKS)
            }
            _ => false,
        }
    }
}
