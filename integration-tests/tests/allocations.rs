//! Nothing is allocated in a warm loop, forwards or backwards.
//!
//! The counter replaces the allocator of this test program and counts for the thread that measures.

use allocation_counter::measure;
use costate_adjoint::autodiff::{Program, Real, trace};
use costate_adjoint::controller::StepControl;
use costate_adjoint::norms::{Rms, Seminorm, Space};
use costate_adjoint::solver::{Plan, Record, Solver, Workspace};
use costate_adjoint::tableau::{BOGACKI_SHAMPINE_32, RK4};
use costate_adjoint::{
    AtTimes, Backsolve, DifferentiableField, Discrete, DiscreteWorkspace, Equation, Interpolating,
    Keep, Policy, Problem, Quadrature, Rate, Traced, controller, norms,
};
use costate_integration_tests::any_field::AnyField;
use costate_integration_tests::fields::{Exponential, LotkaVolterra};
use costate_integration_tests::oscillator::Oscillator;
use nalgebra::{DVector, SVector};

const Y0: [f64; 2] = [1.0, 1.0];
const P: [f64; 4] = [1.5, 1.0, 3.0, 1.0];
const TIMES: [f64; 4] = [0.0, 1.0, 1.0, 2.0];
const JUMPS: [f64; 2] = [0.5, 1.0];

/// Runs until warm and once more, counting.
fn allocations(mut run: impl FnMut()) -> u64 {
    run();
    run();
    measure(run).count_total
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![1.0; 10]))), 1);
}

/// A solve with saves, jumps and all that can be recorded.
fn forward<Y: Space<Scalar = f64>, C: StepControl<Y>, const S: usize>(
    mut solver: Solver<C, S>,
    y0: &Y,
    stop: bool,
) {
    let mut workspace = Workspace::new(y0);
    let plan = Plan::new(0.0, 2.0).save_at(&TIMES).jumps_at(&JUMPS).record(Record::Dense);
    let plan = if stop { plan.stop_at_saves() } else { plan };
    let field = |t: f64, y: &Y, dy: &mut Y| {
        LotkaVolterra.eval(t, y.leaf(0), &P, dy.leaf_mut(0));
    };
    let tableau = solver.tableau.clone();
    let mut inside = y0.zeros_like();
    let count = allocations(|| {
        let solution = solver.solve_in(&mut workspace, field, y0, plan).unwrap();
        solution.recording.at(&tableau, 0.7, &mut inside).unwrap();
    });
    assert_eq!(count, 0, "{}", tableau.name);
}

fn forward_all<Y: Space<Scalar = f64>>(y0: Y) {
    for stop in [false, true] {
        forward(Solver::dormand_prince(1e-6, 1e-6), &y0, stop);
        forward(Solver::tsitouras(1e-6, 1e-6), &y0, stop);
        let control = controller::Controller::new(Rms, controller::I::CLASSIC, TOLERANCE);
        forward(Solver::new(BOGACKI_SHAMPINE_32, control), &y0, stop);
        forward(Solver::fixed(RK4, 0.01), &y0, stop);
    }
}

const TOLERANCE: norms::Tolerance = norms::Tolerance { rtol: 1e-6, atol: 1e-6 };

#[test]
fn a_warm_forward_solve_allocates_nothing() {
    forward_all(Y0);
    forward_all(Y0.to_vec());
    forward_all(SVector::from(Y0));
    forward_all(DVector::from_row_slice(&Y0));
}

