//! The continuous adjoint: state, costate and parameter gradient solved backwards together.

mod augmented;
mod ledger;
mod pass;
mod tolerance;
mod torchdiffeq;
mod workspace;

pub use augmented::{Augmented, BackwardAttempt};
pub use tolerance::CostateTolerance;
pub use workspace::Workspace;

use crate::forward::solve_forward;
use crate::{
    Adjoint, Counts, DifferentiableField, Gradient, GradientError, Loss, ParamsOf, Problem,
    ScalarOf, StateOf,
};
use augmented::BackwardField;
use costate_solver::controller::{Controller, Law, Pi, StepControl};
use costate_solver::norms::{ErrorScale, L2, Null, Rms, Seminorm, Space, Tolerance};
use costate_solver::tableau::{DORMAND_PRINCE_54, Tableau};
use costate_solver::{End, Plan, SolveError, Solver};
use ledger::Ledger;
use pass::{Pass, Way};

/// What the backward solve does at an observation time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Between {
    /// Goes on with the step size it had.
    #[default]
    Continue,
    /// Begins a fresh solve, with a first step of its own (torchdiffeq).
    Restart,
}

/// What happens when the state solved backwards strays past the bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// The gradient is refused with an error.
    #[default]
    Refuse,
    /// The gradient is returned; the report says how far the state strayed.
    Report,
}

/// The continuous adjoint ("backsolve"): after the forward solve, `(y, a, g)` is solved backwards as one state, and the
/// seminorm `N` over `(y, a, g)` decides which of them may reject a step.
///
/// Memory does not grow with the number of steps: only the observed states are kept. The price is that `y` is solved
/// backwards too, which is unstable where the forward solve contracts; the report's drift says how far it strayed, and past
/// a bound the gradient is refused.
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
    pub backward: Solver<Controller<(N, M), L, CostateTolerance<T>>, S>,
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
    /// What happens past the bound.
    pub policy: Policy,
    /// The largest drift that [`Policy::Refuse`] lets pass.
    pub drift_bound: f64,
}

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
        Backsolve::from_parts(
            tableau,
            forward,
            ((Rms, Rms, Null), Null),
            CostateTolerance::new(eighth, eighth),
        )
    }
}

