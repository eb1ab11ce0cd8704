//! Kernels on the registers of the processor found, for the scalars that fill them.

use crate::lanes::Lanes;
use crate::matrix::Matrix;
use crate::product::{Factors, wide::multiply};
use crate::{Primitive, Real};
use pulp::{Arch, Simd, WithSimd};

/// Kernels written for one scalar, where there are any; see [`Real::wide`].
#[derive(Debug)]
pub struct Wide<T> {
    pub(crate) multiply: fn(&Factors<'_, T>, &mut [T]),
    pub(crate) fill: fn(Primitive, [Matrix<'_, T>; 3], &mut [T]),
}

pub(crate) fn kernels<T: Lanes>() -> Wide<T> {
    Wide { multiply, fill }
}

fn fill<T: Real>(primitive: Primitive, x: [Matrix<'_, T>; 3], y: &mut [T]) {
    Arch::new().dispatch(Fill { primitive, x, y });
}

/// An elementwise primitive, inlined into a function that the compiler may write in the instructions of the processor found.
/// (A closure would be called from that function, and be no part of it.)
struct Fill<'f, T> {
    primitive: Primitive,
    x: [Matrix<'f, T>; 3],
    y: &'f mut [T],
}

impl<T: Real> WithSimd for Fill<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.primitive.entry_by_entry(self.x, self.y);
    }
}
