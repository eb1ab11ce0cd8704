//! What arrays can do beside arithmetic entry by entry.

use super::{Fault, State, Var};
use crate::tape::{innermost, with_tape};
use crate::{Axis, Node, Primitive, Real, Shape, TraceError};
use core::ops::Range;
use core::panic::Location;

/// Arrays. Shapes that do not go together are an error of the trace, which names the line that brought them together.
impl Var {
    /// An array of constants, column by column, in the trace in progress.
    ///
    /// ```
    /// use costate_autodiff::{Shape, Var, trace};
    /// let turn = trace(&costate_autodiff::Layout::unnamed([Shape::column(2)])?, |x| {
    ///     vec![Var::array(Shape::new(2, 2), &[0.0, 1.0, -1.0, 0.0]).matmul(x[0])]
    /// })?;
    /// assert_eq!(turn.evaluate(&[3.0, 4.0])?, [-4.0, 3.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Outside of a trace it is void. A list of another length than the shape is an error of the trace.
    #[track_caller]
    pub fn array(shape: Shape, entries: &[f64]) -> Var {
        let location = Location::caller();
        let Some(id) = innermost() else { return Var(State::Void(Fault::Foreign)) };
        let written = with_tape(id, |tape| match entries {
            [c] if shape.is_scalar() => Var::constant(*c),
            _ if entries.len() == shape.len() => {
                let node = Node::Array { shape, entries: entries.into() };
                Var::traced(id, tape.node(node, shape))
            }
            _ => {
                tape.blame(TraceError::Entries { shape, found: entries.len(), location });
                Var(State::Void(Fault::Noted))
            }
        });
        written.unwrap_or(Var(State::Void(Fault::Foreign)))
    }

    /// This times a number: `self * Real::constant(factor)`.
    pub fn scale(self, factor: f64) -> Var {
        self * Var::constant(factor)
    }

