//! A field that can be differentiated: what every adjoint method asks of one.

use costate_solver::norms::{Float, L2, Seminorm, ShapeError, Space};

/// The state of a field.
pub type StateOf<F> = <F as DifferentiableField>::State;
/// The parameters of a field.
pub type ParamsOf<F> = <F as DifferentiableField>::Params;
/// The scalar of a field.
pub type ScalarOf<F> = <<F as DifferentiableField>::State as Space>::Scalar;

/// A vector field `f(t, y, p)` with its vector-Jacobian products.
///
/// Write the mathematics once as an [`Equation`](crate::Equation) and [`Traced`](crate::Traced) makes a differentiable field
/// of it. Or implement this by hand, where you know a faster VJP, and let
/// [`laws::check_field`](crate::laws::check_field) hold it against finite differences:
///
/// ```
/// use costate_adjoint::{DifferentiableField, Vjp, laws};
///
/// /// y' = -p y
/// struct Decay;
/// impl DifferentiableField for Decay {
///     type State = [f64; 1];
///     type Params = [f64; 1];
///     fn eval(&mut self, _t: f64, y: &[f64; 1], p: &[f64; 1], dy: &mut [f64; 1]) {
///         dy[0] = -p[0] * y[0];
///     }
///     fn vjp(&mut self, t: f64, y: &[f64; 1], p: &[f64; 1], a: &[f64; 1], out: Vjp<'_, Self>) {
///         if let Some(value) = out.value { self.eval(t, y, p, value); }
///         if let Some(to_y) = out.y { to_y[0] = -p[0] * a[0]; }
///         if let Some(to_p) = out.p { to_p[0] = -y[0] * a[0]; }
///         if let Some(to_t) = out.t { *to_t = 0.0; }
///     }
/// }
/// laws::check_field(&mut Decay, 0.3, &[2.0], &[0.7], 1).unwrap();
/// ```
pub trait DifferentiableField {
    /// The state `y`, and the costate `a`, which has the same shape.
    type State: Space<Scalar: Float>;
    /// The parameters `p`, and the parameter gradient `g`, which has the same shape.
    type Params: Space<Scalar = <Self::State as Space>::Scalar>;

    /// Whether the field can be asked at states and parameters of these shapes; a solve asks once, before its first step.
    ///
    /// # Errors
    /// [`ShapeError`] names the lengths that do not agree.
    fn check(&self, y: &Self::State, p: &Self::Params) -> Result<(), ShapeError> {
        let _ = (y, p);
        Ok(())
    }

    /// Writes `f(t, y, p)` into `dy`, which holds arbitrary values before.
    fn eval(&mut self, t: f64, y: &Self::State, p: &Self::Params, dy: &mut Self::State);

    /// Writes those of the products with the costate `a` that `out` asks for.
    ///
    /// All of them are asked for at the same point, so that a field can share work between them. Every output asked for is
    /// overwritten, not added to. None is asked for in vain: a field that is asked for `p` alone does not need `f`.
    fn vjp(
        &mut self,
        t: f64,
        y: &Self::State,
        p: &Self::Params,
        a: &Self::State,
        out: Vjp<'_, Self>,
    );

    /// Adds `sum over the points of weight * (df/dp)^T a` to two sums, each with its own weights, and returns the sum of the first
    /// weights times the sizes `|(df/dp)^T a|` if it can be had on the way.
    ///
    /// This is how the parameter gradient is made where it has left the ODE: the points are the stages of a step, and all of them
    /// come in one call, so that a field which works on batches can do them in one, from what it has kept of them
    /// ([`Vjp::keep`]) if it has. By default they are done one after the other, in `scratch`.
    fn accumulate(
        &mut self,
        points: &[Point<Self::State>],
        p: &Self::Params,
        scratch: &mut Self::Params,
        sums: [&mut Self::Params; 2],
    ) -> Option<f64> {
        let mut size = 0.0;
        let [first, second] = sums;
        for Point { t, y, a, weights: [one, two], .. } in points {
            self.vjp(*t, y, p, a, Vjp { p: Some(scratch), ..Vjp::default() });
            if *one != 0.0 {
                size += one * L2.measure(scratch);
                first.add_scaled(*one, scratch);
            }
            if *two != 0.0 {
                second.add_scaled(*two, scratch);
            }
        }
        Some(size)
    }
}

/// A point at which a product in the parameters is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Point<Y> {
    /// The time.
    pub t: f64,
    /// The state.
    pub y: Y,
    /// The costate.
    pub a: Y,
    /// How the product counts in each of two sums.
    pub weights: [f64; 2],
    /// The number that [`Vjp::keep`] gave this point, if any.
    pub kept: Option<usize>,
}

impl<Y: Space> Point<Y> {
    pub(crate) fn new(like: &Y) -> Self {
        Point { t: 0.0, y: like.zeros_like(), a: like.zeros_like(), weights: [0.0; 2], kept: None }
    }
}

/// Where the products of a costate `a` with the Jacobians of a field go; `None` is not wanted.
pub struct Vjp<'o, F: DifferentiableField + ?Sized> {
    /// The field's value `f(t, y, p)`.
    pub value: Option<&'o mut F::State>,
    /// `(df/dy)^T a`.
    pub y: Option<&'o mut F::State>,
    /// `(df/dp)^T a`.
    pub p: Option<&'o mut F::Params>,
    /// `a . df/dt`.
    pub t: Option<&'o mut <F::State as Space>::Scalar>,
    /// Where a product in the parameters at this very point may be wanted later, a small number to keep by what that will need
    /// (activations and their cotangents, say): [`accumulate`](DifferentiableField::accumulate) names it again. What was kept under
    /// the number before is no longer wanted. A field is free not to.
    pub keep: Option<usize>,
}

impl<F: DifferentiableField + ?Sized> Default for Vjp<'_, F> {
    fn default() -> Self {
        Vjp { value: None, y: None, p: None, t: None, keep: None }
    }
}
