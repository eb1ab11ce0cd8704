//! What neural differential equations ask of derivatives: fields that are gradients, divergences that are differentiated.

use costate_autodiff::{
    DerivativeError, Dual, Graph, Layout, Program, Real, Shape, Var, laws, trace,
};
use proptest::prelude::*;

const N: usize = 3;
const HIDDEN: usize = 5;
const BATCH: usize = 4;

/// `W2 tanh(W1 x + b1) + b2`, over any scalar, for one point: the reference that knows no arrays. Parameters as in [`weights`].
fn mlp<R: Real>(x: &[R], p: &[R], outputs: usize) -> Vec<R> {
    let (w1, rest) = p.split_at(HIDDEN * x.len());
    let (b1, rest) = rest.split_at(HIDDEN);
    let (w2, b2) = rest.split_at(outputs * HIDDEN);
    let mut y = b2.to_vec();
    for h in 0..HIDDEN {
        let u = (0..x.len()).fold(b1[h], |u, j| u + w1[j * HIDDEN + h] * x[j]).tanh();
        (0..outputs).for_each(|i| y[i] += w2[h * outputs + i] * u);
    }
    y
}

fn weights(inputs: usize, outputs: usize) -> Layout {
    Layout::new([
        ("W1", Shape::new(HIDDEN, inputs)),
        ("b1", Shape::column(HIDDEN)),
        ("W2", Shape::new(outputs, HIDDEN)),
        ("b2", Shape::column(outputs)),
    ])
    .unwrap()
}

/// The same on a batch, as arrays: inputs (x, W1, b1, W2, b2).
fn traced_mlp(v: &[Var]) -> Var {
    v[3].matmul((v[1].matmul(v[0]) + v[2]).tanh()) + v[4]
}

fn with_batch(inputs: usize, outputs: usize) -> Layout {
    Layout::new([("x", Shape::new(inputs, BATCH))]).unwrap().and(&weights(inputs, outputs)).unwrap()
}

/// The field of a Hamiltonian net: `(q, p)' = (dH/dp, -dH/dq)` with H an MLP of 2 N numbers.
fn hamiltonian() -> Graph {
    let inputs = with_batch(2 * N, 1);
    let energy = trace(&inputs, |v| vec![traced_mlp(v).sum()]).unwrap();
    let slopes = energy.grad().unwrap();
    trace(&inputs, |v| {
        let slope = slopes.apply(v).unwrap()[1];
        vec![Var::concat(costate_autodiff::Axis::Rows, &[slope.rows(N..2 * N), -slope.rows(0..N)])]
    })
    .unwrap()
}

/// Its reference, by dual numbers over whatever scalar: one point.
fn hamiltonian_field<R: Real>(x: &[R], p: &[R]) -> Vec<R> {
    let slope = |i: usize| {
        let vary = |k: usize, value| Dual {
            value,
            tangent: [R::constant(if k == i { 1.0 } else { 0.0 })],
        };
        let x: Vec<_> = x.iter().enumerate().map(|(k, &x)| vary(k, x)).collect();
        let p: Vec<_> = p.iter().map(|&p| Dual::fixed(p)).collect();
        mlp(&x, &p, 1)[0].tangent[0]
    };
    (N..2 * N).map(slope).chain((0..N).map(|i| -slope(i))).collect()
}

/// A function of a batch, from one of points.
fn each_point<R: Real>(x: &[R], rows: usize, f: impl Fn(&[R], &[R]) -> Vec<R>) -> Vec<R> {
    let (points, p) = x.split_at(rows * BATCH);
    points.chunks(rows).flat_map(|point| f(point, p)).collect()
}

