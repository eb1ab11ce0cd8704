//! The tolerances of a backward solve.

use super::layout::{CostateAlone, CostateGradient, StateCostate, StateCostateGradient};
use costate_solver::norms::linear::Elements;
use costate_solver::norms::{ErrorScale, Float, Space, Tolerance, ToleranceError};

/// Tolerances for the backward state of a [`Layout`](crate::Layout).
///
/// The backward problem is linear in the loss: a loss in other units has a costate in other units. So in every channel that is
/// linear in the loss (a, g and the time cotangent a_t) the absolute tolerance is multiplied by `size`, which a gradient sets
/// to the largest RMS of a cotangent, over the largest RMS of the state where that is above 1 (an absolute tolerance of 1 for
/// a state of a million says nothing of a costate of one). Scaling the loss by a power of two then changes no step. Other
/// libraries keep the absolute tolerance as it is; with `size` 1 so do we. Measured with a mean-reduced loss, that leaves the
/// costate under the tolerance and without any error control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CostateTolerance<T = Tolerance, B = StateCostateGradient> {
    /// For the state as it is, and for the costate with the absolute part times `size`.
    pub state: T,
    /// For the parameter gradient and the time cotangent, with the absolute part times `size`. Read only where the norm reads
    /// them.
    pub params: Tolerance,
    /// The unit of the costate over that of the state.
    pub size: f64,
    /// What the backward state is made of.
    pub layout: B,
}

impl<T, B: Default> CostateTolerance<T, B> {
    /// These tolerances, in units of 1 until a gradient knows better.
    pub fn new(state: T, params: Tolerance) -> Self {
        CostateTolerance { state, params, size: 1.0, layout: B::default() }
    }
}

/// What a leaf of a backward state belongs to.
enum Part {
    /// A leaf of the state.
    State(usize),
    /// A leaf of the costate.
    Costate(usize),
    /// An integral.
    Integral,
}

impl<T, B> CostateTolerance<T, B> {
    #[inline]
    fn scale<Y>(
        &self,
        part: Part,
        atol_factor: f64,
        error: &mut [Y::Scalar],
        y0: &[Y::Scalar],
        y1: &[Y::Scalar],
    ) where
        Y: Space<Scalar: Float>,
        T: ErrorScale<Y>,
    {
        let linear = atol_factor * self.size;
        match part {
            Part::State(l) => self.state.scale_leaf(l, atol_factor, error, y0, y1),
            Part::Costate(l) => self.state.scale_leaf(l, linear, error, y0, y1),
            Part::Integral => {
                ErrorScale::<Y>::scale_leaf(&self.params, 0, linear, error, y0, y1);
            }
        }
    }

    #[inline]
    fn write<Y>(
        &self,
        part: Part,
        atol_factor: f64,
        elements: impl Elements<Y::Scalar>,
        error: &mut [Y::Scalar],
        y0: &[Y::Scalar],
        y1: &[Y::Scalar],
    ) where
        Y: Space<Scalar: Float>,
        T: ErrorScale<Y>,
    {
        let linear = atol_factor * self.size;
        match part {
            Part::State(l) => self.state.write_leaf(l, atol_factor, elements, error, y0, y1),
            Part::Costate(l) => self.state.write_leaf(l, linear, elements, error, y0, y1),
            Part::Integral => {
                ErrorScale::<Y>::write_leaf(&self.params, 0, linear, elements, error, y0, y1);
            }
        }
    }

    fn check_all<Y>(&self, y: &Y) -> Result<(), ToleranceError>
    where
        Y: Space<Scalar: Float>,
        T: ErrorScale<Y>,
    {
        self.state.check(y)?;
        ErrorScale::<Y>::check(&self.params, y)
    }
}

/// The tolerances of one layout: which leaf is what is all that differs.
macro_rules! scales {
    ([$($generics:tt)*] $layout:ty, $state:ty, $leaf:ident => $part:expr, $z:ident => $y:expr) => {
        impl<T, Y, $($generics)*> ErrorScale<$state> for CostateTolerance<T, $layout>
        where
            Y: Space<Scalar: Float>,
            T: ErrorScale<Y>,
        {
            #[inline]
            fn scale_leaf(
                &self,
                $leaf: usize,
                atol_factor: f64,
                error: &mut [Y::Scalar],
                y0: &[Y::Scalar],
                y1: &[Y::Scalar],
            ) {
                self.scale::<Y>($part, atol_factor, error, y0, y1);
            }

            #[inline]
            fn write_leaf(
                &self,
                $leaf: usize,
                atol_factor: f64,
                elements: impl Elements<Y::Scalar>,
                error: &mut [Y::Scalar],
                y0: &[Y::Scalar],
                y1: &[Y::Scalar],
            ) {
                self.write::<Y>($part, atol_factor, elements, error, y0, y1);
            }

            fn check(&self, $z: &$state) -> Result<(), ToleranceError> {
                self.check_all::<Y>($y)
            }
        }
    };
}

scales!([P: Space<Scalar = Y::Scalar>, const K: usize] StateCostateGradient<K>, ((Y, Y, P), [Y::Scalar; K]),
    leaf => match leaf {
        l if l < Y::LEAVES => Part::State(l),
        l if l < 2 * Y::LEAVES => Part::Costate(l - Y::LEAVES),
        _ => Part::Integral,
    },
    z => &z.0.0);

scales!([] StateCostate, (Y, Y),
    leaf => if leaf < Y::LEAVES { Part::State(leaf) } else { Part::Costate(leaf - Y::LEAVES) },
    z => &z.0);

scales!([P: Space<Scalar = Y::Scalar>] CostateGradient, (Y, P),
    leaf => if leaf < Y::LEAVES { Part::Costate(leaf) } else { Part::Integral },
    z => &z.0);

scales!([] CostateAlone, Y, leaf => Part::Costate(leaf), z => z);
