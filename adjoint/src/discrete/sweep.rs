//! The reverse sweep over recorded steps.

use super::columns::Columns;
use crate::forward::{Forward, Found, weight_until};
use crate::running::Rates;
use crate::{
    DifferentiableField, Gradient, GradientError, ParamsOf, Problem, Report, StateOf, Vjp,
};
use core::ops::Range;
use costate_solver::norms::{L2, Rms, Seminorm, Space};
use costate_solver::tableau::{Dense, HermiteBasis, Tableau};
use costate_solver::{SolveError, Span, Stepper};
use num_traits::Zero;

/// The memory of a sweep.
pub(crate) struct SweepMemory<F: DifferentiableField, const S: usize> {
    pub(crate) strands: Vec<Strand<F>>,
    step: StepMemory<F, S>,
}

/// A costate on its way back, and the gradient it is the way to.
pub(crate) struct Strand<F: DifferentiableField> {
    cotangents: Vec<StateOf<F>>,
    costate: StateOf<F>,
    /// Whether the costate is more than zero yet.
    alive: bool,
    /// Observations not taken up yet: all with an index below this.
    left: usize,
    pub(crate) gradient: Gradient<StateOf<F>, ParamsOf<F>>,
}

/// What one transposed step works in.
struct StepMemory<F: DifferentiableField, const S: usize> {
    /// The method that all of this is for.
    tableau: Tableau<S>,
    /// For steps of which only the end is looked at, and for those that are looked into.
    columns: [Columns<S>; 2],
    /// `v_i`, the last stage's first, and those of the stages that only the continuous extension needs.
    pulled: [StateOf<F>; S],
    extra_pulled: Vec<StateOf<F>>,
    /// What observations inside the step add to each of the `w_i`, and to the state at its start.
    bases: Vec<StateOf<F>>,
    direct: StateOf<F>,
    w: StateOf<F>,
    point: StateOf<F>,
    /// The step's part of the gradient.
    delta: ParamsOf<F>,
    product: ParamsOf<F>,
    rates: (StateOf<F>, ParamsOf<F>),
    /// The first product that came in another shape.
    reshaped: Option<SolveError>,
}

impl<F: DifferentiableField> Strand<F> {
    fn new(y: &StateOf<F>, p: &ParamsOf<F>) -> Self {
        Strand {
            cotangents: Vec::new(),
            costate: y.zeros_like(),
            alive: false,
            left: 0,
            gradient: Gradient::zeros(y, p),
        }
    }

    /// Begins with the cotangents of the loss that the forward half has just judged.
    pub(crate) fn take_up<const S: usize>(
        &mut self,
        forward: &mut Forward<F, S>,
        times: &[f64],
        found: &Found,
    ) {
        core::mem::swap(&mut self.cotangents, &mut forward.cotangents);
        self.costate.fill(Zero::zero());
        self.alive = false;
        self.left = found.observations;
        self.gradient.begin(times.len(), found);
        self.gradient.report.loss_error = found.running_error;
    }

    /// Adds the cotangents of the observations from `first` on, where the field has this value.
    fn observe(&mut self, first: usize, slope: &StateOf<F>) {
        for i in first..self.left {
            self.costate.add_scaled(1.0, &self.cotangents[i]);
            self.gradient.times[i] = self.cotangents[i].dot(slope);
        }
        self.alive |= first < self.left && Rms.measure(&self.costate) > 0.0;
        self.left = first;
    }
}

impl<F: DifferentiableField, const S: usize> SweepMemory<F, S> {
    pub(crate) fn new(y: &StateOf<F>, p: &ParamsOf<F>, tableau: &Tableau<S>) -> Self {
        let zeros = || y.zeros_like();
        let extras = tableau.extra_stages();
        SweepMemory {
            strands: vec![Strand::new(y, p)],
            step: StepMemory {
                tableau: tableau.clone(),
                columns: [Columns::new(tableau, false), Columns::new(tableau, true)],
                pulled: core::array::from_fn(|_| zeros()),
                extra_pulled: (0..extras).map(|_| zeros()).collect(),
                bases: (0..S + extras).map(|_| zeros()).collect(),
                direct: zeros(),
                w: zeros(),
                point: zeros(),
                delta: p.zeros_like(),
                product: p.zeros_like(),
                rates: (zeros(), p.zeros_like()),
                reshaped: None,
            },
        }
    }

