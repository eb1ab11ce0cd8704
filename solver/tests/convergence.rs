//! Every method converges at the order it claims, at the ends of steps and inside them.

use costate_solver::laws::{Known, observed_order};
use costate_solver::tableau::*;

/// A problem of `N` coordinates with its solution.
type Problem<const N: usize> = Known<fn(f64, &[f64; N], &mut [f64; N]), fn(f64) -> [f64; N]>;

/// An autonomous nonlinear problem: y' = y cos(t) has y = exp(sin t), written with time as a state.
fn swinging() -> Problem<2> {
    Known {
        field: |_t: f64, y: &[f64; 2], dy: &mut [f64; 2]| *dy = [y[0] * y[1].cos(), 1.0],
        exact: |t: f64| [t.sin().exp(), t],
        t0: 0.0,
        t1: 2.0,
    }
}

/// A problem that depends on time: y' = -2 t y^2 has y = 1 / (1 + t^2); solved backwards.
fn rational() -> Problem<1> {
    Known {
        field: |t: f64, y: &[f64; 1], dy: &mut [f64; 1]| dy[0] = -2.0 * t * y[0] * y[0],
        exact: |t: f64| [1.0 / (1.0 + t * t)],
        t0: 1.5,
        t1: 0.0,
    }
}

/// A rotation that gathers speed: by the angle t^2 / 2 + t, so y = (cos, sin)(t^2 / 2 + t) from (1, 0).
fn rotation() -> Problem<2> {
    Known {
        field: |t: f64, y: &[f64; 2], dy: &mut [f64; 2]| {
            *dy = [-(t + 1.0) * y[1], (t + 1.0) * y[0]]
        },
        exact: |t: f64| [(0.5 * t * t + t).cos(), (0.5 * t * t + t).sin()],
        t0: 0.0,
        t1: 1.5,
    }
}

/// One whose solution exp(-t^2) has no pole anywhere, for methods that are at their order in long steps only.
fn bell() -> Problem<1> {
    Known {
        field: |t: f64, y: &[f64; 1], dy: &mut [f64; 1]| dy[0] = -2.0 * t * y[0],
        exact: |t: f64| [(-t * t).exp()],
        t0: 0.0,
        t1: 1.5,
    }
}

/// The order seen at the ends of steps, and inside of them.
fn orders<const N: usize, const S: usize>(
    tableau: &Tableau<S>,
    problem: Problem<N>,
    n: usize,
) -> [f64; 2] {
    [1.0, 0.37].map(|inside| observed_order(tableau, problem, n, inside).unwrap())
}

/// What they should be. Inside a step both the step's error, O(h^p), and the interpolant's, O(h^(q+1)), are seen.
fn claimed<const S: usize>(tableau: &Tableau<S>) -> [f64; 2] {
    [f64::from(tableau.order), f64::from(tableau.order.min(tableau.dense.order() + 1))]
}

/// Halving the step divides the error by 2^p up to a relative O(h), which is under 0.2 in the exponent at these step counts.
/// The count falls with the order so that errors stay well above rounding.
fn assert_order<const N: usize, const S: usize>(
    tableau: &Tableau<S>,
    problem: Problem<N>,
    n: usize,
) {
    for (order, claimed) in orders(tableau, problem, n).into_iter().zip(claimed(tableau)) {
        assert!((order - claimed).abs() < 0.2, "{}: {order}, not {claimed}", tableau.name);
    }
}

fn assert_orders<const S: usize>(tableau: &Tableau<S>, n: usize) {
    assert_order(tableau, swinging(), n);
    assert_order(tableau, rational(), n);
    assert_order(tableau, rotation(), n);
}

/// The terms of the error that decide the order are so small in the pairs that Verner optimised that the next ones, or
/// rounding, are all that a solve shows: steep enough is all that can be asked of it. That the order is no higher, the tests
/// of the tableau crate see in power series.
fn assert_steep<const S: usize>(tableau: &Tableau<S>, n: usize) {
    let seen = [
        orders(tableau, swinging(), n),
        orders(tableau, rotation(), n),
        orders(tableau, bell(), n),
    ];
    for seen in seen {
        for (order, claimed) in seen.into_iter().zip(claimed(tableau)) {
            assert!(order > claimed - 0.2, "{}: {order}, not {claimed}", tableau.name);
        }
    }
}

#[test]
fn every_method_converges_at_its_order() {
    assert_orders(&EULER, 1024);
    assert_orders(&MIDPOINT, 512);
    assert_orders(&HEUN, 512);
    assert_orders(&RALSTON, 512);
    assert_orders(&HEUN_EULER_21, 512);
    assert_orders(&KUTTA_3, 256);
    assert_orders(&SSPRK_3, 256);
    assert_orders(&BOGACKI_SHAMPINE_32, 256);
    assert_orders(&RK4, 128);
    assert_orders(&KUTTA_38, 128);
    assert_orders(&FEHLBERG_54, 64);
    assert_orders(&CASH_KARP_54, 64);
    assert_orders(&DORMAND_PRINCE_54, 64);
    assert_orders(&DORMAND_PRINCE_54_SHAMPINE, 64);
    assert_orders(&TSITOURAS_54, 64);
    assert_orders(&BOGACKI_SHAMPINE_54, 64);
    assert_order(&VERNER_76, swinging(), 12);
    assert_order(&VERNER_76, rotation(), 16);
    assert_order(&VERNER_76, bell(), 32);
    assert_order(&DORMAND_PRINCE_853, swinging(), 6);
    assert_order(&DORMAND_PRINCE_853, rotation(), 10);
    assert_order(&DORMAND_PRINCE_853, bell(), 10);
    assert_steep(&VERNER_65, 5);
    assert_steep(&VERNER_87, 4);
    assert_steep(&VERNER_98, 4);
}
