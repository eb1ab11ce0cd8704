//! The continuous adjoint: state, costate and parameter gradient solved backwards together.

use crate::backward::{Augmented, BackwardField, Ledger, Pass, Way};
use crate::observations::{evaluate, not_finite};
use crate::{
    Adjoint, CostateTolerance, Counts, DifferentiableField, Gradient, GradientError, Loss,
    ParamsOf, Problem, Report, ScalarOf, StateOf, Workspace,
};
use costate_solver::controller::{Controller, Law, Pi};
use costate_solver::norms::{ErrorScale, Null, Rms, Seminorm, Space, Tolerance};
use costate_solver::tableau::{DORMAND_PRINCE_54, Tableau};
use costate_solver::{Attempt, End, Plan, Solver, Statistics};

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
/// Dormand and Prince's 5(4) under Hairer's control, and absolute tolerances of the costate in units of the loss's own
/// derivatives.
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
    /// Whether the costate's absolute tolerance is in units of the loss's own derivatives.
    pub relative_to_loss: bool,
    /// What the backward solve does at an observation.
    pub between: Between,
    /// How both solves end. [`End::Overstep`] makes sense with [`Between::Restart`] only.
    pub end: End,
    /// Whether the forward solve ends steps at observation times; otherwise its dense output gives the observed states.
    pub stop_at_observations: bool,
    /// What happens past the bound.
    pub policy: Policy,
    /// The largest drift that [`Policy::Refuse`] lets pass.
    pub drift_bound: f64,
}

impl Backsolve {
    /// The paper's seminorm at these tolerances, forwards and backwards.
    pub fn new(rtol: f64, atol: f64) -> Self {
        Backsolve::with_method(DORMAND_PRINCE_54, rtol, atol)
    }
}

impl<const S: usize> Backsolve<(Rms, Rms, Null), Tolerance, Pi, Null, S> {
    /// The same by another method; it needs an embedded error estimate.
    pub fn with_method(tableau: Tableau<S>, rtol: f64, atol: f64) -> Self {
        let forward = Controller::hairer_dopri5(Rms, rtol, atol);
        Backsolve::from_parts(tableau, forward, ((Rms, Rms, Null), Null), Tolerance { rtol, atol })
    }
}

impl<N, T: Clone, L: Clone, M, const S: usize, const K: usize> Backsolve<N, T, L, M, S, K> {
    /// From a method, the control of the forward solve, the norms of `(y, a, g)` and of the time cotangent, and the
    /// tolerance of the parameter gradient, which is read only where the norm reads it. The backward solve has the forward
    /// solve's law and tolerances.
    pub fn from_parts(
        tableau: Tableau<S>,
        forward: Controller<Rms, L, T>,
        norm: (N, M),
        params: Tolerance,
    ) -> Self {
        let tolerance = CostateTolerance { state: forward.tolerance.clone(), params, size: 1.0 };
        let backward = forward.clone().with_norm(norm).with_tolerance(tolerance);
        Backsolve {
            forward: Solver::new(tableau.clone(), forward),
            backward: Solver::new(tableau, backward),
            relative_to_loss: true,
            between: Between::Continue,
            end: End::Land,
            stop_at_observations: false,
            policy: Policy::Refuse,
            drift_bound: 1000.0,
        }
    }

