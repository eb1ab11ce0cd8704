//! Orders seen on differential equations, with a step written by hand: the trees' verdict checked
//! where it matters, and by other means.

use costate_tableau::*;
use methods::for_every_method;
use power_series::Series;

mod methods;
mod power_series;

type State = [Series; 2];

/// A differential equation with a polynomial field, and its solution in closed form.
struct Problem {
    name: &'static str,
    /// `(minus, t, y)`: every minus sign is a factor `minus`, so that with 1 in place of -1 and
    /// nothing negative in `t` and `y` the same terms are added up without cancelling.
    field: fn(f64, Series, &State) -> State,
    solution: fn(Series) -> State,
}

/// How much of the field depends on y, in the problems below; a power of two, so that it is exact.
const WEAK: f64 = 1.0 / 1024.0;

/// A right-hand side that t moves and y bends a little. The roundings of a coupling of size 100
/// enter the coefficient of `h^q` with up to its power q, unless the field hardly depends on y:
/// here they stay below the leading term of every error.
const WEAKLY_COUPLED: [Problem; 3] = [
    Problem {
        name: "y' = 12 t^11 + (y^2 - t^24) / 1024, y = t^12",
        field: |minus, t, [y, _]| {
            let weak = (*y * *y + t.power(24) * minus) * WEAK;
            [t.power(11) * 12.0 + weak, Series::number(0.0)]
        },
        solution: |t| [t.power(12), Series::number(0.0)],
    },
    Problem {
        name: "u' = 11 t^10 + (v - t u) / 1024, v' = 12 t^11 + (u^2 - t^22) / 1024, u = t^11, v = t^12",
        field: |minus, t, [u, v]| {
            let weak_u = (*v + t * *u * minus) * WEAK;
            let weak_v = (*u * *u + t.power(22) * minus) * WEAK;
            [t.power(10) * 11.0 + weak_u, t.power(11) * 12.0 + weak_v]
        },
        solution: |t| [t.power(11), t.power(12)],
    },
    // The size of 1 / (2 - t) is its value: no term of its series is negative for t < 2.
    Problem {
        name: "y' = r^2 + (y z - r^3) / 1024, z' = 2 r^3 + (y^2 - z) / 1024, y = r, z = r^2, r = 1 / (2 - t)",
        field: |minus, t, [y, z]| {
            let r = (Series::number(2.0) + t * -1.0).recip();
            let weak_y = (*y * *z + r.power(3) * minus) * WEAK;
            let weak_z = (*y * *y + *z * minus) * WEAK;
            [r.power(2) + weak_y, r.power(3) * 2.0 + weak_z]
        },
        solution: |t| {
            let r = (Series::number(2.0) + t * -1.0).recip();
            [r, r.power(2)]
        },
    },
];

/// Nonlinear through and through: every tree takes part.
const STRONGLY_COUPLED: [Problem; 3] = [
    Problem {
        name: "y' = -2 t y^2, y = 1 / (1 + t^2)",
        field: |minus, t, [y, _]| [t * *y * *y * (2.0 * minus), Series::number(0.0)],
        solution: |t| [(Series::number(1.0) + t * t).recip(), Series::number(0.0)],
    },
    Problem {
        name: "u' = -2 u v, v' = u^2 - v^2, u = 1 / (1 + t^2), v = t / (1 + t^2)",
        field: |minus, _, [u, v]| [*u * *v * (2.0 * minus), *u * *u + *v * *v * minus],
        solution: |t| {
            let u = (Series::number(1.0) + t * t).recip();
            [u, t * u]
        },
    },
    Problem {
        name: "u' = -2 t u^2 w (2 + t), w' = -w^2 u (1 + t^2), u = 1 / (1 + t^2), w = 1 / (2 + t)",
        field: |minus, t, [u, w]| {
            let (p, q) = (Series::number(1.0) + t * t, Series::number(2.0) + t);
            [t * *u * *u * *w * q * (2.0 * minus), *w * *w * *u * p * minus]
        },
        solution: |t| {
            let (p, q) = (Series::number(1.0) + t * t, Series::number(2.0) + t);
            [p.recip(), q.recip()]
        },
    },
];

/// Power series in h: a quantity, and what its terms add up to if none of them cancels.
#[derive(Clone, Copy)]
struct Seen {
    value: State,
    size: State,
}

impl Seen {
    const fn new(value: State, size: State) -> Self {
        Self { value, size }
    }

    fn absolute(value: State) -> Self {
        Self::new(value, value.map(Series::absolute))
    }

    fn plus(self, other: Self) -> Self {
        let add = |a: State, b: State| [a[0] + b[0], a[1] + b[1]];
        Self::new(add(self.value, other.value), add(self.size, other.size))
    }

    /// A factor, and its size.
    fn times(self, (factor, size): (f64, f64)) -> Self {
        Self::new(self.value.map(|s| s * factor), self.size.map(|s| s * size))
    }

    fn times_h(self) -> Self {
        Self::new(self.value.map(Series::times_h), self.size.map(Series::times_h))
    }
}

fn sized(weight: f64) -> (f64, f64) {
    (weight, weight.abs())
}

/// `h sum_j weights[j] k_j`.
fn combine(weights: impl IntoIterator<Item = (f64, f64)>, k: &[Seen]) -> Seen {
    let zero = Seen::absolute([Series::number(0.0); 2]);
    let terms = weights.into_iter().zip(k).map(|(weight, k)| k.times(weight));
    terms.fold(zero, Seen::plus).times_h()
}

