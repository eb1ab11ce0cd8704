//! What is said of shapes that do not fit, of names, and of numbers that are not finite; arrays without entries.

use costate_autodiff::{
    ArgumentError, Axis, CheckedError, Layout, LayoutError, Program, Real, Shape, TraceError, Var,
    trace,
};

fn layout() -> Layout {
    Layout::new([("W", Shape::new(3, 4)), ("x", Shape::new(4, 2)), ("b", Shape::column(3))])
        .unwrap()
}

/// The message of a trace that fails.
fn fault(f: impl Fn(&[Var]) -> Var) -> String {
    trace(layout(), |v| vec![f(v)]).unwrap_err().to_string()
}

/// Operation, both shapes, names, the line of the caller and what to do.
#[test]
fn mismatches_are_reported_where_they_were_made() {
    let line = line!() + 1;
    let message = fault(|v| v[1].matmul(v[0]));
    assert_eq!(
        message,
        format!(
            "matrix product of `x` and `W` at {}:{line}:34: shapes 4x2 and 3x4 do not go together; a product needs as many \
             columns on the left as rows on the right, after transposing",
            file!()
        )
    );
    let sum = fault(|v| v[0].matmul(v[1]).named("hidden") + v[1]);
    assert!(sum.starts_with("add of `hidden` and `x` at "), "{sum}");
    assert!(sum.contains("shapes 3x2 and 4x2") && sum.contains("agree, or be 1"), "{sum}");
    assert!(fault(|v| v[0].matmul(v[1]) - v[1]).starts_with("sub of `%3` and `x`"));
    assert!(fault(|v| v[0].max(v[1])).starts_with(&format!("max of `W` and `x` at {}:", file!())));
    assert!(fault(|v| Var::select(v[0], v[1], v[2])).contains("3x4 and 4x2 and 3x1"));
    assert!(fault(|v| v[0].broadcast(Shape::new(3, 5))).starts_with("broadcast to 3x5 of `W`"));
    assert!(fault(|v| v[0].reshape(Shape::new(5, 2))).contains("reshape to 5x2"));
    assert!(fault(|v| v[0].rows(1..4)).starts_with("slice of rows 1..4 of `W`"));
    assert!(fault(|v| v[0].slice(Axis::Columns, usize::MAX, 2)).contains("within the whole"));
    assert!(fault(|v| v[0].pad(Axis::Rows, 1, 3)).contains("padding of rows"));
    assert!(fault(|v| Var::concat(Axis::Rows, v)).contains("concatenation of rows"));
    assert!(fault(|v| v[0].dot(v[1])).starts_with("mul of `W` and `x`"));
    assert!(fault(|v| v[0].softmax().matmul(v[0])).contains("3x4 and 3x4"));
    let array = fault(|_| Var::array(Shape::new(2, 2), &[1.0]));
    assert!(array.contains("2x2") && array.contains("1 entries") && array.contains("4"), "{array}");
    // Also in code that is generic over scalars, and by assignment.
    fn generic<R: Real>(a: R, mut b: R) -> R {
        b *= a;
        b
    }
    let here = fault(|v| generic(v[0], v[1]));
    assert!(here.contains(&format!("{}:{}:", file!(), line!() - 4)), "{here}");
}

/// The first is told; what follows from it is not.
#[test]
fn the_first_fault_counts() {
    let message = fault(|v| {
        let wrong = v[0] + v[1];
        (wrong.exp().matmul(v[0]) + v[2]).named("later")
    });
    assert!(message.starts_with("add of `W` and `x`"), "{message}");
    // Even if nothing hangs on it.
    let unused = fault(|v| {
        let _ = v[1].matmul(v[0]);
        v[0]
    });
    assert!(unused.starts_with("matrix product"), "{unused}");
    // A value of a trace that failed is foreign elsewhere.
    let mut leaked = Var::constant(0.0);
    let failed = trace(layout(), |v| {
        leaked = v[0] + v[1];
        vec![]
    });
    assert!(matches!(failed, Err(TraceError::Shapes { .. })));
    assert_eq!(trace(1, |x| vec![x[0] + leaked]), Err(TraceError::Foreign));
    assert_eq!(leaked.shape(), Shape::SCALAR);
    // Arrays belong to a trace.
    let lonely = Var::array(Shape::column(2), &[1.0, 2.0]);
    assert_eq!(trace(1, |x| vec![x[0] * lonely]), Err(TraceError::Foreign));
}

