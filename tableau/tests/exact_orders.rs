//! The order conditions of the rational methods in rational arithmetic: equalities, no tolerance.

use costate_tableau::*;
use num_bigint::BigInt;
use num_rational::BigRational;

type Rows = Vec<Vec<BigRational>>;

fn ratio(numerator: i64, denominator: i64) -> BigRational {
    BigRational::new(BigInt::from(numerator), BigInt::from(denominator))
}

fn big(row: &[Ratio]) -> Vec<BigRational> {
    row.iter().map(|r| ratio(r.numerator(), r.denominator())).collect()
}

fn bigs<const S: usize>(rows: &[[Ratio; S]]) -> Rows {
    rows.iter().map(|row| big(row)).collect()
}

fn zero() -> BigRational {
    ratio(0, 1)
}

fn dot(weights: &[BigRational], values: &[BigRational]) -> BigRational {
    weights.iter().zip(values).fold(zero(), |sum, (w, v)| sum + w * v)
}

fn density(tree: &RootedTree) -> BigRational {
    ratio(1, tree.density() as i64)
}

/// The order of a combination of stages: the largest up to which `sum w Phi = target` holds, or 8:
/// a single stage like Euler's has no weight on any larger tree, so a sum that should vanish does
/// so for ever.
fn order(
    (a, c): (&Rows, &[BigRational]),
    weights: &[BigRational],
    target: impl Fn(&RootedTree) -> BigRational,
) -> u32 {
    let holds = |order| {
        RootedTree::of_order(order)
            .all(|tree| dot(weights, &tree.stage_weights(a, c)) == target(&tree))
    };
    (1..=8).take_while(|&order| holds(order)).last().unwrap_or(0)
}

/// The order at every theta of `sum_m rows[m] theta^(m+1)`.
fn dense_order(stages: (&Rows, &[BigRational]), rows: &Rows) -> u32 {
    let of_power = |(row, power): (&Vec<BigRational>, u32)| {
        order(stages, row, |tree| if tree.order() == power { density(tree) } else { zero() })
    };
    // The polynomials end with the last row: a tree with more nodes has no power of its own.
    let within_degree = rows.len() as u32;
    rows.iter().zip(1..).map(of_power).min().unwrap_or(0).min(within_degree)
}

/// The cubic through both values and slopes, with the slope at the right end as a stage more.
fn hermite(a: &Rows, b: &[BigRational]) -> (Rows, Rows) {
    let stages = b.len();
    let mut extended: Rows = a.iter().map(|row| [row.clone(), vec![zero()]].concat()).collect();
    extended.push([b.to_vec(), vec![zero()]].concat());
    // h10 = theta - 2 theta^2 + theta^3, h01 = 3 theta^2 - 2 theta^3, h11 = -theta^2 + theta^3.
    let powers = [(1, 0, 0), (-2, 3, -1), (1, -2, 1)].map(|(h10, h01, h11)| {
        let mut row: Vec<_> = b.iter().map(|b| b * ratio(h01, 1)).collect();
        row.push(zero());
        row[0] += ratio(h10, 1);
        row[stages] += ratio(h11, 1);
        row
    });
    (extended, powers.into())
}

fn check<const S: usize>(method: &Tableau<S>) {
    let exact = method.exact().expect("a rational method");
    let (a, b, c) = (bigs(&exact.a), big(&exact.b), big(&exact.c));

    for (row, node) in a.iter().zip(&c) {
        assert_eq!(row.iter().sum::<BigRational>(), *node);
    }
    assert_eq!(order((&a, &c), &b, density), method.order, "{}", method.name);
    assert_eq!(exact.error.is_some(), method.error.is_some());
    if let (Some(weights), Some(error)) = (&exact.error, &method.error) {
        assert_eq!(order((&a, &c), &big(weights), |_| zero()), error.order, "{}", method.name);
    }
    let found = match exact.dense {
        Some(rows) => {
            let rows = bigs(rows);
            for stage in 0..S {
                assert_eq!(rows.iter().map(|row| &row[stage]).sum::<BigRational>(), b[stage]);
            }
            dense_order((&a, &c), &rows)
        }
        None => {
            let (a, rows) = hermite(&a, &b);
            let c = [c, vec![ratio(1, 1)]].concat();
            dense_order((&a, &c), &rows)
        }
    };
    assert_eq!(found, method.dense.order(), "{}", method.name);
}