/// A gradient with observations at both ends, repeated ones and jumps.
fn backward<F, N>(mut method: Backsolve<N>, mut field: F, y0: F::State, p: F::Params)
where
    F: DifferentiableField<State: Space<Scalar = f64>>,
    N: Seminorm<(F::State, F::State, F::Params)>,
{
    let loss = |y: &[F::State], a: &mut [F::State]| {
        let mut value = 0.0;
        for (y, a) in y.iter().zip(a) {
            a.assign(y);
            value += y.dot(y) / 2.0;
        }
        value
    };
    let loss = AtTimes { times: TIMES, loss };
    let problem = Problem::new(0.0, 2.0, &y0, &p).jumps_at(&JUMPS);
    for stop in [true, false] {
        method.stop_at_observations = stop;
        method.policy = Policy::Report;
        let mut workspace = costate_adjoint::Workspace::new(&y0, &p);
        let count = allocations(|| {
            method.gradient_in(&mut workspace, &mut field, &problem, &loss).unwrap();
        });
        assert_eq!(count, 0);
        // A watcher that keeps only numbers does not change that.
        let mut longest = 0.0_f64;
        let count = allocations(|| {
            let mut watch = |a: &costate_adjoint::solver::Attempt<'_, _>| {
                longest = longest.max(a.step.h.abs());
            };
            method
                .gradient_watched(&mut workspace, &mut field, &problem, &loss, &mut watch)
                .unwrap();
        });
        assert_eq!(count, 0);
        assert!(longest > 0.0);
    }
}

/// States of every kind under one norm, and every norm on states of one kind: what is compiled here takes longer than what runs.
#[test]
fn a_warm_gradient_allocates_nothing() {
    fn traced<Y: Space<Scalar = f64>, Q: Space<Scalar = f64>>(y0: Y, p: Q) {
        let field = Traced::new(LotkaVolterra, &y0, &p).unwrap();
        backward(Backsolve::new(1e-6, 1e-6), field, y0, p);
    }
    traced(Y0, P);
    traced(SVector::from(Y0), SVector::from(P));
    traced(DVector::from_row_slice(&Y0), DVector::from_row_slice(&P));
    let (y0, p) = (([0.5, -0.2], [0.0, 1.0]), [1.0, 0.1, 0.5, 0.3]);
    backward(Backsolve::new(1e-6, 1e-6), Oscillator, y0, p);

    let (y0, p) = (Y0.to_vec(), P.to_vec());
    let field = || AnyField::new(LotkaVolterra, &y0, &p);
    let method = Backsolve::new(1e-6, 1e-6);
    backward(method.clone(), field(), y0.clone(), p.clone());
    backward(method.clone().with_norm((Rms, Rms, Rms)), field(), y0.clone(), p.clone());
    let lengths = vec![1, 3];
    let blocks = method.with_norm((Rms, Rms, norms::Blocks { lengths, norm: Rms }));
    backward(blocks, field(), y0.clone(), p.clone());
}

/// The other ways to a gradient, with all that they can be asked for: checkpoints, observations inside steps, a running cost, a
/// quadrature of its own, a mended gradient.
#[test]
fn a_warm_gradient_of_any_other_kind_allocates_nothing() {
    let (y0, p) = (Y0.to_vec(), P.to_vec());
    let mut field = AnyField::new(LotkaVolterra, &y0, &p);
    let cost = Rate {
        rate: |_: f64, y: &Vec<f64>, _: &Vec<f64>| y[0],
        gradient: |_: f64, _: &Vec<f64>, _: &Vec<f64>, to_y: &mut Vec<f64>, _: &mut Vec<f64>| {
            to_y[0] = 1.0;
        },
    };
    let problem = Problem::new(0.0, 2.0, &y0, &p).jumps_at(&JUMPS).with_running_cost(&cost);
    let loss = |y: &[Vec<f64>], a: &mut [Vec<f64>]| {
        a.iter_mut().zip(y).for_each(|(a, y)| a.copy_from_slice(y));
        y.iter().flatten().map(|y| y * y / 2.0).sum::<f64>()
    };
    let loss = AtTimes { times: TIMES, loss };
    let r = 1e-6;
    for keep in [Keep::Everything, Keep::Every(3)] {
        for stop in [true, false] {
            let mut method =
                Discrete { stop_at_observations: stop, ..Discrete::new(r, r).keeping(keep) };
            let mut workspace = DiscreteWorkspace::new(&y0, &p, &method.solver.tableau);
            let count = allocations(|| {
                method.gradient_in(&mut workspace, &mut field, &problem, &loss).unwrap();
            });
            assert_eq!(count, 0, "discrete, {keep:?}, stop: {stop}");
        }
        let mut method = Interpolating::new(r, r).keeping(keep);
        let mut workspace = costate_adjoint::Workspace::new(&y0, &p);
        let count = allocations(|| {
            method.gradient_in(&mut workspace, &mut field, &problem, &loss).unwrap();
        });
        assert_eq!(count, 0, "interpolating, {keep:?}");
    }
    for mut method in [Quadrature::new(r, r), Quadrature::new(r, r).refined(r, r)] {
        let mut workspace = costate_adjoint::Workspace::new(&y0, &p);
        let count = allocations(|| {
            method.gradient_in(&mut workspace, &mut field, &problem, &loss).unwrap();
        });
        assert_eq!(count, 0, "quadrature");
    }
    // A decay by e^40 that is mended each time.
    let (y0, p) = (vec![1.0], vec![-20.0]);
    let mut field = AnyField::new(Exponential, &y0, &p);
    let problem = Problem::new(0.0, 2.0, &y0, &p);
    let mut method = Quadrature::new(r, r);
    let mut workspace = costate_adjoint::Workspace::new(&y0, &p);
    let count = allocations(|| {
        let gradient = method.gradient_in(&mut workspace, &mut field, &problem, &loss).unwrap();
        assert!(gradient.report.redone);
    });
    assert_eq!(count, 0, "mended");
}

