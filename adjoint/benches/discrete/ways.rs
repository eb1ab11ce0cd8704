//! Ways to one gradient, each held against the one by hand before it is timed.

use crate::by_hand::{self, ByHand};
use crate::fields::{LotkaVolterra, WithDuals};
use crate::problem::{
    DATA_P, OBSERVATIONS, P, Params, State, T1, TIMES, TOLERANCE, Y0, difference, squares,
};
use crate::turns;
use core::fmt::Display;
use costate_adjoint::solver::{Plan, Solver};
use costate_adjoint::{
    AtTimes, Backsolve, DifferentiableField, Discrete, DiscreteWorkspace, Problem, Traced,
    Workspace,
};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion};
use std::hint::black_box;

/// A benchmark group, what every gradient in it has to be, and a table of what they were.
pub(crate) struct Ways<'a> {
    group: BenchmarkGroup<'a, WallTime>,
    by_hand: ByHand,
    /// What is fitted.
    pub(crate) data: [State; OBSERVATIONS],
    /// By hand.
    expected: (State, Params),
    /// The same from steps so short that it is the gradient of the solution.
    exact: (State, Params),
    table: String,
}

impl<'a> Ways<'a> {
    /// A group that begins with the gradient by hand.
    pub(crate) fn new(criterion: &'a mut Criterion, name: &str) -> Self {
        let mut by_hand = ByHand::new();
        let data = *by_hand.solve(Y0, DATA_P, 1e-12, 1e-12);
        let exact = by_hand.gradient(Y0, P, &data, 1e-12, 1e-12);
        let expected = by_hand.gradient(Y0, P, &data, TOLERANCE, TOLERANCE);
        check_steps(&mut by_hand, expected.steps);
        let [expected, exact] = [expected, exact].map(|gradient| (gradient.y0, gradient.p));

        let name_by_hand = "discrete adjoint by hand";
        let mut group = criterion.benchmark_group(name);
        group.bench_function(name_by_hand, |b| b.iter(|| baseline(&mut by_hand, &data)));
        let error = difference(expected, exact);
        let table = format!(
            "| way | time, by hand = 1 | error |\n|---|---|---|\n| {name_by_hand} | 1 | {error:.1e} |\n"
        );
        Ways { group, by_hand, data, expected, exact, table }
    }

    /// Adds a way whose gradient differs from the one by hand by less than `bound`, in units of its length.
    pub(crate) fn add<E: Display>(
        &mut self,
        name: &str,
        bound: f64,
        mut gradient: impl FnMut() -> Result<(State, Params), E>,
    ) {
        let found = match gradient() {
            Ok(found) => found,
            Err(error) => panic!("{name}: {error}"),
        };
        let apart = difference(found, self.expected);
        assert!(apart < bound, "{name}: the gradient is {apart:.1e} off");
        self.group.bench_function(name, |b| b.iter(&mut gradient));
        // `cargo test --benches` asks only whether the gradients agree.
        if std::env::args().any(|argument| argument == "--bench") {
            let ratio = turns::ratio(|| baseline(&mut self.by_hand, &self.data), gradient);
            let error = difference(found, self.exact);
            self.table.push_str(&format!("| {name} | {ratio:.2} | {error:.1e} |\n"));
        }
    }

    /// Adds every strategy of this library with every kind of field.
    pub(crate) fn of_this_library(&mut self) {
        self.of_field("products by hand", LotkaVolterra);
        self.of_field("dual numbers", WithDuals);
        match Traced::new(LotkaVolterra, &Y0, &P) {
            Ok(field) => self.of_field("traced", field),
            Err(error) => panic!("{error}"),
        }
    }

    /// Adds every strategy with this field.
    fn of_field<F>(&mut self, kind: &str, mut field: F)
    where
        F: DifferentiableField<State = State, Params = Params>,
    {
        let data = self.data;
        let loss = AtTimes {
            times: TIMES,
            loss: |observed: &[State], cotangents: &mut [State]| {
                squares(observed, &data, cotangents)
            },
        };
        macro_rules! strategy {
            ($name:literal, $bound:expr, $method:expr, $workspace:expr) => {
                let (mut method, mut workspace) = ($method, $workspace);
                self.add(&format!("{}, {kind}", $name), $bound, || {
                    let problem = Problem::new(0.0, T1, black_box(&Y0), black_box(&P));
                    method
                        .gradient_in(&mut workspace, &mut field, &problem, &loss)
                        .map(|gradient| (gradient.y0, gradient.p))
                });
            };
        }
        let discrete = Discrete::new(TOLERANCE, TOLERANCE);
        let workspace = DiscreteWorkspace::new(&Y0, &P, &discrete.solver.tableau);
        // The same steps taken apart: the same numbers but for the order of sums.
        strategy!("Discrete", 1e-11, discrete, workspace);
        let backsolve = Backsolve::new(TOLERANCE, TOLERANCE);
        strategy!("Backsolve", 1e-4, backsolve, Workspace::new(&Y0, &P));
    }

    /// Prints the table.
    pub(crate) fn finish(self) {
        self.group.finish();
        println!("\n{}", self.table);
    }
}

fn baseline(by_hand: &mut ByHand, data: &[State; OBSERVATIONS]) -> by_hand::Gradient {
    by_hand.gradient(black_box(Y0), black_box(P), data, TOLERANCE, TOLERANCE)
}

/// The solve by hand takes the steps of this library's solver, to the bit.
fn check_steps(by_hand: &mut ByHand, steps: usize) {
    let field = |t: f64, y: &State, dy: &mut State| LotkaVolterra.eval(t, y, &P, dy);
    let plan = Plan::new(0.0, T1).save_at(&TIMES).stop_at_saves();
    match Solver::dormand_prince(TOLERANCE, TOLERANCE).solve(field, &Y0, plan) {
        Ok(solution) => {
            assert_eq!(solution.statistics.accepted, steps);
            assert_eq!(solution.saved.as_slice(), by_hand.solve(Y0, P, TOLERANCE, TOLERANCE));
        }
        Err(error) => panic!("{error}"),
    }
}
