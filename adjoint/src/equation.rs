//! The mathematics of a field, written once; its derivatives made by tracing.

use crate::{DifferentiableField, Vjp};
use core::marker::PhantomData;
use costate_autodiff::{FEW, Function, Graph, Pullback, Real, TraceError, trace_into};
use costate_solver::norms::{Float, ShapeError, Space};
use std::sync::Arc;

/// A right-hand side written over any scalar: run with floats to solve, traced to differentiate.
///
/// Mark a short `eval` `#[inline(always)]`: with up to [`FEW`] unknowns and parameters the products are those of dual numbers,
/// which then stay in registers.
///
/// ```
/// use costate_adjoint::{Equation, autodiff::Real};
///
/// /// x' = a x - b x y, y' = d x y - c y
/// struct LotkaVolterra;
/// impl Equation for LotkaVolterra {
///     fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) {
///         dy[0] = p[0] * y[0] - p[1] * y[0] * y[1];
///         dy[1] = p[3] * y[0] * y[1] - p[2] * y[1];
///     }
/// }
/// ```
pub trait Equation {
    /// Writes all of `dy = f(t, y, p)`. The lengths are those that the field was made for.
    fn eval<R: Real>(&self, t: R, y: &[R], p: &[R], dy: &mut [R]);
}

impl<E: Equation + ?Sized> Equation for &E {
    #[inline(always)]
    fn eval<R: Real>(&self, t: R, y: &[R], p: &[R], dy: &mut [R]) {
        (**self).eval(t, y, p, dy);
    }
}

/// A differentiable field made of an [`Equation`]: traced when it is made, so that mistakes are said then, and its products made
/// ready for each set of them when that is first asked for.
///
/// Products are those of a transposed program, or for few unknowns of dual numbers, whichever is faster (see
/// [`Pullback`], also for what differs where a slope is infinite); [`by_program`](Traced::by_program) and
/// [`by_duals`](Traced::by_duals) choose.
///
/// `Y` is the state and `P` the parameters, spaces of one leaf each (arrays, `Vec`, `SVector`, `DVector`, ...).
///
/// ```
/// use costate_adjoint::{DifferentiableField, Equation, Traced, Vjp, autodiff::Real};
///
/// struct Decay;
/// impl Equation for Decay {
///     fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) {
///         dy[0] = -p[0] * y[0];
///     }
/// }
///
/// let (y, p) = ([3.0], [0.5]);
/// let mut field = Traced::new(Decay, &y, &p)?;
/// let mut to_p = [0.0];
/// field.vjp(0.0, &y, &p, &[1.0], Vjp { p: Some(&mut to_p), ..Vjp::default() });
/// assert_eq!(to_p, [-3.0]);
/// # Ok::<(), costate_adjoint::autodiff::TraceError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Traced<E, Y: Space<Scalar: Real>, P> {
    right_hand_side: RightHandSide<E>,
    /// Inputs (t, y, p), outputs f.
    graph: Graph,
    way: Way,
    /// One pullback for each set of wanted outputs, made when it is first asked for.
    pullbacks: [Option<Pullback<RightHandSide<E>, Y::Scalar>>; 16],
    params: PhantomData<P>,
}

/// How products are made.
#[derive(Debug, Clone, Copy)]
enum Way {
    Faster,
    Program,
    Duals,
}

/// An equation as a function of the list (y, p, t), or of (y, p) at one time.
#[derive(Debug)]
struct RightHandSide<E> {
    equation: Arc<E>,
    /// The dimensions of the state and of the parameters.
    dimensions: (usize, usize),
    /// The time, where it is not among the inputs: with dual numbers, what does not vary is no work.
    time: Option<f64>,
}

impl<E> RightHandSide<E> {
    fn at(&self, time: Option<f64>) -> Self {
        RightHandSide { equation: self.equation.clone(), dimensions: self.dimensions, time }
    }
}

impl<E> Clone for RightHandSide<E> {
    fn clone(&self) -> Self {
        self.at(self.time)
    }
}

impl<E: Equation> Function for RightHandSide<E> {
    #[inline(always)]
    fn eval<R: Real>(&self, x: &[R], dy: &mut [R]) {
        let (n, m) = self.dimensions;
        let t = self.time.map_or_else(|| x[n + m], R::constant);
        self.equation.eval(t, &x[..n], &x[n..n + m], dy);
    }
}

