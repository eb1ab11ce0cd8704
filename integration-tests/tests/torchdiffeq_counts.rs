//! The torchdiffeq preset takes exactly the evaluations and steps of torchdiffeq itself.
//!
//! `references/torchdiffeq_counts.json` was written by the script beside it, running torchdiffeq 0.2.5.

use costate_adjoint::controller::{Controller, I};
use costate_adjoint::norms::{Blocks, LInf, Null, Rms, Seminorm, Tolerance};
use costate_adjoint::solver::End;
use costate_adjoint::tableau::DORMAND_PRINCE_54_SHAMPINE;
use costate_adjoint::{
    AtTimes, Backsolve, Between, CostateTolerance, Equation, Gradient, Loss, Problem,
};
use costate_integration_tests::any_field::AnyField;
use costate_integration_tests::fields::{ForcedPendulum, LotkaVolterra, NetBatch3};
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    problem: String,
    rtol: f64,
    atol: f64,
    norm: String,
    forward_evaluations: usize,
    forward_accepted: usize,
    forward_rejected: usize,
    backward_evaluations: usize,
    backward_accepted: usize,
    backward_rejected: usize,
    loss: f64,
    grad_y0: Vec<f64>,
    grad_p: Vec<f64>,
}

/// A case of the table: what is solved from where, and what is asked of it.
struct Case<E, L> {
    equation: E,
    y0: Vec<f64>,
    p: Vec<f64>,
    t1: f64,
    loss: L,
    /// The lengths of the parameter tensors: torchdiffeq 0.2 measures each by itself.
    tensors: Vec<usize>,
}

impl<E: Equation + Copy + 'static, L: Loss<Vec<f64>>> Case<E, L> {
    fn check(&self, row: &Row) {
        let Row { rtol, atol, .. } = *row;
        let gradient = match row.norm.as_str() {
            "default" => {
                let tensors = Blocks { lengths: self.tensors.clone(), norm: Rms };
                self.gradient(Backsolve::torchdiffeq(rtol, atol).with_norm((Rms, Rms, tensors)))
            }
            "seminorm" => self.gradient(Backsolve::torchdiffeq_seminorm(rtol, atol)),
            other => panic!("a norm the table should not have: {other}"),
        };
        let name = format!("{} at {rtol}, {}", row.problem, row.norm);
        let (forward, backward) = (gradient.report.forward, gradient.report.backward);
        let ours = [
            forward.calls,
            forward.accepted,
            forward.rejected,
            backward.calls,
            backward.accepted,
            backward.rejected,
        ];
        let theirs = [
            row.forward_evaluations,
            row.forward_accepted,
            row.forward_rejected,
            row.backward_evaluations,
            row.backward_accepted,
            row.backward_rejected,
        ];
        assert_eq!(ours, theirs, "{name}: forward and backward calls, accepted, rejected");
        // The same arithmetic in another order of summation. A difference of 1e-16 in a state grows by the tolerances' own
        // sensitivity: a drift of up to 1000 tolerances on the way back is a growth of up to 1000 a pass, over about 100
        // steps of 7 stages: 1e-16 x 1e3 x 1e3 x 10 (conditioning of the sums) = 1e-9, and 1e-8 leaves room.
        let close = |ours: f64, theirs: f64| (ours - theirs).abs() <= 1e-8 * (1.0 + theirs.abs());
        assert!(
            close(gradient.loss, row.loss),
            "{name}: loss {} against {}",
            gradient.loss,
            row.loss
        );
        for (ours, theirs) in
            gradient.y0.iter().chain(&gradient.p).zip(row.grad_y0.iter().chain(&row.grad_p))
        {
            assert!(close(*ours, *theirs), "{name}: {ours} against {theirs}");
        }
    }

    fn gradient<N>(
        &self,
        mut method: Backsolve<N, Tolerance, I, LInf, 7, 1>,
    ) -> Gradient<Vec<f64>, Vec<f64>>
    where
        N: Seminorm<(Vec<f64>, Vec<f64>, Vec<f64>)>,
    {
        let mut field = AnyField::new(self.equation, &self.y0, &self.p);
        let problem = Problem::new(0.0, self.t1, &self.y0, &self.p);
        method.gradient(&mut field, &problem, &self.loss).unwrap()
    }
}

