//! The continuous adjoint along the recorded forward solution: nothing but the costate is solved backwards.

use crate::backward::{Rule, WayBack, go_forward};
use crate::guard::Guard;
use crate::trajectory::Keep;
use crate::{
    Adjoint, BackwardAttempt, Between, CostateAlone, CostateGradient, CostateTolerance,
    DifferentiableField, GradientError, GradientOf, Layout, Loss, Policy, Problem, StateOf,
    Witness, Workspace,
};
use costate_solver::controller::{Controller, Law, Pi};
use costate_solver::norms::{ErrorScale, Null, Rms, Seminorm, Tolerance};
use costate_solver::tableau::{DORMAND_PRINCE_54, Tableau};
use costate_solver::{End, Plan, Solver};

/// The continuous adjoint with `y` from the dense output of the recorded forward solve: only what is linear in the loss is solved
/// backwards, so nothing can drift and nothing can explode that did not grow forwards.
///
/// (The checkpointed adjoint of CVODES, Serban and Hindmarsh 2005; SciMLSensitivity's `InterpolatingAdjoint`; diffsol's continuous
/// adjoint.) The price is memory for the steps, all or every n-th of them, from which the rest is taken again ([`Keep`]); and the
/// error of the dense output, which is one order lower than that of the steps.
///
/// What the backward solve carries, and who may reject a step:
///
/// | | carries | measured by |
/// |---|---|---|
/// | [`new`](Interpolating::new) | `a`; `g` is an integral over accepted steps | `Rms` |
/// | [`seminorm`](Interpolating::seminorm) | `(a, g)` | `(Rms, Null)` |
/// | [`norm`](Interpolating::norm) | `(a, g)` | `(Rms, Rms)` |
///
/// The first gives the gradient of the second to rounding, for less; see [`Quadrature`](crate::Quadrature).
///
/// ```
/// use costate_adjoint::{AtEnd, Equation, Interpolating, Problem, Traced, autodiff::Real};
///
/// /// y' = -50 y: no hope for a solve backwards.
/// struct Stiff;
/// impl Equation for Stiff {
///     fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) { dy[0] = -p[0] * y[0]; }
/// }
/// let (y0, p) = ([1.0], [50.0]);
/// let mut field = Traced::new(Stiff, &y0, &p)?;
/// let problem = Problem::new(0.0, 0.2, &y0, &p);
/// let loss = AtEnd(|y: &[f64; 1], a: &mut [f64; 1]| { a[0] = 1.0; y[0] }); // L = exp(-0.2 p)
/// let gradient = Interpolating::new(1e-6, 1e-9).gradient(&mut field, &problem, &loss)?;
/// assert!((gradient.p[0] / (-0.2 * f64::exp(-10.0)) - 1.0).abs() < 1e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Interpolating<N = Rms, B = CostateAlone, T = Tolerance, L = Pi, const S: usize = 7> {
    /// The solver of the forward pass.
    pub forward: Solver<Controller<Rms, L, T>, S>,
    /// The solver of the backward pass.
    pub backward: Solver<Controller<N, L, CostateTolerance<T, B>>, S>,
    /// How much of the forward solve is kept.
    pub keep: Keep,
    /// Whether the forward solve ends steps at observation times (the default); otherwise its dense output gives the observed
    /// states.
    pub stop_at_observations: bool,
    /// What happens where the witness speaks.
    pub policy: Policy,
    /// Who watches the quadrature; nobody for none.
    pub witness: Option<Witness>,
}

impl Interpolating {
    /// `a` alone is solved for, at these tolerances forwards and an eighth of them backwards.
    pub fn new(rtol: f64, atol: f64) -> Self {
        Interpolating::with_method(DORMAND_PRINCE_54, Rms, rtol, atol)
    }
}

impl Interpolating<(Rms, Null), CostateGradient> {
    /// `(a, g)` is solved for, and `g` has no say.
    pub fn seminorm(rtol: f64, atol: f64) -> Self {
        Interpolating::with_method(DORMAND_PRINCE_54, (Rms, Null), rtol, atol)
    }
}

impl Interpolating<(Rms, Rms), CostateGradient> {
    /// `(a, g)` is solved for, and `g` may reject steps too.
    pub fn norm(rtol: f64, atol: f64) -> Self {
        Interpolating::with_method(DORMAND_PRINCE_54, (Rms, Rms), rtol, atol)
    }
}

impl<N, B: Default, const S: usize> Interpolating<N, B, Tolerance, Pi, S> {
    /// By another method, and with any norm of what is carried; the method needs an embedded error estimate.
    pub fn with_method(tableau: Tableau<S>, norm: N, rtol: f64, atol: f64) -> Self {
        let forward = Controller::hairer_dopri5(Rms, rtol, atol);
        let eighth = Tolerance { rtol: rtol / 8.0, atol: atol / 8.0 };
        let tolerance = CostateTolerance::new(eighth, eighth);
        let backward = forward.clone().with_norm(norm).with_tolerance(tolerance);
        Interpolating {
            forward: Solver::new(tableau.clone(), forward),
            backward: Solver::new(tableau, backward),
            keep: Keep::Everything,
            stop_at_observations: true,
            policy: Policy::default(),
            witness: Some(Witness::new(rtol, atol)),
        }
    }
}

