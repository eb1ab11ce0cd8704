//! The largest measure over consecutive blocks of coordinates.

use crate::{ElementNorm, Float, Norm, Seminorm, ShapeError, Space, largest::larger};
use alloc::vec::Vec;

/// Cuts the coordinates of one leaf into consecutive blocks and takes the largest of their measures.
///
/// With one block for each parameter tensor of a model, `Blocks { lengths, norm: Rms }` is the measure of the parameter
/// channels in torchdiffeq 0.2 (`_mixed_norm`), stricter than one RMS over all of them: a loud small tensor is not
/// drowned by a large quiet one.
///
/// Blocks are cut from every leaf anew, so the lengths must add up to the length of each leaf
/// ([`check`](Seminorm::check) says so before a solve).
///
/// ```
/// use costate_norms::{Blocks, Rms, Seminorm};
/// let norm = Blocks { lengths: vec![1, 3], norm: Rms };
/// assert_eq!(norm.measure(&[2.0, 1.0, 1.0, 1.0]), 2.0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocks<E> {
    /// How many coordinates each block has.
    pub lengths: Vec<usize>,
    /// The norm of a block.
    pub norm: E,
}

impl<V: Space, E: ElementNorm> Seminorm<V> for Blocks<E> {
    fn measure(&self, v: &V) -> f64
    where
        V::Scalar: Float,
    {
        let mut largest = 0.0;
        for l in 0..V::LEAVES {
            let mut rest = v.leaf(l);
            for &length in &self.lengths {
                let (block, after) = rest.split_at(length.min(rest.len()));
                let mut sum = E::Sum::default();
                self.norm.absorb(&mut sum, block);
                largest = larger(largest, self.norm.finish(sum, block.len()));
                rest = after;
            }
        }
        largest
    }

    fn check(&self, v: &V) -> Result<(), ShapeError> {
        // Lengths are a user's numbers: an overflowing sum fits no leaf and must not panic.
        let expected = self.lengths.iter().fold(0, |sum: usize, &n| sum.saturating_add(n));
        match (0..V::LEAVES).map(|l| v.leaf(l).len()).find(|&found| found != expected) {
            None => Ok(()),
            Some(found) => Err(ShapeError { what: "a Blocks norm", expected, found }),
        }
    }
}

impl<V: Space, E: ElementNorm> Norm<V> for Blocks<E> {}
