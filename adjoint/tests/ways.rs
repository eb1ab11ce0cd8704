//! Products by a program and by dual numbers are the same, whichever of them are wanted.

use costate_adjoint::autodiff::Real;
use costate_adjoint::{DifferentiableField, Equation, Traced, Vjp};
use proptest::prelude::*;

/// A forced oscillator, `y'' = -p0 sin(y) - p1 y' + p2 cos(p3 t)`: everything varies it, time included.
struct Forced;

impl Equation for Forced {
    #[inline(always)]
    fn eval<R: Real>(&self, t: R, y: &[R], p: &[R], dy: &mut [R]) {
        dy[0] = y[1];
        dy[1] = p[2] * (p[3] * t).cos() - p[0] * y[0].sin() - p[1] * y[1];
    }
}

/// Value, a . df/dt, (df/dy)^T a, (df/dp)^T a, of which some are wanted and the rest stay as they are.
type Products = ([f64; 2], f64, [f64; 2], [f64; 4]);

fn products(
    field: &mut Traced<Forced, [f64; 2], [f64; 4]>,
    (t, y, p, a): (f64, [f64; 2], [f64; 4], [f64; 2]),
    wanted: [bool; 4],
) -> Products {
    let (mut value, mut to_t, mut to_y, mut to_p) = ([7.0; 2], 7.0, [7.0; 2], [7.0; 4]);
    let out = Vjp {
        value: wanted[0].then_some(&mut value),
        t: wanted[1].then_some(&mut to_t),
        y: wanted[2].then_some(&mut to_y),
        p: wanted[3].then_some(&mut to_p),
        ..Vjp::default()
    };
    field.vjp(t, &y, &p, &a, out);
    (value, to_t, to_y, to_p)
}

/// `y' = sqrt(y) + p`: at y = 0 the slope in y is infinite.
struct Root;

impl Equation for Root {
    fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) {
        dy[0] = y[0].sqrt() + p[0];
    }
}

/// The way asked for is the way taken: where a slope is infinite, a program leaves the others alone and dual numbers do not. Of
/// few unknowns dual numbers are the default.
#[test]
fn the_way_asked_for_is_taken() {
    let to_p = |mut field: Traced<Root, [f64; 1], [f64; 1]>| {
        let mut to_p = [7.0];
        let out = Vjp { p: Some(&mut to_p), ..Vjp::default() };
        field.vjp(0.0, &[0.0], &[2.0], &[1.0], out);
        to_p[0]
    };
    let field = || Traced::new(Root, &[0.0], &[2.0]).unwrap();
    assert_eq!(to_p(field().by_program()), 1.0);
    assert!(to_p(field().by_duals()).is_nan());
    assert!(to_p(field()).is_nan());
}

/// `y_i' = p_i y_i cos(t) + y_{i+1}`, of any size; `p` may be shorter.
struct Ring;

impl Equation for Ring {
    fn eval<R: Real>(&self, t: R, y: &[R], p: &[R], dy: &mut [R]) {
        for i in 0..y.len() {
            dy[i] = y[(i + 1) % y.len()];
            if let Some(&p) = p.get(i) {
                dy[i] += p * y[i] * t.cos();
            }
        }
    }
}

/// Sizes around every limit: no parameters, as many as dual numbers are the default for, one more, more than one pass; with time
/// and without; in both precisions.
#[test]
fn every_size_gives_the_same() {
    fn check<T: costate_adjoint::norms::Float + Real>(n: usize, m: usize, in_time: bool) {
        let numbers = |count: usize, from: f64| -> Vec<T> {
            (0..count).map(|k| Real::constant(from + 0.1 * k as f64)).collect()
        };
        let (y, p, a) = (numbers(n, 0.5), numbers(m, -0.3), numbers(n, 1.0));
        let field = || Traced::new(Ring, &y, &p).unwrap();
        let mut all = Vec::new();
        for mut field in [field(), field().by_program(), field().by_duals()] {
            let nan: T = Real::constant(f64::NAN);
            let (mut to_t, mut to_y, mut to_p) = (nan, vec![nan; n], vec![nan; m]);
            let out = Vjp {
                t: in_time.then_some(&mut to_t),
                y: Some(&mut to_y),
                p: Some(&mut to_p),
                value: None,
                ..Vjp::default()
            };
            field.vjp(0.7, &y, &p, &a, out);
            let parts = if in_time { vec![to_t] } else { vec![] };
            all.push([parts, to_y, to_p].concat());
        }
        for other in &all[1..] {
            for (&x, &z) in all[0].iter().zip(other) {
                // Sums of up to twelve terms below 4.
                let (x, z): (f64, f64) = (x.into(), z.into());
                let unit: f64 = <T as num_traits::Float>::epsilon().into();
                assert!((x - z).abs() <= 12.0 * 48.0 * unit, "{n} {m} {in_time}: {x} and {z}");
            }
        }
    }
    for (n, m) in [(1, 0), (1, 1), (3, 3), (4, 3), (4, 4), (5, 4), (12, 12), (12, 0)] {
        for in_time in [false, true] {
            check::<f64>(n, m, in_time);
            check::<f32>(n, m, in_time);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn every_way_gives_the_same(
        t in -3.0..3.0_f64, y: [i8; 2], p: [i8; 4], a: [i8; 2], wanted in any::<[bool; 4]>(),
    ) {
        let number = |x: i8| f64::from(x) / 50.0;
        let at = (t, y.map(number), p.map(number), a.map(number));
        let field = || Traced::new(Forced, &at.1, &at.2).unwrap();
        let found = products(&mut field(), at, wanted);
        let by_program = products(&mut field().by_program(), at, wanted);
        let by_duals = products(&mut field().by_duals(), at, wanted);
        let flat = |(value, to_t, to_y, to_p): Products| [&value[..], &[to_t], &to_y, &to_p].concat();
        for other in [by_program, by_duals] {
            for (x, z) in flat(found).into_iter().zip(flat(other)) {
                // Sums of up to three products of up to four numbers below 3, in another order.
                prop_assert!((x - z).abs() <= 3.0 * 81.0 * 8.0 * f64::EPSILON, "{x} and {z}");
            }
        }
        // What is not wanted is not touched, and asking again at another time gives the products there.
        let mut again = field();
        products(&mut again, (t + 1.0, at.1, at.2, at.3), wanted);
        prop_assert_eq!(flat(products(&mut again, at, wanted)), flat(found));
    }
}