fn half_squares(observed: &[Vec<f64>], cotangents: &mut [Vec<f64>]) -> f64 {
    for (y, a) in observed.iter().zip(cotangents) {
        a.copy_from_slice(y);
    }
    observed.iter().flatten().map(|x| x * x).sum::<f64>() / 2.0
}

fn angles_and_last_speed(observed: &[Vec<f64>], cotangents: &mut [Vec<f64>]) -> f64 {
    cotangents[0][0] = 1.0;
    cotangents[1] = vec![1.0, 1.0];
    observed[0][0] + observed[1][0] + observed[1][1]
}

fn hundred_squares(observed: &[Vec<f64>], cotangents: &mut [Vec<f64>]) -> f64 {
    cotangents[0] = observed[0].iter().map(|x| 200.0 * x).collect();
    observed[0].iter().map(|x| 100.0 * x * x).sum()
}

#[test]
fn the_preset_meets_every_count() {
    let table: Table =
        serde_json::from_str(include_str!("../references/torchdiffeq_counts.json")).unwrap();
    let lotka_volterra = Case {
        equation: LotkaVolterra,
        y0: vec![1.0, 1.0],
        p: vec![1.5, 1.0, 3.0, 1.0],
        t1: 10.0,
        loss: AtTimes { times: (1..=10).map(f64::from).collect::<Vec<_>>(), loss: half_squares },
        tensors: vec![4],
    };
    let forced_pendulum = Case {
        equation: ForcedPendulum,
        y0: vec![1.2, 0.0],
        p: vec![4.0, 0.1, 0.8, 1.7],
        t1: 5.0,
        loss: AtTimes { times: [2.5, 5.0], loss: angles_and_last_speed },
        tensors: vec![4],
    };
    let weights = |n: usize, f: fn(f64) -> f64| (0..n).map(move |i| f(i as f64));
    let net_batch3 = Case {
        equation: NetBatch3,
        y0: vec![1.0, 0.0, 0.3, -0.7, -1.1, 0.4],
        p: weights(16, |i| (1.0 + i).sin())
            .chain(weights(8, |i| 0.1 * i.cos()))
            .chain(weights(16, |i| (2.0 + i).cos()))
            .chain(weights(2, |i| 0.05 * (3.0 + i).sin()))
            .collect(),
        t1: 3.0,
        loss: AtTimes { times: [3.0], loss: hundred_squares },
        tensors: vec![16, 8, 16, 2],
    };
    assert_eq!(table.rows.len(), 24);
    for row in &table.rows {
        match row.problem.as_str() {
            "lotka_volterra" => lotka_volterra.check(row),
            "forced_pendulum" => forced_pendulum.check(row),
            "net_batch3" => net_batch3.check(row),
            other => panic!("a problem the table should not have: {other}"),
        }
    }
}

/// The paper's seminorm leaves `a_t` out too: never more steps than the one that keeps it, on the problem that has one.
#[test]
fn leaving_the_time_cotangent_out_saves_more() {
    let (y0, p) = (vec![1.2, 0.0], vec![4.0, 0.1, 0.8, 1.7]);
    let mut field = AnyField::new(ForcedPendulum, &y0, &p);
    let problem = Problem::new(0.0, 5.0, &y0, &p);
    let loss = AtTimes { times: [2.5, 5.0], loss: angles_and_last_speed };
    let keeping =
        Backsolve::torchdiffeq_seminorm(1e-5, 1e-5).gradient(&mut field, &problem, &loss).unwrap();
    let equal = Tolerance { rtol: 1e-5, atol: 1e-5 };
    let paper = Backsolve::from_parts(
        DORMAND_PRINCE_54_SHAMPINE,
        Controller::torchdiffeq(Rms, 1e-5, 1e-5),
        ((Rms, Rms, Null), Null),
        CostateTolerance::new(equal, equal),
    );
    let mut paper = Backsolve {
        relative_to_loss: false,
        between: Between::Restart,
        end: End::Overstep,
        stop_at_observations: false,
        ..paper
    };
    let paper: Gradient<Vec<f64>, Vec<f64>> =
        Backsolve::<_, _, _, _, 7, 0>::gradient(&mut paper, &mut field, &problem, &loss).unwrap();
    assert!(paper.report.backward.calls <= keeping.report.backward.calls);
}
