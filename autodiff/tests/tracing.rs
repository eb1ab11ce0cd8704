//! What tracing tidies, and what it refuses.

use costate_autodiff::{Node, Primitive, Real, TraceError, Var, trace, trace_into};
use num_traits::{FromPrimitive, One, Zero};
use std::cell::Cell;

/// The operations of a traced function of two numbers.
fn operations(f: impl Fn(Var, Var) -> Var) -> Vec<Primitive> {
    let graph = trace(2, |x| vec![f(x[0], x[1])]).unwrap();
    let applied = |node: &Node| match *node {
        Node::Apply { primitive, .. } => Some(primitive),
        _ => None,
    };
    graph.nodes().iter().filter_map(applied).collect()
}

fn number(x: f64) -> Var {
    Var::constant(x)
}

#[test]
fn constants_fold() {
    assert_eq!(operations(|_, _| number(2.0).sqrt() * number(3.0) + number(1.0).exp()), []);
    assert_eq!(operations(|_, _| Var::select(number(-1.0), number(3.0), number(4.0)).powi(3)), []);
    let graph = trace(0, |_| vec![number(2.0).powf(0.5) / number(4.0)]).unwrap();
    assert_eq!(graph.evaluate::<f64>(&[]), Ok(vec![2.0_f64.powf(0.5) / 4.0]));
    // Outside of a trace a constant is as good a scalar as any.
    assert_eq!(number(2.0) * number(3.0), number(6.0));
}

#[test]
fn idle_operations_vanish_and_equal_ones_are_shared() {
    use Primitive::{Add, Exp, Mul, Neg, Sub};
    assert_eq!(operations(|x, _| (x + number(0.0)) * number(1.0) - number(0.0)), []);
    assert_eq!(operations(|x, _| number(1.0) * (number(0.0) + x) / number(1.0)), []);
    assert_eq!(operations(|x, _| x.powi(1).powf(1.0)), []);
    assert_eq!(operations(|x, y| (x + y).exp() * (y + x).exp()), [Add, Exp, Mul]);
    assert_eq!(operations(|x, y| (x - y) * (y - x)), [Sub, Sub, Mul]);
    assert_eq!(operations(|x, _| -(-x)), []);
    assert_eq!(operations(|x, y| x + (-y)), [Sub]);
    assert_eq!(operations(|x, y| x - (-y)), [Add]);
    assert_eq!(operations(|x, y| (-x) * (-y)), [Mul]);
    assert_eq!(operations(|x, y| (-x) * y), [Mul, Neg]);
    assert_eq!(operations(|x, y| y + (-x) * y), [Mul, Sub]);
    assert_eq!(operations(|x, _| x * number(-1.0)), [Neg]);
    assert_eq!(operations(|x, _| number(-1.0) * x), [Neg]);
    assert_eq!(operations(|x, _| x / number(-1.0)), [Neg]);
    // Zero times NaN is NaN: this one stays.
    assert_eq!(operations(|x, _| x * number(0.0)), [Mul]);
    assert_eq!(
        operations(|x, _| x.powi(3) + x.powi(4)),
        [Primitive::Powi(3), Primitive::Powi(4), Add]
    );
}

#[test]
fn values_of_two_traces_do_not_mix() {
    let leaked = Cell::new(number(0.0));
    trace(1, |x| {
        leaked.set(x[0]);
        vec![x[0]]
    })
    .unwrap();
    // A finished trace: as an operand, as an output, and alone.
    assert_eq!(trace(1, |x| vec![x[0] + leaked.get()]), Err(TraceError::Foreign));
    assert_eq!(trace(1, |_| vec![leaked.get()]), Err(TraceError::Foreign));
    assert_eq!(trace(1, |_| vec![leaked.get().exp() * number(2.0)]), Err(TraceError::Foreign));

    // A trace within a trace: both hear of it.
    let mut inner = None;
    let outer = trace(1, |x| {
        inner = Some(trace(1, |z| vec![x[0] * z[0]]).map(|_| ()));
        vec![x[0]]
    });
    assert_eq!(inner, Some(Err(TraceError::Foreign)));
    assert_eq!(outer, Err(TraceError::Foreign));

    // Kept apart, they nest.
    let outer = trace(1, |x| {
        let square = trace(1, |z| vec![z[0] * z[0]]).unwrap();
        square.vjp().evaluate(&[x[0], number(1.0)]).unwrap().split_off(1)
    })
    .unwrap();
    assert_eq!(outer.evaluate(&[3.0]), Ok(vec![6.0]));

    // Another thread.
    let threaded = trace(1, |x| {
        let x = x[0];
        vec![std::thread::spawn(move || x.sin()).join().unwrap()]
    });
    assert_eq!(threaded, Err(TraceError::Foreign));
}