    /// The matrix product: m x k times k x n.
    ///
    /// ```
    /// use costate_autodiff::{Layout, Shape, trace};
    /// let inputs = Layout::new([("W", Shape::new(2, 3)), ("x", Shape::new(3, 4))])?;
    /// assert_eq!(trace(&inputs, |v| vec![v[0].matmul(v[1])])?.output_shapes(), [Shape::new(2, 4)]);
    /// let error = trace(&inputs, |v| vec![v[1].matmul(v[0])]).unwrap_err().to_string();
    /// assert!(error.contains("product of `x` and `W`") && error.contains("3x4 and 2x3"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn matmul(self, right: Var) -> Var {
        self.product(right, false, false)
    }

    /// The matrix product of this and another, each as it is or transposed.
    #[track_caller]
    pub fn product(self, right: Var, transpose_self: bool, transpose_right: bool) -> Var {
        Var::apply(Primitive::Product(transpose_self, transpose_right), [self, right])
    }

    /// Rows for columns.
    #[track_caller]
    pub fn transpose(self) -> Var {
        Var::apply(Primitive::Transpose, [self])
    }

    /// All entries added together: 1 x 1. Of none, 0.
    #[track_caller]
    pub fn sum(self) -> Var {
        Var::apply(Primitive::SumAll, [self])
    }

    /// All rows added together: 1 x n. With a batch in the columns, one number for each of them.
    #[track_caller]
    pub fn sum_rows(self) -> Var {
        Var::apply(Primitive::SumRows, [self])
    }

    /// All columns added together: m x 1.
    #[track_caller]
    pub fn sum_columns(self) -> Var {
        Var::apply(Primitive::SumColumns, [self])
    }

    /// The sum of products entry by entry: 1 x 1. A single row, column or number is repeated, as in every product.
    #[track_caller]
    pub fn dot(self, other: Var) -> Var {
        (self * other).sum()
    }

    /// A single row, column or number, repeated until the shape is filled.
    #[track_caller]
    pub fn broadcast(self, shape: Shape) -> Var {
        Var::apply(Primitive::Broadcast(shape), [self])
    }

    /// The same entries, column by column, in another shape.
    #[track_caller]
    pub fn reshape(self, shape: Shape) -> Var {
        Var::apply(Primitive::Reshape(shape), [self])
    }

    /// These rows. A range that runs backwards is an error of the trace.
    #[track_caller]
    pub fn rows(self, range: Range<usize>) -> Var {
        self.slice(Axis::Rows, range.start, length(&range))
    }

    /// These columns. A range that runs backwards is an error of the trace.
    #[track_caller]
    pub fn columns(self, range: Range<usize>) -> Var {
        self.slice(Axis::Columns, range.start, length(&range))
    }

    /// So many rows or columns, from `start` on.
    #[track_caller]
    pub fn slice(self, axis: Axis, start: usize, length: usize) -> Var {
        Var::apply(Primitive::Slice(axis, start, length), [self])
    }

    /// Zeros around: this begins at row or column `start` of `extent`, and has to end within.
    #[track_caller]
    pub fn pad(self, axis: Axis, start: usize, extent: usize) -> Var {
        Var::apply(Primitive::Pad(axis, start, extent), [self])
    }

    /// Arrays one after the other, down the rows or along the columns. Of none, an array of no rows and no columns.
    ///
    /// ```
    /// use costate_autodiff::{Axis, Layout, Shape, Var, trace};
    /// let inputs = Layout::unnamed([Shape::column(2), Shape::SCALAR])?;
    /// let joined = trace(&inputs, |x| vec![Var::concat(Axis::Rows, &[x[1], x[0]])])?;
    /// assert_eq!(joined.evaluate(&[1.0, 2.0, 3.0])?, [3.0, 1.0, 2.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn concat(axis: Axis, parts: &[Var]) -> Var {
        // In halves, so that no part is copied more often than there are doublings.
        match parts {
            [] => Var::array(Shape::new(0, 0), &[]),
            [only] => *only,
            _ => {
                let (front, back) = parts.split_at(parts.len() / 2);
                let halves = [Var::concat(axis, front), Var::concat(axis, back)];
                Var::apply(Primitive::Concat(axis), halves)
            }
        }
    }

    /// The largest entry of each column: 1 x n. NaN where one is NaN, minus infinity for columns of no entries.
    #[track_caller]
    pub fn max_rows(self) -> Var {
        let rows = self.shape().rows;
        match rows {
            0 => self.sum_rows() + Var::constant(f64::NEG_INFINITY),
            1 => self,
            _ => {
                // Halves against each other; of an odd number, the middle row counts in both.
                let half = rows.div_ceil(2);
                self.rows(0..half).max(self.rows(rows - half..rows)).max_rows()
            }
        }
    }

    /// `ln(sum of exp)` of each column: 1 x n.
    ///
    /// Computed from differences to the largest entry, so that no finite entry overflows. NaN for columns that hold infinity
    /// or nothing but minus infinities, minus infinity for columns of no entries. Where two or more entries are minus infinity
    /// the gradient may be NaN: mask with a large negative number instead.
    #[track_caller]
    pub fn logsumexp(self) -> Var {
        let largest = self.max_rows();
        largest + (self - largest).exp().sum_rows().ln()
    }

    /// `exp(x)` over the sum of them, column by column: probabilities from scores. As with [`logsumexp`](Var::logsumexp), mask
    /// with large negative numbers, not with infinite ones.
    ///
    /// ```
    /// use costate_autodiff::{Layout, Shape, trace};
    /// let softmax = trace(&Layout::unnamed([Shape::column(2)])?, |x| vec![x[0].softmax()])?;
    /// assert_eq!(softmax.evaluate(&[1000.0, 1000.0])?, [0.5, 0.5]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn softmax(self) -> Var {
        let exponentials = (self - self.max_rows()).exp();
        exponentials / exponentials.sum_rows()
    }

    /// Added up over what a broadcast repeated, back to the shape that was repeated.
    #[track_caller]
    pub(crate) fn sum_to(self, shape: Shape) -> Var {
        let from = self.shape();
        match (from.rows != shape.rows, from.columns != shape.columns) {
            (true, true) => self.sum(),
            (true, false) => self.sum_rows(),
            (false, true) => self.sum_columns(),
            (false, false) => self,
        }
    }
}

/// How long a range is; more than any array where it runs backwards.
fn length(range: &Range<usize>) -> usize {
    range.end.checked_sub(range.start).unwrap_or(usize::MAX)
}
