//! Tuples of seminorms: the largest of the parts.

use crate::{Float, Norm, Scalar, Seminorm, ShapeError, Space};

/// The larger of two, where NaN is larger than everything: `f64::max` would drop it.
pub(crate) fn larger(a: f64, b: f64) -> f64 {
    if b > a || b.is_nan() { b } else { a }
}

macro_rules! largest {
    ($($norm:ident $space:ident $index:tt),+) => {
        /// The largest of the parts' measures, NaN if any is NaN. Its kernel is the product of the parts' kernels.
        impl<S: Scalar, $($norm,)+ $($space),+> Seminorm<($($space,)+)> for ($($norm,)+)
        where
            $($space: Space<Scalar = S>, $norm: Seminorm<$space>,)+
        {
            fn measure(&self, v: &($($space,)+)) -> f64
            where
                S: Float,
            {
                let mut largest = 0.0;
                $( largest = larger(largest, self.$index.measure(&v.$index)); )+
                largest
            }
            #[inline]
            fn reads(&self, leaf: usize) -> bool {
                let mut leaf = leaf;
                $(
                    if leaf < $space::LEAVES { return self.$index.reads(leaf); }
                    leaf -= $space::LEAVES;
                )+
                let _ = leaf;
                false
            }
            fn check(&self, v: &($($space,)+)) -> Result<(), ShapeError> {
                $( self.$index.check(&v.$index)?; )+
                Ok(())
            }
        }

        impl<S: Scalar, $($norm,)+ $($space),+> Norm<($($space,)+)> for ($($norm,)+)
        where
            $($space: Space<Scalar = S>, $norm: Norm<$space>,)+
        {
        }
    };
}

largest!(N0 A 0, N1 B 1);
largest!(N0 A 0, N1 B 1, N2 C 2);
largest!(N0 A 0, N1 B 1, N2 C 2, N3 D 3);
