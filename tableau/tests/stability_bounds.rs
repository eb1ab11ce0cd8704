//! The bounds of rational methods in rational arithmetic, by Sturm's theorem; and the bounds of polynomials
//! whose answer is known.

use costate_tableau::*;
use num_bigint::BigInt;
use num_rational::BigRational;

/// Coefficients from power 0 up.
type Polynomial = Vec<BigRational>;

fn ratio(numerator: i64, denominator: i64) -> BigRational {
    BigRational::new(BigInt::from(numerator), BigInt::from(denominator))
}

fn rational(value: f64) -> BigRational {
    BigRational::from_float(value).expect("finite")
}

fn zero() -> BigRational {
    ratio(0, 1)
}

/// 1 and `b^T A^(k-1) 1`.
fn exact_function<const S: usize>(method: &Tableau<S>) -> Polynomial {
    let exact = method.exact().expect("a rational method");
    let dot = |row: &[Ratio; S], v: &[BigRational]| -> BigRational {
        row.iter().zip(v).map(|(r, v)| ratio(r.numerator(), r.denominator()) * v).sum()
    };
    let mut stages = vec![ratio(1, 1); S];
    let mut coefficients = vec![ratio(1, 1)];
    for _ in 0..S {
        coefficients.push(dot(&exact.b, &stages));
        stages = exact.a.iter().map(|row| dot(row, &stages)).collect();
    }
    coefficients
}

fn value(polynomial: &[BigRational], x: &BigRational) -> BigRational {
    polynomial.iter().rev().fold(zero(), |sum, c| sum * x + c)
}

fn trimmed(mut polynomial: Polynomial) -> Polynomial {
    while polynomial.last().is_some_and(|c| *c == zero()) {
        polynomial.pop();
    }
    polynomial
}

fn square(polynomial: &[BigRational]) -> Polynomial {
    let mut product = vec![zero(); 2 * polynomial.len()];
    for (i, a) in polynomial.iter().enumerate() {
        for (j, b) in polynomial.iter().enumerate() {
            product[i + j] += a * b;
        }
    }
    product
}

/// The number of different roots in `(low, high]`, by Sturm's theorem.
fn roots(polynomial: &[BigRational], low: &BigRational, high: &BigRational) -> usize {
    let derivative = (1..).zip(&polynomial[1..]).map(|(k, c)| c * ratio(k, 1)).collect();
    let mut chain = vec![trimmed(polynomial.to_vec()), trimmed(derivative)];
    while let [.., before, last] = &chain[..] {
        if last.is_empty() {
            chain.pop();
            break;
        }
        let mut rest = before.clone();
        while rest.len() >= last.len() {
            let factor = &rest[rest.len() - 1] / &last[last.len() - 1];
            let shift = rest.len() - last.len();
            for (k, c) in last.iter().enumerate() {
                rest[k + shift] -= &factor * c;
            }
            rest = trimmed(rest);
        }
        chain.push(rest.into_iter().map(|c| -c).collect());
    }
    let changes = |x: &BigRational| {
        let values = chain.iter().map(|p| value(p, x)).filter(|v| *v != zero());
        let positive: Vec<bool> = values.map(|v| v > zero()).collect();
        positive.windows(2).filter(|pair| pair[0] != pair[1]).count()
    };
    changes(low) - changes(high)
}

#[test]
fn sturms_theorem_counts() {
    // (x - 1) (x - 2)^2 (x + 3) = x^4 - 2 x^3 - 7 x^2 + 20 x - 12.
    let polynomial = [-12, 20, -7, -2, 1].map(|c| ratio(c, 1));
    let count = |low, high| roots(&polynomial, &ratio(low, 2), &ratio(high, 2));
    assert_eq!((count(-10, 10), count(0, 3), count(3, 5), count(5, 9)), (3, 1, 1, 0));
}

/// `margin`, without its factors of x, has no root before the bound and turns negative there.
fn assert_bound(margin: Polynomial, bound: f64, name: &str) {
    let margin: Polynomial = margin.into_iter().skip_while(|c| *c == zero()).collect();
    if bound == 0.0 {
        assert!(margin[0] < zero(), "{name}: unstable at once");
        return;
    }
    assert!(margin[0] > zero(), "{name}: stable at first");
    // A root moves by the rounding of the coefficients, some 10 units, times its condition: the terms
    // over the slope, below 500 here. 1e-12 is 4500 units.
    let (low, high) = (rational(bound * (1.0 - 1e-12)), rational(bound * (1.0 + 1e-12)));
    assert_eq!(roots(&margin, &zero(), &low), 0, "{name} leaves the region before {bound}");
    assert!(value(&margin, &high) < zero(), "{name} does not leave the region at {bound}");
}

