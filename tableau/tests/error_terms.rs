//! Error terms against power series: a step of `y' = f(y)` with `y` a polynomial in `h`, stage by stage and
//! without trees.

use costate_tableau::laws::OrderError;
use costate_tableau::*;
use proptest::prelude::*;

/// The largest power of `h` that is kept.
const HIGHEST: usize = 6;

/// A power series in `h`, cut off after `h^HIGHEST`.
type Series = [f64; HIGHEST + 1];

fn product(a: &Series, b: &Series) -> Series {
    core::array::from_fn(|n| (0..=n).map(|i| a[i] * b[n - i]).sum())
}

/// `f(y) = sum_k f_k y^k / k!` of a series without constant term.
fn composed(f: &Series, y: &Series) -> Series {
    let mut sum = [0.0; HIGHEST + 1];
    let mut power = [0.0; HIGHEST + 1];
    power[0] = 1.0;
    for (k, f_k) in f.iter().enumerate() {
        if k > 0 {
            power = product(&power, y).map(|c| c / k as f64);
        }
        sum = core::array::from_fn(|n| sum[n] + f_k * power[n]);
    }
    sum
}

/// Multiplied by `h`.
fn raised(series: &Series) -> Series {
    core::array::from_fn(|n| if n == 0 { 0.0 } else { series[n - 1] })
}

fn combined<const S: usize>(weights: &[f64; S], k: &[Series; S]) -> Series {
    let sum: Series = core::array::from_fn(|n| (0..S).map(|j| weights[j] * k[j][n]).sum());
    raised(&sum)
}

/// One step from `y = 0`.
fn step<const S: usize>(a: &[[f64; S]; S], weights: &[f64; S], f: &Series) -> Series {
    let mut k = [[0.0; HIGHEST + 1]; S];
    for i in 0..S {
        k[i] = composed(f, &combined(&a[i], &k));
    }
    combined(weights, &k)
}

/// The solution from `y = 0`: `(n + 1) y_(n+1)` is the coefficient `n` of `f(y)`, which knows of `y` only
/// what came before.
fn solution(f: &Series) -> Series {
    let mut y = [0.0; HIGHEST + 1];
    for n in 0..HIGHEST {
        y[n + 1] = composed(f, &y)[n] / (n + 1) as f64;
    }
    y
}

/// The elementary differential of a scalar `f`: the product over all nodes of the derivative of as many
/// times as the node has branches. From the brackets, which print a node as `τ` or with its branches.
fn differential(tree: &RootedTree, f: &Series) -> f64 {
    let mut value = 1.0;
    // The branches seen so far of each node that is still open.
    let mut open: Vec<usize> = vec![];
    for sign in tree.to_string().chars() {
        match sign {
            'τ' => value *= f[0],
            '[' => open.push(1),
            ',' => *open.last_mut().expect("a comma stands in brackets") += 1,
            ']' => value *= f[open.pop().expect("balanced brackets")],
            other => panic!("{other} in a tree"),
        }
    }
    value
}

#[test]
fn differentials_of_small_trees() {
    let f = [2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0];
    // f''' f f f, f'' (f' f) f, f' f'' f f, f' f' f' f from the bushy tree to the tall one.
    let expected = [54.0, 60.0, 60.0, 56.0];
    let found: Vec<f64> = RootedTree::of_order(4).map(|tree| differential(&tree, &f)).collect();
    assert_eq!(found, expected);
}

/// `sum_t tau(t) F(t)` is what a step misses at `h^order`.
///
/// Either side is a sum of products of at most 3 `order` factors, nested `order` deep in sums of at most
/// `S + order` terms, each operation off by half a unit of the same with absolute values.
fn check<const S: usize>(
    table: &Tableau<S>,
    terms: impl Fn(u32) -> Result<ErrorTerms, OrderError>,
    weights: &[f64; S],
    solves: bool,
    f: &Series,
) -> Result<(), TestCaseError> {
    let absolute = |row: &[f64; S]| row.map(f64::abs);
    let sizes = step(&table.a.map(|row| absolute(&row)), &absolute(weights), &f.map(f64::abs));
    let (made, exact) = (step(&table.a, weights, f), solution(f));
    let exact_sizes = solution(&f.map(f64::abs));
    for order in 1..=HIGHEST {
        let missed = made[order] - if solves { exact[order] } else { 0.0 };
        let terms = terms(order as u32).expect("low");
        let sum: f64 = terms.iter().map(|t| t.coefficient * differential(&t.tree, f)).sum();
        let units = (order * (3 + S + order)) as f64;
        let tolerance = 2.0 * units * f64::EPSILON * (sizes[order] + exact_sizes[order]);
        let off = (sum - missed).abs();
        prop_assert!(off <= tolerance, "{}: {sum} and {missed} at h^{order}", table.name);
    }
    Ok(())
}

fn field() -> impl Strategy<Value = Series> {
    prop::array::uniform7(-2.0f64..2.0)
}

proptest! {
    #[test]
    fn of_random_tables(
        three in strategies::third_order(),
        four in strategies::first_order::<4>(),
        six in strategies::second_order::<6>(),
        f in field(),
    ) {
        check(&three, |order| three.error_terms(order), &three.b, true, &f)?;
        check(&four, |order| four.error_terms(order), &four.b, true, &f)?;
        check(&six, |order| six.error_terms(order), &six.b, true, &f)?;
        if let Some(error) = &six.error {
            check(&six, |order| six.estimate_terms(order), &error.weights, false, &f)?;
        }
    }

    #[test]
    fn of_methods(f in field()) {
        check(&RK4, |order| RK4.error_terms(order), &RK4.b, true, &f)?;
        let pair = TSITOURAS_54;
        let weights = pair.error.as_ref().expect("a pair").weights;
        let b_hat = core::array::from_fn(|j| pair.b[j] - weights[j]);
        check(&pair, |order| pair.error_terms(order), &pair.b, true, &f)?;
        check(&pair, |order| pair.embedded_error_terms(order), &b_hat, true, &f)?;
        check(&pair, |order| pair.estimate_terms(order), &weights, false, &f)?;
    }
}

/// D. I. Ketcheson's NodePy states the norm of a method of order 4 in its manual, and of two of order 5 the
/// efficiency `s_2 / s_1 (A_2 / A_1)^(1/6)` of the first against the second: 1.2222911649987882 for
/// Dormand and Prince's with 7 stages against Fehlberg's with 6.
#[test]
fn norms_that_another_code_states() -> Result<(), OrderError> {
    // D. I. Ketcheson, "Highly efficient strong stability-preserving Runge-Kutta methods with low-storage
    // implementations", SIAM J. Sci. Comput. 30(4), 2113-2136 (2008): ten stages of order 4.
    let a: [[f64; 10]; 10] = core::array::from_fn(|i| {
        core::array::from_fn(|j| match (i, j) {
            _ if j >= i => 0.0,
            (5.., ..5) => 1.0 / 15.0,
            _ => 1.0 / 6.0,
        })
    });
    let c = core::array::from_fn(|i| (if i < 5 { i } else { i - 3 }) as f64 / 6.0);
    let ten = Tableau::new("SSP(10,4)", "", 4, a, [0.1; 10], c).expect("order 4");
    assert!((ten.error_constant()? - 0.002211223747053554).abs() < 1e-16);

    let ratio = FEHLBERG_54.error_constant()? / DORMAND_PRINCE_54.error_constant()?;
    let efficiency = 6.0 / 7.0 * ratio.powf(1.0 / 6.0);
    assert!((efficiency - 1.2222911649987882).abs() < 1e-13, "{efficiency}");
    Ok(())
}