#[test]
fn layouts_say_what_is_wrong() {
    let layout = layout();
    assert_eq!(layout.len(), 12 + 8 + 3);
    let mut flat = vec![0.0; 23];
    layout.view_mut("b", &mut flat).unwrap().fill(1.0);
    assert_eq!(layout.view("b", &flat).unwrap(), [1.0; 3]);
    assert_eq!(flat[..20], [0.0; 20]);
    let unknown = layout.view("c", &flat).unwrap_err();
    assert_eq!(unknown.to_string(), "there is no array named `c`; there are: W, x, b");
    let length = layout.view("b", &flat[1..]).unwrap_err();
    assert_eq!(length, LayoutError::Length { expected: 23, found: 22 });
    let twice = layout.clone().and(&layout).unwrap_err();
    assert!(twice.to_string().contains("two arrays named `W`"));
    let huge = Layout::unnamed([Shape::new(usize::MAX, 2)]).unwrap_err();
    assert!(huge.to_string().contains("up to `x0`"), "{huge}");
    let nameless = Layout::from(2).entry("").unwrap_err();
    assert!(nameless.to_string().contains("none with a name"), "{nameless}");
    let huge = Layout::unnamed([Shape::column(usize::MAX), Shape::SCALAR]).unwrap_err();
    assert!(matches!(huge, LayoutError::TooLarge { .. }));
    assert!(Layout::unnamed([Shape::SCALAR, Shape::SCALAR]).is_ok());
    assert!(Layout::default().is_empty());
}

/// Names that are made up never meet given ones.
#[test]
fn made_up_names_are_not_taken() {
    let inputs = Layout::new([("x1", Shape::SCALAR), ("", Shape::SCALAR), ("w0", Shape::SCALAR)]);
    let graph = trace(inputs.unwrap(), |v| vec![v[0] - v[1]]).unwrap();
    assert!(graph.to_string().contains("x1 - x1'"), "{graph}");
    assert!(graph.vjp().to_string().contains("w0'"), "{}", graph.vjp());
}

/// Shapes that no memory can hold are refused where they are made, and nothing loops over what is not there.
#[test]
fn impossible_shapes_are_refused() {
    const M: usize = usize::MAX;
    let refused = |shape: Shape, f: fn(Var) -> Var| {
        let error = trace(Layout::unnamed([shape]).unwrap(), |v| vec![f(v[0])]).unwrap_err();
        assert!(error.to_string().contains("fit into memory"), "{error}");
    };
    refused(Shape::SCALAR, |x| x.broadcast(Shape::new(M, 2)).sum());
    refused(Shape::new(M, 0), |x| x.sum_columns());
    refused(Shape::new(M, 0), |x| x.product(x, false, true));
    let tall = Layout::unnamed([Shape::new(M / 16, 1)]);
    assert!(matches!(tall, Err(LayoutError::TooLarge { .. })));
    // As long a direction as there is, without entries.
    let empty = Layout::unnamed([Shape::new(M, 0)]).unwrap();
    let graph = trace(&empty, |x| {
        vec![
            x[0].transpose().tanh().sum(),
            x[0].rows(0..2),
            x[0].sum(),
            x[0].transpose().sum_columns(),
        ]
    })
    .unwrap();
    assert_eq!(graph.evaluate::<f64>(&[]), Ok(vec![0.0; 2]));
    let mut y = [1.0; 2];
    Program::<f64>::compile(&graph).run(&[], &mut [&mut y]).unwrap();
    assert_eq!(y, [0.0; 2]);
    let message = fault(|v| v[0].reshape(Shape::new(M, 3)));
    assert!(message.contains("as many entries"), "{message}");
    #[allow(clippy::reversed_empty_ranges)]
    let backwards = fault(|v| v[0].rows(3..1));
    assert!(backwards.starts_with("slice of rows from 3 backwards of `W`"), "{backwards}");
}

/// An input keeps the name that the caller gave it.
#[test]
fn a_graph_applied_does_not_rename() {
    let square = trace(1, |x| vec![x[0].named("inner") * x[0]]).unwrap();
    let inputs = Layout::new([("theta", Shape::SCALAR)]).unwrap();
    let message = trace(&inputs, |v| {
        let y = square.apply(v).unwrap_or_default()[0];
        vec![y, v[0].named("outer").rows(0..2)]
    });
    assert!(message.unwrap_err().to_string().contains("`outer`"));
    let graph = trace(&inputs, |v| square.apply(v).unwrap_or_default()).unwrap();
    assert_eq!(graph.name(0), Some("theta"));
}