fn numbers(count: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(-1.5..1.5_f64, count)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    /// Reverse over reverse, against dual numbers over dual numbers; and the program, against both.
    #[test]
    fn a_hamiltonian_net_has_a_vjp(x in numbers(2 * N * BATCH + 41), v in numbers(2 * N * BATCH + 41), w in numbers(2 * N * BATCH)) {
        let field = hamiltonian();
        prop_assert_eq!(field.inputs(), x.len());
        let jv = field.jvp().evaluate(&[&x[..], &v].concat()).unwrap().split_off(w.len());
        let mut pulled = vec![0.0; w.len() + x.len()];
        Program::compile(&field.vjp()).run(&[&x, &w], &mut [&mut pulled]).unwrap();
        let reference = |x: &[Dual<f64, 1>]| each_point(x, 2 * N, hamiltonian_field);
        laws::check_products(reference, &x, &v, &w, &jv, &pulled[w.len()..])?;
    }

    /// The divergence is the trace of the Jacobian by dual numbers, its estimate over all probes of signs has it as mean, and
    /// both are differentiated with respect to the weights.
    #[test]
    fn the_divergence_of_an_mlp_differentiates(x in numbers(N * BATCH + 38), v in numbers(N * BATCH + 38), w in numbers(BATCH)) {
        let field = trace(with_batch(N, N), |v| vec![traced_mlp(v)]).unwrap();
        prop_assert_eq!(field.inputs(), x.len());
        let divergence = field.divergence(0, 0).unwrap().select_outputs(&[1]).unwrap();
        fn reference<R: Real>(x: &[R]) -> Vec<R> {
            each_point(x, N, |point, p| {
                let slope = |i: usize| {
                    let vary = |k: usize, value| Dual { value, tangent: [R::constant(if k == i { 1.0 } else { 0.0 })] };
                    let point: Vec<_> = point.iter().enumerate().map(|(k, &x)| vary(k, x)).collect();
                    let p: Vec<_> = p.iter().map(|&p| Dual::fixed(p)).collect();
                    mlp(&point, &p, N)[i].tangent[0]
                };
                vec![(1..N).fold(slope(0), |sum, i| sum + slope(i))]
            })
        }
        // A sum of N H = 15 products below 1.5^2, in another order: 15 roundings each way, and some of tanh.
        let (found, expected) = (divergence.evaluate(&x).unwrap(), reference(&x));
        for (a, b) in found.iter().zip(&expected) {
            prop_assert!((a - b).abs() <= 2.25 * 15.0 * 40.0 * f64::EPSILON, "{} and {}", a, b);
        }
        let jv = divergence.jvp().evaluate(&[&x[..], &v].concat()).unwrap().split_off(BATCH);
        let pulled = divergence.vjp().evaluate(&[&x[..], &w].concat()).unwrap().split_off(BATCH);
        laws::check_products(reference::<Dual<f64, 1>>, &x, &v, &w, &jv, &pulled)?;

        let estimate = field.hutchinson(0, 0).unwrap();
        let mut mean = [0.0; BATCH];
        for signs in 0..1_u32 << N {
            let sign = |i: usize| if signs >> i & 1 == 1 { 1.0 } else { -1.0 };
            let probe: Vec<f64> = (0..N * BATCH).map(|k| sign(k % N)).collect();
            let all = estimate.evaluate(&[&x[..], &probe].concat()).unwrap();
            all[N * BATCH..].iter().zip(&mut mean).for_each(|(one, mean)| *mean += one / 8.0);
        }
        for (a, b) in mean.iter().zip(&expected) {
            // Off the diagonal there are N (N - 1) sums like the one above, which cancel between probes.
            prop_assert!((a - b).abs() <= 9.0 * 2.25 * 5.0 * 40.0 * f64::EPSILON, "{} and {}", a, b);
        }
    }

    /// Column by column or row by row, a Jacobian is what dual numbers say, and a Hessian is symmetric.
    #[test]
    fn jacobians_and_hessians(x in numbers(N + 38), u in numbers(N + 38), v in numbers(N + 38)) {
        let inputs = Layout::new([("x", Shape::column(N))]).unwrap().and(&weights(N, N)).unwrap();
        for rows in [N, 1] {
            let graph = trace(&inputs, |v| vec![traced_mlp(v).rows(0..rows)]).unwrap();
            let all = graph.jacobian().evaluate(&x).unwrap();
            let jacobian = &all[rows..];
            for i in 0..x.len() {
                let vary = |k: usize| Dual { value: x[k], tangent: [if k == i { 1.0 } else { 0.0 }] };
                let dual: Vec<_> = (0..x.len()).map(vary).collect();
                let column = mlp(&dual[..N], &dual[N..], N);
                for j in 0..rows {
                    let (a, [b]) = (jacobian[i * rows + j], column[j].tangent);
                    // Sums of up to five products of two numbers below 1.5, each factor with up to forty roundings.
                    prop_assert!((a - b).abs() <= 2.25 * 5.0 * 40.0 * f64::EPSILON, "{} and {}", a, b);
                }
            }
        }
        let energy = trace(&inputs, |v| vec![traced_mlp(v).sum()]).unwrap();
        let product = energy.hvp().unwrap();
        let gradient = energy.grad().unwrap().evaluate(&x).unwrap();
        let times = |v: &[f64]| {
            let mut all = product.evaluate(&[&x[..], v].concat()).unwrap();
            assert_eq!(all[..1 + x.len()], gradient);
            all.split_off(1 + x.len())
        };
        let (hu, hv) = (times(&u), times(&v));
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        // Dual numbers over dual numbers: vary by v, then by each coordinate. Sums over 41 entries of v below 1.5 of up to five
        // products of three numbers below 1.5, in other orders: thirty roundings.
        for i in 0..x.len() {
            let vary = |k: usize| Dual {
                value: Dual { value: x[k], tangent: [v[k]] },
                tangent: [Dual { value: if k == i { 1.0 } else { 0.0 }, tangent: [0.0] }],
            };
            let dual: Vec<_> = (0..x.len()).map(vary).collect();
            let y = mlp(&dual[..N], &dual[N..], N);
            let second: f64 = y.iter().map(|y| y.tangent[0].tangent[0]).sum();
            let bound = 41.0 * 1.5 * 5.0 * 3.4 * 30.0 * f64::EPSILON;
            prop_assert!((hv[i] - second).abs() <= bound, "{} and {}", hv[i], second);
        }
        // |H| is below 41 x 15 here: sums of products of up to four numbers below 1.5.
        prop_assert!((dot(&hu, &v) - dot(&hv, &u)).abs() <= 1e-12 * 41.0 * 15.0);
    }
}