    /// The same with another seminorm of `(y, a, g)`.
    pub fn with_norm<N2>(self, norm: N2) -> Backsolve<N2, T, L, M, S, K> {
        let Backsolve { forward, backward, relative_to_loss, between, end, .. } = self;
        let Solver { tableau, control, max_attempts } = backward;
        let Controller { norm: (_, time), law, tolerance, order, max_step, history } = control;
        let control = Controller { norm: (norm, time), law, tolerance, order, max_step, history };
        Backsolve {
            forward,
            backward: Solver { tableau, control, max_attempts },
            relative_to_loss,
            between,
            end,
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
        watch: &mut dyn FnMut(&Attempt<'_, Augmented<F, K>>),
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
        field.check(y0, p)?;
        if let Some((index, value)) = not_finite(p) {
            return Err(GradientError::Parameters { index, value });
        }
        let end_time = t1;
        let times = loss.times(&end_time);
        let plan = Plan { stop_at_saves: self.stop_at_observations, ..Plan::new(t0, t1) };
        let plan = plan.save_at(times).jumps_at(jumps).end(self.end);
        plan.check().map_err(|source| GradientError::Observations { source })?;

        // Forwards. The first attempt's first stage is the field at (t0, y0), which dL/dt0 needs.
        let Workspace { forward, backward, state, first_slope, cotangents, gradient, .. } =
            workspace;
        let mut peak = Rms.measure(y0);
        let mut seen_first = false;
        let solution = self.forward.solve_watched(
            forward,
            |t: f64, y: &StateOf<F>, dy: &mut StateOf<F>| field.eval(t, y, p, dy),
            y0,
            plan,
            &mut |attempt| {
                if !core::mem::replace(&mut seen_first, true) {
                    first_slope.assign(&attempt.stages[0]);
                }
                if attempt.accepted {
                    peak = peak.max(Rms.measure(attempt.y1));
                }
            },
        )?;
        let mut report = Report { states_held: solution.saved.len(), ..Report::default() };
        report.forward = forward_counts(solution.statistics);
        let observed = solution.saved.as_slice();
        let (value, size) = evaluate(loss, times, observed, cotangents, y0)?;

        let Gradient { loss, y0: to_y0, p: to_p, t0: to_t0, t1: to_t1, times: to_times, .. } =
            gradient;
        *loss = value;
        (*to_t0, *to_t1) = (0.0, 0.0);
        to_times.clear();
        to_times.resize(times.len(), 0.0);
        to_y0.fill(num_traits::zero());
        to_p.fill(num_traits::zero());
        // Late observations that the loss does not depend on leave the costate at zero: nothing to solve.
        let Some(last) = cotangents.iter().rposition(|a| Rms.measure(a) > 0.0) else {
            gradient.report = report;
            return Ok(gradient);
        };
        if !seen_first {
            field.eval(t0, y0, p, first_slope);
            report.forward.f += 1;
            report.forward.calls += 1;
        }

        // Backwards.
        let from = times[last];
        self.backward.control.tolerance.size = if self.relative_to_loss { size } else { 1.0 };
        let mut ledger = Ledger {
            problem,
            times,
            observed,
            cotangents,
            first_slope,
            tolerance: &self.forward.control.tolerance,
            weights: &self.forward.tableau.b,
            peak,
            difference: &mut workspace.difference,
            reference: &mut workspace.reference,
            time_gradients: to_times,
            start_time_gradient: to_t0,
            report: &mut report,
            worst: t0,
            left: times.partition_point(|&t| (t - from) * plan.direction() <= 0.0),
            owed: 0..0,
        };
        state.0.0.assign(&observed[last]);
        state.0.1.fill(num_traits::zero());
        state.0.2.fill(num_traits::zero());
        state.1 = [num_traits::zero(); K];
        ledger.take_up(from, state);

        workspace.jumps.clear();
        workspace.jumps.extend(jumps.iter().rev());
        workspace.times.clear();
        workspace.times.extend(times[..ledger.left].iter().rev());
        let way = Way { from, to: t0, stops: &workspace.times, jumps: &workspace.jumps };
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
        let (y0_gradient, p_gradient) = (&state.0.1, &state.0.2);
        let net = p_gradient.dot(p_gradient).sqrt();
        report.conditioning = if report.gross == 0.0 { 1.0 } else { report.gross / net };
        match outcome {
            Ok(statistics) => report.backward = backward_counts(statistics),
            Err(source) => {
                report.backward = backward_counts(source.statistics());
                return Err(GradientError::Backward { source, report: Box::new(report) });
            }
        }
        if report.drift > bound {
            let (drift, report) = (report.drift, Box::new(report));
            return Err(GradientError::Drift { drift, t: worst, bound, report });
        }
        to_y0.assign(y0_gradient);
        to_p.assign(p_gradient);
        *to_t1 = times.iter().zip(&*to_times).filter(|(t, _)| **t == t1).map(|(_, d)| d).sum();
        for (what, found) in [("dL/dy0", not_finite(to_y0)), ("dL/dp", not_finite(to_p))] {
            if let Some((index, value)) = found {
                let report = Box::new(report);
                return Err(GradientError::NotFinite { what, index, value, report });
            }
        }
        gradient.report = report;
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

fn forward_counts(statistics: Statistics) -> Counts {
    let Statistics { evaluations, accepted, rejected, .. } = statistics;
    Counts { f: evaluations, calls: evaluations, accepted, rejected, ..Counts::default() }
}

/// Every call of the backward field is one of f and one VJP in each argument.
fn backward_counts(statistics: Statistics) -> Counts {
    let Statistics { evaluations, .. } = statistics;
    Counts { vjp_y: evaluations, vjp_p: evaluations, ..forward_counts(statistics) }
}
