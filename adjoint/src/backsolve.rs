//! The continuous adjoint: state, costate and parameter gradient solved backwards together.

mod torchdiffeq;

use crate::backward::{Rule, WayBack, go_forward};
use crate::guard::Guard;
use crate::trajectory::Keep;
use crate::{
    Adjoint, BackwardAttempt, Between, CostateTolerance, DifferentiableField, GradientError,
    GradientOf, Loss, ParamsOf, Policy, Problem, ScalarOf, StateCostateGradient, StateOf, Witness,
    Workspace,
};
use costate_solver::controller::{Controller, Law, Pi};
use costate_solver::norms::{ErrorScale, Null, Rms, Seminorm, Tolerance};
use costate_solver::tableau::{DORMAND_PRINCE_54, Tableau};
use costate_solver::{End, Plan, Solver};

/// The continuous adjoint ("backsolve"): after the forward solve, `(y, a, g)` is solved backwards as one state, and the
/// seminorm `N` over `(y, a, g)` decides which of them may reject a step.
///
/// Memory does not grow with the number of steps, but for their times: only the observed states are kept. The price is that `y`
/// is solved backwards too, which is unstable where the forward solve contracts; the report's drift says how far it strayed, and
/// past a bound the gradient is mended or refused ([`Policy`]).
///
/// The default is the paper's seminorm (Kidger, Chen, Lyons, "Hey, that's not an ODE", ICML 2021), `(Rms, Rms, Null)`, with
/// Dormand and Prince's 5(4) under Hairer's control, absolute tolerances of the costate in units of the loss's own
/// derivatives, and two choices made so that the backward pass adds less error than the forward solve has, both measured on
/// thousands of random smooth systems (the repository's `integration-tests`):
/// - *The backward tolerances are an eighth of the forward ones.* The seminorm does not look at the quadrature of g. Of 200,000
///   systems it added more error than the forward solve has, or ten tolerances of the gradient, 1,528 times at equal tolerances
///   (the default norm 81), 139 times at half (3), 5 times at a quarter (0), and never at an eighth: at most 0.91 of
///   that bound, for 34 % more calls than at equal ones. (The ignored test `what_a_tighter_backward_pass_buys` prints this.)
/// - *The forward solve stops at observations.* The backward one has to stop there anyway; and dense output of order 4 has
///   ten times the error of the steps of order 5 around it, which a loss takes for data.
///
/// ```
/// use costate_adjoint::{AtEnd, Backsolve, Equation, Problem, Traced, autodiff::Real, norms::Rms};
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
/// let gradient = Backsolve::new(1e-8, 1e-8).gradient(&mut field, &problem, &loss)?;
/// assert!((gradient.p[0] + 2.0 * f64::exp(-0.5)).abs() < 1e-6);
///
/// // The usual norm, for comparison: g may reject steps too.
/// let usual = Backsolve::new(1e-8, 1e-8).with_norm((Rms, Rms, Rms)).gradient(&mut field, &problem, &loss)?;
/// assert!(usual.report.backward.calls >= gradient.report.backward.calls);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Backsolve<
    N = (Rms, Rms, Null),
    T = Tolerance,
    L = Pi,
    M = Null,
    const S: usize = 7,
    const K: usize = 0,
> {
    /// The solver of the forward pass.
    pub forward: Solver<Controller<Rms, L, T>, S>,
    /// The solver of the backward pass, over `((y, a, g), a_t)`.
    pub backward: Solver<BackwardControl<N, M, L, T, K>, S>,
    /// Whether the costate's absolute tolerance is in the costate's own unit: the largest RMS of a cotangent, over the largest
    /// RMS of the state where that is above 1.
    pub relative_to_loss: bool,
    /// What the backward solve does at an observation.
    pub between: Between,
    /// How both solves end. [`End::Overstep`] makes sense with [`Between::Restart`] only.
    pub end: End,
    /// Whether the forward solve ends steps at observation times (the default); otherwise its dense output gives the observed
    /// states.
    pub stop_at_observations: bool,
    /// What happens where a guard speaks.
    pub policy: Policy,
    /// The largest drift that passes.
    pub drift_bound: f64,
    /// Who watches the quadrature of the parameter gradient, which a seminorm does not look at; nobody for none.
    pub witness: Option<Witness>,
}