/// An unused fault does no harm to the result, but says that something is wrong with the function: it stays an error.
#[test]
fn faults_are_kept_even_if_unused() {
    let leaked = Cell::new(number(0.0));
    let _ = trace(1, |x| {
        leaked.set(x[0]);
        vec![]
    });
    let unused = trace(1, |x| {
        let _ = x[0] * leaked.get();
        vec![x[0]]
    });
    assert_eq!(unused, Err(TraceError::Foreign));
}

#[test]
fn comparing_traced_values_is_an_error() {
    fn branching<R: Real + PartialEq>(x: R) -> R {
        if x == R::constant(0.0) { R::constant(1.0) } else { x.sin() / x }
    }
    assert_eq!(branching(0.0), 1.0);
    let error = trace(1, |x| vec![branching(x[0])]).unwrap_err();
    assert_eq!(error, TraceError::Compared);
    assert!(error.to_string().contains("select"));
    assert_eq!(
        trace(1, |x| vec![if x[0].is_zero() { x[0] } else { -x[0] }]),
        Err(TraceError::Compared)
    );
    assert!(trace(1, |x| vec![if Var::zero() == Var::one() { -x[0] } else { x[0] }]).is_ok());
    assert_eq!(Var::from_f64(f64::MAX), Some(number(f64::MAX)));
}

#[test]
fn every_output_must_be_written() {
    assert_eq!(
        trace_into(1, 3, |x, y| y[..2].fill(x[0])),
        Err(TraceError::Unwritten { output: 2 })
    );
    assert_eq!(trace_into(1, 1, |x, y| y[0] += x[0]), Err(TraceError::Unwritten { output: 0 }));
    assert!(trace_into(1, 0, |_, _| ()).is_ok());
    // Read by a comparison, it hides a branch.
    let branching = trace_into(1, 1, |x, y| {
        y[0] = if y[0] == number(0.0) { x[0] } else { -x[0] };
    });
    assert_eq!(branching, Err(TraceError::Unwritten { output: 0 }));
    // And so does a value of another trace.
    let leaked = Cell::new(number(0.0));
    let _ = trace(1, |x| {
        leaked.set(x[0]);
        vec![]
    });
    let branching = trace(1, |x| vec![if leaked.get() == number(0.0) { x[0] } else { -x[0] }]);
    assert_eq!(branching, Err(TraceError::Foreign));
}

/// A panic in the traced function leaves nothing behind.
#[test]
fn a_panic_ends_its_trace() {
    let caught = std::panic::catch_unwind(|| trace(1, |_| panic!("in the function")));
    assert!(caught.is_err());
    assert_eq!(trace(1, |x| vec![x[0]]).unwrap().evaluate(&[2.0]), Ok(vec![2.0]));
}

#[test]
fn graphs_and_programs_print_as_formulas() {
    let graph =
        trace(2, |x| vec![x[0].powi(3) * number(2.0) - Var::select(x[1], x[0].sin(), -x[1])])
            .unwrap();
    let printed = "\
graph: 2 inputs, 1 output, 6 operations
  %2 = x0^3
  %4 = %2 * 2
  %5 = sin(x0)
  %6 = -x1
  %7 = select(x1, %5, %6)
  %8 = %4 - %7
  y0 = %8
";
    assert_eq!(graph.to_string(), printed);
}