    pub(crate) fn fits(&self, y: &StateOf<F>, p: &ParamsOf<F>, tableau: &Tableau<S>) -> bool {
        let step = &self.step;
        let states =
            step.pulled.iter().chain(&step.bases).chain([&step.direct, &step.w, &step.point]);
        let states = states.chain([&step.rates.0]);
        let params = [&step.delta, &step.product, &step.rates.1];
        states.into_iter().all(|v| v.same_shape(y))
            && params.into_iter().all(|v| v.same_shape(p))
            && self
                .strands
                .first()
                .is_some_and(|s| s.gradient.y0.same_shape(y) && s.gradient.p.same_shape(p))
            && step.tableau == *tableau
    }

    /// As many strands as there are losses.
    pub(crate) fn strands_for(&mut self, losses: usize, y: &StateOf<F>, p: &ParamsOf<F>) {
        self.strands.truncate(losses.max(1));
        while self.strands.len() < losses {
            self.strands.push(Strand::new(y, p));
        }
    }

    /// Sweeps all strands back over the recorded steps.
    pub(crate) fn run(
        &mut self,
        stepper: &Stepper<'_, S>,
        forward: &mut Forward<F, S>,
        field: &mut F,
        problem: &Problem<'_, F>,
        times: &[f64],
    ) -> Result<(), GradientError> {
        let Problem { t0, t1, p, running, .. } = *problem;
        let SweepMemory { strands, step: memory } = self;
        let direction = if t1 >= t0 { 1.0 } else { -1.0 };
        let trajectory = &mut forward.trajectory;
        let fsal = stepper.tableau().fsal();
        for index in (0..trajectory.steps().len()).rev() {
            let step = trajectory.steps()[index];
            // Observations at its end, and inside of it.
            let at_end = times.partition_point(|t| (t - step.end) * direction < 0.0);
            let inside = times.partition_point(|t| (t - step.t) * direction <= 0.0)..at_end;
            let needed = |strand: &Strand<F>| {
                strand.alive || strand.left > inside.start || running.is_some()
            };
            if !strands.iter().any(needed) {
                continue;
            }
            let mut again = 0;
            let mut eval = |t: f64, y: &StateOf<F>, dy: &mut StateOf<F>| {
                again += 1;
                field.eval(t, y, p, dy);
            };
            let looks_inside = strands.iter().any(|s| s.left.min(at_end) > inside.start);
            let loaded = trajectory.load(stepper, &mut eval, index, looks_inside);
            let span = loaded.map_err(|source| GradientError::Backward {
                source,
                report: Box::new(strands[0].gradient.report),
            })?;
            for strand in strands.iter_mut() {
                let counts = &mut strand.gradient.report.backward;
                counts.f += core::mem::take(&mut again);
                counts.calls = counts.f + counts.vjp_y;
                if strand.left > at_end {
                    let slope = if fsal {
                        &span.stages[S - 1]
                    } else {
                        field.eval(step.stage_time(1.0), span.y1, p, &mut memory.point);
                        counts.f += 1;
                        &memory.point
                    };
                    strand.observe(at_end, slope);
                }
                let inside = inside.start..strand.left.min(at_end);
                let until = ((t1 - step.t) / step.h).min(1.0);
                memory.transpose(stepper, &span, field, problem, times, strand, inside, until);
                if let Some(source) = memory.reshaped.take() {
                    let report = Box::new(strand.gradient.report);
                    return Err(GradientError::Backward { source, report });
                }
            }
        }
        for Strand { gradient, costate, left, cotangents, .. } in strands {
            // An observation at t0 sees y0 itself.
            gradient.t0 = -costate.dot(&forward.first_slope);
            for (a, out) in cotangents[..*left].iter().zip(&mut gradient.times) {
                costate.add_scaled(1.0, a);
                *out = a.dot(&forward.first_slope);
            }
            gradient.y0.assign(costate);
            let Report { backward, gross, .. } = &mut gradient.report;
            backward.calls = backward.f + backward.vjp_y;
            *gross = gross.max(L2.measure(&gradient.p));
            if *gross > 0.0 {
                gradient.report.conditioning = *gross / L2.measure(&gradient.p);
            }
            gradient.report.states_held = forward.trajectory.most_held();
        }
        Ok(())
    }
}

