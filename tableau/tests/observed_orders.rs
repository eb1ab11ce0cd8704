//! Orders seen on a differential equation, with a step written by hand: the trees' verdict checked
//! where it matters, and by other means.

use costate_tableau::*;

type State = [f64; 4];

/// A nonlinear system in four unknowns that depends on t, and its solution:
/// (exp(sin t^2), exp(5 sin t^2), sin t^2 + 1, cos t^2).
fn field(t: f64, y: &State) -> State {
    [
        2.0 * t * y[1].powf(0.2) * y[3],
        10.0 * t * (5.0 * (y[2] - 1.0)).exp() * y[3],
        2.0 * t * y[3],
        -2.0 * t * y[0].ln(),
    ]
}

fn solution(t: f64) -> State {
    let (sin, cos) = (t * t).sin_cos();
    [sin.exp(), (5.0 * sin).exp(), sin + 1.0, cos]
}

fn combine(y: &State, h: f64, weights: &[f64], k: &[State]) -> State {
    let mut sum = *y;
    for (weight, k) in weights.iter().zip(k) {
        for (sum, k) in sum.iter_mut().zip(k) {
            *sum += h * weight * k;
        }
    }
    sum
}

fn distance(a: &State, b: &State) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// The local errors of one step from the true solution: of `y1`, of the extension (the largest over
/// theta), and the size of the error estimate.
struct Local {
    solution: f64,
    dense: f64,
    estimate: f64,
}

fn step<const S: usize>(method: &Tableau<S>, t: f64, h: f64) -> Local {
    let y0 = solution(t);
    let mut k = vec![];
    for i in 0..S {
        k.push(field(t + method.c[i] * h, &combine(&y0, h, &method.a[i][..i], &k)));
    }
    let y1 = combine(&y0, h, &method.b, &k);
    let (f0, f1) = (k[0], field(t + h, &y1));
    let between = |theta: f64| {
        let mut weights = [0.0; S];
        if method.dense.weights(theta, &mut weights) {
            return combine(&y0, h, &weights, &k);
        }
        let basis = HermiteBasis::at(theta);
        std::array::from_fn(|i| {
            basis.h00 * y0[i] + h * basis.h10 * f0[i] + basis.h01 * y1[i] + h * basis.h11 * f1[i]
        })
    };
    let zero = [0.0; 4];
    let estimate = method.error.as_ref().map_or(zero, |e| combine(&zero, h, &e.weights, &k));
    Local {
        solution: distance(&y1, &solution(t + h)),
        dense: (1..=20)
            .map(|i| f64::from(i) / 20.0)
            .map(|theta| distance(&between(theta), &solution(t + theta * h)))
            .fold(0.0, f64::max),
        estimate: distance(&estimate, &zero),
    }
}

/// An error C h^(q+1) (1 + O(h)) shrinks by 2^(q+1) when h is halved: the binary logarithm of the
/// ratio, rounded, is q + 1 as soon as the O(h) is below 40 %. Errors are summed over starting times,
/// so that a constant C that happens to vanish at one of them does not matter. The smallest error,
/// of order 5 at h = 1/128, is far above the rounding of y, 1e-16 x e^5.
fn observed<const S: usize>(method: &Tableau<S>, of: impl Fn(&Local) -> f64, h: f64) -> f64 {
    let sum =
        |h: f64| -> f64 { (0..8).map(|i| of(&step(method, 0.3 + 0.2 * f64::from(i), h))).sum() };
    (sum(h) / sum(h / 2.0)).log2() - 1.0
}

fn check<const S: usize>(method: &Tableau<S>) {
    for h in [1.0 / 64.0, -1.0 / 64.0] {
        let order = observed(method, |local| local.solution, h);
        assert_eq!(order.round(), f64::from(method.order), "{} {order}", method.name);
        let order = observed(method, |local| local.dense, h);
        assert_eq!(order.round(), f64::from(method.dense.order()), "{} {order}", method.name);
        if let Some(error) = &method.error {
            let order = observed(method, |local| local.estimate, h);
            assert_eq!(order.round(), f64::from(error.order), "{} {order}", method.name);
        }
    }
}

#[test]
fn observed_orders_are_those_claimed() {
    check(&EULER);
    check(&MIDPOINT);
    check(&HEUN);
    check(&RK4);
    check(&BOGACKI_SHAMPINE_32);
    check(&DORMAND_PRINCE_54);
    check(&DORMAND_PRINCE_54_SHAMPINE);
    check(&TSITOURAS_54);
}
