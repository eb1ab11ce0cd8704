//! One step, transposed.

use super::columns::Columns;
use super::strand::Strand;
use crate::forward::weight_until;
use crate::running::Rates;
use crate::{DifferentiableField, ParamsOf, Problem, StateOf, Vjp};
use core::ops::Range;
use costate_solver::norms::{L2, Seminorm, Space};
use costate_solver::tableau::Tableau;
use costate_solver::{SolveError, Span, StageTimes, Stepper};
use num_traits::Zero;

/// What one transposed step works in.
pub(super) struct TransposedStep<F: DifferentiableField, const S: usize> {
    /// The method that all of this is for.
    tableau: Tableau<S>,
    /// For steps of which only the end is looked at, and for those that are looked into.
    columns: [Columns<S>; 2],
    /// The costate at the end of the step and the `v_i`, in the order of [`Columns`], and `v_0`.
    pulled: [StateOf<F>; S],
    first_pulled: StateOf<F>,
    /// Those of the stages that only the continuous extension needs.
    pub(super) extra_pulled: Vec<StateOf<F>>,
    /// What observations inside the step add to each of the `w_i`, and to the state at its start.
    pub(super) bases: Vec<StateOf<F>>,
    pub(super) direct: StateOf<F>,
    w: StateOf<F>,
    pub(super) point: StateOf<F>,
    /// The step's part of the gradient.
    pub(super) delta: ParamsOf<F>,
    pub(super) product: ParamsOf<F>,
    rates: (StateOf<F>, ParamsOf<F>),
    /// The first product that came in another shape.
    pub(super) reshaped: Option<SolveError>,
}

impl<F: DifferentiableField, const S: usize> TransposedStep<F, S> {
    pub(super) fn new(y: &StateOf<F>, p: &ParamsOf<F>, tableau: &Tableau<S>) -> Self {
        let zeros = || y.zeros_like();
        let extras = tableau.extra_stages();
        TransposedStep {
            tableau: tableau.clone(),
            columns: [Columns::new(tableau, false), Columns::new(tableau, true)],
            pulled: core::array::from_fn(|_| zeros()),
            first_pulled: zeros(),
            extra_pulled: (0..extras).map(|_| zeros()).collect(),
            bases: (0..S + extras).map(|_| zeros()).collect(),
            direct: zeros(),
            w: zeros(),
            point: zeros(),
            delta: p.zeros_like(),
            product: p.zeros_like(),
            rates: (zeros(), p.zeros_like()),
            reshaped: None,
        }
    }

    pub(super) fn fits(&self, y: &StateOf<F>, p: &ParamsOf<F>, tableau: &Tableau<S>) -> bool {
        let states = self.pulled.iter().chain(&self.bases);
        let mut states =
            states.chain([&self.first_pulled, &self.direct, &self.w, &self.point, &self.rates.0]);
        let params = [&self.delta, &self.product, &self.rates.1];
        states.all(|v| v.same_shape(y))
            && params.into_iter().all(|v| v.same_shape(p))
            && self.tableau == *tableau
    }

    /// Pulls one costate back from the end of a step to its start, where nobody looked into the step.
    // Not inlined: in the middle of the sweep's loop every address would be kept on the stack.
    #[inline(never)]
    pub(super) fn pull_back(
        &mut self,
        stepper: &Stepper<'_, S>,
        span: &Span<'_, StateOf<F>>,
        field: &mut F,
        problem: &Problem<'_, F>,
        strand: &mut Strand<F>,
    ) {
        self.begin(stepper, span, strand);
        self.through_stages(false, stepper, span, field, problem, strand);
    }

    /// The same where dense output gave observed states, those of the indices `inside`.
    #[cold]
    #[allow(clippy::too_many_arguments)]
    pub(super) fn pull_back_inside(
        &mut self,
        stepper: &Stepper<'_, S>,
        span: &Span<'_, StateOf<F>>,
        field: &mut F,
        problem: &Problem<'_, F>,
        strand: &mut Strand<F>,
        times: &[f64],
        inside: Range<usize>,
    ) {
        self.begin(stepper, span, strand);
        self.look_inside(stepper, span, problem, field, times, strand, inside);
        self.through_stages(true, stepper, span, field, problem, strand);
        strand.costate.add_scaled(1.0, &self.direct);
        self.extra_pulled.iter().for_each(|v| strand.costate.add_scaled(1.0, v));
    }

    /// What the step adds to the loss error.
    #[inline]
    fn begin(
        &mut self,
        stepper: &Stepper<'_, S>,
        span: &Span<'_, StateOf<F>>,
        strand: &mut Strand<F>,
    ) {
        stepper.error(span.step.h, span.stages, &mut self.point);
        strand.gradient.report.loss_error += strand.costate.dot(&self.point).abs();
        self.delta.fill(Zero::zero());
    }

