//! Owned nalgebra matrices and vectors, as spaces of one leaf in column-major order.

use crate::{Scalar, Space};
use nalgebra::{DefaultAllocator, Dim, OMatrix, allocator::Allocator};

impl<T, R, C> Space for OMatrix<T, R, C>
where
    T: Scalar,
    R: Dim,
    C: Dim,
    DefaultAllocator: Allocator<R, C>,
{
    type Scalar = T;
    const LEAVES: usize = 1;
    #[inline]
    fn leaf(&self, index: usize) -> &[T] {
        if index == 0 { self.as_slice() } else { &[] }
    }
    #[inline]
    fn leaf_mut(&mut self, index: usize) -> &mut [T] {
        if index == 0 { self.as_mut_slice() } else { &mut [] }
    }
    fn zeros_like(&self) -> Self {
        let (rows, columns) = self.shape_generic();
        Self::from_element_generic(rows, columns, T::zero())
    }
    fn same_shape(&self, other: &Self) -> bool {
        self.shape() == other.shape()
    }
}
