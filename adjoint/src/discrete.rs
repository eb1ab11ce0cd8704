//! The discrete adjoint: the exact gradient of the numerical solution, by taking its steps apart one after the other.

mod columns;
mod inside;
mod repair;
mod strand;
mod sweep;
mod transposed;
mod workspace;

pub(crate) use repair::repair;
pub(crate) use sweep::SweepMemory;
pub use workspace::DiscreteWorkspace;

use crate::trajectory::Keep;
use crate::{Adjoint, DifferentiableField, GradientError, GradientOf, Loss, Problem, StateOf};
use costate_solver::controller::{Controller, Pi, StepControl};
use costate_solver::norms::{Rms, Tolerance};
use costate_solver::tableau::{DORMAND_PRINCE_54, Tableau};
use costate_solver::{Plan, Solver, Stepper};

/// The discrete adjoint: the accepted steps of the forward solve are recorded, and each is transposed, the last one first.
///
/// ```text
/// forwards    Y_i = y0 + h sum over j < i of a_ij k_j,   k_i = f(t_i, Y_i),   y1 = y0 + h sum of b_i k_i
/// backwards   w_i = h b_i a1 + h sum over j > i of a_ji v_j,   v_i = (df/dy)^T w_i at (t_i, Y_i),   a0 = a1 + sum of v_i
///             g  += (df/dp)^T w_i
/// ```
///
/// (Hager, "Runge-Kutta methods in optimal control and the transformed adjoint system", Numer. Math. 87, 2000; Sanz-Serna,
/// "Symplectic Runge-Kutta schemes for adjoint equations, automatic differentiation, optimal control, and more", SIAM Review 58,
/// 2016.) It is reverse-mode differentiation through the solver, with the step sizes held fixed, written down once and for all:
/// exact to rounding for the numbers that the forward solve returned. No backward error is there to be controlled, nothing is
/// solved backwards that could explode, and a step costs one VJP a stage. The price is memory for the steps, all or every n-th of
/// them ([`Keep`]).
///
/// States are observed where steps end ([`stop_at_observations`](Self::stop_at_observations), the default), or by dense output,
/// which is then differentiated too. Derivatives in observation times are those of whichever was done: the field at the end of a
/// step, or the slope of the interpolant.
///
/// Any [`StepControl`] will do: with [`Solver::fixed`] it is the gradient of a fixed-step method.
///
/// ```
/// use costate_adjoint::{AtEnd, Discrete, Equation, Problem, Traced, autodiff::Real};
///
/// struct Decay;
/// impl Equation for Decay {
///     fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) { dy[0] = -p[0] * y[0]; }
/// }
/// let (y0, p) = ([2.0], [0.5]);
/// let mut field = Traced::new(Decay, &y0, &p)?;
/// let problem = Problem::new(0.0, 1.0, &y0, &p);
/// let loss = AtEnd(|y: &[f64; 1], a: &mut [f64; 1]| { a[0] = 1.0; y[0] }); // L = y(1) = 2 exp(-p)
///
/// let gradient = Discrete::new(1e-8, 1e-8).gradient(&mut field, &problem, &loss)?;
/// assert!((gradient.p[0] + 2.0 * f64::exp(-0.5)).abs() < 1e-7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Discrete<C = Controller<Rms, Pi, Tolerance>, const S: usize = 7> {
    /// The solver of the forward pass.
    pub solver: Solver<C, S>,
    /// How much of the forward solve is kept.
    pub keep: Keep,
    /// Whether the forward solve ends steps at observation times (the default); otherwise its dense output gives the observed
    /// states.
    pub stop_at_observations: bool,
}

impl Discrete {
    /// By Dormand and Prince's 5(4) under Hairer's control.
    pub fn new(rtol: f64, atol: f64) -> Self {
        Discrete::with_method(DORMAND_PRINCE_54, rtol, atol)
    }
}

impl<const S: usize> Discrete<Controller<Rms, Pi, Tolerance>, S> {
    /// By another method under the same control; it needs an embedded error estimate.
    pub fn with_method(tableau: Tableau<S>, rtol: f64, atol: f64) -> Self {
        Discrete::with_solver(Solver::new(tableau, Controller::hairer_dopri5(Rms, rtol, atol)))
    }
}

impl<C, const S: usize> Discrete<C, S> {
    /// By this solver, whatever its control.
    pub fn with_solver(solver: Solver<C, S>) -> Self {
        Discrete { solver, keep: Keep::Everything, stop_at_observations: true }
    }

    /// The same with another part of the forward solve kept.
    pub fn keeping(self, keep: Keep) -> Self {
        Discrete { keep, ..self }
    }

