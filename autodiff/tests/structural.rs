//! Primitives that move entries or add them up: what they compute, against loops over rows and columns, and their rules.

use costate_autodiff::strategies::{directions, shapes, values};
use costate_autodiff::{Axis, Graph, Layout, Node, Primitive, Program, Shape, Var, laws, trace};
use proptest::prelude::*;

/// A matrix as a function of row and column.
#[derive(Clone)]
struct Table {
    shape: Shape,
    entries: Vec<f64>,
}

impl Table {
    fn at(&self, i: usize, j: usize) -> f64 {
        self.entries[j * self.shape.rows + i]
    }

    fn new(shape: Shape, f: impl Fn(usize, usize) -> f64) -> Table {
        let places = (0..shape.columns).flat_map(|j| (0..shape.rows).map(move |i| (i, j)));
        Table { shape, entries: places.map(|(i, j)| f(i, j)).collect() }
    }
}

fn graph(inputs: &[&Table], f: impl FnOnce(&[Var]) -> Var) -> Graph {
    let layout = Layout::unnamed(inputs.iter().map(|input| input.shape)).unwrap();
    trace(&layout, |x| vec![f(x)]).unwrap()
}

fn contains(graph: &Graph, primitive: Primitive) -> bool {
    let is = |node: &Node| matches!(node, Node::Apply { primitive: p, .. } if *p == primitive);
    graph.nodes().iter().any(is)
}

/// The graph gives the expected matrix, node by node and as a program, and its rules obey the law. Sums of up to 16
/// numbers or 5 products of numbers up to 3, in another order: on either side at most 16 roundings of a sum of at most 48.
fn check(
    graph: &Graph,
    inputs: &[&Table],
    expected: &Table,
    directions: &[f64],
) -> Result<(), TestCaseError> {
    let x: Vec<f64> = inputs.iter().flat_map(|input| input.entries.iter().copied()).collect();
    prop_assert_eq!(graph.output_shapes(), vec![expected.shape]);
    let found = graph.evaluate(&x).unwrap();
    let mut ran = vec![f64::NAN; found.len()];
    Program::compile(graph).run(&[&x], &mut [&mut ran]).unwrap();
    prop_assert_eq!(&ran, &found);
    for (a, b) in found.iter().zip(&expected.entries) {
        prop_assert!((a - b).abs() <= 2.0 * 48.0 * 16.0 * f64::EPSILON, "{a} and {b}");
    }
    // Where contributions cancel, the law's bound is none. Then what is left: each product is a sum of up to 48 terms of up to
    // 3 x 2, each inner product one of up to 48 of those times 2, and either rounds as often as it has terms.
    let (v, w) = (&directions[..x.len()], &directions[directions.len() - found.len()..]);
    let slack = 2.0 * 48.0 * (48.0 * 12.0) * f64::EPSILON;
    match laws::check_vjp(graph, &x, v, w) {
        Err(laws::LawError::Transpose { forward, backward, .. }) => {
            prop_assert!((forward - backward).abs() <= slack, "{forward} and {backward}")
        }
        Err(laws::LawError::Derivative { error, .. }) => prop_assert!(error <= slack, "{error}"),
        other => prop_assert_eq!(other, Ok(())),
    }
    Ok(())
}

fn table(shape: Shape) -> impl Strategy<Value = Table> {
    values(shape.len()).prop_map(move |entries| Table { shape, entries })
}

impl core::fmt::Debug for Table {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: {:?}", self.shape, self.entries)
    }
}

