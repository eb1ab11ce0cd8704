//! How large an error may be: absolute and relative tolerances, for a state, its blocks or its coordinates.

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
/// | [`Tolerance`] | the whole state |
/// | a tuple of tolerances | the members of a tuple |
/// | [`PerElement`] | each coordinate |
/// | [`Relative`] | a channel whose size is known only at run time |
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
        /// `rtol`, `atol` or the reference size of [`Relative`].
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

/// One relative and one absolute tolerance for all coordinates.
///
/// ```
/// use costate_norms::{ErrorScale, Tolerance};
/// let mut error = [1e-3, 0.0];
/// Tolerance { rtol: 1e-3, atol: 0.0 }.scale_where(&mut error, &[1.0, 0.0], &[0.5, 0.0], |_| true);
/// assert_eq!(error, [1.0, 0.0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// Relative to the larger of the values before and after a step. No unit.
    pub rtol: f64,
    /// In the unit of the state.
    pub atol: f64,
}

impl Tolerance {
    fn check_pair<S: Float>(rtol: f64, atol: f64, index: usize) -> Result<(), ToleranceError> {
        for (name, value) in [("rtol", rtol), ("atol", atol)] {
            if !(value >= 0.0 && num_traits::Float::is_finite(S::of(value))) {
                return Err(ToleranceError::Invalid { name, value, index });
            }
        }
        if S::of(rtol).is_zero() && S::of(atol).is_zero() {
            return Err(ToleranceError::BothZero { index });
        }
        Ok(())
    }
}

#[inline]
fn scaled<T: Float>(error: T, rtol: T, atol: T, y0: T, y1: T) -> T {
    let (before, after) = (y0.abs(), y1.abs());
    // Written so that a NaN before or after the step stays: `max` would drop it.
    let size = if before > after || before.is_nan() { before } else { after };
    if error.is_zero() && !size.is_nan() { error } else { error / (atol + rtol * size) }
}

impl<V: Space> ErrorScale<V> for Tolerance {
    #[inline]
    fn scale_leaf(
        &self,
        _: usize,
        atol_factor: f64,
        error: &mut [V::Scalar],
        y0: &[V::Scalar],
        y1: &[V::Scalar],
    ) where
        V::Scalar: Float,
    {
        let (rtol, atol) = (V::Scalar::of(self.rtol), V::Scalar::of(self.atol * atol_factor));
        for ((e, &y0), &y1) in error.iter_mut().zip(y0).zip(y1) {
            *e = scaled(*e, rtol, atol, y0, y1);
        }
    }

    fn check(&self, _: &V) -> Result<(), ToleranceError>
    where
        V::Scalar: Float,
    {
        Tolerance::check_pair::<V::Scalar>(self.rtol, self.atol, 0)
    }
}

/// A relative and an absolute tolerance for each coordinate.
///
/// ```
/// use costate_norms::{ErrorScale, PerElement};
/// let mut error = [1.0, 1.0];
/// let tolerance = PerElement { rtol: [0.0, 0.0], atol: [0.5, 0.25] };
/// tolerance.scale_where(&mut error, &[1.0, 1.0], &[1.0, 1.0], |_| true);
/// assert_eq!(error, [2.0, 4.0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PerElement<V> {
    /// Relative tolerances, in the shape of the state.
    pub rtol: V,
    /// Absolute tolerances, in the shape and units of the state.
    pub atol: V,
}

impl<V: Space> ErrorScale<V> for PerElement<V> {
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
        let tolerances = self.rtol.leaf(leaf).iter().zip(self.atol.leaf(leaf));
        for (((e, &y0), &y1), (&rtol, &atol)) in error.iter_mut().zip(y0).zip(y1).zip(tolerances) {
            // Multiplied in `f64`, as the other tolerances are: the factor alone may be too large for `f32`.
            let atol = V::Scalar::of(atol.into() * atol_factor);
            *e = scaled(*e, rtol, atol, y0, y1);
        }
    }

    fn check(&self, y: &V) -> Result<(), ToleranceError>
    where
        V::Scalar: Float,
    {
        for (what, part) in [("rtol", &self.rtol), ("atol", &self.atol)] {
            if !part.same_shape(y) {
                let (expected, found) = (part.dimension(), y.dimension());
                return Err(ShapeError { what, expected, found }.into());
            }
        }
        for l in 0..V::LEAVES {
            let pairs = self.rtol.leaf(l).iter().zip(self.atol.leaf(l)).enumerate();
            for (index, (&rtol, &atol)) in pairs {
                Tolerance::check_pair::<V::Scalar>(rtol.into(), atol.into(), index)?;
            }
        }
        Ok(())
    }
}

/// Tolerances whose absolute part is in units of a reference size: `size * atol + rtol max(|y0|, |y1|)`.
///
/// The costate of a loss is linear in the loss: multiply the loss by 1000 and it is 1000 times as large. An absolute
/// tolerance in fixed units then controls it too tightly or not at all. With `size` the size of the loss's own
/// derivatives, the steps do not depend on the unit of the loss.
///
/// A size that is a power of two changes no bit: errors and states of `2^k` times the size have the same scaled errors.
///
/// ```
/// use costate_norms::{ErrorScale, Relative, Tolerance};
/// let tolerance = Relative { tolerance: Tolerance { rtol: 0.0, atol: 1e-3 }, size: 1000.0 };
/// let mut error = [2.0];
/// tolerance.scale_where(&mut error, &[0.0], &[0.0], |_| true);
/// assert_eq!(error, [2.0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Relative<T> {
    /// The tolerances, in units of `size`.
    pub tolerance: T,
    /// The reference size: finite and positive.
    pub size: f64,
}

impl<V: Space, T: ErrorScale<V>> ErrorScale<V> for Relative<T> {
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
        self.tolerance.scale_leaf(leaf, self.size * atol_factor, error, y0, y1);
    }

    fn check(&self, y: &V) -> Result<(), ToleranceError>
    where
        V::Scalar: Float,
    {
        if !(self.size > 0.0 && self.size.is_finite()) {
            let (name, value) = ("the reference size of a Relative tolerance", self.size);
            return Err(ToleranceError::Invalid { name, value, index: 0 });
        }
        self.tolerance.check(y)
    }
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
