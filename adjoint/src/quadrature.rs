//! The continuous adjoint with the parameter gradient out of the ODE.

use crate::backward::{Rule, WayBack, go_forward};
use crate::guard::Guard;
use crate::trajectory::Keep;
use crate::{
    Adjoint, BackwardAttempt, Between, CostateTolerance, DifferentiableField, GradientError,
    GradientOf, Loss, Policy, Problem, StateCostate, StateOf, Witness, Workspace,
};
use costate_solver::controller::{Controller, Law, Pi};
use costate_solver::norms::{ErrorScale, Rms, Seminorm, Tolerance};
use costate_solver::tableau::{DORMAND_PRINCE_54, Tableau};
use costate_solver::{End, Plan, Solver};

/// The continuous adjoint with the paper's thought taken to its end: where nothing feeds on `g`, it need not be a channel of the
/// ODE at all. `(y, a)` is solved backwards, and the parameter gradient is an integral along the way, taken over *accepted* steps
/// only.
///
/// (Known from the quadrature variables of CVODES, Serban and Hindmarsh 2005, and from the Gauss and quadrature adjoints of
/// SciMLSensitivity; here on the stages of a Runge-Kutta method.)
///
/// With the method's own weights, the default, it takes the steps of [`Backsolve`](crate::Backsolve) under the seminorm and gives
/// its gradient to rounding, for less: a rejected step costs no product in the parameters, nor does a stage without weight, and no
/// stage needs a vector of the size of the parameters. With a tolerance of its own ([`refined`](Self::refined)) the integral is
/// taken by a nested rule on the dense output of `(y, a)`, cut finer inside a step until it is as good as was asked, while the
/// steps stay as they are: for an integrand that is rougher than the state.
///
/// Memory, drift, tolerances and observations are as for [`Backsolve`](crate::Backsolve).
///
/// ```
/// use costate_adjoint::{AtEnd, Backsolve, Equation, Problem, Quadrature, Traced, autodiff::Real};
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
/// let gradient = Quadrature::new(1e-8, 1e-8).gradient(&mut field, &problem, &loss)?;
/// let as_channel = Backsolve::new(1e-8, 1e-8).gradient(&mut field, &problem, &loss)?;
/// assert!((gradient.p[0] - as_channel.p[0]).abs() < 1e-14);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Quadrature<N = (Rms, Rms), T = Tolerance, L = Pi, const S: usize = 7> {
    /// The solver of the forward pass.
    pub forward: Solver<Controller<Rms, L, T>, S>,
    /// The solver of the backward pass, over `(y, a)`.
    pub backward: Solver<Controller<N, L, CostateTolerance<T, StateCostate>>, S>,
    /// The tolerance of the integral, relative to the integral of `|(df/dp)^T a|` and absolute in the unit of the costate; without
    /// one the method's weights are all there is.
    pub refined: Option<Tolerance>,
    /// Whether the forward solve ends steps at observation times (the default); otherwise its dense output gives the observed
    /// states.
    pub stop_at_observations: bool,
    /// What happens where a guard speaks.
    pub policy: Policy,
    /// The largest drift that passes.
    pub drift_bound: f64,
    /// Who watches the quadrature; nobody for none.
    pub witness: Option<Witness>,
}

impl Quadrature {
    /// At these tolerances forwards and an eighth of them backwards.
    pub fn new(rtol: f64, atol: f64) -> Self {
        Quadrature::with_method(DORMAND_PRINCE_54, rtol, atol)
    }
}

impl<const S: usize> Quadrature<(Rms, Rms), Tolerance, Pi, S> {
    /// The same by another method; it needs an embedded error estimate.
    pub fn with_method(tableau: Tableau<S>, rtol: f64, atol: f64) -> Self {
        let forward = Controller::hairer_dopri5(Rms, rtol, atol);
        let eighth = Tolerance { rtol: rtol / 8.0, atol: atol / 8.0 };
        let tolerance = CostateTolerance::new(eighth, eighth);
        let backward = forward.clone().with_norm((Rms, Rms)).with_tolerance(tolerance);
        Quadrature {
            forward: Solver::new(tableau.clone(), forward),
            backward: Solver::new(tableau, backward),
            refined: None,
            stop_at_observations: true,
            policy: Policy::default(),
            drift_bound: 1000.0,
            witness: Some(Witness::new(rtol, atol)),
        }
    }
}