/// The preset solves anew between observations, and carries a time cotangent.
#[test]
fn a_warm_preset_allocates_nothing() {
    let (y0, p) = (Y0.to_vec(), P.to_vec());
    let mut field = AnyField::new(LotkaVolterra, &y0, &p);
    let loss = |y: &[Vec<f64>], a: &mut [Vec<f64>]| {
        a.iter_mut().zip(y).for_each(|(a, y)| a.copy_from_slice(y));
        y.iter().flatten().map(|y| y * y / 2.0).sum::<f64>()
    };
    let loss = AtTimes { times: TIMES, loss };
    let problem = Problem::new(0.0, 2.0, &y0, &p);
    let mut method = Backsolve::torchdiffeq_seminorm(1e-6, 1e-6);
    let mut workspace = costate_adjoint::Workspace::new(&y0, &p);
    let count = allocations(|| {
        method.gradient_in(&mut workspace, &mut field, &problem, &loss).unwrap();
    });
    assert_eq!(count, 0);
}

/// A perfect fit, a loss at the start alone and a trivial solve are no exceptions.
#[test]
fn corner_cases_allocate_nothing() {
    let (y0, p) = (Y0.to_vec(), P.to_vec());
    let mut field = AnyField::new(LotkaVolterra, &y0, &p);
    for (t1, times, weight) in [(2.0, vec![2.0], 0.0), (2.0, vec![0.0], 1.0), (0.0, vec![0.0], 1.0)]
    {
        let loss = |y: &[Vec<f64>], a: &mut [Vec<f64>]| {
            a[0].fill(weight);
            weight * (y[0][0] + y[0][1])
        };
        let loss = AtTimes { times, loss };
        let problem = Problem::new(0.0, t1, &y0, &p);
        let mut method = Backsolve::new(1e-6, 1e-6);
        let mut workspace = costate_adjoint::Workspace::new(&y0, &p);
        let count = allocations(|| {
            method.gradient_in(&mut workspace, &mut field, &problem, &loss).unwrap();
        });
        assert_eq!(count, 0, "to {t1}, weight {weight}");
    }
}

#[test]
fn a_warm_program_allocates_nothing() {
    let graph = trace(3, |x| vec![(x[0] * x[1]).sin() + x[2].exp(), x[0] / x[2]]).unwrap();
    for graph in [graph.vjp(), graph.jvp(), graph] {
        let mut program: Program<f64> = Program::compile(&graph);
        let inputs = vec![0.5; program.inputs()];
        let mut outputs = vec![0.0; program.outputs()];
        let count = allocations(|| program.run(&[&inputs], &mut [&mut outputs]).unwrap());
        assert_eq!(count, 0);
    }
}