impl<E, Y, P> Traced<E, Y, P>
where
    E: Equation,
    Y: Space<Scalar: Float + Real>,
    P: Space<Scalar = Y::Scalar>,
{
    /// Traces the equation for states and parameters of these shapes; their values do not matter.
    ///
    /// # Errors
    /// [`TraceError`] when the equation leaves an entry of `dy` unwritten, compares traced values, or brings in a value of
    /// another trace.
    pub fn new(equation: E, y: &Y, p: &P) -> Result<Self, TraceError> {
        const {
            assert!(
                Y::LEAVES == 1 && P::LEAVES == 1,
                "a traced field has one leaf of state and one of parameters; for tuples, implement DifferentiableField"
            )
        };
        let dimensions = (y.dimension(), p.dimension());
        let (n, m) = dimensions;
        let right_hand_side =
            RightHandSide { equation: Arc::new(equation), dimensions, time: None };
        let equation = &right_hand_side.equation;
        let graph = trace_into(1 + n + m, n, |x, dy| {
            equation.eval(x[0], &x[1..1 + n], &x[1 + n..], dy);
        })?;
        let pullbacks = core::array::from_fn(|_| None);
        Ok(Traced { right_hand_side, graph, way: Way::Faster, pullbacks, params: PhantomData })
    }

    /// The same with products by a transposed program, however few the unknowns.
    pub fn by_program(self) -> Self {
        self.with_way(Way::Program)
    }

    /// The same with products by dual numbers, however many the unknowns.
    pub fn by_duals(self) -> Self {
        self.with_way(Way::Duals)
    }

    fn with_way(self, way: Way) -> Self {
        Traced { way, pullbacks: core::array::from_fn(|_| None), ..self }
    }

    /// The transposed graph: inputs (t, y, p, a), outputs (f, a . df/dt, (df/dy)^T a, (df/dp)^T a).
    pub fn transposed(&self) -> Graph {
        self.graph.vjp()
    }

    #[inline(always)]
    fn pullback(
        &mut self,
        wanted: [bool; 4],
    ) -> Option<&mut Pullback<RightHandSide<E>, Y::Scalar>> {
        let key = wanted.iter().fold(0, |key, &w| 2 * key + usize::from(w));
        if self.pullbacks[key].is_none() {
            self.pullbacks[key] = self.make(wanted);
        }
        self.pullbacks[key].as_mut()
    }

    #[cold]
    fn make(&self, wanted: [bool; 4]) -> Option<Pullback<RightHandSide<E>, Y::Scalar>> {
        let (n, m) = self.right_hand_side.dimensions;
        // Of (f, (df/dy)^T a, (df/dp)^T a, a . df/dt): value, time, state, parameters.
        let ranges = [0..n, 2 * n + m..2 * n + m + 1, n..2 * n, 2 * n..2 * n + m];
        let outputs: Vec<usize> =
            ranges.into_iter().zip(wanted).filter(|(_, w)| *w).flat_map(|(r, _)| r).collect();
        let dual = match self.way {
            Way::Faster => n + m <= FEW,
            Way::Program => false,
            Way::Duals => true,
        };
        let [_, in_time, ..] = wanted;
        if dual && !in_time {
            Pullback::dual(self.right_hand_side.at(Some(0.0)), n + m, n, &outputs).ok()
        } else if dual {
            Pullback::dual(self.right_hand_side.clone(), n + m + 1, n, &outputs).ok()
        } else {
            Pullback::traced(self.right_hand_side.clone(), n + m + 1, n, &outputs).ok()
        }
    }

    /// Writes whatever is wanted.
    #[inline(never)]
    fn run_any(&mut self, t: f64, at: (&Y, &P, &Y), out: Vjp<'_, Self>) {
        let wanted = [out.value.is_some(), out.t.is_some(), out.y.is_some(), out.p.is_some()];
        let mut outputs = [
            out.value.map_or(&mut [][..], |v| v.leaf_mut(0)),
            out.t.map_or(&mut [][..], core::slice::from_mut),
            out.y.map_or(&mut [][..], |v| v.leaf_mut(0)),
            out.p.map_or(&mut [][..], |v| v.leaf_mut(0)),
        ];
        self.run(t, at, wanted, &mut outputs);
    }

    /// Writes what is wanted of the products into `outputs`, in the order of `wanted`.
    #[inline(always)]
    fn run(
        &mut self,
        t: f64,
        (y, p, a): (&Y, &P, &Y),
        wanted: [bool; 4],
        outputs: &mut [&mut [Y::Scalar]],
    ) {
        if let Some(pullback) = self.pullback(wanted) {
            let time: &[_] = match &mut pullback.function_mut().time {
                Some(now) => {
                    *now = t;
                    &[]
                }
                None => &[Y::Scalar::constant(t)],
            };
            if pullback.run(&[y.leaf(0), p.leaf(0), time, a.leaf(0)], outputs).is_ok() {
                return;
            }
        }
        // Lengths are checked before a solve; for a caller who did not, NaN says so and old values would not.
        let nan = <Y::Scalar as num_traits::Float>::nan();
        outputs.iter_mut().for_each(|out| out.fill(nan));
    }
}

impl<E, Y, P> DifferentiableField for Traced<E, Y, P>
where
    E: Equation,
    Y: Space<Scalar: Float + Real>,
    P: Space<Scalar = Y::Scalar>,
{
    type State = Y;
    type Params = P;

    fn check(&self, y: &Y, p: &P) -> Result<(), ShapeError> {
        let (n, m) = self.right_hand_side.dimensions;
        let pairs = [
            ("the traced field's state", n, y.dimension()),
            ("the traced field's parameters", m, p.dimension()),
        ];
        match pairs.into_iter().find(|(_, expected, found)| expected != found) {
            None => Ok(()),
            Some((what, expected, found)) => Err(ShapeError { what, expected, found }),
        }
    }

    #[inline]
    fn eval(&mut self, t: f64, y: &Y, p: &P, dy: &mut Y) {
        self.right_hand_side.equation.eval(
            Y::Scalar::constant(t),
            y.leaf(0),
            p.leaf(0),
            dy.leaf_mut(0),
        );
    }

    #[inline]
    fn vjp(&mut self, t: f64, y: &Y, p: &P, a: &Y, out: Vjp<'_, Self>) {
        match out {
            // What a sweep asks for at every stage: for few unknowns, sorting the outputs would take as long as the products.
            Vjp { value: None, t: None, y: Some(to_y), p: Some(to_p), .. } => {
                let wanted = [false, false, true, true];
                self.run(t, (y, p, a), wanted, &mut [to_y.leaf_mut(0), to_p.leaf_mut(0)]);
            }
            out => self.run_any(t, (y, p, a), out),
        }
    }
}
