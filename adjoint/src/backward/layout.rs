//! What a backward solve carries: the state, the costate and the parameter gradient, or some of them.

use crate::{DifferentiableField, ParamsOf, ScalarOf, StateOf};
use costate_solver::Attempt;
use costate_solver::norms::Space;

/// The backward state of a field that carries everything: `((y, a, g), a_t)`, where the time cotangent `a_t` has `K` = 0 or 1
/// channels.
///
/// Nothing reads `g` and `a_t`: they are integrals. The derivatives in `t0`, `t1` and the observation times need no channel
/// of their own; `a_t` is there for those libraries that carry one and let it reject steps.
pub type Augmented<F, const K: usize = 0> =
    ((StateOf<F>, StateOf<F>, ParamsOf<F>), [ScalarOf<F>; K]);

/// An attempted step of a backward pass, as it is shown to whoever watches one.
pub type BackwardAttempt<'a, F, B = StateCostateGradient> = Attempt<'a, <B as Layout<F>>::State>;

/// Which of `y`, `a` and `g` a backward solve carries; where it does not carry `y`, that is looked up in the recorded forward
/// solve, and where it does not carry `g`, that is integrated along the accepted steps.
///
/// There are four, and all of them are here.
pub trait Layout<F: DifferentiableField>: Copy + Default {
    /// The backward state.
    type State: Space<Scalar = ScalarOf<F>>;
    /// How many of its first leaves belong to `y` and `a`: the path, without the integrals along it.
    const PATH: usize;
    /// Whether `y` is solved backwards.
    const CARRIES_STATE: bool;
    /// Whether `g` is a channel of the solve.
    const CARRIES_GRADIENT: bool;

    /// Zero, for states and parameters of these shapes.
    fn zeros(y: &StateOf<F>, p: &ParamsOf<F>) -> Self::State;
    /// Its parts.
    fn parts(z: &Self::State) -> Parts<'_, F>;
    /// Its parts, to be written.
    fn parts_mut(z: &mut Self::State) -> PartsMut<'_, F>;
}

/// The parts of a backward state.
pub struct Parts<'z, F: DifferentiableField> {
    /// The state.
    pub y: Option<&'z StateOf<F>>,
    /// The costate.
    pub a: &'z StateOf<F>,
    /// The parameter gradient.
    pub g: Option<&'z ParamsOf<F>>,
}

/// The parts of a backward state, to be written.
pub struct PartsMut<'z, F: DifferentiableField> {
    /// The state.
    pub y: Option<&'z mut StateOf<F>>,
    /// The costate.
    pub a: &'z mut StateOf<F>,
    /// The parameter gradient.
    pub g: Option<&'z mut ParamsOf<F>>,
    /// The time cotangent.
    pub t: Option<&'z mut ScalarOf<F>>,
}

/// `((y, a, g), a_t)`: the continuous adjoint as it is usually solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StateCostateGradient<const K: usize = 0>;

/// `(y, a)`: what is left when `g` has left the ODE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StateCostate;

/// `(a, g)`, along a recorded state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CostateGradient;

/// `a` alone, along a recorded state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CostateAlone;

impl<F: DifferentiableField, const K: usize> Layout<F> for StateCostateGradient<K> {
    type State = Augmented<F, K>;
    const PATH: usize = 2 * <StateOf<F> as Space>::LEAVES;
    const CARRIES_STATE: bool = true;
    const CARRIES_GRADIENT: bool = true;

    fn zeros(y: &StateOf<F>, p: &ParamsOf<F>) -> Self::State {
        ((y.zeros_like(), y.zeros_like(), p.zeros_like()), [num_traits::zero(); K])
    }
    #[inline(always)]
    fn parts(((y, a, g), _): &Self::State) -> Parts<'_, F> {
        Parts { y: Some(y), a, g: Some(g) }
    }
    #[inline(always)]
    fn parts_mut(((y, a, g), a_t): &mut Self::State) -> PartsMut<'_, F> {
        PartsMut { y: Some(y), a, g: Some(g), t: a_t.first_mut() }
    }
}

impl<F: DifferentiableField> Layout<F> for StateCostate {
    type State = (StateOf<F>, StateOf<F>);
    const PATH: usize = 2 * <StateOf<F> as Space>::LEAVES;
    const CARRIES_STATE: bool = true;
    const CARRIES_GRADIENT: bool = false;

    fn zeros(y: &StateOf<F>, _: &ParamsOf<F>) -> Self::State {
        (y.zeros_like(), y.zeros_like())
    }
    #[inline(always)]
    fn parts((y, a): &Self::State) -> Parts<'_, F> {
        Parts { y: Some(y), a, g: None }
    }
    #[inline(always)]
    fn parts_mut((y, a): &mut Self::State) -> PartsMut<'_, F> {
        PartsMut { y: Some(y), a, g: None, t: None }
    }
}

impl<F: DifferentiableField> Layout<F> for CostateGradient {
    type State = (StateOf<F>, ParamsOf<F>);
    const PATH: usize = <StateOf<F> as Space>::LEAVES;
    const CARRIES_STATE: bool = false;
    const CARRIES_GRADIENT: bool = true;

    fn zeros(y: &StateOf<F>, p: &ParamsOf<F>) -> Self::State {
        (y.zeros_like(), p.zeros_like())
    }
    #[inline(always)]
    fn parts((a, g): &Self::State) -> Parts<'_, F> {
        Parts { y: None, a, g: Some(g) }
    }
    #[inline(always)]
    fn parts_mut((a, g): &mut Self::State) -> PartsMut<'_, F> {
        PartsMut { y: None, a, g: Some(g), t: None }
    }
}

impl<F: DifferentiableField> Layout<F> for CostateAlone {
    type State = StateOf<F>;
    const PATH: usize = <StateOf<F> as Space>::LEAVES;
    const CARRIES_STATE: bool = false;
    const CARRIES_GRADIENT: bool = false;

    fn zeros(y: &StateOf<F>, _: &ParamsOf<F>) -> Self::State {
        y.zeros_like()
    }
    #[inline(always)]
    fn parts(a: &Self::State) -> Parts<'_, F> {
        Parts { y: None, a, g: None }
    }
    #[inline(always)]
    fn parts_mut(a: &mut Self::State) -> PartsMut<'_, F> {
        PartsMut { y: None, a, g: None, t: None }
    }
}