    /// All stages, the last one first; then the costate at the start, and the step's part of the gradient.
    #[inline(always)]
    fn through_stages(
        &mut self,
        looked_into: bool,
        stepper: &Stepper<'_, S>,
        span: &Span<'_, StateOf<F>>,
        field: &mut F,
        problem: &Problem<'_, F>,
        strand: &mut Strand<F>,
    ) {
        self.pulled[0].assign(&strand.costate);
        let times = span.step.stage_times();
        for i in (0..S).rev() {
            self.stage(i, looked_into, stepper, span, &times, field, problem, &strand.costate);
        }
        let Columns { total, products, live, .. } = &self.columns[usize::from(looked_into)];
        if !live[0] {
            self.first_pulled.fill(Zero::zero());
        }
        total.write(&mut strand.costate, &self.first_pulled, 1.0, &self.pulled);
        let gradient = &mut strand.gradient;
        gradient.report.backward.vjp_y += products;
        gradient.report.backward.vjp_p += products;
        gradient.report.gross += L2.measure(&self.delta);
        gradient.p.add_scaled(1.0, &self.delta);
    }

    /// Stage `i` of a transposed step.
    #[allow(clippy::too_many_arguments)]
    #[inline(always)]
    fn stage(
        &mut self,
        i: usize,
        looked_into: bool,
        stepper: &Stepper<'_, S>,
        span: &Span<'_, StateOf<F>>,
        times: &StageTimes,
        field: &mut F,
        problem: &Problem<'_, F>,
        costate: &StateOf<F>,
    ) {
        let Columns { columns, live, .. } = &self.columns[usize::from(looked_into)];
        if !live[i] {
            return;
        }
        let (tableau, h) = (stepper.tableau(), span.step.h);
        let before = &self.pulled[..Columns::<S>::place(i)];
        if looked_into {
            columns[i].write(&mut self.w, &self.bases[i], h, before);
        } else {
            columns[i].write_where(&mut self.w, h, before, |_| true);
        }
        stepper.whole_stage_point(i, (span.y0, h), &span.stages[..i], &mut self.point);
        let t = times.at(tableau.c[i]);
        let to_y = place_of(i, &mut self.first_pulled, &mut self.pulled);
        let out = Vjp { y: Some(&mut *to_y), p: Some(&mut self.product), ..Vjp::default() };
        field.vjp(t, &self.point, problem.p, &self.w, out);
        if !(to_y.same_shape(costate) && self.product.same_shape(problem.p)) {
            self.note_shape(costate, problem.p, i, t);
        }
        if problem.running.is_some() {
            self.add_rates(i, tableau, span, problem, t);
        }
        self.delta.add_scaled(1.0, &self.product);
    }

    /// Adds what the running cost sees of a stage.
    #[cold]
    fn add_rates(
        &mut self,
        i: usize,
        tableau: &Tableau<S>,
        span: &Span<'_, StateOf<F>>,
        problem: &Problem<'_, F>,
        t: f64,
    ) {
        let (to_y, to_p) = &mut self.rates;
        let (step, h) = (span.step, span.step.h);
        let until = ((problem.t1 - step.t) / h).min(1.0);
        let mut rates = Rates { cost: problem.running, to_y, to_p };
        let weight = h * weight_until(tableau, i, until);
        let to_y = place_of(i, &mut self.first_pulled, &mut self.pulled);
        rates.add(t, &self.point, problem.p, weight, Some(to_y), Some(&mut self.product));
    }

    /// Notes a product that the field has left in another shape, and gives it its own back.
    #[cold]
    fn note_shape(&mut self, y: &StateOf<F>, p: &ParamsOf<F>, i: usize, t: f64) {
        let to_y = place_of(i, &mut self.first_pulled, &mut self.pulled);
        let (what, expected, found) = if to_y.same_shape(y) {
            let found = self.product.dimension();
            ("the field's VJP in the parameters", p.dimension(), found)
        } else {
            ("the field's VJP in the state", y.dimension(), to_y.dimension())
        };
        self.reshaped.get_or_insert(SolveError::ShapeChanged { what, expected, found, t });
        (*to_y, self.product) = (y.zeros_like(), p.zeros_like());
    }
}

/// Where `v_i` is put.
#[inline(always)]
fn place_of<'v, V, const S: usize>(
    i: usize,
    first: &'v mut V,
    others: &'v mut [V; S],
) -> &'v mut V {
    if i == 0 { first } else { &mut others[Columns::<S>::place(i)] }
}