fn check<const S: usize>(method: &Tableau<S>) {
    let (exact, found, name) = (exact_function(method), method.stability(), method.name);
    let mut factorial = 1;
    for (k, exact) in exact.iter().enumerate().skip(1) {
        factorial *= k as i64;
        let coefficient = found.coefficient(k);
        if k <= method.order as usize {
            assert_eq!(*exact, ratio(1, factorial), "{name}, z^{k}");
            assert_eq!(coefficient, 1.0 / factorial as f64, "{name}, z^{k}");
        } else {
            // The rounding of the table, of sums of absolute terms below 10.
            let distance = rational(coefficient) - exact;
            let tolerance = rational(8.0 * 10.0 * f64::EPSILON);
            assert!(distance < tolerance && -distance < tolerance, "{name}, z^{k}");
            assert_eq!(*exact == zero(), coefficient == 0.0, "{name}, z^{k}");
        }
    }
    // The coefficients k = from, from + 2, .., with alternating signs: i^k without its i.
    let of_parity = |from: usize| -> Polynomial {
        let part = exact.iter().skip(from).step_by(2).enumerate();
        part.map(|(k, c)| if k % 2 == 0 { c.clone() } else { -c }).collect()
    };
    // 1 - R(-x)^2.
    let mirrored = (0..).zip(&exact).map(|(k, c)| if k % 2 == 0 { c.clone() } else { -c });
    let mut margin: Polynomial = square(&mirrored.collect::<Polynomial>());
    margin.iter_mut().for_each(|c| *c = -c.clone());
    margin[0] += ratio(1, 1);
    assert_bound(margin, found.real_bound(), name);
    // 1 - U(x)^2 - x V(x)^2 with x = y^2.
    let mut margin = vec![zero(); 2 * S + 4];
    margin[0] = ratio(1, 1);
    for (k, c) in square(&of_parity(0)).into_iter().enumerate() {
        margin[k] -= c;
    }
    for (k, c) in square(&of_parity(1)).into_iter().enumerate() {
        margin[k + 1] -= c;
    }
    let y = found.imaginary_bound();
    assert_bound(margin, y * y, name);
}

#[test]
fn rational_methods_exactly() {
    check(&EULER);
    check(&MIDPOINT);
    check(&HEUN);
    check(&RALSTON);
    check(&HEUN_EULER_21);
    check(&KUTTA_3);
    check(&SSPRK_3);
    check(&BOGACKI_SHAMPINE_32);
    check(&RK4);
    check(&KUTTA_38);
    check(&FEHLBERG_54);
    check(&CASH_KARP_54);
    check(&BOGACKI_SHAMPINE_54);
    check(&DORMAND_PRINCE_54);
    check(&DORMAND_PRINCE_54_SHAMPINE);
}

/// `exp` cut off after `z^S`: one stage after the other, `k_(i+1) = f(y0 + h k_i / (S - i))` and
/// `y1 = y0 + h k_S`. Order `S` on linear equations, and 2 at most on others.
fn taylor<const S: usize>() -> Tableau<S> {
    let (mut a, mut b, mut c) = ([[0.0; S]; S], [0.0; S], [0.0; S]);
    for i in 1..S {
        a[i][i - 1] = 1.0 / (S - i + 1) as f64;
        c[i] = a[i][i - 1];
    }
    b[S - 1] = 1.0;
    Tableau::new("Taylor", "", 1, a, b, c).expect("order 1")
}