/// A graph applied to what it is not made for.
#[test]
fn a_graph_takes_its_own_shapes_only() {
    let square =
        trace(Layout::unnamed([Shape::column(2)]).unwrap(), |x| vec![x[0] * x[0]]).unwrap();
    let checked = |f: fn(&[Var]) -> Vec<Var>| {
        let mut result = Ok(vec![]);
        trace(layout(), |v| {
            result = square.apply(&f(v));
            vec![]
        })
        .unwrap();
        result.map(|_| ())
    };
    let expected = Some(Shape::column(2));
    assert_eq!(checked(|v| vec![v[2].rows(0..2)]), Ok(()));
    let wrong = ArgumentError { index: 0, expected, found: Some(Shape::column(3)) };
    assert_eq!(checked(|v| vec![v[2]]), Err(wrong));
    assert_eq!(wrong.to_string(), "argument 0 of the graph should be 2x1 and is 3x1");
    assert_eq!(checked(|_| vec![]), Err(ArgumentError { index: 0, expected, found: None }));
    let surplus = checked(|v| vec![v[2].rows(0..2), v[2]]);
    assert_eq!(surplus.unwrap_err().expected, None);
}

/// Division by zero and logarithms of negatives go the way of IEEE; the checked mode says where it began.
#[test]
fn the_first_line_that_is_not_finite_is_named() {
    let graph = trace(layout(), |v| {
        let product = v[0].matmul(v[1]);
        let ratio = (product / v[2]).named("ratio");
        vec![ratio.ln().tanh(), v[0].sum()]
    })
    .unwrap();
    let mut x = vec![1.0; 23];
    let mut y = vec![f64::NAN; 7];
    let mut program = Program::<f64>::compile(&graph);
    program.run_checked(&[&x], &mut [&mut y]).unwrap();
    assert_eq!(y, graph.evaluate(&x).unwrap());
    let mut message = |x: &[f64]| {
        let mut untouched = [7.0; 7];
        program.run(&[x], &mut [&mut y]).unwrap();
        let error = program.run_checked(&[x], &mut [&mut untouched]).unwrap_err();
        assert_eq!(untouched, [7.0; 7]);
        error.to_string()
    };
    x[21] = 0.0;
    assert_eq!(message(&x), "line %5 is not finite: `ratio = %3 / %4` gave inf at row 1, column 0");
    x[21] = -1.0;
    assert_eq!(message(&x), "line %6 is not finite: `ln(%5)` gave NaN at row 1, column 0");
    x[5] = f64::NEG_INFINITY;
    assert_eq!(message(&x), "line %0 is not finite: `W` gave -inf at row 2, column 1");
    let short = program.run_checked(&[&x[1..]], &mut [&mut [0.0; 7]]).unwrap_err();
    assert!(matches!(short, CheckedError::Dimension(_)));
}

/// No rows, no columns, neither: everything works, and sums of nothing are 0.
#[test]
fn arrays_without_entries_work() {
    for (rows, columns) in [(0, 3), (3, 0), (0, 0)] {
        let inputs = Layout::unnamed([Shape::new(rows, columns), Shape::SCALAR]).unwrap();
        let graph = trace(&inputs, |v| {
            let a = (v[0].exp() * v[1] + v[0]).tanh();
            let joined = Var::concat(Axis::Rows, &[a, a, v[0].rows(0..0)]);
            vec![
                a,
                a.sum(),
                a.sum_rows(),
                a.sum_columns(),
                a.transpose().matmul(a),
                a.product(a, false, true),
                joined,
                a.pad(Axis::Columns, 1, columns + 2),
                a.reshape(Shape::new(columns, rows)),
                a.columns(0..0),
                a.max_rows(),
                v[1],
            ]
        })
        .unwrap();
        for graph in [&graph, &graph.vjp(), &graph.jvp(), &graph.vjp().vjp(), &graph.jacobian()] {
            let x = vec![0.5; graph.inputs()];
            let mut y = vec![1.0; graph.outputs()];
            Program::<f64>::compile(graph).run(&[&x], &mut [&mut y]).unwrap();
            let expected = graph.evaluate(&x).unwrap();
            // Second derivatives may be NaN here, in both.
            let same = |(a, b): (&f64, &f64)| a == b || (a.is_nan() && b.is_nan());
            assert!(
                y.len() == expected.len() && y.iter().zip(&expected).all(same),
                "{rows} x {columns}"
            );
            assert!(!Program::<f64>::compile(graph).to_string().is_empty());
        }
    }
}

/// Inputs, constants, broadcasts and repeated values as outputs.
#[test]
fn any_node_may_be_an_output() {
    let graph = trace(layout(), |v| {
        let constant = Var::array(Shape::new(1, 2), &[3.0, 4.0]);
        let wide = v[2].broadcast(Shape::new(3, 2));
        vec![v[2], constant, constant.transpose(), wide, wide * v[2], v[2], Var::constant(5.0)]
    })
    .unwrap();
    let x: Vec<f64> = (0..23).map(f64::from).collect();
    let mut y = vec![f64::NAN; graph.outputs()];
    Program::<f64>::compile(&graph).run(&[&x], &mut [&mut y]).unwrap();
    let b = [20.0, 21.0, 22.0];
    let squares = b.map(|b| b * b);
    let parts: [&[f64]; 9] = [&b, &[3.0, 4.0], &[3.0, 4.0], &b, &b, &squares, &squares, &b, &[5.0]];
    assert_eq!(y, parts.concat());
}

