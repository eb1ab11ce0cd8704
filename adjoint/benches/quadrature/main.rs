//! The parameter gradient as an integral along the way back, beside the same gradient as a channel of it, for a net with 50,000
//! parameters: the same steps, the same gradient to rounding, in less time and memory.
//!
//! `cargo bench -p costate-adjoint --bench quadrature` prints two tables, and writes them to `benches/results/quadrature.md`. The
//! times are taken in turns: of two gradients that ran one right after the other the ratio is kept, and of all ratios the median.

mod layer;
mod memory;
mod net;
mod turns;

use costate_adjoint::{
    AtEnd, Backsolve, Gradient, Loss, Problem, Quadrature, Witness, Workspace, laws,
};
use nalgebra::{DMatrix, DVector};
use net::{LAYERS, Net, PARAMETERS, STATES};
use std::hint::black_box;
use turns::Turns;

type State = DMatrix<f64>;
type Params = DVector<f64>;

const TOLERANCE: f64 = 1e-5;

/// How often two gradients are timed one after the other, for a batch of this size.
fn rounds(batch: usize) -> usize {
    if batch == 1 { 301 } else { 61 }
}

/// Numbers between -1 and 1 that look random and are the same on every machine.
fn numbers() -> impl FnMut() -> f64 {
    let mut state = 0_u64;
    move || {
        // Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

/// A start and weights. The inputs of every layer are of order one, and so is what it makes of them: in unit time the state goes
/// a few times its own length.
fn start(batch: usize) -> (State, Params) {
    let mut number = numbers();
    let mut p = Params::zeros(PARAMETERS);
    for layer in LAYERS {
        let (weights, size) = (layer.rows * layer.columns, (layer.columns as f64).sqrt());
        let begin = layer.begin;
        p.rows_mut(begin, weights).iter_mut().for_each(|w| *w = 3.0 * number() / size);
        p.rows_mut(begin + weights, layer.rows).iter_mut().for_each(|b| *b = 0.5 * number());
    }
    (State::from_fn(STATES, batch, |_, _| number()), p)
}

/// The mean square at the end.
fn mean_square() -> impl Loss<State> {
    AtEnd(|y: &State, a: &mut State| {
        let count = y.len() as f64;
        a.iter_mut().zip(y).for_each(|(a, y)| *a = 2.0 * y / count);
        y.norm_squared() / count
    })
}

/// A result, or the end: a benchmark has nobody to hand an error to.
fn expect<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

/// Whether this is `cargo bench`.
fn measuring() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

fn compare(batch: usize, turns: &mut Turns) {
    let (y0, p) = start(batch);
    let mut field = Net::new(batch);
    expect(laws::check_field(&mut field, 0.0, &y0, &p, 1));

    let problem = Problem::new(0.0, 1.0, &y0, &p);
    let loss = mean_square();
    let mut memories = (Workspace::new(&y0, &p), Workspace::new(&y0, &p));
    for witness in [Some(Witness::new(TOLERANCE, TOLERANCE)), None] {
        let mut integral = Quadrature::new(TOLERANCE, TOLERANCE).with_witness(witness);
        let mut channel = Backsolve::new(TOLERANCE, TOLERANCE).with_witness(witness);
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        let by_channel = channel.gradient_watched(
            &mut memories.0,
            &mut field,
            &problem,
            &loss,
            &mut |attempt| theirs.push((attempt.step.t, attempt.step.h, attempt.ratio)),
        );
        let by_integral = integral.gradient_watched(
            &mut memories.1,
            &mut field,
            &problem,
            &loss,
            &mut |attempt| ours.push((attempt.step.t, attempt.step.h, attempt.ratio)),
        );
        let attempts = ours.len();
        assert_eq!(ours, theirs, "both take the same attempts");
        assert_same(expect(by_integral), expect(by_channel));
        // `cargo test --benches` asks only whether the two agree.
        if !measuring() {
            continue;
        }
        let (theirs, ours) = &mut memories;
        let field = core::cell::RefCell::new(&mut field);
        turns.measure(
            [
                &batch.to_string(),
                if witness.is_some() { "yes" } else { "no" },
                &attempts.to_string(),
            ],
            rounds(batch),
            || {
                let field = &mut *field.borrow_mut();
                black_box(
                    expect(channel.gradient_in(theirs, field, black_box(&problem), &loss)).loss,
                )
            },
            || {
                let field = &mut *field.borrow_mut();
                black_box(
                    expect(integral.gradient_in(ours, field, black_box(&problem), &loss)).loss,
                )
            },
        );
    }
}

/// The same products are added up, in another order: what is left is rounding.
fn assert_same(ours: &Gradient<State, Params>, theirs: &Gradient<State, Params>) {
    assert_eq!(ours.loss, theirs.loss);
    assert_eq!(ours.y0, theirs.y0);
    let difference = (&ours.p - &theirs.p).norm() / theirs.p.norm();
    assert!(difference < 1e-12, "the gradients differ by {difference:.1e}");
}

fn main() {
    let mut turns = Turns::default();
    for batch in [1, 128] {
        compare(batch, &mut turns);
    }
    let memory = memory::table();
    if measuring() {
        turns::finish(&turns, &memory);
    }
}
