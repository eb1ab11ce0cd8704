//! How many rows and columns.

use core::fmt::{self, Display, Formatter};

/// The shape of a dense matrix, stored column by column.
///
/// There is one kind of array: a vector is a matrix of one column, a scalar one of one row and one column, and a batch of
/// vectors stands side by side in the columns. Either number may be 0.
///
/// ```
/// use costate_autodiff::Shape;
/// assert_eq!(Shape::new(3, 1), Shape::column(3));
/// assert_eq!(Shape::new(2, 5).len(), 10);
/// assert_eq!(Shape::new(2, 5).to_string(), "2x5");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Shape {
    /// The number of rows: the length of a column.
    pub rows: usize,
    /// The number of columns.
    pub columns: usize,
}

impl Shape {
    /// One row, one column.
    pub const SCALAR: Shape = Shape { rows: 1, columns: 1 };

    /// So many rows and columns.
    pub const fn new(rows: usize, columns: usize) -> Shape {
        Shape { rows, columns }
    }

    /// A column vector of `n` entries.
    pub const fn column(n: usize) -> Shape {
        Shape { rows: n, columns: 1 }
    }

    /// A row of `n` entries.
    pub const fn row(n: usize) -> Shape {
        Shape { rows: 1, columns: n }
    }

    /// The number of entries; the largest `usize` where that overflows.
    pub const fn len(self) -> usize {
        self.rows.saturating_mul(self.columns)
    }

    /// Whether memory could ever hold so many numbers of 16 bytes.
    pub(crate) const fn is_possible(self) -> bool {
        match self.rows.checked_mul(self.columns) {
            Some(entries) => entries <= isize::MAX as usize / 16,
            None => false,
        }
    }

    /// Whether there are no entries.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether this is one row and one column.
    pub const fn is_scalar(self) -> bool {
        self.rows == 1 && self.columns == 1
    }

    /// Rows for columns.
    pub const fn transposed(self) -> Shape {
        Shape { rows: self.columns, columns: self.rows }
    }

    /// The shape that arrays of both can be stretched to: in each direction the numbers agree, or one of them is 1.
    ///
    /// NumPy's rule for two dimensions, except that nothing is added in front: NumPy takes a list of 3 for a row, here every
    /// array says which it is.
    ///
    /// ```
    /// use costate_autodiff::Shape;
    /// let bias = Shape::column(3);
    /// assert_eq!(bias.broadcast_with(Shape::new(3, 8)), Some(Shape::new(3, 8)));
    /// assert_eq!(bias.broadcast_with(Shape::row(2)), Some(Shape::new(3, 2)));
    /// assert_eq!(bias.broadcast_with(Shape::new(4, 8)), None);
    /// ```
    pub fn broadcast_with(self, other: Shape) -> Option<Shape> {
        let common = |a, b| match (a, b) {
            (1, n) | (n, 1) => Some(n),
            (m, n) => (m == n).then_some(m),
        };
        Some(Shape {
            rows: common(self.rows, other.rows)?,
            columns: common(self.columns, other.columns)?,
        })
    }

    /// Whether an array of this shape can be stretched to `other`.
    pub(crate) fn stretches_to(self, other: Shape) -> bool {
        self.broadcast_with(other) == Some(other)
    }
}

impl Display for Shape {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.rows, self.columns)
    }
}

impl From<(usize, usize)> for Shape {
    fn from((rows, columns): (usize, usize)) -> Shape {
        Shape { rows, columns }
    }
}

/// Along which direction arrays are joined or cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Axis {
    /// From row to row: down a column.
    Rows,
    /// From column to column: along a row, or a batch.
    Columns,
}

impl Axis {
    /// How long an array is in this direction.
    pub const fn extent(self, shape: Shape) -> usize {
        match self {
            Axis::Rows => shape.rows,
            Axis::Columns => shape.columns,
        }
    }

    /// How long it is in the other one.
    pub const fn breadth(self, shape: Shape) -> usize {
        self.extent(shape.transposed())
    }

    /// The shape with another extent in this direction.
    pub const fn resized(self, shape: Shape, extent: usize) -> Shape {
        match self {
            Axis::Rows => Shape { rows: extent, columns: shape.columns },
            Axis::Columns => Shape { rows: shape.rows, columns: extent },
        }
    }

    /// `"rows"` or `"columns"`.
    pub const fn name(self) -> &'static str {
        match self {
            Axis::Rows => "rows",
            Axis::Columns => "columns",
        }
    }
}
