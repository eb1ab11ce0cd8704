//! A running cost: what a loss adds up along the way.

use core::cell::RefCell;
use costate_autodiff::{Function, Pullback, PullbackError, Real};
use costate_solver::norms::{Float, Space};

/// The rate `c(t, y, p)` of a running cost: the loss is `integral of c dt` from `t0` to `t1`, beside what it sees at observations.
///
/// (The problem of Bolza.) Like the parameter gradient, the integral is a quadrature that nothing reads: it takes no part in
/// step control, is added up over accepted steps with the method's own weights, and its embedded error is part of the report's
/// loss error. In a solve backwards in time dt is negative.
///
/// Write the gradients by hand, here and with [`Rate`], or have them made from a rate written once: [`TracedRate`].
pub trait RunningCost<Y, P> {
    /// The rate `c(t, y, p)`.
    fn rate(&self, t: f64, y: &Y, p: &P) -> f64;

    /// Writes `dc/dy` and `dc/dp` over zeros.
    fn gradient(&self, t: f64, y: &Y, p: &P, to_y: &mut Y, to_p: &mut P);
}

/// A rate and its gradients as two closures.
///
/// ```
/// use costate_adjoint::{Rate, RunningCost};
/// // c = |y|^2 / 2 + p^2
/// let effort = Rate {
///     rate: |_t: f64, y: &[f64; 2], p: &[f64; 1]| (y[0] * y[0] + y[1] * y[1]) / 2.0 + p[0] * p[0],
///     gradient: |_t: f64, y: &[f64; 2], p: &[f64; 1], to_y: &mut [f64; 2], to_p: &mut [f64; 1]| {
///         *to_y = *y;
///         *to_p = [2.0 * p[0]];
///     },
/// };
/// assert_eq!(effort.rate(0.0, &[3.0, 4.0], &[1.0]), 13.5);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Rate<C, G> {
    /// `c(t, y, p)`.
    pub rate: C,
    /// Writes `dc/dy` and `dc/dp` over zeros.
    pub gradient: G,
}

impl<Y, P, C, G> RunningCost<Y, P> for Rate<C, G>
where
    C: Fn(f64, &Y, &P) -> f64,
    G: Fn(f64, &Y, &P, &mut Y, &mut P),
{
    fn rate(&self, t: f64, y: &Y, p: &P) -> f64 {
        (self.rate)(t, y, p)
    }
    fn gradient(&self, t: f64, y: &Y, p: &P, to_y: &mut Y, to_p: &mut P) {
        (self.gradient)(t, y, p, to_y, to_p);
    }
}

/// A rate written over any scalar, to be traced.
///
/// ```
/// use costate_adjoint::{CostRate, RunningCost, TracedRate, autodiff::Real};
/// struct Kinetic;
/// impl CostRate for Kinetic {
///     fn rate<R: Real>(&self, _t: R, y: &[R], p: &[R]) -> R { p[0] * y[1] * y[1] / R::constant(2.0) }
/// }
/// let (y, p) = ([0.0, 3.0], [2.0]);
/// let cost = TracedRate::new(Kinetic, &y, &p)?;
/// let (mut to_y, mut to_p) = ([0.0; 2], [0.0]);
/// cost.gradient(0.0, &y, &p, &mut to_y, &mut to_p);
/// assert_eq!((to_y, to_p), ([0.0, 6.0], [4.5]));
/// # Ok::<(), costate_adjoint::autodiff::PullbackError>(())
/// ```
pub trait CostRate {
    /// `c(t, y, p)`.
    fn rate<R: Real>(&self, t: R, y: &[R], p: &[R]) -> R;
}

/// The running cost of a [`CostRate`], with gradients by [`Pullback`]; states and parameters are spaces of one leaf each.
#[derive(Debug)]
pub struct TracedRate<C, T: Real> {
    dimensions: (usize, usize),
    // The gradient of a shared cost works in memory of its own.
    pullback: RefCell<Pullback<Listed<C>, T>>,
}

/// A rate as a function of the list (y, p, t).
#[derive(Debug)]
struct Listed<C> {
    cost: C,
    dimensions: (usize, usize),
}

