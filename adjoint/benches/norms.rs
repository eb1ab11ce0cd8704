//! A gradient of Lotka-Volterra under each norm, beside its forward solve alone.
//!
//! Read the ratios, measured in one run; the times themselves are the machine's.

use costate_adjoint::autodiff::Real;
use costate_adjoint::norms::{Null, Pooled, Rms};
use costate_adjoint::solver::{self, Plan, Solver};
use costate_adjoint::{AtTimes, Backsolve, Equation, Problem, Traced, Workspace};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

struct LotkaVolterra;

impl Equation for LotkaVolterra {
    fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) {
        dy[0] = p[0] * y[0] - p[1] * y[0] * y[1];
        dy[1] = p[3] * y[0] * y[1] - p[2] * y[1];
    }
}

type State = [f64; 2];
type Params = [f64; 4];
const Y0: State = [1.0, 1.0];
const P: Params = [1.5, 1.0, 3.0, 1.0];
const TIMES: [f64; 5] = [2.0, 4.0, 6.0, 8.0, 10.0];

fn half_squares(observed: &[State], cotangents: &mut [State]) -> f64 {
    cotangents.copy_from_slice(observed);
    observed.iter().flatten().map(|x| x * x).sum::<f64>() / 2.0
}

fn gradients(c: &mut Criterion) {
    let mut group = c.benchmark_group("lotka_volterra_gradient_1e-6");
    let mut field = match Traced::new(LotkaVolterra, &Y0, &P) {
        Ok(field) => field,
        Err(error) => return eprintln!("{error}"),
    };
    let mut forward = Solver::dormand_prince(1e-6, 1e-6);
    let mut workspace = solver::Workspace::new(&Y0);
    let plan = Plan::new(0.0, 10.0).save_at(&TIMES).stop_at_saves();
    group.bench_function("forward solve alone", |b| {
        b.iter(|| {
            let f = |_t: f64, y: &State, dy: &mut State| LotkaVolterra.eval(0.0, y, &P, dy);
            black_box(forward.solve_in(&mut workspace, f, black_box(&Y0), plan).is_ok())
        })
    });
    macro_rules! under {
        ($name:literal, $norm:expr) => {
            let mut method = Backsolve::new(1e-6, 1e-6).with_norm($norm);
            let mut workspace = Workspace::new(&Y0, &P);
            let problem = Problem::new(0.0, 10.0, &Y0, &P);
            let loss = AtTimes { times: TIMES, loss: half_squares };
            group.bench_function($name, |b| {
                b.iter(|| {
                    let gradient = method.gradient_in(&mut workspace, &mut field, &problem, &loss);
                    black_box(gradient.is_ok())
                })
            });
        };
    }
    under!("(Rms, Rms, Null), the seminorm", (Rms, Rms, Null));
    under!("(Rms, Rms, Rms)", (Rms, Rms, Rms));
    under!("Rms, pooled", Rms);
    under!("Pooled((Rms, Rms, Null))", Pooled((Rms, Rms, Null)));
    group.finish();
}

criterion_group!(benches, gradients);
criterion_main!(benches);
