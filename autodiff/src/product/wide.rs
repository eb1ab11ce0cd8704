//! The matrix product of floats on the registers of the processor found.

use super::Factors;
use crate::lanes::Lanes;
use core::array;
use pulp::{Arch, Simd, WithSimd};

/// Fills `y`, which has entries that are sums of something, with the product; the left factor is not transposed.
pub(crate) fn multiply<T: Lanes>(factors: &Factors<'_, T>, y: &mut [T]) {
    Arch::new().dispatch(Multiply { factors, y });
}

/// What is run on the registers found. All it calls is inlined into one function, which the compiler may then write in the
/// instructions of that processor.
struct Multiply<'f, 'm, T> {
    factors: &'f Factors<'m, T>,
    y: &'f mut [T],
}

impl<T: Lanes> WithSimd for Multiply<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // The sums of a tile stay in registers, beside a column of the left factor, a number of the right one and a product.
        // Tall tiles, since a number of the right factor has to be spread over a register each time it is read.
        if S::F32_LANES == 1 {
            self.factors.by_plain_tiles(self.y);
        } else if S::REGISTER_COUNT >= 32 {
            self.by_tiles::<S, 4>(simd);
        } else {
            self.by_tiles::<S, 2>(simd);
        }
    }
}

/// Where a tile begins.
#[derive(Clone, Copy)]
struct Corner {
    row: usize,
    column: usize,
}

impl<T: Lanes> Multiply<'_, '_, T> {
    /// Tiles of `H` registers by four columns, lower ones below, and narrow ones beside. The tiles of a row of tiles come
    /// one after the other: what they share of the left factor stays in the cache.
    #[inline(always)]
    fn by_tiles<S: Simd, const H: usize>(mut self, simd: S) {
        let (rows, lanes) = (self.factors.left.shape.rows, T::count::<S>());
        let mut row = 0;
        while row + H * lanes <= rows {
            self.row_of_tiles::<S, H>(simd, row);
            row += H * lanes;
        }
        while row + lanes <= rows {
            self.row_of_tiles::<S, 1>(simd, row);
            row += lanes;
        }
        if row < rows {
            self.last_row_of_tiles(simd, row);
        }
    }

    #[inline(always)]
    fn row_of_tiles<S: Simd, const H: usize>(&mut self, simd: S, row: usize) {
        let columns = self.factors.shape().columns;
        let wide = columns - columns % 4;
        for column in (0..wide).step_by(4) {
            self.tile::<S, H, 4>(simd, Corner { row, column });
        }
        for column in wide..columns {
            self.tile::<S, H, 1>(simd, Corner { row, column });
        }
    }

    /// Rows that do not fill a register.
    #[inline(always)]
    fn last_row_of_tiles<S: Simd>(&mut self, simd: S, row: usize) {
        let columns = self.factors.shape().columns;
        let wide = columns - columns % 4;
        for column in (0..wide).step_by(4) {
            self.low_tile::<S, 4>(simd, Corner { row, column });
        }
        for column in wide..columns {
            self.low_tile::<S, 1>(simd, Corner { row, column });
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const H: usize, const C: usize>(&mut self, simd: S, corner: Corner) {
        let (rows, height) = (self.factors.left.shape.rows, H * T::count::<S>());
        let mut sums = [[T::splat(simd, T::constant(0.0)); H]; C];
        self.along(
            corner,
            #[inline(always)]
            |a, b: [T; C]| {
                let Some(a) = T::whole::<S>(&a[..height]).first_chunk::<H>() else { return };
                for c in 0..C {
                    let b = T::splat(simd, b[c]);
                    for h in 0..H {
                        sums[c][h] = T::add_product(simd, sums[c][h], a[h], b);
                    }
                }
            },
        );
        for c in 0..C {
            let y = &mut self.y[(corner.column + c) * rows + corner.row..][..height];
            T::whole_mut::<S>(y).copy_from_slice(&sums[c]);
        }
    }

    #[inline(always)]
    fn low_tile<S: Simd, const C: usize>(&mut self, simd: S, corner: Corner) {
        let rows = self.factors.left.shape.rows;
        let mut sums = [T::splat(simd, T::constant(0.0)); C];
        self.along(
            corner,
            #[inline(always)]
            |a, b: [T; C]| {
                let a = T::load(simd, a);
                for c in 0..C {
                    sums[c] = T::add_product(simd, sums[c], a, T::splat(simd, b[c]));
                }
            },
        );
        for c in 0..C {
            let y = &mut self.y[(corner.column + c) * rows..][corner.row..rows];
            T::store(simd, y, sums[c]);
        }
    }

    /// In the order of the inner index: what is left of a column of the left factor, and `C` numbers of a row of the right one.
    #[inline(always)]
    fn along<const C: usize>(&self, corner: Corner, mut f: impl FnMut(&[T], [T; C])) {
        let Factors { left, right, transpose_right, .. } = self.factors;
        let (inner, columns) = (left.shape.columns, self.factors.shape().columns);
        let left = left.entries.chunks_exact(left.shape.rows).map(|a| &a[corner.row..]);
        if *transpose_right {
            for (a, b) in left.zip(right.entries.chunks_exact(columns)) {
                let Some(b) = b[corner.column..].first_chunk::<C>() else { return };
                f(a, *b);
            }
        } else {
            let right: [&[T]; C] = array::from_fn(|c| right.column(corner.column + c));
            let right = right.map(|column| &column[..inner]);
            for (k, a) in left.take(inner).enumerate() {
                f(a, right.map(|column| column[k]));
            }
        }
    }
}
