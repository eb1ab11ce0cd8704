//! Numbers, arrays and vectors of them, as spaces of one leaf.

use crate::{Scalar, Space};
use alloc::{vec, vec::Vec};
use core::slice;

macro_rules! number {
    ($($t:ty),*) => {$(
        impl Space for $t {
            type Scalar = $t;
            const LEAVES: usize = 1;
            #[inline]
            fn leaf(&self, index: usize) -> &[$t] {
                if index == 0 { slice::from_ref(self) } else { &[] }
            }
            #[inline]
            fn leaf_mut(&mut self, index: usize) -> &mut [$t] {
                if index == 0 { slice::from_mut(self) } else { &mut [] }
            }
            #[inline]
            fn zeros_like(&self) -> $t { 0.0 }
        }
    )*};
}

// Concrete types and not `impl<T: Scalar> Space for T`: a blanket implementation would forbid all others. A lone dual
// number is the space `[Dual; 1]`.
number!(f32, f64);

impl<T: Scalar, const N: usize> Space for [T; N] {
    type Scalar = T;
    const LEAVES: usize = 1;
    #[inline]
    fn leaf(&self, index: usize) -> &[T] {
        if index == 0 { self } else { &[] }
    }
    #[inline]
    fn leaf_mut(&mut self, index: usize) -> &mut [T] {
        if index == 0 { self } else { &mut [] }
    }
    #[inline]
    fn zeros_like(&self) -> Self {
        [T::zero(); N]
    }
}

impl<T: Scalar> Space for Vec<T> {
    type Scalar = T;
    const LEAVES: usize = 1;
    #[inline]
    fn leaf(&self, index: usize) -> &[T] {
        if index == 0 { self } else { &[] }
    }
    #[inline]
    fn leaf_mut(&mut self, index: usize) -> &mut [T] {
        if index == 0 { self } else { &mut [] }
    }
    fn zeros_like(&self) -> Self {
        vec![T::zero(); self.len()]
    }
}