impl<F: DifferentiableField, const S: usize> StepMemory<F, S> {
    /// One step backwards for one costate.
    #[allow(clippy::too_many_arguments)]
    #[inline]
    fn transpose(
        &mut self,
        stepper: &Stepper<'_, S>,
        span: &Span<'_, StateOf<F>>,
        field: &mut F,
        problem: &Problem<'_, F>,
        times: &[f64],
        strand: &mut Strand<F>,
        inside: Range<usize>,
        until: f64,
    ) {
        let h = span.step.h;
        let looked_into = !inside.is_empty();
        stepper.error(h, span.stages, &mut self.point);
        strand.gradient.report.loss_error += strand.costate.dot(&self.point).abs();
        self.delta.fill(Zero::zero());
        if looked_into {
            self.look_inside(stepper, span, problem, field, times, strand, inside);
        }
        macro_rules! unrolled {
            ($($i:literal)*) => {
                $(if $i < S {
                    self.stage($i, stepper, span, field, problem, strand, looked_into, until);
                })*
            };
        }
        // As in a step forwards, the stages of the usual methods are written out so that short vectors stay in registers.
        for i in (7..S).rev() {
            self.stage(i, stepper, span, field, problem, strand, looked_into, until);
        }
        unrolled!(6 5 4 3 2 1 0);
        let columns = &self.columns[usize::from(looked_into)];
        columns.total.write(&mut self.w, &strand.costate, 1.0, &self.pulled);
        core::mem::swap(&mut self.w, &mut strand.costate);
        if looked_into {
            strand.costate.add_scaled(1.0, &self.direct);
            self.extra_pulled.iter().for_each(|v| strand.costate.add_scaled(1.0, v));
        }
        let gradient = &mut strand.gradient;
        gradient.report.gross += L2.measure(&self.delta);
        gradient.p.add_scaled(1.0, &self.delta);
    }

    /// Notes a product that the field has left in another shape, and gives it its own back.
    #[inline]
    fn note_shape(&mut self, y: &StateOf<F>, p: &ParamsOf<F>, place: usize, t: f64) {
        let (to_y, to_p) = (&mut self.pulled[place], &mut self.product);
        if to_y.same_shape(y) && to_p.same_shape(p) {
            return;
        }
        let of_state = !to_y.same_shape(y);
        let (what, expected, found) = if of_state {
            ("the field's VJP in the state", y.dimension(), to_y.dimension())
        } else {
            ("the field's VJP in the parameters", p.dimension(), to_p.dimension())
        };
        self.reshaped.get_or_insert(SolveError::ShapeChanged { what, expected, found, t });
        (*to_y, *to_p) = (y.zeros_like(), p.zeros_like());
    }

    /// Stage `i` of a transposed step.
    #[allow(clippy::too_many_arguments)]
    #[inline(always)]
    fn stage(
        &mut self,
        i: usize,
        stepper: &Stepper<'_, S>,
        span: &Span<'_, StateOf<F>>,
        field: &mut F,
        problem: &Problem<'_, F>,
        strand: &mut Strand<F>,
        looked_into: bool,
        until: f64,
    ) {
        let Columns { columns, live, .. } = &self.columns[usize::from(looked_into)];
        if !live[i] {
            return;
        }
        let (tableau, h) = (stepper.tableau(), span.step.h);
        let place = S - 1 - i;
        self.pulled[place].assign(&strand.costate);
        if looked_into {
            columns[i].write(&mut self.w, &self.bases[i], h, &self.pulled[..=place]);
        } else {
            columns[i].write_where(&mut self.w, h, &self.pulled[..=place], |_| true);
        }
        stepper.whole_stage_point(i, (span.y0, h), &span.stages[..i], &mut self.point);
        let t = span.step.stage_time(tableau.c[i]);
        let out =
            Vjp { y: Some(&mut self.pulled[place]), p: Some(&mut self.product), ..Vjp::default() };
        field.vjp(t, &self.point, problem.p, &self.w, out);
        self.note_shape(&strand.costate, problem.p, place, t);
        let counts = &mut strand.gradient.report.backward;
        counts.vjp_y += 1;
        counts.vjp_p += 1;
        if problem.running.is_some() {
            let (to_y, to_p) = &mut self.rates;
            let weight = h * weight_until(tableau, i, until);
            let mut rates = Rates { cost: problem.running, to_y, to_p };
            let out = (Some(&mut self.pulled[place]), Some(&mut self.product));
            rates.add(t, &self.point, problem.p, weight, out.0, out.1);
        }
        self.delta.add_scaled(1.0, &self.product);
    }

