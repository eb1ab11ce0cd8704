//! A relative and an absolute tolerance for each of several consecutive blocks of coordinates.

use crate::{ErrorScale, Float, ShapeError, Space, Tolerance, ToleranceError};
use alloc::vec::Vec;

/// Cuts the coordinates of one leaf into consecutive blocks, each with tolerances of its own: positions in metres and
/// velocities in metres a second in one vector, say. The counterpart of the norm [`Blocks`](crate::Blocks).
///
/// Where the blocks are the members of a tuple, a tuple of tolerances says the same without counting.
///
/// Blocks are cut from every leaf anew, so the lengths must add up to the length of each leaf ([`check`](ErrorScale::check)
/// says so before a solve). A block of no coordinates is allowed.
///
/// ```
/// use costate_norms::{ErrorScale, PerBlock, Tolerance};
/// let position = Tolerance { rtol: 0.0, atol: 0.5 };
/// let velocity = Tolerance { rtol: 0.0, atol: 0.25 };
/// let tolerance = PerBlock { blocks: vec![(2, position), (1, velocity)] };
/// let mut error = [1.0, 2.0, 1.0];
/// tolerance.scale_where(&mut error, &[0.0; 3], &[0.0; 3], |_| true);
/// assert_eq!(error, [2.0, 4.0, 4.0]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PerBlock {
    /// How many coordinates each block has, and what is allowed there.
    pub blocks: Vec<(usize, Tolerance)>,
}

impl<V: Space> ErrorScale<V> for PerBlock {
    #[inline]
    fn scale_leaf(
        &self,
        leaf: usize,
        atol_factor: f64,
        error: &mut [V::Scalar],
        y0: &[V::Scalar],
        y1: &[V::Scalar],
    ) where
        V::Scalar: Float,
    {
        let mut start = 0;
        for (length, tolerance) in &self.blocks {
            let end = start + (*length).min(error.len() - start);
            let block = start..end;
            let (e, y0, y1) = (&mut error[block.clone()], &y0[block.clone()], &y1[block]);
            ErrorScale::<V>::scale_leaf(tolerance, leaf, atol_factor, e, y0, y1);
            start = end;
        }
    }

    fn check(&self, y: &V) -> Result<(), ToleranceError>
    where
        V::Scalar: Float,
    {
        // Lengths are a user's numbers: an overflowing sum fits no leaf and must not panic.
        let expected = self.blocks.iter().fold(0, |sum: usize, block| sum.saturating_add(block.0));
        if let Some(found) = (0..V::LEAVES).map(|l| y.leaf(l).len()).find(|&n| n != expected) {
            return Err(ShapeError { what: "a PerBlock tolerance", expected, found }.into());
        }
        let mut index = 0;
        for (length, tolerance) in &self.blocks {
            Tolerance::check_pair::<V::Scalar>(tolerance.rtol, tolerance.atol, index)?;
            index += length;
        }
        Ok(())
    }
}
