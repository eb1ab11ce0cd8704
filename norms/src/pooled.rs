//! One RMS over chosen members of a tuple.

use crate::{Float, Null, Rms, Scalar, Seminorm, Space, SumOfSquares};

/// One root mean square over all the coordinates of the members that are [`Rms`], leaving out those that are [`Null`].
///
/// `Pooled((Rms, Rms, Null))` is diffrax's seminorm, `Pooled((Rms, Rms, Rms))` its default (and equal to plain [`Rms`]).
/// Compare the tuples `(Rms, Rms, Null)` and `(Rms, Rms, Rms)`, the largest of the parts.
///
/// ```
/// use costate_norms::{Null, Pooled, Rms, Seminorm};
/// let v = ([2.0], [4.0], [100.0; 50]);
/// assert_eq!(Pooled((Rms, Rms, Null)).measure(&v), 10.0_f64.sqrt());
/// assert_eq!((Rms, Rms, Null).measure(&v), 4.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pooled<P>(
    /// The members: [`Rms`], [`Null`] or tuples of them.
    pub P,
);

/// A member of a [`Pooled`] measure.
pub trait PooledPart<V: Space> {
    /// Adds the coordinates that count, and returns how many they are.
    fn absorb(&self, sum: &mut SumOfSquares, v: &V) -> usize
    where
        V::Scalar: Float;

    /// Whether a leaf counts.
    fn reads(&self, leaf: usize) -> bool;
}

impl<V: Space, P: PooledPart<V>> Seminorm<V> for Pooled<P> {
    fn measure(&self, v: &V) -> f64
    where
        V::Scalar: Float,
    {
        let mut sum = SumOfSquares::default();
        let count = self.0.absorb(&mut sum, v);
        sum.root_mean(count)
    }
    fn reads(&self, leaf: usize) -> bool {
        self.0.reads(leaf)
    }
}

impl<V: Space> PooledPart<V> for Rms {
    fn absorb(&self, sum: &mut SumOfSquares, v: &V) -> usize
    where
        V::Scalar: Float,
    {
        (0..V::LEAVES).for_each(|l| sum.absorb(v.leaf(l)));
        v.dimension()
    }
    fn reads(&self, _: usize) -> bool {
        true
    }
}

impl<V: Space> PooledPart<V> for Null {
    fn absorb(&self, _: &mut SumOfSquares, _: &V) -> usize
    where
        V::Scalar: Float,
    {
        0
    }
    fn reads(&self, _: usize) -> bool {
        false
    }
}

macro_rules! pooled {
    ($($part:ident $space:ident $index:tt),+) => {
        impl<S: Scalar, $($part,)+ $($space),+> PooledPart<($($space,)+)> for ($($part,)+)
        where
            $($space: Space<Scalar = S>, $part: PooledPart<$space>,)+
        {
            fn absorb(&self, sum: &mut SumOfSquares, v: &($($space,)+)) -> usize
            where
                S: Float,
            {
                0 $(+ self.$index.absorb(sum, &v.$index))+
            }
            fn reads(&self, leaf: usize) -> bool {
                let mut leaf = leaf;
                $(
                    if leaf < $space::LEAVES { return self.$index.reads(leaf); }
                    leaf -= $space::LEAVES;
                )+
                let _ = leaf;
                false
            }
        }
    };
}

pooled!(P0 A 0, P1 B 1);
pooled!(P0 A 0, P1 B 1, P2 C 2);
pooled!(P0 A 0, P1 B 1, P2 C 2, P3 D 3);