    /// Takes up the observations inside a step: what they add to its ends and stages, with the stages of the continuous extension
    /// pulled back already.
    #[allow(clippy::too_many_arguments)]
    fn look_inside(
        &mut self,
        stepper: &Stepper<'_, S>,
        span: &Span<'_, StateOf<F>>,
        problem: &Problem<'_, F>,
        field: &mut F,
        times: &[f64],
        strand: &mut Strand<F>,
        inside: Range<usize>,
    ) {
        let (tableau, h) = (stepper.tableau(), span.step.h);
        self.bases.iter_mut().for_each(|base| base.fill(Zero::zero()));
        self.direct.fill(Zero::zero());
        let last = self.bases.len() - 1;
        let last = if tableau.fsal() { S - 1 } else { last };
        for i in inside.clone() {
            let cotangent = &strand.cotangents[i];
            let theta = (times[i] - span.step.t) / h;
            let mut slope = 0.0;
            if let Dense::Hermite { .. } = tableau.dense {
                let HermiteBasis { h10, h01, h11, .. } = HermiteBasis::at(theta);
                strand.costate.add_scaled(h01, cotangent);
                self.direct.add_scaled(1.0 - h01, cotangent);
                self.bases[0].add_scaled(h * h10, cotangent);
                self.bases[last].add_scaled(h * h11, cotangent);
                let HermiteBasis { h10, h01, h11, .. } = HermiteBasis::slope_at(theta);
                let of_ends = cotangent.dot(span.y1) - cotangent.dot(span.y0);
                let field_at = |j: usize| span.stages.iter().chain(span.extra).nth(j);
                let of = |j: usize| field_at(j).map_or(0.0, |k| cotangent.dot(k));
                slope += h01 * of_ends / h + h10 * of(0) + h11 * of(last);
            } else {
                self.direct.add_scaled(1.0, cotangent);
                for (j, k) in span.stages.iter().chain(span.extra).enumerate() {
                    self.bases[j].add_scaled(h * tableau.dense_weight(j, theta), cotangent);
                    let weight = tableau.dense_slope_weight(j, theta);
                    if weight != 0.0 {
                        slope += weight * cotangent.dot(k);
                    }
                }
            }
            strand.gradient.times[i] = slope;
        }
        strand.left = inside.start;
        strand.alive = true;
        for e in (0..tableau.extra_stages()).rev() {
            let Some((c, row)) = tableau.extra_stage(e) else { continue };
            // The point of the stage, then its product.
            let before = span.stages.iter().chain(span.extra);
            let terms = row.iter().zip(before).filter(|(a, _)| **a != 0.0);
            self.point.assign(span.y0);
            terms.for_each(|(a, k)| self.point.add_scaled(h * a, k));
            let out = Vjp {
                y: Some(&mut self.extra_pulled[e]),
                p: Some(&mut self.product),
                ..Vjp::default()
            };
            field.vjp(span.step.stage_time(c), &self.point, problem.p, &self.bases[S + e], out);
            let counts = &mut strand.gradient.report.backward;
            counts.vjp_y += 1;
            counts.vjp_p += 1;
            self.delta.add_scaled(1.0, &self.product);
            for (j, a) in row.iter().enumerate().filter(|(_, a)| **a != 0.0) {
                self.bases[j].add_scaled(h * a, &self.extra_pulled[e]);
            }
        }
    }
}
