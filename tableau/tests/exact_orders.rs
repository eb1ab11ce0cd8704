//! The order conditions of the rational methods in rational arithmetic: equalities, no tolerance.

use costate_tableau::*;
use methods::for_every_method;
use num_bigint::BigInt;
use num_rational::BigRational;

mod methods;

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

/// The methods whose coefficients are published in decimals, so that doubles are all there is.
const DECIMAL: [&str; 6] = [
    "Tsitouras 5(4)",
    "Dormand-Prince 8(5,3)",
    "Verner 6(5)",
    "Verner 7(6)",
    "Verner 8(7)",
    "Verner 9(8)",
];

/// The rational coefficients, unless the method is one of the decimal ones.
fn exact<const S: usize>(method: &Tableau<S>) -> Option<&'static Exact<S>> {
    assert_eq!(method.exact().is_none(), DECIMAL.contains(&method.name), "{}", method.name);
    method.exact()
}

fn orders_are_exactly_as_claimed<const S: usize>(method: &Tableau<S>) {
    let Some(exact) = exact(method) else { return };
    let (a, b, c) = (bigs(&exact.a), big(&exact.b), big(&exact.c));

    for (row, node) in a.iter().zip(&c) {
        assert_eq!(row.iter().sum::<BigRational>(), *node);
    }
    assert_eq!(order((&a, &c), &b, density), method.order, "{}", method.name);
    assert_eq!(exact.error.is_some(), method.error.is_some());
    if let (Some(weights), Some(error)) = (&exact.error, &method.error) {
        assert_eq!(order((&a, &c), &big(weights), |_| zero()), error.order, "{}", method.name);
    }
    let found = match (exact.dense, &method.dense) {
        (Some(rows), _) => {
            let rows = bigs(rows);
            for stage in 0..S {
                assert_eq!(rows.iter().map(|row| &row[stage]).sum::<BigRational>(), b[stage]);
            }
            dense_order((&a, &c), &rows)
        }
        (None, Dense::Hermite { .. }) => {
            let (a, rows) = hermite(&a, &b);
            let c = [c, vec![ratio(1, 1)]].concat();
            dense_order((&a, &c), &rows)
        }
        // An extension with stages of its own is Bogacki and Shampine's: see below.
        (None, _) => {
            assert_eq!(method.name, BOGACKI_SHAMPINE_54.name);
            let (a, c, rows) = rksuite();
            dense_order((&a, &c), &rows)
        }
    };
    assert_eq!(found, method.dense.order(), "{}", method.name);
}

for_every_method!(orders_are_exactly_as_claimed);

fn bigs_of(rows: &[&[(i64, i64)]]) -> Rows {
    rows.iter().map(|row| row.iter().map(|&(n, d)| ratio(n, d)).collect()).collect()
}

