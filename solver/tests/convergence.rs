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

fn orders<const S: usize>(tableau: &Tableau<S>, n: usize, inside: f64) -> [f64; 3] {
    [
        observed_order(tableau, swinging(), n, inside).unwrap(),
        observed_order(tableau, rational(), n, inside).unwrap(),
        observed_order(tableau, rotation(), n, inside).unwrap(),
    ]
}

/// Halving the step divides the error by 2^p up to a relative O(h), which is under 0.2 in the exponent at these step counts.
/// The count falls with the order so that errors stay well above rounding.
fn assert_orders<const S: usize>(tableau: &Tableau<S>, n: usize) {
    let ends = orders(tableau, n, 1.0);
    // Inside a step both the step's error, O(h^p), and the interpolant's, O(h^(q+1)), are seen.
    let inner = orders(tableau, n, 0.37);
    let claimed = f64::from(tableau.order);
    let dense = f64::from(tableau.order.min(tableau.dense.order() + 1));
    for order in ends {
        assert!((order - claimed).abs() < 0.2, "{}: {order} at ends", tableau.name);
    }
    for order in inner {
        assert!((order - dense).abs() < 0.2, "{}: {order} inside", tableau.name);
    }
}

#[test]
fn every_method_converges_at_its_order() {
    assert_orders(&EULER, 1024);
    assert_orders(&MIDPOINT, 512);
    assert_orders(&HEUN, 512);
    assert_orders(&RK4, 128);
    assert_orders(&BOGACKI_SHAMPINE_32, 256);
    assert_orders(&DORMAND_PRINCE_54, 64);
    assert_orders(&DORMAND_PRINCE_54_SHAMPINE, 64);
    assert_orders(&TSITOURAS_54, 64);
}