    /// The gradients of several losses that look at the same times: one forward solve, and one sweep with a block of costates, for
    /// which checkpointed steps are taken again only once.
    ///
    /// # Errors
    /// As [`gradient_in`](Self::gradient_in), and [`GradientError::Block`] for losses that look at other times.
    pub fn gradients_in<'w, F, L>(
        &mut self,
        workspace: &'w mut DiscreteWorkspace<F, S>,
        field: &mut F,
        problem: &Problem<'_, F>,
        losses: &[L],
    ) -> Result<impl ExactSizeIterator<Item = &'w GradientOf<F>>, GradientError>
    where
        F: DifferentiableField,
        C: StepControl<StateOf<F>>,
        L: Loss<StateOf<F>>,
    {
        self.fill(workspace, field, problem, losses)?;
        Ok(workspace.sweep.strands[..losses.len()].iter().map(|strand| &strand.gradient))
    }

    fn fill<F, L>(
        &mut self,
        workspace: &mut DiscreteWorkspace<F, S>,
        field: &mut F,
        problem: &Problem<'_, F>,
        losses: &[L],
    ) -> Result<(), GradientError>
    where
        F: DifferentiableField,
        C: StepControl<StateOf<F>>,
        L: Loss<StateOf<F>>,
    {
        let Problem { y0, p, .. } = *problem;
        workspace.fit(y0, p, &self.solver.tableau);
        let DiscreteWorkspace { forward, sweep } = workspace;
        sweep.strands_for(losses.len(), y0, p);
        let Some(first) = losses.first() else { return Ok(()) };
        let times = first.times(&problem.t1);
        if let Some(loss) = losses.iter().position(|l| l.times(&problem.t1) != times) {
            return Err(GradientError::Block { loss });
        }
        let plan = Plan { stop_at_saves: self.stop_at_observations, ..problem.plan() };
        let plan = plan.save_at(times);
        let course = forward.run(&mut self.solver, field, problem, plan, self.keep, false)?;
        for (loss, strand) in losses.iter().zip(&mut sweep.strands) {
            let found = forward.judge(&course, field, problem, loss)?;
            strand.take_up(forward, times, &found);
        }
        let stepper = Stepper::new(&self.solver.tableau);
        sweep.run(&stepper, forward, field, problem, times)?;
        for strand in &mut sweep.strands {
            strand.gradient.finish(problem, times, &forward.solve.solution.y);
            strand.gradient.check()?;
        }
        Ok(())
    }

    /// The gradient, in memory that was made before; once warm it allocates nothing.
    ///
    /// # Errors
    /// A [`GradientError`] that names what was wrong, where, and what to do. The workspace then holds no gradient worth reading.
    pub fn gradient_in<'w, F, L>(
        &mut self,
        workspace: &'w mut DiscreteWorkspace<F, S>,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &L,
    ) -> Result<&'w GradientOf<F>, GradientError>
    where
        F: DifferentiableField,
        C: StepControl<StateOf<F>>,
        L: Loss<StateOf<F>>,
    {
        self.fill(workspace, field, problem, core::slice::from_ref(&loss))?;
        Ok(workspace.gradient())
    }

    /// The gradient, in memory of its own.
    ///
    /// # Errors
    /// As [`gradient_in`](Self::gradient_in).
    pub fn gradient<F, L>(
        &mut self,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &L,
    ) -> Result<GradientOf<F>, GradientError>
    where
        F: DifferentiableField,
        C: StepControl<StateOf<F>>,
        L: Loss<StateOf<F>>,
    {
        let mut workspace = DiscreteWorkspace::new(problem.y0, problem.p, &self.solver.tableau);
        self.gradient_in(&mut workspace, field, problem, loss)?;
        Ok(workspace.into_gradient())
    }
}

impl<F, C, const S: usize> Adjoint<F> for Discrete<C, S>
where
    F: DifferentiableField,
    C: StepControl<StateOf<F>>,
{
    fn gradient<L: Loss<StateOf<F>>>(
        &mut self,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &L,
    ) -> Result<GradientOf<F>, GradientError> {
        Discrete::gradient(self, field, problem, loss)
    }

    fn gradients<L: Loss<StateOf<F>>>(
        &mut self,
        field: &mut F,
        problem: &Problem<'_, F>,
        losses: &[L],
    ) -> Result<Vec<GradientOf<F>>, GradientError> {
        let mut workspace = DiscreteWorkspace::new(problem.y0, problem.p, &self.solver.tableau);
        Ok(self.gradients_in(&mut workspace, field, problem, losses)?.cloned().collect())
    }
}
