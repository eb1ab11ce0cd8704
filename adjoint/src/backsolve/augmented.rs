//! The backward state `(y, a, g)` and its field.

use crate::{DifferentiableField, ParamsOf, ScalarOf, StateOf, Vjp};
use core::ops::Neg;
use costate_solver::norms::Space;
use costate_solver::{Attempt, Field};

/// The backward state of a field: `((y, a, g), a_t)`, where the time cotangent `a_t` has `K` = 0 or 1 channels.
///
/// Nothing reads `g` and `a_t`: they are integrals. The derivatives in `t0`, `t1` and the observation times need no channel
/// of their own; `a_t` is there for those libraries that carry one and let it reject steps.
pub type Augmented<F, const K: usize = 0> =
    ((StateOf<F>, StateOf<F>, ParamsOf<F>), [ScalarOf<F>; K]);

/// An attempted step of a backward pass, as it is shown to whoever watches one.
pub type BackwardAttempt<'a, F, const K: usize = 0> = Attempt<'a, Augmented<F, K>>;

/// `y' = f`, `a' = -(df/dy)^T a`, `g' = -(df/dp)^T a`, `a_t' = -a . df/dt`.
///
/// (Pontryagin; Chen et al., "Neural Ordinary Differential Equations", NeurIPS 2018, appendix B.) One call of the field's VJP
/// gives all of them.
pub(crate) struct BackwardField<'a, F: DifferentiableField> {
    pub(crate) field: &'a mut F,
    pub(crate) p: &'a ParamsOf<F>,
}

impl<F: DifferentiableField, const K: usize> Field<Augmented<F, K>> for &mut BackwardField<'_, F> {
    #[inline]
    fn eval(&mut self, t: f64, z: &Augmented<F, K>, dz: &mut Augmented<F, K>) {
        (**self).eval(t, z, dz);
    }
}

impl<F: DifferentiableField, const K: usize> Field<Augmented<F, K>> for BackwardField<'_, F> {
    #[inline]
    fn eval(&mut self, t: f64, z: &Augmented<F, K>, dz: &mut Augmented<F, K>) {
        let ((y, a, _), _) = z;
        let ((dy, da, dg), da_t) = dz;
        let out = Vjp { value: Some(dy), y: Some(da), p: Some(dg), t: da_t.first_mut() };
        self.field.vjp(t, y, self.p, a, out);
        negate(da);
        negate(dg);
        da_t.iter_mut().for_each(|x| *x = -*x);
    }
}

#[inline]
fn negate<V: Space>(v: &mut V) {
    for l in 0..V::LEAVES {
        v.leaf_mut(l).iter_mut().for_each(|x| *x = x.neg());
    }
}
