//! Programs compute what the function computes.

mod expression;

use costate_autodiff::strategies::{directions, graphs};
use costate_autodiff::{
    Dimension, DimensionError, Dual, Graph, Layout, Program, Real, Shape, trace,
};
use expression::expressions;
use proptest::prelude::*;

fn run<T: Real>(graph: &Graph, x: &[T]) -> Vec<T> {
    let mut y = vec![T::constant(f64::NAN); graph.outputs()];
    Program::compile(graph).run(&[x], &mut [&mut y]).unwrap();
    y
}

/// Equal numbers, or NaN in both: which of the many NaNs, nobody promises.
fn same(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    /// To the last digit: fusing, sharing, reordering and register planning change no rounding.
    #[test]
    fn programs_equal_direct_evaluation(e in expressions(60)) {
        prop_assert_eq!(run(&e.graph(), &e.x), e.call(&e.x));
    }

    /// The same for graphs that nobody wrote by hand.
    #[test]
    fn programs_equal_graphs(e in expressions(40), w in directions()) {
        let twice = e.graph().vjp().vjp();
        let x: Vec<f64> = e.x.iter().chain(w.iter().cycle()).copied().take(twice.inputs()).collect();
        prop_assert!(same(&run(&twice, &x), &twice.evaluate(&x).unwrap()));
    }

    /// A program over dual numbers: forward over whatever was traced.
    #[test]
    fn programs_run_with_dual_numbers(e in expressions(20), v in directions()) {
        let x: Vec<Dual<f64, 2>> =
            e.x.iter().zip(v).map(|(&value, v)| Dual { value, tangent: [v, 1.0 - v] }).collect();
        prop_assert_eq!(run(&e.graph(), &x), e.call(&x));
    }

    /// Planning buffers, fusing what goes entry by entry and leaving broadcasts unwritten change no digit.
    #[test]
    fn programs_of_arrays_equal_graphs(sample in graphs(40)) {
        prop_assert_eq!(run(&sample.graph, &sample.x), sample.graph.evaluate(&sample.x).unwrap());
    }

    /// With dual numbers, and as a clone on another thread.
    #[test]
    fn programs_of_arrays_run_with_dual_numbers_elsewhere(sample in graphs(20), v in directions()) {
        let x: Vec<Dual<f64, 2>> = sample.x.iter().zip(v)
            .map(|(&value, v)| Dual { value, tangent: [v, 1.0 - v] })
            .collect();
        let expected = sample.graph.evaluate(&x).unwrap();
        let mut copy = Program::compile(&sample.graph).clone();
        let mut y = vec![Dual::constant(f64::NAN); expected.len()];
        let elsewhere = std::thread::spawn(move || copy.run(&[&x], &mut [&mut y]).map(|()| y));
        prop_assert_eq!(elsewhere.join().unwrap(), Ok(expected));
    }

    #[test]
    fn programs_of_derivatives_equal_graphs(sample in graphs(25), w in directions()) {
        let twice = sample.graph.vjp().vjp();
        let x: Vec<f64> =
            sample.x.iter().chain(w.iter().cycle()).copied().take(twice.inputs()).collect();
        prop_assert!(same(&run(&twice, &x), &twice.evaluate(&x).unwrap()));
    }

    /// Whatever the caller cuts the inputs and outputs into.
    #[test]
    fn arrays_may_be_cut_anywhere(sample in graphs(20), cuts in prop::collection::vec(any::<prop::sample::Index>(), 3), out in any::<prop::sample::Index>()) {
        let expected = sample.graph.evaluate(&sample.x).unwrap();
        let mut program = Program::<f64>::compile(&sample.graph);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(sample.x.len() + 1)).collect();
        cuts.sort_unstable();
        let [a, b, c] = cuts[..] else { unreachable!() };
        let x = &sample.x;
        let mut y = vec![f64::NAN; expected.len()];
        let (left, right) = y.split_at_mut(out.index(expected.len() + 1));
        program.run(&[&x[..a], &x[a..b], &x[b..c], &x[c..]], &mut [left, right]).unwrap();
        prop_assert_eq!(&y, &expected);
        // And in one piece again.
        program.run(&[x], &mut [&mut y]).unwrap();
        prop_assert_eq!(y, expected);
    }

    #[test]
    fn chosen_outputs_keep_their_values(e in expressions(40), picks in prop::collection::vec(any::<prop::sample::Index>(), 0..5)) {
        let graph = e.graph();
        let wanted: Vec<usize> = picks.iter().map(|pick| pick.index(graph.outputs())).collect();
        let fewer = graph.select_outputs(&wanted).unwrap();
        let all = graph.evaluate(&e.x).unwrap();
        prop_assert!(fewer.operations() <= graph.operations());
        prop_assert_eq!(run(&fewer, &e.x), wanted.iter().map(|&o| all[o]).collect::<Vec<_>>());
    }

    /// Slices are one list, however they are cut.
    #[test]
    fn slices_count_as_one_list(cut in 0..=5_usize, later in 0..=5_usize, out in 0..=4_usize) {
        let graph = trace(5, |x| (0..4).map(|k| x[k] * x[k + 1]).collect()).unwrap();
        let mut program = Program::<f64>::compile(&graph);
        let x = [2.0, 3.0, 5.0, 7.0, 11.0];
        let (first, second) = (cut.min(later), cut.max(later));
        let mut y = [0.0; 4];
        let (left, right) = y.split_at_mut(out);
        program.run(&[&x[..first], &x[first..second], &x[second..]], &mut [left, right]).unwrap();
        prop_assert_eq!(y, [6.0, 15.0, 35.0, 77.0]);
    }
}

