//! The gradient of a fit by diffsol, beside Costate's and the discrete adjoint written out by hand: one problem, one pair of
//! tolerances, one run.
//!
//! Read the ratios of the table that it prints; the times are the machine's.

#![forbid(unsafe_code)]

#[path = "../../../../adjoint/benches/discrete/by_hand.rs"]
mod by_hand;
mod continuous;
mod discrete;
#[path = "../../../../adjoint/benches/discrete/fields.rs"]
mod fields;
mod model;
#[path = "../../../../adjoint/benches/discrete/problem.rs"]
mod problem;
#[path = "../../../../adjoint/benches/discrete/turns.rs"]
mod turns;
#[path = "../../../../adjoint/benches/discrete/ways.rs"]
mod ways;

use criterion::{Criterion, criterion_group, criterion_main};
use diffsol::NalgebraLU;
use std::hint::black_box;
use ways::Ways;

/// How far a gradient of diffsol's may be from the one by hand: at one tolerance its implicit methods are less accurate.
const BOUND: f64 = 1e-3;

type LU = NalgebraLU<f64>;

fn gradients(criterion: &mut Criterion) {
    let problem = match model::problem() {
        Ok(problem) => problem,
        Err(error) => panic!("{error}"),
    };
    let mut ways = Ways::new(criterion, "lotka_volterra_fit_1e-6");
    ways.of_this_library();
    let data = ways.data;

    // A new solver for every gradient, as there has to be in a fit: a solver holds on to the problem, whose parameters change.
    macro_rules! discrete {
        ($name:literal, $solver:ident $(::<$ls:ty>)?) => {
            ways.add(concat!("diffsol, discrete adjoint, ", $name), BOUND, || {
                let problem = black_box(&problem);
                discrete::gradient(problem, problem.$solver$(::<$ls>)?()?, &data)
            });
        };
    }
    discrete!("TSIT45", tsit45);
    discrete!("BDF", bdf::<LU>);
    discrete!("ESDIRK34", esdirk34::<LU>);
    discrete!("TR-BDF2", tr_bdf2::<LU>);

    macro_rules! continuous {
        ($name:literal, $solver:ident $(::<$ls:ty>)?, $adjoint:ident $(::<$adjoint_ls:ty, _>)?) => {
            ways.add(concat!("diffsol, continuous adjoint, ", $name), BOUND, || {
                let problem = black_box(&problem);
                continuous::gradient(problem.$solver$(::<$ls>)?()?, &data, |checkpoints, solver| {
                    problem.$adjoint$(::<$adjoint_ls, _>)?(checkpoints, Some(solver), Some(1))
                })
            });
        };
    }
    continuous!("TSIT45", tsit45, tsit45_solver_adjoint);
    continuous!("BDF", bdf::<LU>, bdf_solver_adjoint::<LU, _>);
    continuous!("ESDIRK34", esdirk34::<LU>, esdirk34_solver_adjoint::<LU, _>);
    continuous!("TR-BDF2", tr_bdf2::<LU>, tr_bdf2_solver_adjoint::<LU, _>);
    ways.finish();
}

criterion_group!(benches, gradients);
criterion_main!(benches);