#[test]
fn derivatives_that_do_not_exist_are_said() {
    let two = trace(1, |x| vec![x[0], x[0]]).unwrap();
    let message = two.grad().unwrap_err().to_string();
    assert!(message.contains("1x1, 1x1"), "{message}");
    assert!(two.hvp().is_err());
    assert_eq!(
        trace(0, |_| vec![]).unwrap().grad(),
        Err(DerivativeError::NotScalar { outputs: "none".into() })
    );
    let layout = Layout::unnamed([Shape::column(2), Shape::column(3)]).unwrap();
    let graph = trace(&layout, |x| vec![x[0]]).unwrap();
    assert!(graph.divergence(0, 0).is_ok());
    let message = graph.divergence(1, 0).unwrap_err().to_string();
    assert!(message.contains("3x1") && message.contains("2x1"), "{message}");
    assert!(graph.hutchinson(2, 0).unwrap_err().to_string().contains("none"));
    assert!(graph.divergence(0, 1).is_err());
    // Of nothing, and of a field without coordinates.
    assert_eq!(trace(0, |_| vec![]).unwrap().jacobian().evaluate::<f64>(&[]), Ok(vec![]));
    let empty = trace(Layout::unnamed([Shape::new(0, 4)]).unwrap(), |x| vec![x[0].exp()]).unwrap();
    assert_eq!(empty.divergence(0, 0).unwrap().evaluate::<f64>(&[]), Ok(vec![0.0; 4]));
}
