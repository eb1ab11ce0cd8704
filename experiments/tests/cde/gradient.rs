use crate::task::small;
use costate_experiments::reproduce::gradients::{OWN, discrete, own, under};
use costate_experiments::reproduce::prepared::{Fields, Rows};
use costate_experiments::reproduce::task::{Part, Task};
use costate_experiments::reproduce::way::Norm;

const ROWS: Rows<'static> = Rows { part: Part::Train, rows: &[0, 1, 2], draw: 0 };

/// All of them: of the field, of the lift and of the readout.
#[test]
fn gradients_in_all_parameters_are_differences_of_the_loss() {
    const STEP: f64 = 1e-5;
    let task = small(&[5, 7, 4]);
    let p: Vec<f64> = task.initial(5).unwrap();
    let mut fields = Fields::<_, f64>::new(&task);
    let gradient = fields.ready(ROWS, &p).unwrap().gradient(&mut discrete(1e-11), None).unwrap().p;
    assert_eq!(gradient.len(), p.len());
    for entry in task.parameters().unwrap().entries() {
        let of_array = &gradient[entry.range()];
        assert!(of_array.iter().any(|g| g.abs() > 1e-4), "{}: {of_array:?}", entry.name);
    }
    for i in 0..p.len() {
        let mut loss = |by: f64| {
            let mut moved = p.clone();
            moved[i] += by;
            fields.loss(ROWS, &moved, (1e-12, 1e-12)).unwrap()
        };
        let difference = (loss(STEP) - loss(-STEP)) / (2.0 * STEP);
        // The solve's error over the step, 1e-12 times a growth of a hundred over 1e-5, and a third derivative of up to a
        // thousand times the step squared: both come to 1e-7 or less, and a tenfold margin is left.
        assert!((gradient[i] - difference).abs() < 1e-6, "{i}: {} and {difference}", gradient[i]);
    }
}

/// Every way has them all, and they are the same.
#[test]
fn all_ways_come_to_the_same_gradient() {
    let task = small(&[5, 7, 4]);
    let p: Vec<f64> = task.initial(6).unwrap();
    let mut fields = Fields::<_, f64>::new(&task);
    let mut ready = fields.ready(ROWS, &p).unwrap();
    let reference = ready.gradient(&mut discrete(1e-11), None).unwrap().p;
    let mut ways: Vec<_> = OWN
        .into_iter()
        .map(|way| (way, own(way, (1e-9, 1e-9), 0.125).expect("a choice of its own")))
        .collect();
    for norm in [Norm::Pooled, Norm::PerTensor, Norm::Seminorm, Norm::Quadrature] {
        let way = under(norm, ready.field, 1, (1e-9, 1e-9));
        ways.push((costate_experiments::reproduce::way::Way::under(norm), way));
    }
    for (name, mut way) in ways {
        let found = ready.gradient(&mut way, None).unwrap().p;
        for (a, b) in found.iter().zip(&reference) {
            // Errors of 1e-9 a step, over six steps and more each way, times a growth of a hundred.
            assert!((a - b).abs() < 1e-6, "{name:?}: {a} and {b}");
        }
    }
}