/// The extension of Bogacki and Shampine's 5(4) pair as RKSUITE has it: the couplings of the stages
/// at the nodes 1/2, 5/6 and 1/9, and of each stage the coefficients of `s`, ..., `s^6`, where `y =
/// y1 + h sum_j k_j p_j(s)` with `s = theta - 1`. The first coefficient is 1 for the stage at the
/// end.
fn rksuite() -> (Rows, Vec<BigRational>, Rows) {
    let exact = BOGACKI_SHAMPINE_54.exact().expect("a rational method");
    let (mut a, b, mut c) = (bigs(&exact.a), big(&exact.b), big(&exact.c));
    let couplings = bigs_of(&[
        &[
            (455, 6144),
            (0, 1),
            (10256301, 35409920),
            (2307361, 17971200),
            (-387, 102400),
            (73, 5130),
            (-7267, 215040),
            (1, 32),
        ],
        &[
            (-837888343715, 13176988637184),
            (30409415, 52955362),
            (-48321525963, 759168069632),
            (8530738453321, 197654829557760),
            (1361640523001, 1626788720640),
            (-13143060689, 38604458898),
            (18700221969, 379584034816),
            (-5831595, 847285792),
            (-5183640, 26477681),
        ],
        &[
            (98719073263, 1551965184000),
            (1307, 123552),
            (4632066559387, 70181753241600),
            (7828594302389, 382182512025600),
            (40763687, 11070259200),
            (34872732407, 224610586200),
            (-2561897, 30105600),
            (1, 10),
            (-1, 10),
            (-1403317093, 11371610250),
        ],
    ]);
    let in_s = bigs_of(&[
        &[
            (0, 1),
            (-11513270273, 3502699200),
            (-87098480009, 5254048800),
            (-2048058893, 59875200),
            (-1620741229, 50038560),
            (-12134338393, 1050809760),
        ],
        &[(0, 1), (0, 1), (0, 1), (0, 1), (0, 1), (0, 1)],
        &[
            (0, 1),
            (-29327744613, 2436866432),
            (-69509738227, 1218433216),
            (-39991188681, 374902528),
            (-539868024987, 6092166080),
            (-33197340367, 1218433216),
        ],
        &[
            (0, 1),
            (-2382590741699, 331755652800),
            (-16209923456237, 497633479200),
            (-333945812879, 5671036800),
            (-7896875450471, 165877826400),
            (-284800997201, 19905339168),
        ],
        &[
            (0, 1),
            (-36591193, 86486400),
            (-32406787, 18532800),
            (-633779, 211200),
            (-103626067, 43243200),
            (-540919, 741312),
        ],
        &[
            (0, 1),
            (-611586736, 89131185),
            (-3357024032, 1871754885),
            (183022264, 5332635),
            (30405842464, 623918295),
            (7157998304, 374350977),
        ],
        &[
            (0, 1),
            (-65403, 15680),
            (-385151, 15680),
            (-1620541, 31360),
            (-719433, 15680),
            (-138073, 9408),
        ],
        &[(1, 1), (149, 16), (2501, 64), (4715, 64), (3991, 64), (1245, 64)],
        &[(0, 1), (16, 1), (199, 3), (103, 1), (71, 1), (55, 3)],
        &[
            (0, 1),
            (-423642896, 126351225),
            (-11411880511, 379053675),
            (-26477681, 359975),
            (-1774004627, 25270245),
            (-1774004627, 75810735),
        ],
        &[(0, 1), (12, 1), (59, 1), (117, 1), (105, 1), (35, 1)],
    ]);
    for coupling in couplings {
        c.push(coupling.iter().sum());
        a.push(coupling);
    }
    // s^n = sum_m binomial(n, m) theta^m (-1)^(n-m), the binomials by Pascal's triangle.
    let mut weights = vec![vec![zero(); 7]; 11];
    for stage in 0..11 {
        weights[stage][0] = b.get(stage).cloned().unwrap_or_else(zero);
        let mut power = vec![ratio(1, 1)];
        for coefficient in &in_s[stage] {
            let mut next = vec![zero(); power.len() + 1];
            for (m, value) in power.iter().enumerate() {
                next[m] -= value;
                next[m + 1] += value;
            }
            for (m, value) in next.iter().enumerate() {
                weights[stage][m] += coefficient * value;
            }
            power = next;
        }
        assert_eq!(weights[stage][0], zero(), "theta = 0 gives y0");
    }
    let rows = (1..7).map(|m| weights.iter().map(|weight| weight[m].clone()).collect()).collect();
    (a, c, rows)
}

#[test]
fn extension_of_bogacki_and_shampine_is_rksuites() {
    let (a, c, expected) = rksuite();
    let Dense::Extended { stages, rows, .. } = &BOGACKI_SHAMPINE_54.dense else {
        panic!("with stages of its own")
    };
    assert_eq!((stages.len(), rows.len()), (3, expected.len()));
    for ((stage, a), c) in stages.iter().zip(&a[8..]).zip(&c[8..]) {
        assert_nearest(stage.c, c);
        assert_eq!(stage.a.len(), a.len());
        stage.a.iter().zip(a).for_each(|(&value, fraction)| assert_nearest(value, fraction));
    }
    for (row, expected) in rows.iter().zip(&expected) {
        assert_eq!(row.len(), expected.len());
        row.iter().zip(expected).for_each(|(&value, fraction)| assert_nearest(value, fraction));
    }
}

/// No double is nearer to the fraction than the one in the table.
fn assert_nearest(value: f64, fraction: &BigRational) {
    let distance = |double: f64| {
        let difference = BigRational::from_float(double).expect("finite") - fraction;
        if difference < zero() { -difference } else { difference }
    };
    assert!(distance(value) <= distance(value.next_up()), "{value:e} is not {fraction}");
    assert!(distance(value) <= distance(value.next_down()), "{value:e} is not {fraction}");
}

fn doubles_are_the_nearest_to_the_fractions<const S: usize>(method: &Tableau<S>) {
    let Some(exact) = exact(method) else { return };
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
            assert!(!matches!(dense, Dense::Polynomial { .. }) && fractions.is_none());
        }
    }
    for (value, fraction) in pairs {
        assert_nearest(value, &ratio(fraction.numerator(), fraction.denominator()));
    }
}

for_every_method!(doubles_are_the_nearest_to_the_fractions);

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
    assert_embedded(&HEUN_EULER_21, [(1, 1), (0, 1)]);
    assert_embedded(&BOGACKI_SHAMPINE_32, [(7, 24), (1, 4), (1, 3), (1, 8)]);
    assert_embedded(&FEHLBERG_54, [(25, 216), (0, 1), (1408, 2565), (2197, 4104), (-1, 5), (0, 1)]);
    assert_embedded(
        &CASH_KARP_54,
        [(2825, 27648), (0, 1), (18575, 48384), (13525, 55296), (277, 14336), (1, 4)],
    );
    assert_embedded(
        &BOGACKI_SHAMPINE_54,
        [
            (2479, 34992),
            (0, 1),
            (123, 416),
            (612941, 3411720),
            (43, 1440),
            (2272, 6561),
            (79937, 1113912),
            (3293, 556956),
        ],
    );
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
