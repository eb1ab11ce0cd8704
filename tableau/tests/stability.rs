//! Stability functions against steps, bounds against closed forms, boundaries against the argument principle.

use costate_tableau::*;
use proptest::prelude::*;

type Complex = (f64, f64);

fn times(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// One step of y' = lambda y from y = 1 by its stages, with `z = h lambda`; and the same with absolute
/// values, which bounds every intermediate sum.
fn step<const S: usize>(table: &Tableau<S>, b: &[f64; S], z: Complex) -> (Complex, f64) {
    let mut k = [(0.0, 0.0); S];
    let mut sizes = [0.0; S];
    let size_of_z = z.0.hypot(z.1);
    let combine = |weights: &[f64; S], k: &[Complex; S], sizes: &[f64; S]| {
        let mut y = (1.0, 0.0);
        let mut size = 1.0;
        for j in 0..S {
            y = (y.0 + weights[j] * k[j].0, y.1 + weights[j] * k[j].1);
            size += weights[j].abs() * sizes[j];
        }
        (y, size)
    };
    for i in 0..S {
        let (y, size) = combine(&table.a[i], &k, &sizes);
        k[i] = times(z, y);
        sizes[i] = size_of_z * size;
    }
    combine(b, &k, &sizes)
}

/// A unit in the last place of 1.
const ULP: f64 = f64::EPSILON;

/// `R(z)` is what a step makes of y' = lambda y. Each of S stages adds S products and multiplies by z,
/// each operation off by half a unit of the absolute terms: 4 (S + 1)^2 units cover both sides, and 8 more
/// are what a coefficient may have been moved to `1/k!` by.
fn check_against_steps<const S: usize>(
    table: &Tableau<S>,
    z: Complex,
) -> Result<(), TestCaseError> {
    let stability = table.stability();
    let ((re, im), size) = step(table, &table.b, z);
    let (x, y) = stability.at(z.0, z.1);
    let units = (4 * (S + 1) * (S + 1) + 8) as f64;
    let off = (x - re).hypot(y - im);
    prop_assert!(off <= units * ULP * size, "{}: off by {off:e} of {size:e}", table.name);
    prop_assert!((stability.modulus(z.0, z.1) - re.hypot(im)).abs() <= units * ULP * size);
    Ok(())
}

proptest! {
    #[test]
    fn it_is_what_a_step_does(
        one in strategies::first_order::<1>(),
        two in strategies::second_order::<2>(),
        three in strategies::third_order(),
        five in strategies::first_order::<5>(),
        nine in strategies::second_order::<9>(),
        z in (-6.0f64..6.0, -6.0f64..6.0),
    ) {
        check_against_steps(&one, z)?;
        check_against_steps(&two, z)?;
        check_against_steps(&three, z)?;
        check_against_steps(&five, z)?;
        check_against_steps(&nine, z)?;
        check_against_steps(&RK4, z)?;
        check_against_steps(&BOGACKI_SHAMPINE_32, z)?;
        check_against_steps(&DORMAND_PRINCE_54, z)?;
        check_against_steps(&TSITOURAS_54, z)?;
    }

    /// The embedded method is the one with the weights `b - error.weights`, whose difference rounds.
    #[test]
    fn the_embedded_one_is_that_of_its_weights(z in (-6.0f64..6.0, -6.0f64..6.0)) {
        fn check<const S: usize>(table: &Tableau<S>, z: Complex) -> Result<(), TestCaseError> {
            let weights = &table.error.as_ref().expect("a pair").weights;
            let b_hat = core::array::from_fn(|j| table.b[j] - weights[j]);
            let ((re, im), size) = step(table, &b_hat, z);
            let (x, y) = table.embedded_stability().expect("a pair").at(z.0, z.1);
            let units = (4 * (S + 1) * (S + 1) + 16) as f64;
            prop_assert!((x - re).hypot(y - im) <= units * ULP * size);
            Ok(())
        }
        check(&BOGACKI_SHAMPINE_32, z)?;
        check(&DORMAND_PRINCE_54, z)?;
        check(&DORMAND_PRINCE_54_SHAMPINE, z)?;
        check(&TSITOURAS_54, z)?;
    }

    /// `|R|` is at most 1 all the way to a bound, and not beyond it: judged by steps.
    #[test]
    fn a_bound_is_where_it_says(
        table in strategies::second_order::<4>(),
        part in 0.0f64..1.0,
    ) {
        let stability = table.stability();
        let real = stability.real_bound();
        // R is 1 + z + ..: it decays at first, and it is no constant.
        prop_assert!(real > 0.0 && real.is_finite());
        for x in [part * real, real] {
            let ((re, _), size) = step(&table, &table.b, (-x, 0.0));
            prop_assert!(re.abs() <= 1.0 + 200.0 * ULP * size, "{re} at {x} of {real}");
        }
        let imaginary = stability.imaginary_bound();
        prop_assert!(imaginary >= 0.0 && imaginary.is_finite());
        for y in [part * imaginary, imaginary] {
            let ((re, im), size) = step(&table, &table.b, (0.0, y));
            prop_assert!(re.hypot(im) <= 1.0 + 200.0 * ULP * size, "at {y} of {imaginary}");
        }
        // Right after a bound |R| exceeds 1, by little: in a hundredth of the way once, up to rounding.
        let exceeds = |from: f64, z: &dyn Fn(f64) -> Complex| {
            (1..=100).any(|n| {
                let ((re, im), size) = step(&table, &table.b, z(from + 1e-4 * f64::from(n)));
                re.hypot(im) > 1.0 - 200.0 * ULP * size
            })
        };
        prop_assert!(exceeds(real, &|x| (-x, 0.0)));
        prop_assert!(exceeds(imaginary, &|y| (0.0, y)));
    }

    /// Three stages of order 2: `|R(i y)|^2 - 1 = x^2 (1/4 - 2 r + r^2 x)` with `x = y^2` and
    /// `r = b2 a21 a10`. The bound is 0 for `r <= 1/8`, else `x = (2 r - 1/4) / r^2`.
    #[test]
    fn the_imaginary_bound_of_three_stages(table in strategies::second_order::<3>()) {
        let r = table.b[2] * table.a[2][1] * table.a[1][0];
        // So near to 1/8 the rounding of the table decides.
        prop_assume!((r - 0.125).abs() > 1e-6);
        let found = table.stability().imaginary_bound();
        if r < 0.125 {
            prop_assert_eq!(found, 0.0);
        } else {
            let expected = f64::sqrt((2.0 * r - 0.25) / (r * r));
            // The subtraction magnifies the rounding of r, 8 units at most, by r over the difference.
            let units = 16.0 * (1.0 + r / (r - 0.125));
            prop_assert!((found - expected).abs() <= units * ULP * expected, "{found} {expected}");
        }
    }

    /// Two stages of order 2 have `R = 1 + z + z^2/2`, whatever the nodes: real bound 2, and on the imaginary
    /// axis `|R|^2 = 1 + y^4/4`. One of its coefficients has been rounded by a part of 2^-52 or two.
    #[test]
    fn two_stages_of_order_two(table in strategies::second_order::<2>()) {
        prop_assert_eq!(table.stability(), HEUN.stability());
        prop_assert_eq!(table.stability().imaginary_bound(), 0.0);
        prop_assert!((table.stability().real_bound() - 2.0).abs() <= 16.0 * ULP);
    }

    /// Where `|R| = 1` the argument of `R` runs round once for every root inside, so that it runs round
    /// as often as the degree says along all curves together.
    #[test]
    fn the_boundary_encloses_every_root(table in strategies::second_order::<4>()) {
        // Where the last coefficient is small against the others, roots lie very far out.
        let stability = table.stability();
        prop_assume!((1..=4).all(|k| k <= 2 || stability.coefficient(k).abs() > 1e-2));
        check_boundary(&table, 0.05, 0)?;
    }
}

fn check_boundary<const S: usize>(
    table: &Tableau<S>,
    step: f64,
    left_out: usize,
) -> Result<(), TestCaseError> {
    let stability = table.stability();
    let mut turned = 0.0;
    for curve in stability.boundary(step) {
        prop_assert!(curve.len() > 2);
        for (&from, &to) in curve.iter().zip(curve.iter().cycle().skip(1)) {
            // Newton's iteration across the curve ends at rounding: some S operations on the terms of R.
            let radius = from.0.hypot(from.1);
            let terms = (0..=S).map(|k| stability.coefficient(k).abs() * radius.powi(k as i32));
            let allowed = 4.0 * (S + 1) as f64 * ULP * terms.sum::<f64>();
            let off = (stability.modulus(from.0, from.1) - 1.0).abs();
            prop_assert!(off <= allowed, "{}: off by {off:e} at {from:?}", table.name);
            let gap = (to.0 - from.0).hypot(to.1 - from.1);
            prop_assert!(gap <= 1.2 * step, "{}: {from:?} to {to:?}", table.name);
            let ((a, b), (c, d)) = (stability.at(from.0, from.1), stability.at(to.0, to.1));
            turned += (a * d - b * c).atan2(a * c + b * d);
        }
    }
    let turns = turned / std::f64::consts::TAU;
    let roots = (stability.degree() - left_out) as f64;
    prop_assert!((turns - roots).abs() < 1e-6, "{}: {turns} turns", table.name);
    Ok(())
}

#[test]
fn the_boundaries_of_the_methods_enclose_every_root() {
    fn check<const S: usize>(table: &Tableau<S>) {
        check_boundary(table, 0.03, 0).expect(table.name);
    }
    check(&EULER);
    check(&MIDPOINT);
    check(&HEUN);
    check(&BOGACKI_SHAMPINE_32);
    check(&RK4);
    check(&CASH_KARP_54);
    check(&DORMAND_PRINCE_54);
    check(&TSITOURAS_54);
    check(&BOGACKI_SHAMPINE_54);
    check(&VERNER_65);
    check(&VERNER_76);
    check(&VERNER_87);
    check(&DORMAND_PRINCE_853);
    // r_14 + r_15 z is 0 near -200, where the terms of R are of size 1e22.
    check_boundary(&VERNER_98, 0.03, 1).expect("14 roots");
}

/// The boundary of Euler's method is the circle around -1.
#[test]
fn the_circle() {
    let boundary = EULER.stability().boundary(0.01);
    assert_eq!(boundary.len(), 1);
    for &(x, y) in &boundary[0] {
        assert!(((x + 1.0).hypot(y) - 1.0).abs() < 1e-15 * 8.0, "{x} {y}");
    }
    // Points a hundredth apart: between 2 pi / 0.011 and 2 pi / 0.009.
    assert!((571..=698).contains(&boundary[0].len()), "{}", boundary[0].len());
}

/// The real root of `x^3 + p x = q` for `p > 0` (Cardano).
fn cardano(p: f64, q: f64) -> f64 {
    let root = f64::sqrt(q * q / 4.0 + p * p * p / 27.0);
    (q / 2.0 + root).cbrt() + (q / 2.0 - root).cbrt()
}

/// The bounds are within a few units of closed forms; the slack that lets a region touch 1 from inside is
/// 8 units of the sum of the absolute terms, at most `e^3 = 20`, over a slope of at least 1/2.
#[test]
fn bounds_in_closed_form() {
    let close = |found: f64, expected: f64| {
        assert!((found - expected).abs() < 400.0 * ULP, "{found} instead of {expected}");
    };
    assert_eq!(EULER.stability().real_bound(), 2.0);
    assert_eq!(EULER.stability().imaginary_bound(), 0.0);
    for method in [MIDPOINT, HEUN] {
        close(method.stability().real_bound(), 2.0);
        assert_eq!(method.stability().imaginary_bound(), 0.0);
    }
    // Order 3 in three evaluations: R(-x) = -1 is x^3 - 3 x^2 + 6 x = 12, and with x = u + 1, u^3 + 3 u = 8.
    let order_3 = BOGACKI_SHAMPINE_32.stability();
    close(order_3.real_bound(), 1.0 + cardano(3.0, 8.0));
    close(order_3.real_bound(), 2.5127453266183286);
    close(order_3.imaginary_bound(), f64::sqrt(3.0));
    // Order 4 in four: R(-x) = 1 is x^3 - 4 x^2 + 12 x = 24, and with x = u + 4/3, u^3 + 20/3 u = 344/27.
    let order_4 = RK4.stability();
    close(order_4.real_bound(), 4.0 / 3.0 + cardano(20.0 / 3.0, 344.0 / 27.0));
    close(order_4.real_bound(), 2.785293563405282);
    close(order_4.imaginary_bound(), f64::sqrt(8.0));
}

/// E. Hairer, G. Wanner, "Solving Ordinary Differential Equations II", IV.2, (2.12): the method of Dormand and
/// Prince has the polynomial of the exponential up to `z^5`, and then `z^6 / 600`.
#[test]
fn the_polynomial_of_dormand_and_prince() {
    for method in [DORMAND_PRINCE_54, DORMAND_PRINCE_54_SHAMPINE] {
        let stability = method.stability();
        let known = [1.0, 1.0, 1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 0.0, 0.0];
        for (power, coefficient) in known.into_iter().enumerate().filter(|(power, _)| *power != 6) {
            assert_eq!(stability.coefficient(power), coefficient, "z^{power}");
        }
        // A single product b5 a54 a43 a32 a21 a10, of rounded factors: six half-units and one more.
        let sixth = stability.coefficient(6) * 600.0;
        assert!((sixth - 1.0).abs() <= 4.0 * ULP, "{sixth}");
        assert_eq!((stability.degree(), stability.coefficient(100)), (6, 0.0));
    }
}

/// The first `1/k!` are exact in every method, rounded decimals or not.
#[test]
fn the_exponential_up_to_the_order() {
    let stability = TSITOURAS_54.stability();
    let mut factorial = 1.0;
    for power in 1..=5 {
        factorial *= power as f64;
        assert_eq!(stability.coefficient(power), 1.0 / factorial);
    }
    // A sixth evaluation is worth a power more, but no order more: neither 0 nor 1/720.
    let sixth = stability.coefficient(6) * 720.0;
    assert!(stability.degree() == 6 && (sixth - 1.0).abs() > 1e-3, "{sixth}");
}

/// On the imaginary axis near 0, `|R|^2 - 1` of Dormand and Prince's method is `-x^3/1800 + ..`: by
/// `-2 r6 + 2 r5 - r4 + 1/36` with `r6 = 1/600`. It is stable there, which no evaluation in doubles at a
/// small `y` could tell.
#[test]
fn the_imaginary_axis_near_zero() {
    let bound = DORMAND_PRINCE_54.stability().imaginary_bound();
    let (inside, outside) = (bound * 0.999, bound * 1.001);
    assert!(bound > 0.9, "{bound}");
    let after = |y| {
        let ((re, im), _) = step(&DORMAND_PRINCE_54, &DORMAND_PRINCE_54.b, (0.0, y));
        re.hypot(im)
    };
    assert!(after(inside) < 1.0 && after(outside) > 1.0);
    // A last coefficient of 1/720 would have the exponential's sign at x^3, and none of a method.
    let mut unstable = DORMAND_PRINCE_54;
    unstable.order = 2;
    unstable.b[6] = 1.0 / 40.0;
    unstable.b[0] -= 1.0 / 40.0;
    let after = |y| {
        let ((re, im), _) = step(&unstable, &unstable.b, (0.0, y));
        re.hypot(im)
    };
    assert_eq!(unstable.stability().imaginary_bound() > 0.0, after(0.1) < 1.0);
}

#[test]
fn what_is_not_finite_or_constant() {
    let mut table = RK4;
    table.b[2] = f64::NAN;
    let stability = table.stability();
    assert!(stability.real_bound().is_nan() && stability.imaginary_bound().is_nan());
    assert!(stability.boundary(0.1).is_empty() && stability.modulus(1.0, 1.0).is_nan());

    table.b = [0.0; 4];
    let constant = table.stability();
    assert_eq!((constant.degree(), constant.to_string()), (0, "1".into()));
    assert_eq!((constant.real_bound(), constant.imaginary_bound()), (f64::INFINITY, f64::INFINITY));
    assert!(constant.boundary(0.1).is_empty());

    // A solution that grows where it should decay.
    table.b = [-1.0, 0.0, 0.0, 0.0];
    let backwards = table.stability();
    assert_eq!((backwards.to_string().as_str(), backwards.real_bound()), ("1 - z", 0.0));

    for step in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(RK4.stability().boundary(step).is_empty());
    }
}

/// A pair without an estimate has no embedded method, and one whose estimate is the method itself is its
/// own.
#[test]
fn embedded_methods() {
    assert!(RK4.embedded_stability().is_none());
    // b_hat = b - (b - (1, 0)) is Euler's method.
    let pair = HEUN.with_error(1, [-0.5, 0.5]).expect("Euler and Heun");
    let embedded = pair.embedded_stability().expect("a pair");
    assert_eq!((embedded.coefficient(1), embedded.degree()), (1.0, 1));
}

#[test]
fn printed_as_a_polynomial() {
    assert_eq!(EULER.stability().to_string(), "1 + z");
    assert_eq!(HEUN.stability().to_string(), "1 + z + 0.5 z^2");
    let mut table = HEUN;
    table.order = 1;
    table.b = [3.0, -2.0];
    assert_eq!(table.stability().to_string(), "1 + z - 2 z^2");
}
