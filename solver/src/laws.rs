//! Laws of a method in use, to be run on your own tableau or field.

use crate::{Field, Plan, SolveError, Solver};
use costate_norms::{Float, L2, Seminorm, Space, linear::combine};
use costate_tableau::Tableau;

/// A problem whose solution is known.
#[derive(Debug, Clone, Copy)]
pub struct Known<F, E> {
    /// The field.
    pub field: F,
    /// The solution, as a function of time.
    pub exact: E,
    /// The initial time.
    pub t0: f64,
    /// The final time.
    pub t1: f64,
}

/// The order seen when the step is halved: the slope of log2(error) between `n` and `2 n` steps of equal length.
///
/// `inside` is a place between 0 and 1 in *every* step: 1 measures the method at the ends of steps, anything else its dense
/// output there. The error is the largest Euclidean norm over all steps. A result is meaningful while errors are well above
/// the rounding of the state.
///
/// ```
/// use costate_solver::{laws::{Known, observed_order}, tableau::RK4};
/// let decay = Known {
///     field: |_t: f64, y: &[f64; 1], dy: &mut [f64; 1]| dy[0] = -y[0],
///     exact: |t: f64| [(-t).exp()],
///     t0: 0.0,
///     t1: 1.0,
/// };
/// let order = observed_order(&RK4, decay, 20, 1.0)?;
/// assert!((order - 4.0).abs() < 0.2);
/// # Ok::<(), costate_solver::SolveError>(())
/// ```
///
/// # Errors
/// Whatever a solve with these steps returns.
pub fn observed_order<V, F, E, const S: usize>(
    tableau: &Tableau<S>,
    known: Known<F, E>,
    n: usize,
    inside: f64,
) -> Result<f64, SolveError>
where
    V: Space<Scalar: Float>,
    F: Field<V> + Clone,
    E: Fn(f64) -> V,
{
    let coarse = largest_error(tableau, &known, n, inside)?;
    let fine = largest_error(tableau, &known, 2 * n, inside)?;
    Ok((coarse / fine).log2())
}

fn largest_error<V, F, E, const S: usize>(
    tableau: &Tableau<S>,
    known: &Known<F, E>,
    n: usize,
    inside: f64,
) -> Result<f64, SolveError>
where
    V: Space<Scalar: Float>,
    F: Field<V> + Clone,
    E: Fn(f64) -> V,
{
    let Known { field, exact, t0, t1 } = known;
    let h = (t1 - t0) / n as f64;
    // The last step ends at t1 itself, which t0 + n h may miss by rounding.
    let times: Vec<f64> = (0..n)
        .map(|i| if i + 1 == n && inside == 1.0 { *t1 } else { t0 + (i as f64 + inside) * h })
        .collect();
    let plan = Plan::new(*t0, *t1).save_at(&times);
    let solution =
        Solver::fixed(tableau.clone(), h.abs()).solve(field.clone(), &exact(*t0), plan)?;
    let mut largest = 0.0_f64;
    for (&t, y) in times.iter().zip(solution.saved.iter()) {
        let mut difference = y.zeros_like();
        combine(&mut difference, y, [(-1.0, &exact(t))].into_iter());
        largest = largest.max(L2.measure(&difference));
    }
    Ok(largest)
}
