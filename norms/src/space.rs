//! What a state has to be.

use crate::{Float, Scalar, element};

/// A vector in a finite-dimensional space, kept as a fixed number of *leaves*, each a slice of scalars.
///
/// A number, an array, a `Vec` and a matrix are one leaf each; a tuple of spaces has the leaves of its members, in
/// order. That is all an ODE solver has to know: linear combinations run leaf by leaf on slices, and a seminorm may
/// leave whole leaves out. Nobody counts offsets into a flat vector.
///
/// | space | leaves | shape checked |
/// |---|---|---|
/// | `f32`, `f64` | 1 | by the compiler |
/// | `[T; N]`, `SVector<T, N>`, `SMatrix<T, R, C>` | 1 | by the compiler |
/// | `Vec<T>`, `DVector<T>`, `DMatrix<T>` | 1 | at run time, by [`same_shape`](Self::same_shape) |
/// | `(A, B)`, `(A, B, C)`, `(A, B, C, D)` | the sum of the members' | by the members |
///
/// # Your own space
/// Four items make a type a space:
///
/// ```
/// use costate_norms::{Rms, Seminorm, Space};
///
/// #[derive(Clone)]
/// struct Body { position: [f64; 3], velocity: [f64; 3] }
///
/// impl Space for Body {
///     type Scalar = f64;
///     const LEAVES: usize = 2;
///     fn leaf(&self, index: usize) -> &[f64] {
///         match index { 0 => &self.position, 1 => &self.velocity, _ => &[] }
///     }
///     fn leaf_mut(&mut self, index: usize) -> &mut [f64] {
///         match index { 0 => &mut self.position, 1 => &mut self.velocity, _ => &mut [] }
///     }
///     fn zeros_like(&self) -> Self { Body { position: [0.0; 3], velocity: [0.0; 3] } }
/// }
///
/// let body = Body { position: [3.0, 0.0, 0.0], velocity: [0.0, 3.0, 0.0] };
/// assert_eq!(Rms.measure(&body), 3.0_f64.sqrt());
/// ```
pub trait Space: Clone {
    /// What the coordinates are.
    type Scalar: Scalar;

    /// How many leaves every vector of this space has.
    const LEAVES: usize;

    /// The coordinates of one leaf; empty for `index >= LEAVES`.
    fn leaf(&self, index: usize) -> &[Self::Scalar];

    /// The coordinates of one leaf, to be written; empty for `index >= LEAVES`.
    fn leaf_mut(&mut self, index: usize) -> &mut [Self::Scalar];

    /// The zero vector of this shape. The only method that may allocate.
    fn zeros_like(&self) -> Self;

    /// Whether `other` has as many coordinates in every leaf. A type with more shape than that (a matrix) compares it.
    fn same_shape(&self, other: &Self) -> bool {
        (0..Self::LEAVES).all(|l| self.leaf(l).len() == other.leaf(l).len())
    }

    /// The number of coordinates over all leaves.
    fn dimension(&self) -> usize {
        (0..Self::LEAVES).map(|l| self.leaf(l).len()).sum()
    }

    /// Overwrites the coordinates with those of `other`.
    ///
    /// # Panics
    /// When a leaf of `other` has another length: compare with [`same_shape`](Self::same_shape) first.
    fn assign(&mut self, other: &Self) {
        for l in 0..Self::LEAVES {
            self.leaf_mut(l).copy_from_slice(other.leaf(l));
        }
    }

    /// Sets every coordinate to `value`.
    fn fill(&mut self, value: Self::Scalar) {
        for l in 0..Self::LEAVES {
            self.leaf_mut(l).fill(value);
        }
    }

    /// Adds `c * other`, which has the same shape.
    fn add_scaled(&mut self, c: f64, other: &Self) {
        for l in 0..Self::LEAVES {
            let c = Self::Scalar::of(c);
            for (x, &o) in self.leaf_mut(l).iter_mut().zip(other.leaf(l)) {
                *x = *x + c * o;
            }
        }
    }

    /// Whether no coordinate is NaN or infinite. True for an empty vector.
    fn is_finite(&self) -> bool
    where
        Self::Scalar: Float,
    {
        (0..Self::LEAVES).all(|l| element::all_finite(self.leaf(l)))
    }

    /// The position, counted over all leaves in order, of the first coordinate that is NaN or infinite.
    fn first_not_finite(&self) -> Option<usize>
    where
        Self::Scalar: Float,
    {
        (0..Self::LEAVES).flat_map(|l| self.leaf(l)).position(|x| !num_traits::Float::is_finite(*x))
    }

    /// The coordinate at this position, counted over all leaves in order; none past the end.
    fn coordinate(&self, position: usize) -> Option<Self::Scalar> {
        (0..Self::LEAVES).flat_map(|l| self.leaf(l)).nth(position).copied()
    }

    /// The Euclidean inner product, accumulated in `f64`.
    fn dot(&self, other: &Self) -> f64
    where
        Self::Scalar: Float,
    {
        (0..Self::LEAVES)
            .flat_map(|l| self.leaf(l).iter().zip(other.leaf(l)))
            .map(|(&x, &y)| -> f64 { x.into() * y.into() })
            .sum()
    }
}