impl<C: CostRate> Function for Listed<C> {
    fn eval<R: Real>(&self, x: &[R], out: &mut [R]) {
        let (n, m) = self.dimensions;
        out[0] = self.cost.rate(x[n + m], &x[..n], &x[n..n + m]);
    }
}

impl<C: CostRate, T: Float + Real> TracedRate<C, T> {
    /// Traces the rate for states and parameters of these shapes.
    ///
    /// # Errors
    /// [`PullbackError`] when it compares traced values, or brings in a value of another trace.
    pub fn new<Y, P>(cost: C, y: &Y, p: &P) -> Result<Self, PullbackError>
    where
        Y: Space<Scalar = T>,
        P: Space<Scalar = T>,
    {
        const {
            assert!(
                Y::LEAVES == 1 && P::LEAVES == 1,
                "a traced rate has one leaf of state and one of parameters"
            )
        };
        let dimensions @ (n, m) = (y.dimension(), p.dimension());
        // Of (c, dc/dy, dc/dp, dc/dt): the middle two.
        let wanted: Vec<usize> = (1..=n + m).collect();
        let pullback = Pullback::traced(Listed { cost, dimensions }, n + m + 1, 1, &wanted)?;
        Ok(TracedRate { dimensions, pullback: RefCell::new(pullback) })
    }
}

impl<C, T, Y, P> RunningCost<Y, P> for TracedRate<C, T>
where
    C: CostRate,
    T: Float + Real,
    Y: Space<Scalar = T>,
    P: Space<Scalar = T>,
{
    fn rate(&self, t: f64, y: &Y, p: &P) -> f64 {
        let rate: T = match self.pullback.try_borrow() {
            Ok(pullback) => pullback.function().cost.rate(T::constant(t), y.leaf(0), p.leaf(0)),
            // A rate that asks for itself.
            Err(_) => num_traits::Float::nan(),
        };
        rate.into()
    }

    fn gradient(&self, t: f64, y: &Y, p: &P, to_y: &mut Y, to_p: &mut P) {
        let (n, m) = self.dimensions;
        let fits = y.dimension() == n && p.dimension() == m;
        let inputs: [&[T]; 4] = [y.leaf(0), p.leaf(0), &[T::constant(t)], &[T::constant(1.0)]];
        let ran = fits
            && self.pullback.try_borrow_mut().is_ok_and(|mut pullback| {
                pullback.run(&inputs, &mut [to_y.leaf_mut(0), to_p.leaf_mut(0)]).is_ok()
            });
        if !ran {
            to_y.fill(num_traits::Float::nan());
            to_p.fill(num_traits::Float::nan());
        }
    }
}

/// A problem's running cost, if it has one, and memory for its gradients.
pub(crate) struct Rates<'a, Y, P> {
    pub(crate) cost: Option<&'a dyn RunningCost<Y, P>>,
    pub(crate) to_y: &'a mut Y,
    pub(crate) to_p: &'a mut P,
}

impl<Y: Space, P: Space> Rates<'_, Y, P> {
    /// Adds `weight` times the gradients at a point.
    #[inline]
    pub(crate) fn add(
        &mut self,
        t: f64,
        y: &Y,
        p: &P,
        weight: f64,
        to_y: Option<&mut Y>,
        to_p: Option<&mut P>,
    ) {
        let Some(cost) = self.cost else { return };
        if weight == 0.0 {
            return;
        }
        self.evaluate(cost, t, y, p);
        if let Some(out) = to_y {
            out.add_scaled(weight, self.to_y);
        }
        if let Some(out) = to_p {
            out.add_scaled(weight, self.to_p);
        }
    }

    /// Leaves the gradients at a point in `to_y` and `to_p`.
    pub(crate) fn evaluate(&mut self, cost: &dyn RunningCost<Y, P>, t: f64, y: &Y, p: &P) {
        self.to_y.fill(num_traits::zero());
        self.to_p.fill(num_traits::zero());
        cost.gradient(t, y, p, self.to_y, self.to_p);
    }
}
