//! The density of a flow's points, and points of that density.

use crate::{FlowState, GraphField, NeuralError, Probe};
use costate_adjoint::DifferentiableField;
use costate_adjoint::autodiff::{Real, Shape};
use costate_adjoint::controller::StepControl;
use costate_adjoint::norms::Float;
use costate_adjoint::solver::{Plan, Solver};
use nalgebra::{DMatrix, Scalar};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The logarithm of the density that a flow has at each of a batch of points `x`, `d x batch`, in nats.
///
/// Solves `(z, l)` back from `(x, 0)` at t = 1 to t = 0, where points are normally distributed:
/// `log p(x) = log N(z(0); 0, I) - l(0)` (FFJORD, arXiv:1810.01367, equation 3).
///
/// ```
/// use costate_neural::{Activation, Divergence, Flow, Mlp, Model, log_density};
/// use costate_adjoint::solver::Solver;
/// use nalgebra::DMatrix;
/// // A flow that stands still: the density is the normal one.
/// let flow = Flow::new(Mlp::new([2, 2], Activation::Tanh)?, Divergence::Exact)?;
/// let mut field = flow.field(1)?;
/// let found = log_density(&mut Solver::dormand_prince(1e-6, 1e-6), &mut field, &vec![0.0; 6], &DMatrix::zeros(2, 1))?;
/// assert!((found[0] + (2.0 * std::f64::consts::PI).ln()).abs() < 1e-12);
/// # Ok::<(), costate_neural::NeuralError>(())
/// ```
///
/// # Errors
/// Points of another shape than the field's, parameters of another length, or a solve that failed.
pub fn log_density<T, C, const S: usize>(
    solver: &mut Solver<C, S>,
    field: &mut GraphField<FlowState<T>>,
    p: &Vec<T>,
    x: &DMatrix<T>,
) -> Result<Vec<f64>, NeuralError>
where
    T: Float + Real + Scalar,
    C: StepControl<FlowState<T>>,
{
    let (z, l) = carried(solver, field, p, x, Plan::new(1.0, 0.0))?;
    Ok(normal_log_density(&z).zip(l.iter()).map(|(normal, &l)| normal - l.into()).collect())
}

/// Points of a flow's density, one in each column of its batch, and the logarithm of the density at each, in nats.
///
/// Normally distributed points, the same for the same seed, are solved from t = 0 to t = 1.
///
/// ```
/// use costate_neural::{Activation, Divergence, Flow, Mlp, Model, log_density, sample};
/// use costate_adjoint::solver::Solver;
/// let flow = Flow::new(Mlp::new([2, 8, 2], Activation::Tanh)?, Divergence::Exact)?;
/// let (mut field, p) = (flow.field(5)?, flow.initial::<f64>(1)?);
/// let mut solver = Solver::dormand_prince(1e-9, 1e-9);
/// let (x, densities) = sample(&mut solver, &mut field, &p, 7)?;
/// let again = log_density(&mut solver, &mut field, &p, &x)?;
/// assert!(densities.iter().zip(&again).all(|(a, b)| (a - b).abs() < 1e-6));
/// # Ok::<(), costate_neural::NeuralError>(())
/// ```
///
/// # Errors
/// As [`log_density`].
pub fn sample<T, C, const S: usize>(
    solver: &mut Solver<C, S>,
    field: &mut GraphField<FlowState<T>>,
    p: &Vec<T>,
    seed: u64,
) -> Result<(DMatrix<T>, Vec<f64>), NeuralError>
where
    T: Float + Real + Scalar,
    C: StepControl<FlowState<T>>,
{
    let Shape { rows, columns } = points(field);
    let drawn = Probe::Gaussian.draw(rows * columns, &mut ChaCha8Rng::seed_from_u64(seed));
    let start = DMatrix::from_vec(rows, columns, drawn);
    let (x, l) = carried(solver, field, p, &start, Plan::new(0.0, 1.0))?;
    let densities = normal_log_density(&start).zip(l.iter());
    let densities = densities.map(|(normal, &l)| normal + l.into()).collect();
    Ok((x, densities))
}

/// The mean over a batch of `-log p(x)`, in nats, of a flow that was solved back from `(x, 0)` at t = 1 to `(z, l)` at t = 0: a loss
/// for [`AtEnd`](costate_adjoint::AtEnd). Writes its derivatives into `cotangent`.
///
/// ```
/// use costate_neural::{Activation, Divergence, Flow, FlowState, Mlp, Model, log_density, negative_log_likelihood};
/// use costate_adjoint::{AtEnd, Discrete, Problem, solver::Solver};
/// use nalgebra::DMatrix;
/// let flow = Flow::new(Mlp::new([2, 8, 2], Activation::Tanh)?, Divergence::Exact)?;
/// let (mut field, p) = (flow.field::<FlowState<f64>>(3)?, flow.initial(1)?);
/// let x = DMatrix::from_fn(2, 3, |i, j| (i + j) as f64 / 3.0);
/// let start = (x.clone(), DMatrix::zeros(1, 3));
/// let problem = Problem::new(1.0, 0.0, &start, &p);
/// let gradient = Discrete::new(1e-8, 1e-8).gradient(&mut field, &problem, &AtEnd(negative_log_likelihood))?;
/// let densities = log_density(&mut Solver::dormand_prince(1e-8, 1e-8), &mut field, &p, &x)?;
/// assert!((gradient.loss + densities.iter().sum::<f64>() / 3.0).abs() < 1e-7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// NaN for an empty batch.
pub fn negative_log_likelihood<T: Float + Scalar>(
    (z, l): &FlowState<T>,
    cotangent: &mut FlowState<T>,
) -> f64 {
    let share = 1.0 / z.ncols() as f64;
    let (to_z, to_l) = cotangent;
    to_z.iter_mut().zip(z).for_each(|(to_z, &z)| *to_z = z * T::of(share));
    to_l.fill(T::of(share));
    share * normal_log_density(z).zip(l.iter()).map(|(normal, &l)| l.into() - normal).sum::<f64>()
}

/// `log N(z; 0, I)` of each column.
fn normal_log_density<T: Float + Scalar>(z: &DMatrix<T>) -> impl Iterator<Item = f64> {
    let constant = 0.5 * z.nrows() as f64 * (2.0 * core::f64::consts::PI).ln();
    z.column_iter().map(move |z| {
        let square: f64 = z.iter().map(|&z| z.into() * z.into()).sum();
        -0.5 * square - constant
    })
}

/// The shape of a flow's points.
fn points<T: Float + Real + Scalar>(field: &GraphField<FlowState<T>>) -> Shape {
    field.state().entries()[0].shape
}

fn carried<T, C, const S: usize>(
    solver: &mut Solver<C, S>,
    field: &mut GraphField<FlowState<T>>,
    p: &Vec<T>,
    z: &DMatrix<T>,
    plan: Plan<'_>,
) -> Result<FlowState<T>, NeuralError>
where
    T: Float + Real + Scalar,
    C: StepControl<FlowState<T>>,
{
    let (expected, found) = (points(field), Shape::new(z.nrows(), z.ncols()));
    if expected != found {
        return Err(NeuralError::Shape { what: "the batch of points", expected, found });
    }
    let start = (z.clone(), DMatrix::from_element(1, z.ncols(), T::of(0.0)));
    field.check(&start, p)?;
    let slope = |t: f64, y: &FlowState<T>, dy: &mut FlowState<T>| field.eval(t, y, p, dy);
    Ok(solver.solve(slope, &start, plan)?.y)
}