/// More live values than 8 bits, then 16 bits, can name.
#[test]
fn any_number_of_registers_works() {
    for n in [1, 100, 127, 128, 129, 300, 40_000] {
        // Every value stays alive until it is summed from the far end.
        let graph = trace(1, |x| {
            let terms: Vec<_> =
                (0..n).map(|k| (x[0] + Real::constant(f64::from(k) + 0.5)).sin()).collect();
            vec![terms.into_iter().rev().reduce(|sum, term| sum / term).unwrap()]
        })
        .unwrap();
        let terms: Vec<f64> = (0..n).map(|k| f64::sin(0.25 + (f64::from(k) + 0.5))).collect();
        let expected = terms.into_iter().rev().reduce(|sum, term| sum / term).unwrap();
        let program = Program::<f64>::compile(&graph);
        assert!(program.registers() as f64 >= 2.0 * f64::from(n), "{n}: {}", program.registers());
        assert_eq!(run(&graph, &[0.25]), [expected]);
        // A clone is complete, constants included, and runs elsewhere.
        let mut copy = program.clone();
        let elsewhere = std::thread::spawn(move || {
            let mut y = [0.0];
            copy.run(&[&[0.25]], &mut [&mut y]).map(|()| y)
        });
        assert_eq!(elsewhere.join().unwrap(), Ok([expected]));
    }
}

/// Registers are reused: a long chain needs no more than a short one.
#[test]
fn registers_are_reused() {
    let chain = |n: usize| trace(1, |x| vec![(0..n).fold(x[0], |y, _| y.sin().exp())]).unwrap();
    assert_eq!(
        Program::<f64>::compile(&chain(2)).registers(),
        Program::<f64>::compile(&chain(100)).registers()
    );
}

#[test]
fn single_precision_computes_in_single_precision() {
    let graph = trace(1, |x| vec![x[0].exp() * Real::constant(0.1) + x[0].sin()]).unwrap();
    assert_eq!(run(&graph, &[0.7_f32]), [Real::exp(0.7_f32) * 0.1_f32 + 0.7_f32.sin()]);
}

#[test]
fn wrong_lengths_are_errors_and_write_nothing() {
    let mut program = Program::<f64>::compile(&trace(2, |x| vec![x[0], x[1]]).unwrap());
    let mut y = [5.0; 3];
    let inputs = DimensionError { what: Dimension::Inputs, expected: 2, found: 3 };
    assert_eq!(program.run(&[&[1.0], &[2.0, 3.0]], &mut [&mut y[..2]]), Err(inputs));
    let outputs = DimensionError { what: Dimension::Outputs, expected: 2, found: 3 };
    assert_eq!(program.run(&[&[1.0, 2.0]], &mut [&mut y]), Err(outputs));
    assert_eq!(y, [5.0; 3]);
    assert_eq!(
        inputs.to_string(),
        "expected 2 inputs in all, found 3; pass slices whose lengths add up to 2"
    );
}