/// The first term of `|R(iy)|^2 - 1` is `2 (-1)^m y^(2m) / (2m)! (1 - 1/2m ..)`: its sign goes with S modulo
/// 4, and the imaginary axis near 0 is stable for S = 3, 4, 7, 8, 11, 12 (E. Hairer, G. Wanner, Solving
/// Ordinary Differential Equations II, IV.2).
#[test]
fn the_imaginary_axis_of_taylor_polynomials() {
    let bounds = [
        taylor::<1>().stability().imaginary_bound(),
        taylor::<2>().stability().imaginary_bound(),
        taylor::<3>().stability().imaginary_bound(),
        taylor::<4>().stability().imaginary_bound(),
        taylor::<5>().stability().imaginary_bound(),
        taylor::<6>().stability().imaginary_bound(),
        taylor::<7>().stability().imaginary_bound(),
        taylor::<8>().stability().imaginary_bound(),
        taylor::<9>().stability().imaginary_bound(),
        taylor::<10>().stability().imaginary_bound(),
        taylor::<11>().stability().imaginary_bound(),
        taylor::<12>().stability().imaginary_bound(),
    ];
    for (stages, bound) in (1..).zip(bounds) {
        assert_eq!(bound > 0.0, matches!(stages % 4, 3 | 0), "{stages}: {bound}");
    }
    // -y^4/12 + y^6/36 and -y^6/72 + y^8/576, multiplied out.
    assert!((bounds[2] - 3f64.sqrt()).abs() <= 32.0 * f64::EPSILON, "{}", bounds[2]);
    assert!((bounds[3] - 8f64.sqrt()).abs() <= 32.0 * f64::EPSILON, "{}", bounds[3]);
}

/// R is 1 or -1 inside the interval and turns back there: Chebyshev's polynomials `T_s(1 + z / s^2)`, stable
/// up to `2 s^2`. For s = 2: `1 + z + z^2/8`; for s = 3: `1 + z + 4 z^2/27 + 4 z^3/729`.
#[test]
fn touching_is_not_leaving() {
    let two = Tableau::new("", "", 1, [[0.0; 2], [0.125, 0.0]], [0.0, 1.0], [0.0, 0.125]);
    assert_eq!(two.expect("order 1").stability().real_bound(), 8.0);
    let (first, second) = (1.0 / 27.0, 4.0 / 27.0);
    let a = [[0.0; 3], [first, 0.0, 0.0], [0.0, second, 0.0]];
    let three = Tableau::new("", "", 1, a, [0.0, 0.0, 1.0], [0.0, first, second]);
    let bound = three.expect("order 1").stability().real_bound();
    // The slope at the end is T_3'(1) / 9 = 1; the terms there sum to T_3(3) = 99.
    assert!((bound - 18.0).abs() <= 8.0 * 100.0 * f64::EPSILON, "{bound}");
}

/// SpECTRE's time steppers give half of the real bound: `Rk5Tsitouras` has 1.7534234969024887,
/// `RungeKutta3` (that of Shu and Osher) 1.25637266330916.
#[test]
fn real_bounds_of_another_code() {
    let tsitouras = TSITOURAS_54.stability().real_bound();
    assert!((tsitouras - 2.0 * 1.753_423_496_902_488_7).abs() < 1e-13, "{tsitouras}");
    let third = SSPRK_3.stability().real_bound();
    assert!((third - 2.0 * 1.256_372_663_309_16).abs() < 1e-13, "{third}");
}

/// OrdinaryDiffEq.jl tabulates real bounds to four decimals in `alg_stability_size`, cut or rounded.
#[test]
fn real_bounds_of_ordinary_diff_eq() {
    let bounds = [
        (DORMAND_PRINCE_54.stability().real_bound(), 3.3066),
        (TSITOURAS_54.stability().real_bound(), 3.5068),
        (VERNER_65.stability().real_bound(), 4.8553),
        (VERNER_76.stability().real_bound(), 4.6400),
        (VERNER_87.stability().real_bound(), 5.8641),
        (VERNER_98.stability().real_bound(), 4.4762),
    ];
    for (found, tabulated) in bounds {
        assert!((found - tabulated).abs() < 1e-4, "{found} {tabulated}");
    }
}

/// A last coefficient so small that the root it brings lies beyond 1e299.
#[test]
fn a_root_at_the_end_of_the_doubles() {
    let tiny = Tableau::new("", "", 1, [[0.0; 2], [1e-300, 0.0]], [0.0, 1.0], [0.0, 1e-300]);
    let bound = tiny.expect("order 1").stability().real_bound();
    assert!((bound - 2.0).abs() <= 4.0 * f64::EPSILON, "{bound}");
}
