//! A norm of norms: the measures of a tuple's members, measured together.

use crate::{ElementNorm, Float, Norm, Scalar, Seminorm, ShapeError, Space};

/// The members of a tuple are measured each by its own part, and these measures by one more norm: a *mixed norm*.
///
/// | `by` | the measures `m_i` of the parts become |
/// |---|---|
/// | [`L1`](crate::L1) | their sum |
/// | [`L2`](crate::L2) | their root sum square |
/// | [`LInf`](crate::LInf) | the largest: the same as the plain tuple of the parts |
/// | [`Lp`](crate::Lp) | `(sum m_i^p)^(1/p)` |
/// | `PowerMean::new(1.0)` | their mean |
/// | [`Rms`](crate::Rms) | their root mean square: every member counts as much, however long it is. [`Pooled`](crate::Pooled) counts every *coordinate* as much. |
///
/// How much a part counts is its factor, by [`Scaled`](crate::Scaled). A mean is taken over the parts that read anything, so
/// that one that is [`Null`](crate::Null) does not dilute it.
///
/// The triangle inequality asks of `by` that it does not fall when a measure grows, as is true of every norm of this crate.
/// Then the whole is a seminorm, and a norm where all parts are.
///
/// ```
/// use costate_norms::{L1, LInf, Mixed, Null, Rms, Scaled, Seminorm};
/// // RMS of the state + half of the costate's largest error + nothing of the gradient.
/// let norm = Mixed { parts: (Rms, Scaled::new(0.5, LInf)?, Null), by: L1 };
/// assert_eq!(norm.measure(&([3.0, 3.0], [1.0, -4.0], [1e9])), 3.0 + 2.0);
/// # Ok::<(), costate_norms::MeasureError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mixed<P, E> {
    /// A tuple of seminorms, one for each member.
    pub parts: P,
    /// The norm of their measures.
    pub by: E,
}

macro_rules! mixed {
    ($($norm:ident $space:ident $index:tt),+) => {
        impl<S: Scalar, E: ElementNorm, $($norm,)+ $($space),+> Seminorm<($($space,)+)>
            for Mixed<($($norm,)+), E>
        where
            $($space: Space<Scalar = S>, $norm: Seminorm<$space>,)+
        {
            fn measure(&self, v: &($($space,)+)) -> f64
            where
                S: Float,
            {
                let (mut sum, mut count) = (E::Sum::default(), 0);
                $(
                    if (0..$space::LEAVES).any(|l| self.parts.$index.reads(l)) {
                        self.by.absorb(&mut sum, &[self.parts.$index.measure(&v.$index)]);
                        count += 1;
                    }
                )+
                self.by.finish(sum, count)
            }
            #[inline]
            fn reads(&self, leaf: usize) -> bool {
                // As the plain tuple does.
                Seminorm::<($($space,)+)>::reads(&($(&self.parts.$index,)+), leaf)
            }
            fn check(&self, v: &($($space,)+)) -> Result<(), ShapeError> {
                $( self.parts.$index.check(&v.$index)?; )+
                Ok(())
            }
        }

        impl<S: Scalar, E: ElementNorm, $($norm,)+ $($space),+> Norm<($($space,)+)>
            for Mixed<($($norm,)+), E>
        where
            $($space: Space<Scalar = S>, $norm: Norm<$space>,)+
        {
        }
    };
}

mixed!(N0 A 0, N1 B 1);
mixed!(N0 A 0, N1 B 1, N2 C 2);
mixed!(N0 A 0, N1 B 1, N2 C 2, N3 D 3);