/// The control of the backward solve: norms of `(y, a, g)` and of the time cotangent, a law, and tolerances.
pub type BackwardControl<N, M, L, T, const K: usize> =
    Controller<(N, M), L, CostateTolerance<T, StateCostateGradient<K>>>;

impl Backsolve {
    /// The paper's seminorm, at these tolerances forwards and an eighth of them backwards.
    pub fn new(rtol: f64, atol: f64) -> Self {
        Backsolve::with_method(DORMAND_PRINCE_54, rtol, atol)
    }
}

impl<const S: usize> Backsolve<(Rms, Rms, Null), Tolerance, Pi, Null, S> {
    /// The same by another method; it needs an embedded error estimate.
    pub fn with_method(tableau: Tableau<S>, rtol: f64, atol: f64) -> Self {
        let forward = Controller::hairer_dopri5(Rms, rtol, atol);
        let eighth = Tolerance { rtol: rtol / 8.0, atol: atol / 8.0 };
        let backsolve = Backsolve::from_parts(
            tableau,
            forward,
            ((Rms, Rms, Null), Null),
            CostateTolerance::new(eighth, eighth),
        );
        backsolve.with_witness(Some(Witness::new(rtol, atol)))
    }
}

impl<N, T: Clone, L: Clone, M, const S: usize, const K: usize> Backsolve<N, T, L, M, S, K> {
    /// From a method, the control of the forward solve, the norms of `(y, a, g)` and of the time cotangent, and the
    /// tolerances of the backward solve, whose law is the forward solve's. There is no witness, since a tolerance of any kind has no
    /// unit for one.
    pub fn from_parts(
        tableau: Tableau<S>,
        forward: Controller<Rms, L, T>,
        norm: (N, M),
        tolerance: CostateTolerance<T, StateCostateGradient<K>>,
    ) -> Self {
        let backward = forward.clone().with_norm(norm).with_tolerance(tolerance);
        Backsolve {
            forward: Solver::new(tableau.clone(), forward),
            backward: Solver::new(tableau, backward),
            relative_to_loss: true,
            between: Between::Continue,
            end: End::Land,
            stop_at_observations: true,
            policy: Policy::default(),
            drift_bound: 1000.0,
            witness: None,
        }
    }

    /// The same with another seminorm of `(y, a, g)`.
    pub fn with_norm<N2>(self, norm: N2) -> Backsolve<N2, T, L, M, S, K> {
        self.with_controls(
            |forward| forward,
            |backward| {
                let Controller { norm: (_, time), law, tolerance, order, max_step, history } =
                    backward;
                Controller { norm: (norm, time), law, tolerance, order, max_step, history }
            },
        )
    }

    /// The same with tolerances of another kind, such as one for each coordinate, forwards and backwards.
    pub fn with_tolerances<U>(
        self,
        forward: U,
        backward: CostateTolerance<U, StateCostateGradient<K>>,
    ) -> Backsolve<N, U, L, M, S, K> {
        self.with_controls(|c| c.with_tolerance(forward), |c| c.with_tolerance(backward))
    }

    /// The same with controls made of the present ones.
    fn with_controls<N2, U>(
        self,
        forward: impl FnOnce(Controller<Rms, L, T>) -> Controller<Rms, L, U>,
        backward: impl FnOnce(BackwardControl<N, M, L, T, K>) -> BackwardControl<N2, M, L, U, K>,
    ) -> Backsolve<N2, U, L, M, S, K> {
        Backsolve {
            forward: self.forward.map_control(forward),
            backward: self.backward.map_control(backward),
            relative_to_loss: self.relative_to_loss,
            between: self.between,
            end: self.end,
            stop_at_observations: self.stop_at_observations,
            policy: self.policy,
            drift_bound: self.drift_bound,
            witness: self.witness,
        }
    }