impl<N, B, T, L, const S: usize> Interpolating<N, B, T, L, S> {
    /// The same with another part of the forward solve kept.
    pub fn keeping(self, keep: Keep) -> Self {
        Interpolating { keep, ..self }
    }

    /// The same with other tolerances backwards.
    pub fn with_backward_tolerance(mut self, state: T, params: Tolerance) -> Self {
        let tolerance = &mut self.backward.control.tolerance;
        (tolerance.state, tolerance.params) = (state, params);
        self
    }

    /// The same with another policy where the witness speaks.
    pub fn with_policy(self, policy: Policy) -> Self {
        Interpolating { policy, ..self }
    }

    /// The same with another witness, or none.
    pub fn with_witness(self, witness: Option<Witness>) -> Self {
        Interpolating { witness, ..self }
    }

    /// The gradient, in memory that was made before; once warm it allocates nothing.
    ///
    /// `watch` is shown each attempt of the backward pass as it is judged.
    ///
    /// # Errors
    /// A [`GradientError`] that names what was wrong, where, and what to do. The workspace then holds no gradient worth reading.
    pub fn gradient_watched<'w, F, Lo>(
        &mut self,
        workspace: &'w mut Workspace<F, S, B>,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &Lo,
        watch: &mut dyn FnMut(&BackwardAttempt<'_, F, B>),
    ) -> Result<&'w GradientOf<F>, GradientError>
    where
        F: DifferentiableField,
        Lo: Loss<StateOf<F>> + ?Sized,
        B: Layout<F>,
        N: Seminorm<B::State>,
        CostateTolerance<T, B>: ErrorScale<B::State>,
        T: ErrorScale<StateOf<F>>,
        L: Law,
    {
        let Interpolating { forward, backward, keep, .. } = self;
        let plan = Plan { stop_at_saves: self.stop_at_observations, ..problem.plan() };
        let control = &backward.control;
        let found = go_forward(forward, control, workspace, field, problem, loss, plan, *keep)?;
        self.backward.control.tolerance.size = found.unit();
        let way_back = WayBack {
            solver: &mut self.backward,
            tolerance: &self.forward.control.tolerance,
            between: Between::Continue,
            end: End::Land,
            rule: Rule::Tableau,
            guard: Guard { policy: self.policy, drift_bound: f64::INFINITY, witness: self.witness },
        };
        let times = loss.times(&problem.t1);
        way_back.run(workspace, field, problem, times, &found, watch)?;
        Ok(&workspace.gradient)
    }

    /// The gradient, in memory that was made before; once warm it allocates nothing.
    ///
    /// # Errors
    /// As [`gradient_watched`](Self::gradient_watched).
    pub fn gradient_in<'w, F, Lo>(
        &mut self,
        workspace: &'w mut Workspace<F, S, B>,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &Lo,
    ) -> Result<&'w GradientOf<F>, GradientError>
    where
        F: DifferentiableField,
        Lo: Loss<StateOf<F>> + ?Sized,
        B: Layout<F>,
        N: Seminorm<B::State>,
        CostateTolerance<T, B>: ErrorScale<B::State>,
        T: ErrorScale<StateOf<F>>,
        L: Law,
    {
        self.gradient_watched(workspace, field, problem, loss, &mut |_| {})
    }

    /// The gradient, in memory of its own.
    ///
    /// # Errors
    /// As [`gradient_watched`](Self::gradient_watched).
    pub fn gradient<F, Lo>(
        &mut self,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &Lo,
    ) -> Result<GradientOf<F>, GradientError>
    where
        F: DifferentiableField,
        Lo: Loss<StateOf<F>> + ?Sized,
        B: Layout<F>,
        N: Seminorm<B::State>,
        CostateTolerance<T, B>: ErrorScale<B::State>,
        T: ErrorScale<StateOf<F>>,
        L: Law,
    {
        let mut workspace = Workspace::new(problem.y0, problem.p);
        self.gradient_in(&mut workspace, field, problem, loss)?;
        Ok(workspace.gradient)
    }
}

impl<F, N, B, T, L, const S: usize> Adjoint<F> for Interpolating<N, B, T, L, S>
where
    F: DifferentiableField,
    B: Layout<F>,
    N: Seminorm<B::State>,
    CostateTolerance<T, B>: ErrorScale<B::State>,
    T: ErrorScale<StateOf<F>>,
    L: Law,
{
    fn gradient<Lo: Loss<StateOf<F>>>(
        &mut self,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &Lo,
    ) -> Result<GradientOf<F>, GradientError> {
        Interpolating::gradient(self, field, problem, loss)
    }
}