impl<N, T: Clone, L: Clone, M, const S: usize, const K: usize> Backsolve<N, T, L, M, S, K> {
    /// From a method, the control of the forward solve, the norms of `(y, a, g)` and of the time cotangent, and the
    /// tolerances of the backward solve, whose law is the forward solve's.
    pub fn from_parts(
        tableau: Tableau<S>,
        forward: Controller<Rms, L, T>,
        norm: (N, M),
        tolerance: CostateTolerance<T>,
    ) -> Self {
        let backward = forward.clone().with_norm(norm).with_tolerance(tolerance);
        Backsolve {
            forward: Solver::new(tableau.clone(), forward),
            backward: Solver::new(tableau, backward),
            relative_to_loss: true,
            between: Between::Continue,
            end: End::Land,
            stop_at_observations: true,
            policy: Policy::Refuse,
            drift_bound: 1000.0,
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
        backward: CostateTolerance<U>,
    ) -> Backsolve<N, U, L, M, S, K> {
        self.with_controls(|c| c.with_tolerance(forward), |c| c.with_tolerance(backward))
    }

    /// The same with controls made of the present ones.
    fn with_controls<N2, U>(
        self,
        forward: impl FnOnce(Controller<Rms, L, T>) -> Controller<Rms, L, U>,
        backward: impl FnOnce(
            Controller<(N, M), L, CostateTolerance<T>>,
        ) -> Controller<(N2, M), L, CostateTolerance<U>>,
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

    /// The same with another policy past the drift bound.
    pub fn with_policy(self, policy: Policy) -> Self {
        Backsolve { policy, ..self }
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
        workspace: &'w mut Workspace<F, S, K>,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &Lo,
        watch: &mut dyn FnMut(&BackwardAttempt<'_, F, K>),
    ) -> Result<&'w Gradient<StateOf<F>, ParamsOf<F>>, GradientError>
    where
        F: DifferentiableField,
        Lo: Loss<StateOf<F>> + ?Sized,
        N: Seminorm<(StateOf<F>, StateOf<F>, ParamsOf<F>)>,
        M: Seminorm<[ScalarOf<F>; K]>,
        T: ErrorScale<StateOf<F>>,
        L: Law,
    {
        let Problem { t0, t1, y0, p, jumps } = *problem;
        workspace.fit(y0, p);
        let end_time = t1;
        let times = loss.times(&end_time);
        let plan = Plan { stop_at_saves: self.stop_at_observations, ..Plan::new(t0, t1) };
        let plan = plan.save_at(times).jumps_at(jumps).end(self.end);
        let Workspace { forward, backward, state, first_slope, cotangents, gradient, .. } =
            workspace;
        // Both controls before either solve: a long forward solve should not end in "the backward tolerance is negative".
        StepControl::check(&self.forward.control, y0).map_err(SolveError::from)?;
        StepControl::check(&self.backward.control, state)
            .map_err(|source| GradientError::Settings { source })?;
        let found = solve_forward(
            &mut self.forward,
            forward,
            (cotangents, &mut workspace.peaks, first_slope),
            field,
            problem,
            loss,
            plan,
        )?;
        let observed = forward.solution.saved.as_slice();
        gradient.clear(times.len());
        gradient.loss = found.loss;
        gradient.report.forward = found.counts;
        gradient.report.states_held = observed.len();
        let Some(last) = found.last else { return Ok(gradient) };

        let from = times[last];
        let mut report = gradient.report;
        let mut ledger = Ledger {
            problem,
            times,
            observed,
            cotangents,
            first_slope,
            tolerance: &self.forward.control.tolerance,
            weights: &self.forward.tableau.b,
            peak: found.peak,
            difference: &mut workspace.difference,
            reference: &mut workspace.reference,
            time_gradients: &mut gradient.times,
            start_time_gradient: &mut gradient.t0,
            report: &mut report,
            worst: t0,
            left: times.partition_point(|&t| (t - from) * plan.direction() <= 0.0),
            owed: 0..0,
        };
        ledger.begin(from, last, state);
        workspace.jumps.clear();
        workspace.jumps.extend(jumps.iter().rev());
        workspace.times.clear();
        workspace.times.extend(times[..ledger.left].iter().rev());
        let way = Way { from, to: t0, stops: &workspace.times, jumps: &workspace.jumps };

        // The unit of the costate is that of the loss over that of the state. For states under 1 the loss alone decides: a
        // state that hardly leaves its own tolerance must not take the costate's error control with it.
        let unit = found.size / found.peak_until_last.max(1.0);
        self.backward.control.tolerance.size = if self.relative_to_loss { unit } else { 1.0 };
        let bound = match self.policy {
            Policy::Refuse => self.drift_bound,
            Policy::Report => f64::INFINITY,
        };
        let pass = Pass {
            solver: &mut self.backward,
            workspace: backward,
            field: BackwardField { field, p },
            ledger: &mut ledger,
            bound,
            watch,
        };
        let outcome = match self.between {
            Between::Continue => pass.continuing(state, way),
            Between::Restart => pass.restarting(state, way, self.end),
        };
        let worst = ledger.worst;
        match outcome {
            Ok(statistics) => report.backward = Counts::backward(statistics),
            Err(SolveError::NotFinite { index, value, t, .. }) => {
                return Err(GradientError::product(index, y0.dimension(), value, t));
            }
            Err(source) => {
                report.backward = Counts::backward(source.statistics());
                report.conditioning = f64::NAN;
                return Err(GradientError::Backward { source, report: Box::new(report) });
            }
        }
        let ((_, to_y0, to_p), _) = &*state;
        if report.gross > 0.0 {
            report.conditioning = report.gross / L2.measure(to_p);
        }
        // Not `>`: a bound that is NaN lets nothing pass.
        if !(report.drift <= bound) {
            // The way back may have ended early, and what was summed up on it means nothing.
            report.conditioning = f64::NAN;
            let (drift, report) = (report.drift, Box::new(report));
            return Err(GradientError::Drift { drift, t: worst, bound, report });
        }
        gradient.y0.assign(to_y0);
        gradient.p.assign(to_p);
        gradient.t1 =
            times.iter().zip(&gradient.times).filter(|(t, _)| **t == t1).map(|(_, d)| d).sum();
        gradient.report = report;
        gradient.check()?;
        Ok(gradient)
    }

    /// The gradient, in memory that was made before; once warm it allocates nothing.
    ///
    /// # Errors
    /// As [`gradient_watched`](Self::gradient_watched).
    pub fn gradient_in<'w, F, Lo>(
        &mut self,
        workspace: &'w mut Workspace<F, S, K>,
        field: &mut F,
        problem: &Problem<'_, F>,
        loss: &Lo,
    ) -> Result<&'w Gradient<StateOf<F>, ParamsOf<F>>, GradientError>
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
    ) -> Result<Gradient<StateOf<F>, ParamsOf<F>>, GradientError>
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
    ) -> Result<Gradient<StateOf<F>, ParamsOf<F>>, GradientError> {
        Backsolve::gradient(self, field, problem, loss)
    }
}
