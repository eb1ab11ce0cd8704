//! What the primitives that move or add up entries compute, column by column.

use crate::{Axis, Real, Shape};

/// A matrix to read: its entries column by column.
#[derive(Debug)]
pub(crate) struct Matrix<'m, T> {
    pub(crate) shape: Shape,
    pub(crate) entries: &'m [T],
}

impl<T> Clone for Matrix<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Matrix<'_, T> {}

impl<'m, T: Real> Matrix<'m, T> {
    /// What stands for an operand that a primitive does not take.
    pub(crate) fn absent() -> Self {
        Matrix { shape: Shape::new(0, 0), entries: &[] }
    }

    pub(crate) fn column(self, j: usize) -> &'m [T] {
        &self.entries[j * self.shape.rows..][..self.shape.rows]
    }
}

/// Rows for columns.
pub(crate) fn transpose<T: Real>(a: Matrix<'_, T>, y: &mut [T]) {
    let Shape { rows, columns } = a.shape;
    if rows == 1 || columns == 1 {
        y.copy_from_slice(a.entries);
        return;
    }
    // Tiles: of a row of tiles and a column of tiles, both stay in the cache.
    const TILE: usize = 16;
    for first in (0..rows).step_by(TILE) {
        for start in (0..columns).step_by(TILE) {
            for i in first..rows.min(first + TILE) {
                for j in start..columns.min(start + TILE) {
                    y[i * columns + j] = a.entries[j * rows + i];
                }
            }
        }
    }
}

/// Adds the rows together: what is left is one row.
pub(crate) fn sum_rows<T: Real>(a: Matrix<'_, T>, y: &mut [T]) {
    for (j, y) in y.iter_mut().enumerate() {
        *y = total(a.column(j));
    }
}

/// Adds the columns together: what is left is one column.
pub(crate) fn sum_columns<T: Real>(a: Matrix<'_, T>, y: &mut [T]) {
    y.fill(T::constant(0.0));
    for j in 0..a.shape.columns {
        for (y, &x) in y.iter_mut().zip(a.column(j)) {
            *y += x;
        }
    }
}

/// Adds everything up.
pub(crate) fn sum_all<T: Real>(a: Matrix<'_, T>, y: &mut [T]) {
    y.fill(total(a.entries));
}

/// A sum in eight parts, so that additions do not wait for each other.
fn total<T: Real>(x: &[T]) -> T {
    let zero = T::constant(0.0);
    let (blocks, rest) = x.as_chunks::<8>();
    if blocks.is_empty() {
        return rest.iter().fold(zero, |sum, &x| sum + x);
    }
    let mut parts = [zero; 8];
    for block in blocks {
        for (part, &x) in parts.iter_mut().zip(block) {
            *part += x;
        }
    }
    let whole = parts.into_iter().fold(zero, |sum, part| sum + part);
    rest.iter().fold(whole, |sum, &x| sum + x)
}

/// Repeats the rows, columns or single entry of `a` until the shape is reached, to which it stretches.
pub(crate) fn broadcast<T: Real>(a: Matrix<'_, T>, shape: Shape, y: &mut [T]) {
    for (j, column) in y.chunks_exact_mut(shape.rows).enumerate() {
        let source = a.column(if a.shape.columns == 1 { 0 } else { j });
        match source {
            [x] => column.fill(*x),
            _ => column.copy_from_slice(source),
        }
    }
}

/// One array after the other.
pub(crate) fn concat<T: Real>(axis: Axis, a: Matrix<'_, T>, b: Matrix<'_, T>, y: &mut [T]) {
    match axis {
        Axis::Columns => {
            let (front, back) = y.split_at_mut(a.entries.len());
            front.copy_from_slice(a.entries);
            back.copy_from_slice(b.entries);
        }
        Axis::Rows => {
            let rows = a.shape.rows + b.shape.rows;
            for j in 0..a.shape.columns {
                let (front, back) = y[j * rows..][..rows].split_at_mut(a.shape.rows);
                front.copy_from_slice(a.column(j));
                back.copy_from_slice(b.column(j));
            }
        }
    }
}

/// The part of `a` from `start` on that fills `shape`.
pub(crate) fn slice<T: Real>(
    axis: Axis,
    start: usize,
    a: Matrix<'_, T>,
    shape: Shape,
    y: &mut [T],
) {
    match axis {
        Axis::Columns => y.copy_from_slice(&a.entries[start * a.shape.rows..][..shape.len()]),
        Axis::Rows => {
            for j in 0..shape.columns {
                y[j * shape.rows..][..shape.rows]
                    .copy_from_slice(&a.column(j)[start..][..shape.rows]);
            }
        }
    }
}

/// Zeros, with `a` among them from `start` on.
pub(crate) fn pad<T: Real>(axis: Axis, start: usize, a: Matrix<'_, T>, shape: Shape, y: &mut [T]) {
    y.fill(T::constant(0.0));
    match axis {
        Axis::Columns => {
            y[start * shape.rows..][..a.entries.len()].copy_from_slice(a.entries);
        }
        Axis::Rows => {
            for j in 0..shape.columns {
                y[j * shape.rows + start..][..a.shape.rows].copy_from_slice(a.column(j));
            }
        }
    }
}