#[test]
fn orders_are_exactly_as_claimed() {
    check(&EULER);
    check(&MIDPOINT);
    check(&HEUN);
    check(&RK4);
    check(&BOGACKI_SHAMPINE_32);
    check(&DORMAND_PRINCE_54);
    check(&DORMAND_PRINCE_54_SHAMPINE);
}

/// No double is nearer to the fraction than the one in the table.
fn assert_nearest(value: f64, fraction: &Ratio) {
    let distance = |double: f64| {
        let double = BigRational::from_float(double).expect("finite");
        let difference = double - ratio(fraction.numerator(), fraction.denominator());
        if difference < zero() { -difference } else { difference }
    };
    assert!(distance(value) <= distance(value.next_up()), "{value:e} is not {fraction}");
    assert!(distance(value) <= distance(value.next_down()), "{value:e} is not {fraction}");
}

fn assert_rounded<const S: usize>(method: &Tableau<S>) {
    let exact = method.exact().expect("a rational method");
    let mut pairs: Vec<(f64, Ratio)> = vec![];
    for i in 0..S {
        pairs.extend(method.a[i].into_iter().zip(exact.a[i]));
    }
    pairs.extend(method.b.into_iter().zip(exact.b));
    pairs.extend(method.c.into_iter().zip(exact.c));
    if let (Some(error), Some(weights)) = (&method.error, exact.error) {
        pairs.extend(error.weights.into_iter().zip(weights));
    }
    match (&method.dense, exact.dense) {
        (Dense::Polynomial { rows, .. }, Some(fractions)) => {
            assert_eq!(rows.len(), fractions.len());
            for (row, fractions) in rows.iter().zip(fractions) {
                pairs.extend(row.iter().copied().zip(*fractions));
            }
        }
        (dense, fractions) => {
            assert!(matches!(dense, Dense::Hermite { .. }) && fractions.is_none());
        }
    }
    for (value, fraction) in pairs {
        assert_nearest(value, &fraction);
    }
}

#[test]
fn doubles_are_the_nearest_to_the_fractions() {
    assert_rounded(&EULER);
    assert_rounded(&MIDPOINT);
    assert_rounded(&HEUN);
    assert_rounded(&RK4);
    assert_rounded(&BOGACKI_SHAMPINE_32);
    assert_rounded(&DORMAND_PRINCE_54);
    assert_rounded(&DORMAND_PRINCE_54_SHAMPINE);
}

fn assert_embedded<const S: usize>(method: &Tableau<S>, b_hat: [(i64, i64); S]) {
    let exact = method.exact().expect("a rational method");
    let b_hat = b_hat.map(|(n, d)| ratio(n, d));
    let difference: Vec<_> = big(&exact.b).iter().zip(&b_hat).map(|(b, hat)| b - hat).collect();
    assert_eq!(big(&exact.error.expect("a pair")), difference, "{}", method.name);
    let order = order((&bigs(&exact.a), &big(&exact.c)), &b_hat, density);
    assert_eq!(order, method.error.as_ref().expect("a pair").order, "{}", method.name);
}