/// A student can follow what is printed.
#[test]
fn graphs_and_programs_of_arrays_print_with_shapes() {
    let graph = trace(layout(), |v| {
        vec![(v[0].matmul(v[1]) + v[2]).named("before").tanh(), v[0].sum_rows()]
    })
    .unwrap();
    assert_eq!(
        graph.to_string(),
        "\
graph: 3 inputs (W 3x4, x 4x2, b 3x1), 2 outputs, 5 operations
  %3 = W @ x : 3x2
  %4 = broadcast(b, 3x2) : 3x2
  %5 = %3 + %4 : 3x2 (before)
  %6 = tanh(%5) : 3x2
  %7 = sum_rows(W) : 1x4
  y0 = %6
  y1 = %7
"
    );
    let program = Program::<f32>::compile(&graph);
    assert_eq!(
        program.to_string(),
        "\
program: 3 inputs (W 3x4, x 4x2, b 3x1), 2 outputs, 3 steps, 3 buffers
  1  #0 = W @ x : 3x2
  2  #1 = sum_rows(W) : 1x4
  3  entry by entry over 3x2:
       r1 = #0 + b
       #2 = tanh(r1)
  y0 = #2 : 3x2
  y1 = #1 : 1x4
a run: 72 flops, 228 bytes moved, 112 bytes held
"
    );
    // 2 x 12 x 2 of the product, 12 of the sum, 2 x 6 entry by entry.
    assert_eq!(program.flops(), 48 + 12 + 12);
    // Product: 12 + 8 in, 6 out; sum: 12 in, 4 out; chain: 6 and 3 of the bias in, 6 out.
    assert_eq!(program.traffic(), 4 * (26 + 16 + 15));
}

/// Constants that meet fold when the program is built: nothing is left to run.
#[test]
fn constants_fold_in_programs() {
    let graph = trace(0, |_| {
        let a = Var::array(Shape::new(2, 2), &[1.0, 2.0, 3.0, 4.0]);
        vec![a.matmul(a).transpose().sum_rows() + a.rows(0..1)]
    })
    .unwrap();
    let mut program = Program::<f64>::compile(&graph);
    assert_eq!(program.instructions(), 0);
    let mut y = [0.0; 2];
    program.run(&[], &mut [&mut y]).unwrap();
    // A^2 = [[7, 15], [10, 22]], its transpose has the column sums 22 and 32; plus the row (1, 3).
    assert_eq!(y, [23.0, 35.0]);
    // Also where a number meets an array; and what went into others is not held.
    let graph = trace(1, |x| {
        let a = Var::array(Shape::column(100), &[0.5; 100]);
        vec![(a * Var::constant(2.0)).exp().sum() * x[0]]
    })
    .unwrap();
    let program = Program::<f64>::compile(&graph);
    assert_eq!((program.instructions(), program.flops()), (1, 1));
    assert!(program.registers() <= 3, "{program}");
}

/// What is written down is tidied: transposes go into products, broadcasts and reshapes of theirs collapse.
#[test]
fn array_operations_are_tidied() {
    let operations = |f: fn(&[Var]) -> Var| trace(layout(), |v| vec![f(v)]).unwrap().operations();
    assert_eq!(operations(|v| v[0].transpose().transpose()), 0);
    assert_eq!(operations(|v| v[1].transpose().matmul(v[0].transpose())), 1);
    assert_eq!(operations(|v| v[0].reshape(Shape::column(12)).reshape(Shape::new(3, 4))), 0);
    assert_eq!(operations(|v| v[0].reshape(Shape::column(12)).reshape(Shape::row(12))), 1);
    assert_eq!(operations(|v| v[2].broadcast(Shape::new(3, 1)).rows(0..3).sum_columns()), 0);
    assert_eq!(operations(|v| v[0] * Var::constant(1.0).broadcast(Shape::new(3, 4))), 0);
    assert_eq!(operations(|v| v[0] - Var::constant(0.0)), 0);
    // A product with a number that is not idle: the number, stretched, and the product.
    assert_eq!(operations(|v| v[0].scale(2.0)), 2);
    assert_eq!(operations(|v| v[2] + v[2].broadcast(Shape::new(3, 2))), 2);
}
