//! The loop of this crate beside the same methods written out by hand: no traits, no allocation, coefficients that the
//! compiler knows.
//!
//! `cargo bench -p costate-solver --bench by_hand` measures each with criterion and then, because machines are noisy, once
//! more in turns: the table that it prints, and writes to `benches/results/by_hand.md`, has the median of the ratios of two
//! solves that ran one right after the other.

mod arrays;
mod heap;
#[path = "../problems/mod.rs"]
mod problems;
mod turns;

use costate_solver::{Field, Plan, Solver, Workspace};
use criterion::Criterion;
use problems::{arenstorf, brusselator, lorenz, lotka_volterra, pleiades};
use std::hint::black_box;
use turns::Table;

const TOLERANCE: f64 = 1e-6;

/// One problem of fixed size under both methods.
fn array<const N: usize>(
    criterion: &mut Criterion,
    table: &mut Table,
    name: &str,
    field: impl arrays::Field<N>,
    y0: [f64; N],
    t1: f64,
) {
    let dopri5 = |y0: &[f64; N]| arrays::dopri5(field, y0, t1, TOLERANCE);
    let tsit5 = |y0: &[f64; N]| arrays::tsit5(field, y0, t1, TOLERANCE);
    let ours = || Solver::dormand_prince(TOLERANCE, TOLERANCE);
    pair(criterion, table, [name, "DOPRI5"], field, y0, t1, ours(), |y0| dopri5(y0).1);
    let ours = Solver::tsitouras(TOLERANCE, TOLERANCE);
    pair(criterion, table, [name, "Tsit5"], field, y0, t1, ours, |y0| tsit5(y0).1);
}

/// One problem and method, by hand and ours, which have to take the same number of attempts.
#[allow(clippy::too_many_arguments)]
fn pair<V: costate_solver::norms::Space<Scalar = f64>>(
    criterion: &mut Criterion,
    table: &mut Table,
    name: [&str; 2],
    field: impl Field<V> + Copy,
    y0: V,
    t1: f64,
    mut solver: Solver<impl costate_solver::controller::StepControl<V>, 7>,
    mut by_hand: impl FnMut(&V) -> usize,
) {
    let mut workspace = Workspace::new(&y0);
    let plan = Plan::new(0.0, t1);
    let mut ours = |y0: &V| match solver.solve_in(&mut workspace, field, y0, plan) {
        Ok(solution) => solution.statistics.attempts(),
        Err(error) => panic!("{error}"),
    };
    let (theirs, attempts) = (by_hand(&y0), ours(&y0));
    assert_eq!(theirs, attempts, "{name:?}: both take the same attempts");

    let mut group = criterion.benchmark_group(format!("{}/{}", name[0], name[1]));
    group.bench_function("by hand", |b| b.iter(|| by_hand(black_box(&y0))));
    group.bench_function("ours", |b| b.iter(|| ours(black_box(&y0))));
    group.finish();
    // `cargo test --benches` asks only whether the two agree.
    if measuring() {
        table.measure(name, attempts, || by_hand(black_box(&y0)), || ours(black_box(&y0)));
    }
}

/// Whether this is `cargo bench`.
fn measuring() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let (criterion, table) = (&mut criterion, &mut Table::default());
    {
        use lotka_volterra::{T1, Y0, field};
        array(criterion, table, "Lotka-Volterra", field, Y0, T1);
    }
    {
        use lorenz::{T1, Y0, field};
        array(criterion, table, "Lorenz", field, Y0, T1);
    }
    {
        use arenstorf::{T1, Y0, field};
        array(criterion, table, "Arenstorf", field, Y0, T1);
    }
    {
        use pleiades::{T1, Y0, field};
        array(criterion, table, "Pleiades", field, Y0, T1);
    }
    {
        use brusselator::{POINTS, T1, field, start};
        let name = "Brusselator, 1000 unknowns";
        const N: usize = 2 * POINTS;
        let on_vec = |t: f64, y: &Vec<f64>, dy: &mut Vec<f64>| field(t, y, dy);
        let on_array = |t: f64, y: &[f64; N], dy: &mut [f64; N]| field(t, y, dy);
        let (y0, mut memory) = (start(), heap::Memory::new());
        let solver = Solver::dormand_prince(TOLERANCE, TOLERANCE);
        pair(criterion, table, [name, "DOPRI5"], on_vec, y0.clone(), T1, solver, |y0| {
            heap::dopri5(on_array, y0, T1, TOLERANCE, &mut memory)
        });
        let solver = Solver::tsitouras(TOLERANCE, TOLERANCE);
        pair(criterion, table, [name, "Tsit5"], on_vec, y0, T1, solver, |y0| {
            heap::tsit5(on_array, y0, T1, TOLERANCE, &mut memory)
        });
    }
    criterion.final_summary();
    if measuring() {
        table.finish();
    }
}