/// Any table, those without entries included.
fn tables() -> impl Strategy<Value = Table> {
    shapes(0..=4).prop_flat_map(table)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn product((a, b, l, r) in (0..=4_usize, 0..=5_usize, 0..=4_usize, any::<bool>(), any::<bool>()).prop_flat_map(|(m, k, n, l, r)| {
        let left = if l { Shape::new(k, m) } else { Shape::new(m, k) };
        let right = if r { Shape::new(n, k) } else { Shape::new(k, n) };
        (table(left), table(right), Just(l), Just(r))
    }), d in directions()) {
        let graph = graph(&[&a, &b], |x| x[0].product(x[1], l, r));
        prop_assert!(contains(&graph, Primitive::Product(l, r)));
        let left = |i, k| if l { a.at(k, i) } else { a.at(i, k) };
        let right = |k, j| if r { b.at(j, k) } else { b.at(k, j) };
        let (m, k) = if l { (a.shape.columns, a.shape.rows) } else { (a.shape.rows, a.shape.columns) };
        let n = if r { b.shape.rows } else { b.shape.columns };
        let expected = Table::new(Shape::new(m, n), |i, j| (0..k).map(|k| left(i, k) * right(k, j)).sum());
        check(&graph, &[&a, &b], &expected, &d)?;
    }

    #[test]
    fn transpose(a in tables(), d in directions()) {
        let expected = Table::new(a.shape.transposed(), |i, j| a.at(j, i));
        check(&graph(&[&a], |x| x[0].transpose()), &[&a], &expected, &d)?;
    }

    #[test]
    fn sums(a in tables(), d in directions()) {
        let Shape { rows, columns } = a.shape;
        let by_column = Table::new(Shape::row(columns), |_, j| (0..rows).map(|i| a.at(i, j)).sum());
        check(&graph(&[&a], |x| x[0].sum_rows()), &[&a], &by_column, &d)?;
        let by_row = Table::new(Shape::column(rows), |i, _| (0..columns).map(|j| a.at(i, j)).sum());
        check(&graph(&[&a], |x| x[0].sum_columns()), &[&a], &by_row, &d)?;
        let all = Table::new(Shape::SCALAR, |_, _| a.entries.iter().sum());
        check(&graph(&[&a], |x| x[0].sum()), &[&a], &all, &d)?;
    }

    /// By itself, and where a smaller array meets a larger one.
    #[test]
    fn broadcast(b in tables(), rows: bool, columns: bool, seed in values(16), d in directions()) {
        let small = Shape::new(if rows { 1 } else { b.shape.rows }, if columns { 1 } else { b.shape.columns });
        let a = Table { shape: small, entries: seed[..small.len()].to_vec() };
        let at = |i, j| a.at(if rows { 0 } else { i }, if columns { 0 } else { j });
        let to = b.shape;
        check(&graph(&[&a], |x| x[0].broadcast(to)), &[&a], &Table::new(to, at), &d)?;
        let product = Table::new(to, |i, j| at(i, j) * b.at(i, j));
        check(&graph(&[&a, &b], |x| x[0] * x[1]), &[&a, &b], &product, &d)?;
    }

    #[test]
    fn concat((a, b) in (shapes(0..=4), 0..=4_usize).prop_flat_map(|(shape, rows)| {
        (table(shape), table(Shape::new(rows, shape.columns)))
    }), d in directions()) {
        let rows = a.shape.rows;
        let joined = Table::new(Shape::new(rows + b.shape.rows, a.shape.columns), |i, j| {
            if i < rows { a.at(i, j) } else { b.at(i - rows, j) }
        });
        check(&graph(&[&a, &b], |x| Var::concat(Axis::Rows, x)), &[&a, &b], &joined, &d)?;
        // Along the other axis: the same of the transposes.
        let turned = Table::new(joined.shape.transposed(), |i, j| joined.at(j, i));
        let f = |x: &[Var]| Var::concat(Axis::Columns, &[x[0].transpose(), x[1].transpose()]);
        check(&graph(&[&a, &b], f), &[&a, &b], &turned, &d)?;
    }

    #[test]
    fn slice_and_pad((a, start, length) in tables().prop_flat_map(|a| {
        let rows = a.shape.rows;
        (Just(a), 0..=rows).prop_flat_map(move |(a, start)| (Just(a), Just(start), 0..=rows - start))
    }), before in 0..3_usize, after in 0..3_usize, d in directions()) {
        let Shape { rows, columns } = a.shape;
        let part = Table::new(Shape::new(length, columns), |i, j| a.at(start + i, j));
        check(&graph(&[&a], |x| x[0].rows(start..start + length)), &[&a], &part, &d)?;
        let turned = Table::new(part.shape.transposed(), |i, j| part.at(j, i));
        let f = |x: &[Var]| x[0].transpose().columns(start..start + length);
        check(&graph(&[&a], f), &[&a], &turned, &d)?;
        let extent = before + rows + after;
        let padded = Table::new(Shape::new(extent, columns), |i, j| {
            if (before..before + rows).contains(&i) { a.at(i - before, j) } else { 0.0 }
        });
        check(&graph(&[&a], |x| x[0].pad(Axis::Rows, before, extent)), &[&a], &padded, &d)?;
        let turned = Table::new(padded.shape.transposed(), |i, j| padded.at(j, i));
        let f = |x: &[Var]| x[0].transpose().pad(Axis::Columns, before, extent);
        check(&graph(&[&a], f), &[&a], &turned, &d)?;
    }

    #[test]
    fn reshape(a in tables(), d in directions()) {
        let flat = Table { shape: Shape::row(a.shape.len()), entries: a.entries.clone() };
        check(&graph(&[&a], |x| x[0].reshape(flat.shape)), &[&a], &flat, &d)?;
        let back = Table { shape: a.shape, entries: a.entries.clone() };
        check(&graph(&[&a], |x| x[0].reshape(flat.shape).reshape(a.shape)), &[&a], &back, &d)?;
    }

    /// `ln(sum of exp)` and what hangs on it, against the sums themselves; and shifted far out, where those overflow.
    #[test]
    fn logsumexp_and_softmax(a in shapes(1..=4).prop_flat_map(table), shift in -5.0..5.0_f64, w in directions()) {
        let Shape { rows, columns } = a.shape;
        let far = shift * 1000.0;
        let layout = Layout::unnamed([a.shape]).unwrap();
        let both = trace(&layout, |x| vec![x[0].logsumexp(), x[0].softmax(), x[0].max_rows(), x[0].dot(x[0])]).unwrap();
        let shifted: Vec<f64> = a.entries.iter().map(|x| x + far).collect();
        let (near, away) = (both.evaluate(&a.entries).unwrap(), both.evaluate(&shifted).unwrap());
        for j in 0..columns {
            let sum: f64 = (0..rows).map(|i| a.at(i, j).exp()).sum();
            // exp and ln to 2 units each and a sum of 4; the logarithm is at least that of e^-3 and at most 5.
            prop_assert!((near[j] - sum.ln()).abs() <= 100.0 * f64::EPSILON);
            // The shift rounds every entry to a unit of 5000.
            prop_assert!((away[j] - (sum.ln() + far)).abs() <= 4.0 * 5000.0 * f64::EPSILON);
            let largest = (0..rows).map(|i| a.at(i, j)).fold(f64::MIN, f64::max);
            prop_assert_eq!(near[columns + a.shape.len() + j], largest);
            for i in 0..rows {
                let share = a.at(i, j).exp() / sum;
                let k = columns + j * rows + i;
                prop_assert!((near[k] - share).abs() <= 20.0 * f64::EPSILON);
                prop_assert!((away[k] - share).abs() <= 4.0 * 5000.0 * f64::EPSILON);
            }
        }
        // The gradient of one is the other, whose own is s (w - s . w) in each column. Four entries: a few roundings each.
        let pulled = |output: usize, w: &[f64]| {
            let only = both.select_outputs(&[output]).unwrap();
            let all = only.vjp().evaluate(&[&a.entries[..], w].concat()).unwrap();
            all[only.outputs()..].to_vec()
        };
        let (of_sum, of_shares) = (pulled(0, &w[..columns]), pulled(1, &w[..a.shape.len()]));
        for j in 0..columns {
            let share = |i: usize| near[columns + j * rows + i];
            let mean: f64 = (0..rows).map(|i| share(i) * w[j * rows + i]).sum();
            for i in 0..rows {
                let k = j * rows + i;
                prop_assert!((of_sum[k] - share(i) * w[j]).abs() <= 80.0 * f64::EPSILON);
                prop_assert!((of_shares[k] - share(i) * (w[k] - mean)).abs() <= 160.0 * f64::EPSILON);
            }
        }
        let square: f64 = a.entries.iter().map(|x| x * x).sum();
        prop_assert!((near.last().unwrap() - square).abs() <= 16.0 * f64::EPSILON * square);
    }
}

