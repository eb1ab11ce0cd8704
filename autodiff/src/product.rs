//! The matrix product.

pub(crate) mod wide;

use crate::matrix::{self, Matrix};
use crate::{Real, Shape};

/// Rows and columns of a tile of the result: its sums fit into the registers that every processor has.
const TILE: (usize, usize) = (8, 4);

/// How many multiplications are worth the question which registers there are.
const MANY: usize = 128;

/// Two matrices to multiply, each as it is or transposed, whose inner extents agree.
#[derive(Debug)]
pub(crate) struct Factors<'m, T> {
    pub(crate) left: Matrix<'m, T>,
    pub(crate) right: Matrix<'m, T>,
    /// Whether `left` stands for its transpose.
    pub(crate) transpose_left: bool,
    /// Whether `right` stands for its transpose.
    pub(crate) transpose_right: bool,
}

/// Whether a product whose left factor is transposed is worth a transposed copy of it, so that sums run down columns: from
/// three columns and some thousand multiplications on. Smaller ones are inner products of columns as they stand.
pub(crate) fn worth_a_copy(inner: usize, result: Shape) -> bool {
    result.columns >= 3 && inner >= 3 && result.len().saturating_mul(inner) >= 2048
}

impl<T: Real> Factors<'_, T> {
    /// Writes the product into `y`, column by column.
    ///
    /// Every entry is a sum in the order of the inner index, except that inner products of columns are summed in eight parts.
    /// Nothing is fused and nothing reordered, so the digits are the same on every machine.
    pub(crate) fn multiply(&self, y: &mut [T]) {
        let shape = self.shape();
        if !self.transpose_left {
            return self.by_tiles(shape, y);
        }
        if !worth_a_copy(self.left.shape.rows, shape) {
            return self.by_inner_products(shape, y);
        }
        // A program has the copy among its buffers and never comes here.
        let mut copy = vec![T::constant(0.0); self.left.entries.len()];
        matrix::transpose(self.left, &mut copy);
        let left = Matrix { shape: self.left.shape.transposed(), entries: &copy };
        let Factors { right, transpose_right, .. } = *self;
        Factors { left, right, transpose_left: false, transpose_right }.by_tiles(shape, y);
    }

    fn shape(&self) -> Shape {
        let left = if self.transpose_left { self.left.shape.transposed() } else { self.left.shape };
        let right =
            if self.transpose_right { self.right.shape.transposed() } else { self.right.shape };
        Shape::new(left.rows, right.columns)
    }

    /// How far apart neighbours in a column and in a row of the right factor are.
    fn steps(&self) -> (usize, usize) {
        let rows = self.right.shape.rows;
        if self.transpose_right { (rows, 1) } else { (1, rows) }
    }

    fn by_inner_products(&self, shape: Shape, y: &mut [T]) {
        let (down, along) = self.steps();
        for j in 0..shape.columns {
            for i in 0..shape.rows {
                let a = self.left.column(i);
                y[j * shape.rows + i] = if self.transpose_right {
                    let terms = a.iter().enumerate();
                    let right = &self.right.entries;
                    terms.fold(T::constant(0.0), |sum, (k, &a)| {
                        sum + a * right[k * down + j * along]
                    })
                } else {
                    dot(a, self.right.column(j))
                };
            }
        }
    }

    /// Tile by tile: every entry of the left factor that is loaded serves four columns.
    fn by_tiles(&self, shape: Shape, y: &mut [T]) {
        match T::wide() {
            Some(wide) if shape.len().saturating_mul(self.left.shape.columns) >= MANY => {
                (wide.multiply)(self, y)
            }
            _ => self.by_plain_tiles(y),
        }
    }

    fn by_plain_tiles(&self, y: &mut [T]) {
        const { assert!(TILE.0 == 8 && TILE.1 == 4) };
        let Shape { rows, columns } = self.shape();
        let wide = columns - columns % TILE.1;
        for j in (0..wide).step_by(TILE.1) {
            self.columns::<4>(j, rows, y);
        }
        for j in wide..columns {
            self.columns::<1>(j, rows, y);
        }
    }

    #[inline]
    fn columns<const C: usize>(&self, j: usize, rows: usize, y: &mut [T]) {
        let tall = rows - rows % TILE.0;
        for i in (0..tall).step_by(TILE.0) {
            self.tile::<8, C>((i, j), rows, y);
        }
        for i in tall..rows {
            self.tile::<1, C>((i, j), rows, y);
        }
    }

    /// The entries from row `i` and column `j` on, `R` by `C` of them.
    #[inline]
    fn tile<const R: usize, const C: usize>(
        &self,
        (i, j): (usize, usize),
        rows: usize,
        y: &mut [T],
    ) {
        let (down, along) = self.steps();
        let inner = self.left.shape.columns;
        let mut sums = [[T::constant(0.0); R]; C];
        for k in 0..inner {
            let Some(a) = self.left.entries[k * rows + i..].first_chunk::<R>() else { return };
            for c in 0..C {
                let b = self.right.entries[k * down + (j + c) * along];
                for r in 0..R {
                    sums[c][r] += a[r] * b;
                }
            }
        }
        for c in 0..C {
            y[(j + c) * rows + i..][..R].copy_from_slice(&sums[c]);
        }
    }
}

/// An inner product in eight parts, so that additions do not wait for each other.
fn dot<T: Real>(a: &[T], b: &[T]) -> T {
    let zero = T::constant(0.0);
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let rest = a_rest.iter().zip(b_rest).fold(zero, |sum, (&a, &b)| sum + a * b);
    if a.is_empty() {
        return rest;
    }
    let mut parts = [zero; 8];
    for (a, b) in a.iter().zip(b) {
        for ((part, &a), &b) in parts.iter_mut().zip(a).zip(b) {
            *part += a * b;
        }
    }
    parts.into_iter().fold(rest, |sum, part| sum + part)
}
