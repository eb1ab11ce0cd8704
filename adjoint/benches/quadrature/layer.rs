//! One layer of a net, over columns side by side, and its products.

use nalgebra::{DMatrixView, DMatrixViewMut, Dyn};

/// Up to so many columns a product with the matrix is made column by column, and up to so many terms a sum of outer products term
/// by term: a general product would spend its time on packing.
const FEW: usize = 5;
const FEW_TERMS: usize = 16;

/// A layer: a matrix of `rows` by `columns`, column by column, and after it the bias.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layer {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    /// Where in the parameters of the net it begins.
    pub(crate) begin: usize,
}

impl Layer {
    /// One past its last parameter.
    pub(crate) const fn end(&self) -> usize {
        self.begin + (self.columns + 1) * self.rows
    }

    fn matrix_and_bias<'p>(&self, p: &'p [f64]) -> (&'p [f64], &'p [f64]) {
        p[self.begin..self.end()].split_at(self.rows * self.columns)
    }

    /// `out = W x + b`.
    pub(crate) fn apply(&self, p: &[f64], x: &[f64], out: &mut [f64]) {
        let Layer { columns, rows, .. } = *self;
        let (w, b) = self.matrix_and_bias(p);
        out.chunks_exact_mut(rows).for_each(|out| out.copy_from_slice(b));
        let count = x.len() / columns;
        if count <= FEW {
            for (x, out) in x.chunks_exact(columns).zip(out.chunks_exact_mut(rows)) {
                add_columns(out, w, |j| x[j]);
            }
            return;
        }
        let w = DMatrixView::from_slice(w, rows, columns);
        let x = DMatrixView::from_slice(x, columns, count);
        DMatrixViewMut::from_slice(out, rows, count).gemm(1.0, &w, &x, 1.0);
    }

    /// `out = W^T d`, with memory for the transpose.
    pub(crate) fn pull_back(
        &self,
        p: &[f64],
        d: &[f64],
        out: &mut [f64],
        transposed: &mut Vec<f64>,
    ) {
        let Layer { columns, rows, .. } = *self;
        let (w, _) = self.matrix_and_bias(p);
        let count = d.len() / rows;
        if count <= FEW {
            for (d, out) in d.chunks_exact(rows).zip(out.chunks_exact_mut(columns)) {
                for (out, w) in out.iter_mut().zip(w.chunks_exact(rows)) {
                    *out = dot(w, d);
                }
            }
            return;
        }
        // The left operand of a product has to have its columns in one piece.
        transpose(w, rows, transposed);
        let w = DMatrixView::from_slice(transposed, columns, rows);
        let d = DMatrixView::from_slice(d, rows, count);
        DMatrixViewMut::from_slice(out, columns, count).gemm(1.0, &w, &d, 0.0);
    }

    /// `g = weight d x^T + old g`, and for the bias the same with ones for `x`: the products in the parameters, summed over the
    /// columns. `old` is 0 or 1.
    pub(crate) fn multiply(&self, g: &mut [f64], weight: f64, d: &[f64], x: &[f64], old: f64) {
        let Layer { columns, rows, begin } = *self;
        let (g, bias) = g[begin..self.end()].split_at_mut(rows * columns);
        let count = d.len() / rows;
        if old == 0.0 {
            bias.fill(0.0);
        }
        add_columns(bias, d, |_| weight);
        if count > FEW_TERMS {
            let d = DMatrixView::from_slice(d, rows, count);
            let (shape, strides) = ((Dyn(count), Dyn(columns)), (Dyn(columns), Dyn(1)));
            let x = DMatrixView::from_slice_with_strides_generic(
                x, shape.0, shape.1, strides.0, strides.1,
            );
            DMatrixViewMut::from_slice(g, rows, columns).gemm(weight, &d, &x, old);
        } else if count == 1 && old == 0.0 {
            for (g, x) in g.chunks_exact_mut(rows).zip(x) {
                let c = weight * x;
                g.iter_mut().zip(d).for_each(|(g, d)| *g = c * d);
            }
        } else {
            for (j, g) in g.chunks_exact_mut(rows).enumerate() {
                if old == 0.0 {
                    g.fill(0.0);
                }
                add_columns(g, d, |k| weight * x[k * columns + j]);
            }
        }
    }
}

/// Adds the columns of a matrix, each with its coefficient, four to a pass.
fn add_columns(out: &mut [f64], matrix: &[f64], coefficient: impl Fn(usize) -> f64) {
    let rows = out.len();
    let fours = matrix.chunks_exact(4 * rows);
    let rest = fours.remainder().chunks_exact(rows);
    let mut k = 0;
    for four in fours {
        let c: [f64; 4] = core::array::from_fn(|i| coefficient(k + i));
        let (left, right) = four.split_at(2 * rows);
        let ((a, b), (c_, d)) = (left.split_at(rows), right.split_at(rows));
        for ((((out, a), b), c_), d) in out.iter_mut().zip(a).zip(b).zip(c_).zip(d) {
            *out += (c[0] * a + c[1] * b) + (c[2] * c_ + c[3] * d);
        }
        k += 4;
    }
    for column in rest {
        let c = coefficient(k);
        out.iter_mut().zip(column).for_each(|(out, a)| *out += c * a);
        k += 1;
    }
}

/// In lanes side by side, which the compiler turns into vector instructions.
fn dot(u: &[f64], v: &[f64]) -> f64 {
    const LANES: usize = 8;
    let mut lanes = [0.0; LANES];
    let (u, v) = (u.chunks_exact(LANES), v.chunks_exact(LANES));
    let rest: f64 = u.remainder().iter().zip(v.remainder()).map(|(u, v)| u * v).sum();
    for (u, v) in u.zip(v) {
        for i in 0..LANES {
            lanes[i] += u[i] * v[i];
        }
    }
    lanes.iter().sum::<f64>() + rest
}

/// Writes the transpose of a matrix with so many rows, a tile at a time.
fn transpose(matrix: &[f64], rows: usize, out: &mut Vec<f64>) {
    const TILE: usize = 8;
    let columns = matrix.len() / rows;
    if out.len() < matrix.len() {
        out.resize(matrix.len(), 0.0);
    }
    for first_column in (0..columns).step_by(TILE) {
        for first_row in (0..rows).step_by(TILE) {
            for i in first_row..(first_row + TILE).min(rows) {
                for j in first_column..(first_column + TILE).min(columns) {
                    out[i * columns + j] = matrix[j * rows + i];
                }
            }
        }
    }
}
