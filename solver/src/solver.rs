//! A method, a step control and the loop that joins them.

use crate::dense::Saves;
use crate::{Attempt, Field, Integration, Plan, Solution, SolveError, Workspace};
use costate_controller::norms::{Rms, Tolerance};
use costate_controller::{Controller, Fixed, Pi, StepControl};
use costate_norms::{Float, Space};
use costate_tableau::{DORMAND_PRINCE_54, TSITOURAS_54, Tableau};

/// Solves initial value problems by one method under one step control.
///
/// ```
/// use costate_solver::{Plan, Solver};
/// // y'' = -y, from (1, 0) over one period
/// let oscillator = |_t: f64, y: &[f64; 2], dy: &mut [f64; 2]| *dy = [y[1], -y[0]];
/// let period = 2.0 * std::f64::consts::PI;
/// let solution = Solver::tsitouras(1e-9, 1e-9).solve(oscillator, &[1.0, 0.0], Plan::new(0.0, period))?;
/// assert!((solution.y[0] - 1.0).abs() < 1e-7);
/// # Ok::<(), costate_solver::SolveError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Solver<C, const S: usize> {
    /// The Runge-Kutta method.
    pub tableau: Tableau<S>,
    /// Who chooses and judges the steps.
    pub control: C,
    /// The most attempts of one solve, 100,000 by default.
    pub max_attempts: usize,
}

impl Solver<Controller<Rms, Pi, Tolerance>, 7> {
    /// Dormand and Prince's 5(4) with Hairer's PI control and the RMS norm.
    pub fn dormand_prince(rtol: f64, atol: f64) -> Self {
        Solver::new(DORMAND_PRINCE_54, Controller::hairer_dopri5(Rms, rtol, atol))
    }

    /// Tsitouras' 5(4) with the same control.
    pub fn tsitouras(rtol: f64, atol: f64) -> Self {
        Solver::new(TSITOURAS_54, Controller::hairer_dopri5(Rms, rtol, atol))
    }
}

impl<const S: usize> Solver<Fixed, S> {
    /// Steps of one length.
    pub fn fixed(tableau: Tableau<S>, step: f64) -> Self {
        Solver::new(tableau, Fixed { step })
    }
}

impl<C, const S: usize> Solver<C, S> {
    /// From its parts.
    pub fn new(tableau: Tableau<S>, control: C) -> Self {
        Solver { tableau, control, max_attempts: 100_000 }
    }

    /// The same with another limit on attempts.
    pub fn with_max_attempts(self, max_attempts: usize) -> Self {
        Solver { max_attempts, ..self }
    }

    /// The same method under another control.
    pub fn with_control<D>(self, control: D) -> Solver<D, S> {
        self.map_control(|_| control)
    }

    /// The same method under a control made of the present one.
    pub fn map_control<D>(self, change: impl FnOnce(C) -> D) -> Solver<D, S> {
        let Solver { tableau, control, max_attempts } = self;
        Solver { tableau, control: change(control), max_attempts }
    }

    /// Begins a solve and hands over the loop.
    ///
    /// # Errors
    /// A [`SolveError`] that names what in the plan, the state or the control cannot be.
    pub fn start<'w, 'p, V, F>(
        &'w mut self,
        workspace: &'w mut Workspace<V, S>,
        field: F,
        y0: &V,
        plan: Plan<'p>,
    ) -> Result<Integration<'w, 'p, V, F, C, S>, SolveError>
    where
        V: Space<Scalar: Float>,
        F: Field<V>,
        C: StepControl<V>,
    {
        workspace.fit(y0, self.tableau.extra_stages());
        let Solver { tableau, control, max_attempts } = self;
        Integration::new(tableau, control, &mut workspace.buffers, field, y0, plan, *max_attempts)
    }

    /// Solves, in memory of its own.
    ///
    /// # Errors
    /// A [`SolveError`] that names what was wrong, where, and what to do.
    pub fn solve<V, F>(
        &mut self,
        field: F,
        y0: &V,
        plan: Plan<'_>,
    ) -> Result<Solution<V>, SolveError>
    where
        V: Space<Scalar: Float>,
        F: Field<V>,
        C: StepControl<V>,
    {
        let mut workspace = Workspace::new(y0);
        self.solve_in(&mut workspace, field, y0, plan)?;
        Ok(workspace.solution)
    }

    /// Solves in memory that was made before; once warm it allocates nothing.
    ///
    /// # Errors
    /// A [`SolveError`] that names what was wrong, where, and what to do. The workspace then holds no solution worth
    /// reading.
    pub fn solve_in<'w, V, F>(
        &mut self,
        workspace: &'w mut Workspace<V, S>,
        field: F,
        y0: &V,
        plan: Plan<'_>,
    ) -> Result<&'w Solution<V>, SolveError>
    where
        V: Space<Scalar: Float>,
        F: Field<V>,
        C: StepControl<V>,
    {
        self.solve_watched(workspace, field, y0, plan, &mut |_| {})
    }

    /// Solves, and shows each attempt to `watch` as it is judged.
    ///
    /// # Errors
    /// As [`solve_in`](Self::solve_in).
    pub fn solve_watched<'w, V, F>(
        &mut self,
        workspace: &'w mut Workspace<V, S>,
        field: F,
        y0: &V,
        plan: Plan<'_>,
        watch: &mut dyn FnMut(&Attempt<'_, V>),
    ) -> Result<&'w Solution<V>, SolveError>
    where
        V: Space<Scalar: Float>,
        F: Field<V>,
        C: StepControl<V>,
    {
        workspace.fit(y0, self.tableau.extra_stages());
        let Solver { tableau, control, max_attempts } = self;
        let Workspace { buffers, solution } = workspace;
        let mut integration =
            Integration::new(tableau, control, buffers, field, y0, plan, *max_attempts)?;

        let mut saves = Saves::new(plan.save, plan.direction());
        solution.saved.clear();
        solution.recording.begin(integration.tableau(), &plan, y0);
        while saves.due(plan.t0).is_some() {
            solution.saved.push(y0);
        }
        while let Some(attempt) = integration.attempt()? {
            watch(&attempt);
            if !attempt.accepted {
                continue;
            }
            let step = attempt.step;
            if plan.record == crate::Record::Dense {
                integration.extend();
            }
            let past_the_end = (step.end - plan.t1) * plan.direction() > 0.0;
            let reached = if past_the_end { plan.t1 } else { step.end };
            while let Some(t) = saves.due(reached) {
                let saved = solution.saved.next(y0);
                integration.interpolate(t, saved);
                // The judge has seen the end of the step, not its inside.
                if !saved.is_finite() {
                    return Err(integration.not_finite(step));
                }
            }
            if reached == plan.t1 {
                integration.interpolate(plan.t1, &mut solution.y);
                if !solution.y.is_finite() {
                    return Err(integration.not_finite(step));
                }
            }
            integration.record(step, &mut solution.recording);
        }
        if plan.t0 == plan.t1 {
            solution.y.assign(y0);
        }
        solution.t = plan.t1;
        solution.statistics = integration.statistics();
        Ok(solution)
    }
}