/// The embedded weights as the papers print them.
#[test]
fn error_weights_are_differences_to_the_published_embedded_methods() {
    assert_embedded(&BOGACKI_SHAMPINE_32, [(7, 24), (1, 4), (1, 3), (1, 8)]);
    assert_embedded(
        &DORMAND_PRINCE_54,
        [(5179, 57600), (0, 1), (7571, 16695), (393, 640), (-92097, 339200), (187, 2100), (1, 40)],
    );
    assert_embedded(
        &DORMAND_PRINCE_54_SHAMPINE,
        [(1951, 21600), (0, 1), (22642, 50085), (451, 720), (-12231, 42400), (649, 6300), (1, 60)],
    );
}

#[test]
fn shampines_estimate_is_two_thirds_of_dormand_and_princes() {
    let weights = |method: Tableau<7>| big(&method.exact().expect("rational").error.expect("pair"));
    let own = weights(DORMAND_PRINCE_54);
    let shampine = weights(DORMAND_PRINCE_54_SHAMPINE);
    for (own, shampine) in own.iter().zip(&shampine) {
        assert_eq!(own * ratio(2, 3), *shampine);
    }
}

fn quartic() -> (Vec<BigRational>, Rows) {
    let exact = DORMAND_PRINCE_54.exact().expect("a rational method");
    (big(&exact.b), bigs(exact.dense.expect("a quartic")))
}

/// Shampine's definition, which torchdiffeq evaluates: the quartic that has the values and slopes
/// at both ends and at the middle the value `y0 + h sum_j c_mid[j] k_j`. A quartic is given by five
/// data, so it suffices that ours has them.
#[test]
fn quartic_of_dormand_prince_passes_through_shampines_middle() {
    let (b, rows) = quartic();
    let middle = [
        (6025192743, 30085553152),
        (0, 1),
        (51252292925, 65400821598),
        (-2691868925, 45128329728),
        (187940372067, 1594534317056),
        (-1776094331, 19743644256),
        (11237099, 235043384),
    ];
    for stage in 0..7 {
        let weight = |theta: BigRational| {
            rows.iter().rev().fold(zero(), |sum, row| (sum + &row[stage]) * &theta)
        };
        let slope_at_1: BigRational =
            rows.iter().zip(1..).map(|(row, power)| &row[stage] * ratio(power, 1)).sum();
        let (numerator, denominator) = middle[stage];

        assert_eq!(weight(ratio(1, 2)), ratio(numerator, 2 * denominator), "middle");
        assert_eq!(weight(ratio(1, 1)), b[stage], "y1");
        assert_eq!(rows[0][stage], ratio(i64::from(stage == 0), 1), "f0 is the first stage");
        assert_eq!(slope_at_1, ratio(i64::from(stage == 6), 1), "f1 is the last stage");
    }
}

/// Hairer's `CONTD5`: y0 + theta (dy + (1 - theta) (bspl + theta (dy - h k7 - bspl
/// + (1 - theta) h sum_j d_j k_j))) with dy = y1 - y0 and bspl = h k1 - dy.
#[test]
fn quartic_of_dormand_prince_is_hairers() {
    let (b, rows) = quartic();
    let d = [
        (-12715105075, 11282082432),
        (0, 1),
        (87487479700, 32700410799),
        (-10690763975, 1880347072),
        (701980252875, 199316789632),
        (-1453857185, 822651844),
        (69997945, 29380423),
    ];
    // Polynomials of degree 4 in theta are equal if they agree at five points.
    for theta in [(0, 1), (1, 3), (1, 2), (5, 7), (2, 1)] {
        let theta = ratio(theta.0, theta.1);
        let rest = ratio(1, 1) - &theta;
        for stage in 0..7 {
            let dy = b[stage].clone();
            let bspl = ratio(i64::from(stage == 0), 1) - &dy;
            let d = ratio(d[stage].0, d[stage].1);
            let inner = &dy - ratio(i64::from(stage == 6), 1) - &bspl + &rest * d;
            let hairer = &theta * (dy + &rest * (bspl + &theta * inner));
            let ours = rows.iter().rev().fold(zero(), |sum, row| (sum + &row[stage]) * &theta);
            assert_eq!(ours, hairer);
        }
    }
}