/// The local errors of a step from the true solution: of `y1` and of the extension, and the error
/// estimates, as power series in the length of the step.
struct Step {
    solution: Seen,
    dense: Vec<Seen>,
    estimate: Option<Seen>,
    second: Option<Seen>,
}

fn step<const S: usize>(method: &Tableau<S>, problem: &Problem, t: f64) -> Step {
    let exact = (problem.solution)(Series::line(t, 1.0));
    let y0 = Seen::absolute(exact.map(|y| y.at(0.0)));
    let slope = |c: f64, y: Seen| {
        let value = (problem.field)(-1.0, Series::line(t, c), &y.value);
        Seen::new(value, (problem.field)(1.0, Series::line(t.abs(), c.abs()), &y.size))
    };
    // The error of an approximation to the solution at t + theta h.
    let error =
        |y: Seen, theta: f64| y.plus(Seen::absolute(exact.map(|y| y.at(theta))).times((-1.0, 1.0)));
    let row = |a: &[f64]| a.iter().copied().map(sized).collect::<Vec<_>>();

    let mut k = vec![];
    for i in 0..S {
        k.push(slope(method.c[i], y0.plus(combine(row(&method.a[i][..i]), &k))));
    }
    let estimate = method.error.as_ref().map(|error| combine(row(&error.weights), &k));
    let second = method.error.as_ref().and_then(|error| error.second.as_ref());
    let second = second.map(|second| combine(row(&second.weights), &k));
    let y1 = y0.plus(combine(row(&method.b), &k));

    for stage in method.dense.stages() {
        k.push(slope(stage.c, y0.plus(combine(row(stage.a), &k))));
    }
    let f1 = slope(1.0, y1);
    let rows = match &method.dense {
        Dense::Polynomial { rows, .. } => rows.iter().map(|row| &row[..]).collect(),
        Dense::Extended { rows, .. } => rows.to_vec(),
        _ => vec![],
    };
    // Multiples of 1/8, so that their powers and the four cubics are exact.
    let dense = (1..8).map(|i| f64::from(i) / 8.0).map(|theta| {
        let y = if let Dense::Hermite { .. } = method.dense {
            let HermiteBasis { h00, h10, h01, h11 } = HermiteBasis::at(theta);
            let slopes = combine([sized(h10), sized(h11)], &[k[0], f1]);
            y0.times(sized(h00)).plus(y1.times(sized(h01))).plus(slopes)
        } else {
            // Power by power: a sum of the coefficients would be rounded.
            (1..).zip(&rows).fold(y0, |y, (power, weights)| {
                y.plus(combine(row(weights), &k).times(sized(theta.powi(power))))
            })
        };
        error(y, theta)
    });
    let dense = dense.collect();
    Step { solution: error(y1, 1.0), dense, estimate, second }
}

/// The order of what vanishes as `h^(order + 1)`, for all of the starting times: the least power of
/// h, less one, whose coefficient is not zero up to the roundings of the table.
///
/// A coefficient of `h^q` is a sum of products of q coefficients of the table, each of them rounded
/// by at most half a unit: the sum is off by q/2 <= 8 units of its terms taken without their signs.
fn order<'a>(seen: impl Iterator<Item = &'a Seen>) -> u32 {
    let vanishes = |seen: &Seen, power: usize| {
        let rounding = |i: usize| 8.0 * f64::EPSILON * seen.size[i].coefficient(power);
        (0..2).all(|i| seen.value[i].coefficient(power).abs() <= rounding(i))
    };
    let order_of = |seen| (0..=10).take_while(|&power| vanishes(seen, power)).count() as u32;
    seen.map(order_of).min().unwrap_or(0).saturating_sub(1)
}

/// The starting times; exact, and so are their squares.
const TIMES: [f64; 4] = [0.25, 0.5, 0.75, 1.0];

/// The orders of the solution, of the extension, and of the two error estimates; those of estimates
/// that a method has not are 0.
fn observed<const S: usize>(method: &Tableau<S>, problem: &Problem) -> [u32; 4] {
    let steps = TIMES.map(|t| step(method, problem, t));
    [
        order(steps.iter().map(|step| &step.solution)),
        order(steps.iter().flat_map(|step| &step.dense)),
        order(steps.iter().flat_map(|step| &step.estimate)),
        order(steps.iter().flat_map(|step| &step.second)),
    ]
}

fn claimed<const S: usize>(method: &Tableau<S>) -> [u32; 4] {
    let error = method.error.as_ref();
    let second = error.and_then(|error| error.second.as_ref());
    [
        method.order,
        method.dense.order(),
        error.map_or(0, |error| error.order),
        second.map_or(0, |second| second.order),
    ]
}

/// Not the ratio of errors at two lengths, but what it tends to. An error of order 9 falls below
/// the roundings of any table of doubles before it falls as `h^10`: methods are made so that the
/// leading term is small, and steps long enough to see one show the terms after it.
fn observed_orders_are_those_claimed<const S: usize>(method: &Tableau<S>) {
    for problem in &WEAKLY_COUPLED {
        let found = observed(method, problem);
        assert_eq!(found, claimed(method), "{} on {}", method.name, problem.name);
    }
}

for_every_method!(observed_orders_are_those_claimed);

/// No less than claimed. Where couplings are large, their roundings may hide the term that limits
/// the order, so that there seems to be more.
fn strong_coupling_costs_no_order<const S: usize>(method: &Tableau<S>) {
    for problem in &STRONGLY_COUPLED {
        for (found, claimed) in observed(method, problem).into_iter().zip(claimed(method)) {
            assert!(found >= claimed, "{found} of {claimed}: {} on {}", method.name, problem.name);
        }
    }
}

for_every_method!(strong_coupling_costs_no_order);