    /// The same with other tolerances backwards.
    pub fn with_backward_tolerance(mut self, state: T, params: Tolerance) -> Self {
        let tolerance = &mut self.backward.control.tolerance;
        (tolerance.state, tolerance.params) = (state, params);
        self
    }

    /// The same with another limit on the attempts of each of the two passes.
    pub fn with_max_attempts(mut self, max_attempts: usize) -> Self {
        self.forward.max_attempts = max_attempts;
        self.backward.max_attempts = max_attempts;
        self
    }

    /// The same with another policy where a guard speaks.
    pub fn with_policy(self, policy: Policy) -> Self {
        Backsolve { policy, ..self }
    }

    /// The same with another witness, or none.
    pub fn with_witness(self, witness: Option<Witness>) -> Self {
        Backsolve { witness, ..self }
    }
}

impl<N, T, L, M, const S: usize, const K: usize> Backsolve<N, T, L, M, S, K> {
    /// The gradient, in memory that was made before; once warm it allocates nothing.
    ///
    /// `watch` is shown each attempt of the backward pass as it is judged.
    ///
    /// # Errors
    /// A [`GradientError`] that names what was wrong, where, and what to do. The workspace then holds no gradient worth
    /// reading.
    pub fn gradient_watched<'w, F, Lo>(
        &mut self,
        workspace: &'w mut Workspace<F, S, StateCostateGradient<K>>,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &Lo,
        watch: &mut dyn FnMut(&BackwardAttempt<'_, F, StateCostateGradient<K>>),
    ) -> Result<&'w GradientOf<F>, GradientError>
    where
        F: DifferentiableField,
        Lo: Loss<StateOf<F>> + ?Sized,
        N: Seminorm<(StateOf<F>, StateOf<F>, ParamsOf<F>)>,
        M: Seminorm<[ScalarOf<F>; K]>,
        T: ErrorScale<StateOf<F>>,
        L: Law,
    {
        let Backsolve { forward, backward, .. } = self;
        let plan =
            Plan { stop_at_saves: self.stop_at_observations, ..problem.plan() }.end(self.end);
        // Where the way back may have to be mended, the times of the steps are kept, and nothing else.
        let keep = Keep::Every(usize::MAX);
        let control = &backward.control;
        let found = go_forward(forward, control, workspace, field, problem, loss, plan, keep)?;
        self.backward.control.tolerance.size =
            if self.relative_to_loss { found.unit() } else { 1.0 };
        let way_back = WayBack {
            solver: &mut self.backward,
            tolerance: &self.forward.control.tolerance,
            between: self.between,
            end: self.end,
            rule: Rule::Tableau,
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
        workspace: &'w mut Workspace<F, S, StateCostateGradient<K>>,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &Lo,
    ) -> Result<&'w GradientOf<F>, GradientError>
    where
        F: DifferentiableField,
        Lo: Loss<StateOf<F>> + ?Sized,
        N: Seminorm<(StateOf<F>, StateOf<F>, ParamsOf<F>)>,
        M: Seminorm<[ScalarOf<F>; K]>,
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
        N: Seminorm<(StateOf<F>, StateOf<F>, ParamsOf<F>)>,
        M: Seminorm<[ScalarOf<F>; K]>,
        T: ErrorScale<StateOf<F>>,
        L: Law,
    {
        let mut workspace = Workspace::new(problem.y0, problem.p);
        self.gradient_in(&mut workspace, field, problem, loss)?;
        Ok(workspace.gradient)
    }
}

impl<F, N, T, L, M, const S: usize, const K: usize> Adjoint<F> for Backsolve<N, T, L, M, S, K>
where
    F: DifferentiableField,
    N: Seminorm<(StateOf<F>, StateOf<F>, ParamsOf<F>)>,
    M: Seminorm<[ScalarOf<F>; K]>,
    T: ErrorScale<StateOf<F>>,
    L: Law,
{
    fn gradient<Lo: Loss<StateOf<F>>>(
        &mut self,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &Lo,
    ) -> Result<GradientOf<F>, GradientError> {
        Backsolve::gradient(self, field, problem, loss)
    }
}
