//! One type for all fields of a table of problems.

use costate_adjoint::norms::{Rms, ShapeError};
use costate_adjoint::{
    AtEnd, Backsolve, DifferentiableField, Discrete, Equation, Gradient, GradientError,
    Interpolating, Problem, Quadrature, Traced, Vjp, Workspace,
};

type Vector = Vec<f64>;
type Field<E> = Traced<E, Vector, Vector>;

/// A field behind a pointer: a strategy is compiled once for it, and not once for every field.
pub struct AnyField(Box<dyn Products>);

/// What a field can be asked, without its type.
trait Products {
    fn check(&self, y: &Vector, p: &Vector) -> Result<(), ShapeError>;
    fn eval(&mut self, t: f64, y: &Vector, p: &Vector, dy: &mut Vector);
    fn vjp(&mut self, t: f64, y: &Vector, p: &Vector, a: &Vector, out: Wanted<'_>);
}

/// The products of a [`Vjp`]: value, y, p, t.
type Wanted<'a> =
    (Option<&'a mut Vector>, Option<&'a mut Vector>, Option<&'a mut Vector>, Option<&'a mut f64>);

impl<F: DifferentiableField<State = Vector, Params = Vector>> Products for F {
    fn check(&self, y: &Vector, p: &Vector) -> Result<(), ShapeError> {
        DifferentiableField::check(self, y, p)
    }
    fn eval(&mut self, t: f64, y: &Vector, p: &Vector, dy: &mut Vector) {
        DifferentiableField::eval(self, t, y, p, dy);
    }
    fn vjp(&mut self, time: f64, state: &Vector, p: &Vector, a: &Vector, out: Wanted<'_>) {
        let (value, y, to_p, t) = out;
        let out = Vjp { value, y, p: to_p, t, ..Vjp::default() };
        DifferentiableField::vjp(self, time, state, p, a, out);
    }
}

impl AnyField {
    /// Of a field made elsewhere.
    pub fn of(field: impl DifferentiableField<State = Vector, Params = Vector> + 'static) -> Self {
        AnyField(Box::new(field))
    }

    /// Of an equation, traced for states and parameters of these lengths.
    ///
    /// # Panics
    /// When the equation cannot be traced.
    pub fn new<E: Equation + 'static>(equation: E, y: &Vector, p: &Vector) -> Self {
        AnyField::of(Field::new(equation, y, p).expect("an equation that can be traced"))
    }
}

impl DifferentiableField for AnyField {
    type State = Vector;
    type Params = Vector;

    fn check(&self, y: &Vector, p: &Vector) -> Result<(), ShapeError> {
        self.0.check(y, p)
    }
    fn eval(&mut self, t: f64, y: &Vector, p: &Vector, dy: &mut Vector) {
        self.0.eval(t, y, p, dy);
    }
    fn vjp(&mut self, t: f64, y: &Vector, p: &Vector, a: &Vector, out: Vjp<'_, Self>) {
        self.0.vjp(t, y, p, a, (out.value, out.y, out.p, out.t));
    }
}

type Look = fn(&Vector, &mut Vector) -> f64;

/// The gradient of every strategy in its default form, by this field.
///
/// Not for its values: what is compiled here, the tests do not compile once each. (Code that was made generic is shared between
/// crates at the low optimisation of this one.)
///
/// # Errors
/// Whichever strategy fails first.
pub fn every_default(
    field: &mut AnyField,
    problem: &Problem<'_, AnyField>,
    loss: &AtEnd<Look>,
) -> Result<Vec<Gradient<Vector, Vector>>, GradientError> {
    let r = 1e-6;
    let mut watched = Workspace::new(problem.y0, problem.p);
    Ok(vec![
        Backsolve::new(r, r).gradient(field, problem, loss)?,
        Backsolve::new(r, r).with_norm((Rms, Rms, Rms)).gradient(field, problem, loss)?,
        Backsolve::new(r, r)
            .gradient_watched(&mut watched, field, problem, loss, &mut |_| {})?
            .clone(),
        Quadrature::new(r, r).gradient(field, problem, loss)?,
        Interpolating::new(r, r).gradient(field, problem, loss)?,
        Discrete::new(r, r).gradient(field, problem, loss)?,
    ])
}