impl<N, T, L, const S: usize> Quadrature<N, T, L, S> {
    /// The same with a tolerance of the integral's own.
    pub fn refined(self, rtol: f64, atol: f64) -> Self {
        Quadrature { refined: Some(Tolerance { rtol, atol }), ..self }
    }

    /// The same with other tolerances of `y` and `a` backwards.
    pub fn with_backward_tolerance(mut self, state: T) -> Self {
        self.backward.control.tolerance.state = state;
        self
    }

    /// The same with another policy where a guard speaks.
    pub fn with_policy(self, policy: Policy) -> Self {
        Quadrature { policy, ..self }
    }

    /// The same with another witness, or none.
    pub fn with_witness(self, witness: Option<Witness>) -> Self {
        Quadrature { witness, ..self }
    }

    /// The gradient, in memory that was made before; once warm it allocates nothing.
    ///
    /// `watch` is shown each attempt of the backward pass as it is judged.
    ///
    /// # Errors
    /// A [`GradientError`] that names what was wrong, where, and what to do. The workspace then holds no gradient worth reading.
    pub fn gradient_watched<'w, F, Lo>(
        &mut self,
        workspace: &'w mut Workspace<F, S, StateCostate>,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &Lo,
        watch: &mut dyn FnMut(&BackwardAttempt<'_, F, StateCostate>),
    ) -> Result<&'w GradientOf<F>, GradientError>
    where
        F: DifferentiableField,
        Lo: Loss<StateOf<F>> + ?Sized,
        N: Seminorm<(StateOf<F>, StateOf<F>)>,
        T: ErrorScale<StateOf<F>>,
        L: Law,
    {
        let rule = match self.refined {
            None => Rule::Tableau,
            Some(tolerance) => {
                let checked = ErrorScale::<StateOf<F>>::check(&tolerance, problem.y0);
                checked.map_err(|source| GradientError::Settings { source: source.into() })?;
                Rule::Nested { rtol: tolerance.rtol, atol: tolerance.atol }
            }
        };
        let Quadrature { forward, backward, .. } = self;
        let plan = Plan { stop_at_saves: self.stop_at_observations, ..problem.plan() };
        let (control, keep) = (&backward.control, Keep::Every(usize::MAX));
        let found = go_forward(forward, control, workspace, field, problem, loss, plan, keep)?;
        self.backward.control.tolerance.size = found.unit();
        let way_back = WayBack {
            solver: &mut self.backward,
            tolerance: &self.forward.control.tolerance,
            between: Between::Continue,
            end: End::Land,
            rule: rule.in_unit(found.unit()),
            guard: Guard {
                policy: self.policy,
                drift_bound: self.drift_bound,
                witness: self.witness,
            },
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
        workspace: &'w mut Workspace<F, S, StateCostate>,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &Lo,
    ) -> Result<&'w GradientOf<F>, GradientError>
    where
        F: DifferentiableField,
        Lo: Loss<StateOf<F>> + ?Sized,
        N: Seminorm<(StateOf<F>, StateOf<F>)>,
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
        N: Seminorm<(StateOf<F>, StateOf<F>)>,
        T: ErrorScale<StateOf<F>>,
        L: Law,
    {
        let mut workspace = Workspace::new(problem.y0, problem.p);
        self.gradient_in(&mut workspace, field, problem, loss)?;
        Ok(workspace.gradient)
    }
}

impl<F, N, T, L, const S: usize> Adjoint<F> for Quadrature<N, T, L, S>
where
    F: DifferentiableField,
    N: Seminorm<(StateOf<F>, StateOf<F>)>,
    T: ErrorScale<StateOf<F>>,
    L: Law,
{
    fn gradient<Lo: Loss<StateOf<F>>>(
        &mut self,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &Lo,
    ) -> Result<GradientOf<F>, GradientError> {
        Quadrature::gradient(self, field, problem, loss)
    }
}
