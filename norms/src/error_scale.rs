//! How large an error may be: the scaling of errors, for a state and, by tuples, for its blocks.

use crate::linear::Elements;
use crate::{Float, Scalar, ShapeError, Space};

/// Divides an error by what is allowed, `atol + rtol max(|y0|, |y1|)`, coordinate by coordinate.
///
/// (Hairer, Nørsett, Wanner, *Solving ODEs I*, II.4, eq. 4.10.) A scaled error whose measure is at most 1 is good enough.
///
/// Corner cases: an error of 0 on a scale of 0 counts 0; a positive error on a scale of 0 counts infinity; NaN in the
/// error or in a state gives NaN. An *infinite* state allows any finite error when `rtol > 0`: whoever judges a step asks
/// first whether the state is finite ([`is_finite`](Space::is_finite)).
///
/// | tolerance | for |
/// |---|---|
/// | [`Tolerance`](crate::Tolerance) | the whole state |
/// | a tuple of tolerances | the members of a tuple |
/// | [`PerBlock`](crate::PerBlock) | consecutive blocks of one leaf |
/// | [`PerElement`](crate::PerElement) | each coordinate |
/// | [`Relative`](crate::Relative) | a channel whose size is known only at run time |
/// | [`BeforeStep`](crate::BeforeStep), [`AfterStep`](crate::AfterStep) | scales by the state at one end of a step |
/// | [`Threshold`](crate::Threshold) | the larger of the two tolerances instead of their sum |
pub trait ErrorScale<V: Space> {
    /// Replaces the error in one leaf by the scaled error, with `atol` multiplied by `atol_factor`.
    fn scale_leaf(
        &self,
        leaf: usize,
        atol_factor: f64,
        error: &mut [V::Scalar],
        y0: &[V::Scalar],
        y1: &[V::Scalar],
    ) where
        V::Scalar: Float;

    /// Writes the scaled error of one leaf, from the elements of an error that is not written yet.
    ///
    /// By default first the one and then the other. A tolerance that is the same for every coordinate does both in one pass
    /// over memory, as [`Tolerance`](crate::Tolerance) does, with the same result: long states are judged in half the time.
    #[inline]
    fn write_leaf(
        &self,
        leaf: usize,
        atol_factor: f64,
        elements: impl Elements<V::Scalar>,
        error: &mut [V::Scalar],
        y0: &[V::Scalar],
        y1: &[V::Scalar],
    ) where
        V::Scalar: Float,
    {
        elements.write(error, |_, e| e);
        self.scale_leaf(leaf, atol_factor, error, y0, y1);
    }

    /// Whether these tolerances make sense for states of the shape of `y`; a solver asks once, before its first step.
    ///
    /// # Errors
    /// [`ToleranceError`] names the tolerance and its position.
    fn check(&self, y: &V) -> Result<(), ToleranceError>
    where
        V::Scalar: Float;

    /// Replaces `error` by the scaled error on the leaves that `wanted` names; the others keep what they hold.
    #[inline]
    fn scale_where(&self, error: &mut V, y0: &V, y1: &V, wanted: impl Fn(usize) -> bool)
    where
        V::Scalar: Float,
    {
        for l in 0..V::LEAVES {
            if wanted(l) {
                self.scale_leaf(l, 1.0, error.leaf_mut(l), y0.leaf(l), y1.leaf(l));
            }
        }
    }
}

/// A tolerance that cannot be met or makes no sense.
///
/// ```
/// use costate_norms::{ErrorScale, Tolerance};
/// let error = Tolerance { rtol: 1e-3, atol: -1.0 }.check(&[1.0]).unwrap_err();
/// assert!(error.to_string().starts_with("atol is -1 at coordinate 0"));
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ToleranceError {
    /// Negative, infinite (in the precision of the state) or NaN.
    #[error(
        "{name} is {value} at coordinate {index}: a tolerance is a finite number and not negative, such as 1e-6"
    )]
    Invalid {
        /// `rtol`, `atol` or the reference size of [`Relative`](crate::Relative).
        name: &'static str,
        /// What was given.
        value: f64,
        /// The coordinate, counted in its leaf; 0 for a tolerance of a whole block.
        index: usize,
    },
    /// Nothing is allowed, so no step is ever good enough. Tolerances that the scalar of the state rounds to zero count as
    /// zero: an `atol` of 1e-50 does so for `f32`.
    #[error(
        "rtol and atol are both zero at coordinate {index}, in the precision of the state: no step can be accepted; make one of them positive"
    )]
    BothZero {
        /// The coordinate, counted in its leaf; 0 for a tolerance of a whole block.
        index: usize,
    },
    /// Made for states of another shape.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}

macro_rules! per_block {
    ($($tolerance:ident $space:ident $index:tt),+) => {
        /// Tolerances for each member of a tuple.
        impl<S: Scalar, $($tolerance,)+ $($space),+> ErrorScale<($($space,)+)> for ($($tolerance,)+)
        where
            $($space: Space<Scalar = S>, $tolerance: ErrorScale<$space>,)+
        {
            #[inline]
            fn scale_leaf(
                &self,
                leaf: usize,
                atol_factor: f64,
                error: &mut [S],
                y0: &[S],
                y1: &[S],
            ) where
                S: Float,
            {
                let mut leaf = leaf;
                $(
                    if leaf < $space::LEAVES {
                        return self.$index.scale_leaf(leaf, atol_factor, error, y0, y1);
                    }
                    leaf -= $space::LEAVES;
                )+
                let _ = leaf;
            }

            #[inline]
            fn write_leaf(
                &self,
                leaf: usize,
                atol_factor: f64,
                elements: impl Elements<S>,
                error: &mut [S],
                y0: &[S],
                y1: &[S],
            ) where
                S: Float,
            {
                let mut leaf = leaf;
                $(
                    if leaf < $space::LEAVES {
                        return self.$index.write_leaf(leaf, atol_factor, elements, error, y0, y1);
                    }
                    leaf -= $space::LEAVES;
                )+
                let _ = leaf;
            }

            fn check(&self, y: &($($space,)+)) -> Result<(), ToleranceError>
            where
                S: Float,
            {
                $( self.$index.check(&y.$index)?; )+
                Ok(())
            }
        }
    };
}

per_block!(T0 A 0, T1 B 1);
per_block!(T0 A 0, T1 B 1, T2 C 2);
per_block!(T0 A 0, T1 B 1, T2 C 2, T3 D 3);