#[test]
fn small_graphs_work() {
    let empty = trace(0, |_| vec![]).unwrap();
    assert_eq!(run::<f64>(&empty, &[]), [0.0; 0]);
    assert_eq!(run::<f64>(&empty.vjp(), &[]), [0.0; 0]);
    let constant = trace(1, |_| vec![Real::constant(3.0)]).unwrap();
    assert_eq!(run(&constant, &[1.0]), [3.0]);
    assert_eq!(run(&constant.vjp(), &[1.0, 9.0]), [3.0, 0.0]);
    assert_eq!(run(&constant.jvp(), &[1.0, 9.0]), [3.0, 0.0]);
    let same_twice = trace(1, |x| vec![x[0], x[0]]).unwrap();
    assert_eq!(run(&same_twice.vjp(), &[1.0, 2.0, 3.0]), [1.0, 1.0, 5.0]);
    let unused = trace(3, |x| vec![x[1] * x[1]]).unwrap();
    assert_eq!(run(&unused.vjp(), &[f64::NAN, 2.0, f64::NAN, 1.0]), [4.0, 0.0, 4.0, 0.0]);
    assert_eq!(unused.vjp().inputs(), 4);
}

#[test]
fn special_values_go_the_way_of_ieee() {
    let graph =
        trace(2, |x| vec![x[0] / x[1], x[0].ln(), x[0] * Real::constant(0.0), x[0].max(x[1])])
            .unwrap();
    let y = run(&graph, &[-1.0, 0.0]);
    assert_eq!(y[0], f64::NEG_INFINITY);
    assert!(y[1].is_nan());
    for x in [[f64::NAN, 1.0], [1.0, f64::NAN]] {
        assert!(run(&graph, &x)[3].is_nan());
    }
    assert!(run(&graph, &[f64::INFINITY, 1.0])[2].is_nan(), "0 times infinity is not 0");
}

/// Chains of more than one block, in which rows, columns and numbers are repeated from wherever the block begins; in single
/// precision too.
#[test]
fn long_chains_equal_graphs() {
    for (rows, columns) in [(7, 100), (300, 3), (256, 1), (257, 2), (1, 600), (64, 4), (1000, 1)] {
        let inputs = Layout::unnamed([
            Shape::new(rows, columns),
            Shape::column(rows),
            Shape::row(columns),
            Shape::SCALAR,
        ])
        .unwrap();
        let graph = trace(&inputs, |v| {
            let inner = (v[0] * v[1] + v[2]).sin() * v[3] - v[0] / (v[1] * v[1] + v[2].exp());
            vec![inner, (inner * v[0]).sum_rows()]
        })
        .unwrap();
        // Entry by entry, with no array at all: what the chain should be.
        let entry =
            |x: f64, a: f64, b: f64, c: f64| (x * a + b).sin() * c - x / (a * a + Real::exp(b));
        let x: Vec<f64> = (0..graph.inputs()).map(|k| (0.37 * k as f64).sin() + 0.1).collect();
        let found = run(&graph, &x);
        let (a, b, c) = (rows * columns, rows * columns + rows, graph.inputs() - 1);
        for k in 0..rows * columns {
            assert_eq!(found[k], entry(x[k], x[a + k % rows], x[b + k / rows], x[c]));
        }
        for graph in [&graph, &graph.vjp(), &graph.jvp()] {
            let x: Vec<f64> = (0..graph.inputs()).map(|k| (0.37 * k as f64).sin() + 0.1).collect();
            assert_eq!(run(graph, &x), graph.evaluate(&x).unwrap(), "{rows} x {columns}");
            let single: Vec<f32> = x.iter().map(|&x| x as f32).collect();
            assert_eq!(run(graph, &single), graph.evaluate(&single).unwrap());
        }
    }
}
