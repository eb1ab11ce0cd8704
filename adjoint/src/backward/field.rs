//! The backward field: the equations of the costate and of the integrals along it.

use super::layout::{Layout, Parts, PartsMut};
use super::slots::Slots;
use crate::running::Rates;
use crate::trajectory::Trajectory;
use crate::{Counts, DifferentiableField, ParamsOf, Point, StateOf, Vjp};
use core::marker::PhantomData;
use core::ops::Neg;
use costate_solver::norms::Space;
use costate_solver::{Field, Stepper};

/// `y' = f`, `a' = -(df/dy)^T a - dc/dy`, `g' = -(df/dp)^T a - dc/dp`, `a_t' = -a . df/dt`, with the running cost c.
///
/// (Pontryagin; Chen et al., "Neural Ordinary Differential Equations", NeurIPS 2018, appendix B.) One call of the field's VJP
/// gives all that the layout carries.
pub(crate) struct BackwardField<'a, F: DifferentiableField, B, const S: usize> {
    pub(crate) field: &'a mut F,
    pub(crate) p: &'a ParamsOf<F>,
    /// The running cost, with its gradients.
    pub(crate) rates: Rates<'a, StateOf<F>, ParamsOf<F>>,
    /// Where `y` comes from, for a layout that does not carry it.
    pub(crate) past: Option<Past<'a, StateOf<F>, S>>,
    pub(crate) counts: &'a mut Counts,
    pub(crate) slots: Slots<S>,
    pub(crate) layout: PhantomData<B>,
}

/// The recorded forward solve, and a vector for its state at one time.
pub(crate) struct Past<'a, Y, const S: usize> {
    pub(crate) trajectory: &'a mut Trajectory<Y>,
    pub(crate) stepper: &'a Stepper<'a, S>,
    pub(crate) now: &'a mut Y,
}

impl<F: DifferentiableField, B: Layout<F>, const S: usize> BackwardField<'_, F, B, S> {
    /// Looks up the state at `t`; NaN where it cannot be had.
    fn recall(&mut self, t: f64) {
        let BackwardField { field, p, past, counts, .. } = self;
        let Some(Past { trajectory, stepper, now }) = past else { return };
        let mut eval = |t: f64, y: &StateOf<F>, dy: &mut StateOf<F>| {
            counts.f += 1;
            counts.calls += 1;
            field.eval(t, y, p, dy);
        };
        if trajectory.at(stepper, &mut eval, t, now).is_err() {
            now.fill(num_traits::Float::nan());
        }
    }

    /// Writes state and costate at `t` of the backward state `z` into a point.
    pub(crate) fn locate(&mut self, t: f64, z: &B::State, point: &mut Point<StateOf<F>>) {
        let Parts { y, a, .. } = B::parts(z);
        point.t = t;
        point.a.assign(a);
        match y {
            Some(y) => point.y.assign(y),
            None => {
                self.recall(t);
                if let Some(past) = &self.past {
                    point.y.assign(past.now);
                }
            }
        }
    }

    /// Writes `(df/dp)^T a + dc/dp` at a point.
    pub(crate) fn product(&mut self, point: &Point<StateOf<F>>, out: &mut ParamsOf<F>) {
        let Point { t, y, a, .. } = point;
        self.field.vjp(*t, y, self.p, a, Vjp { p: Some(&mut *out), ..Vjp::default() });
        if !out.same_shape(self.p) {
            // A gradient that is not a number is refused.
            *out = self.p.zeros_like();
            out.fill(num_traits::Float::nan());
        }
        self.counts.vjp_p += 1;
        self.counts.calls += 1;
        self.rates.add(*t, y, self.p, 1.0, None, Some(out));
    }

    /// Adds the weighted products at some points to two sums, and returns the weighted sum of their sizes for the first, where
    /// the field says it.
    pub(crate) fn accumulate(
        &mut self,
        points: &[Point<StateOf<F>>],
        scratch: &mut ParamsOf<F>,
        sums: [&mut ParamsOf<F>; 2],
    ) -> Option<f64> {
        let [first, second] = sums;
        let size = self.field.accumulate(points, self.p, scratch, [first, second]);
        self.counts.vjp_p += points.len();
        self.counts.calls += points.len();
        for Point { t, y, weights: [one, two], .. } in points {
            self.rates.add(*t, y, self.p, *one, None, Some(first));
            self.rates.add(*t, y, self.p, *two, None, Some(second));
        }
        size
    }
}

impl<F: DifferentiableField, B: Layout<F>, const S: usize> Field<B::State>
    for BackwardField<'_, F, B, S>
{
    #[inline]
    fn eval(&mut self, t: f64, z: &B::State, dz: &mut B::State) {
        if !B::CARRIES_STATE {
            self.recall(t);
        }
        let BackwardField { field, p, rates, past, counts, slots, .. } = self;
        let Parts { y, a, .. } = B::parts(z);
        let Some(y) = y.or(past.as_ref().map(|past| &*past.now)) else { return };
        let PartsMut { y: dy, a: da, g: mut dg, t: mut da_t } = B::parts_mut(dz);
        counts.calls += 1;
        counts.vjp_y += 1;
        counts.f += usize::from(dy.is_some());
        counts.vjp_p += usize::from(dg.is_some());
        let out = Vjp {
            value: dy,
            y: Some(&mut *da),
            p: dg.as_deref_mut(),
            t: da_t.as_deref_mut(),
            keep: slots.take(),
        };
        field.vjp(t, y, p, a, out);
        rates.add(t, y, p, 1.0, Some(&mut *da), dg.as_deref_mut());
        negate(da);
        dg.into_iter().for_each(negate);
        da_t.into_iter().for_each(|x| *x = -*x);
    }
}

impl<F: DifferentiableField, B: Layout<F>, const S: usize> Field<B::State>
    for &mut BackwardField<'_, F, B, S>
{
    #[inline]
    fn eval(&mut self, t: f64, z: &B::State, dz: &mut B::State) {
        (**self).eval(t, z, dz);
    }
}

#[inline]
fn negate<V: Space>(v: &mut V) {
    for l in 0..V::LEAVES {
        v.leaf_mut(l).iter_mut().for_each(|x| *x = x.neg());
    }
}
