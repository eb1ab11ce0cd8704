//! What the two ways need of memory, counted.

use crate::net::{Net, PARAMETERS};
use crate::{TOLERANCE, expect, mean_square, start};
use allocation_counter::measure;
use costate_adjoint::tableau::{DORMAND_PRINCE_54, Tableau, VERNER_87};
use costate_adjoint::{
    Backsolve, Problem, Quadrature, StateCostate, StateCostateGradient, Workspace,
};
use std::hint::black_box;

/// The most bytes held at once, as vectors of the size of the parameters.
fn peak(run: impl FnOnce()) -> f64 {
    measure(run).bytes_max as f64 / (PARAMETERS * size_of::<f64>()) as f64
}

/// What a method's two workspaces take: with the parameter gradient as a channel, and as an integral.
fn workspaces<const S: usize>() -> [f64; 2] {
    let (y0, p) = start(1);
    [
        peak(|| drop(black_box(Workspace::<Net, S, StateCostateGradient>::new(&y0, &p)))),
        peak(|| drop(black_box(Workspace::<Net, S, StateCostate>::new(&y0, &p)))),
    ]
}

/// What a first gradient takes by a method, either way.
fn gradients<const S: usize>(tableau: Tableau<S>, batch: usize) -> [f64; 2] {
    let (y0, p) = start(batch);
    let problem = Problem::new(0.0, 1.0, &y0, &p);
    let loss = mean_square();
    let mut channel = Backsolve::with_method(tableau.clone(), TOLERANCE, TOLERANCE);
    let mut integral = Quadrature::with_method(tableau, TOLERANCE, TOLERANCE);
    [
        peak(|| drop(expect(channel.gradient(&mut Net::new(batch), &problem, &loss)))),
        peak(|| drop(expect(integral.gradient(&mut Net::new(batch), &problem, &loss)))),
    ]
}

/// The table, once it is sure that a workspace of the integral does not grow with the number of stages.
pub(crate) fn table() -> String {
    let (seven, thirteen) = (workspaces::<7>(), workspaces::<13>());
    let [channel, integral] = core::array::from_fn(|way| thirteen[way] - seven[way]);
    assert!(channel > 6.0, "six stages more are six vectors more where the gradient is a channel");
    assert!(integral < 0.5, "stages are vectors like the state where it is an integral");

    let mut rows =
        String::from("| | stages | batch | Backsolve | Quadrature |\n|---|---|---|---|---|\n");
    let mut row = |what: &str, stages: usize, batch: &str, [channel, integral]: [f64; 2]| {
        rows += &format!("| {what} | {stages} | {batch} | {channel:.1} | {integral:.1} |\n");
    };
    row("workspace", 7, "1", seven);
    row("workspace", 13, "1", thirteen);
    row("peak", 7, "1", gradients(DORMAND_PRINCE_54, 1));
    row("peak", 13, "1", gradients(VERNER_87, 1));
    row("peak", 7, "128", gradients(DORMAND_PRINCE_54, 128));
    rows
}
