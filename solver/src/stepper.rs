//! A method made ready to take single steps again.

use crate::rows::Rows;
use crate::step::{advance_again, extend};
use crate::{Field, SolveError, Step};
use costate_norms::Space;
use costate_tableau::Tableau;

/// Takes recorded steps one by one, over any scalar: what a [`replay`](crate::replay()) is made of, and what a reverse sweep over
/// the steps of a solve takes apart.
///
/// ```
/// use costate_solver::{Plan, Record, Solver, Stepper};
/// let mut decay = |_t: f64, y: &[f64; 1], dy: &mut [f64; 1]| dy[0] = -y[0];
/// let mut solver = Solver::dormand_prince(1e-6, 1e-6);
/// let solution = solver.solve(decay, &[1.0], Plan::new(0.0, 1.0).record(Record::States))?;
///
/// let stepper = Stepper::new(&solver.tableau);
/// let (step, states) = (solution.recording.steps()[0], solution.recording.states());
/// let (mut stages, mut y1) = ([[0.0]; 7], [0.0]);
/// stepper.take(&mut decay, &step, &states[0], &mut stages, &mut y1)?;
/// assert_eq!(y1, states[1]);
/// # Ok::<(), costate_solver::SolveError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Stepper<'t, const S: usize> {
    tableau: &'t Tableau<S>,
    rows: Rows<'t, S>,
}

impl<'t, const S: usize> Stepper<'t, S> {
    /// For this method.
    pub fn new(tableau: &'t Tableau<S>) -> Self {
        Stepper { tableau, rows: Rows::new(tableau) }
    }

    /// The method.
    pub fn tableau(&self) -> &'t Tableau<S> {
        self.tableau
    }

    /// Takes `step` from `y0`: writes the field at the stages and the state `y1` at the end. Returns the number of evaluations,
    /// which is the number of stages.
    ///
    /// # Errors
    /// [`SolveError::ShapeChanged`] when the field leaves a vector of another shape.
    pub fn take<V: Space>(
        &self,
        field: &mut impl Field<V>,
        step: &Step,
        y0: &V,
        stages: &mut [V; S],
        y1: &mut V,
    ) -> Result<usize, SolveError> {
        advance_again(&self.rows, field, &step.stage_times(), y0, stages, y1)
    }

    /// Evaluates the stages that only the continuous extension of a step needs: as many as the tableau's
    /// [`extra_stages`](Tableau::extra_stages), into `extra`. `scratch` is a vector to work in. Returns the number of
    /// evaluations.
    ///
    /// # Errors
    /// [`SolveError::ShapeChanged`] when the field leaves a vector of another shape.
    pub fn extend<V: Space>(
        &self,
        field: &mut impl Field<V>,
        step: &Step,
        ends: (&V, &V),
        stages: &[V; S],
        extra: &mut [V],
        scratch: &mut V,
    ) -> Result<usize, SolveError> {
        extend(self.tableau, field, &step.stage_times(), ends, stages, extra, scratch)
    }

    /// Writes the point at which stage `i` of a step sees the field, `y0 + h sum over j < i of a[i][j] k_j`, on the leaves that
    /// `wanted` names.
    ///
    /// # Panics
    /// When `stages` are fewer than `i`, or of another shape.
    #[inline(always)]
    pub fn stage_point<V: Space>(
        &self,
        i: usize,
        (y0, h): (&V, f64),
        stages: &[V],
        out: &mut V,
        wanted: impl Fn(usize) -> bool,
    ) {
        self.rows.a[i].write_from(out, y0, h, stages, wanted);
    }

    /// The same on all leaves.
    #[inline(always)]
    pub fn whole_stage_point<V: Space>(
        &self,
        i: usize,
        (y0, h): (&V, f64),
        stages: &[V],
        out: &mut V,
    ) {
        self.rows.a[i].write(out, y0, h, stages);
    }

    /// Writes the embedded error estimate of a step, its first row where there are two; zero for a method without one.
    #[inline]
    pub fn error<V: Space>(&self, h: f64, stages: &[V], out: &mut V) {
        match &self.rows.error {
            Some(row) => row.write_where(out, h, stages, |_| true),
            None => out.fill(num_traits::Zero::zero()),
        }
    }
}