/// Products of many tiles, each operand as it is or transposed, node by node and as a program, to the last digit the same; they
/// differ from sums in the order of rows by at most k roundings of the sum of magnitudes, twice.
#[test]
fn large_products() {
    for (m, k, n) in [(40, 30, 20), (64, 3, 64), (17, 200, 3), (1, 5000, 1), (300, 2, 300)] {
        for (l, r) in [(false, false), (false, true), (true, false), (true, true)] {
            let left = if l { Shape::new(k, m) } else { Shape::new(m, k) };
            let right = if r { Shape::new(n, k) } else { Shape::new(k, n) };
            let a = Table::new(left, |i, j| f64::sin((7 * i + 13 * j) as f64));
            let b = Table::new(right, |i, j| f64::cos((5 * i + 3 * j) as f64));
            let graph = graph(&[&a, &b], |x| x[0].product(x[1], l, r));
            let mut found = vec![f64::NAN; m * n];
            let mut program = Program::<f64>::compile(&graph);
            program.run(&[&a.entries, &b.entries], &mut [&mut found]).unwrap();
            let x = [&a.entries[..], &b.entries].concat();
            assert_eq!(found, graph.evaluate(&x).unwrap());
            let mut single = vec![f32::NAN; m * n];
            let to_single = |x: &[f64]| x.iter().map(|&x| x as f32).collect::<Vec<_>>();
            let (a32, b32) = (to_single(&a.entries), to_single(&b.entries));
            Program::<f32>::compile(&graph).run(&[&a32, &b32], &mut [&mut single]).unwrap();
            for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
                let terms = (0..k).map(|k| {
                    (if l { a.at(k, i) } else { a.at(i, k) })
                        * (if r { b.at(j, k) } else { b.at(k, j) })
                });
                let size: f64 = terms.clone().map(f64::abs).sum();
                let exact: f64 = terms.sum();
                let bound = 2.0 * k as f64 * f64::EPSILON * size;
                assert!((found[j * m + i] - exact).abs() <= bound, "{m} {k} {n} {l} {r}");
                // Entries are rounded to f32 first: three roundings a term more.
                let bound = (2.0 * k as f64 + 3.0) * f64::from(f32::EPSILON) * size;
                assert!(
                    (f64::from(single[j * m + i]) - exact).abs() <= bound,
                    "{m} {k} {n} {l} {r}"
                );
            }
        }
    }
}
