//! Laws of a differentiable field and of a gradient, to be run on your own.
//!
//! Each returns what it found, with the numbers, instead of panicking, so that it fits any test framework.

use crate::{
    Adjoint, DifferentiableField, Gradient, GradientError, Loss, Point, Problem, StateOf, Vjp,
};
use costate_solver::norms::{
    Float, L2, LInf, Scalar, Seminorm, ShapeError, Space, linear::combine,
};
use costate_solver::{Plan, SolveError, Solver};
use num_traits::Zero;

/// A law that did not hold, or that could not be tried.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Broken {
    /// Two numbers that should be one.
    #[error("{law}: {left} against {right}, further apart than {tolerance:.1e}")]
    Apart {
        /// The law, as a formula.
        law: &'static str,
        /// What stood on its left.
        left: f64,
        /// What stood on its right.
        right: f64,
        /// How far apart they may be.
        tolerance: f64,
    },
    /// The field was made for other shapes.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The strategy gave no gradient.
    #[error("no gradient: {0}")]
    Gradient(#[from] GradientError),
    /// A solve for the reference failed.
    #[error("no reference: {0}")]
    Solve(#[from] SolveError),
}

fn close(law: &'static str, left: f64, right: f64, tolerance: f64) -> Result<(), Broken> {
    if (left - right).abs() <= tolerance {
        return Ok(());
    }
    Err(Broken::Apart { law, left, right, tolerance })
}

/// A direction with coordinates between -1 and 1 that looks random and is the same on every machine.
struct Directions(u64);

impl Directions {
    fn next<V: Space<Scalar: Float>>(&mut self, like: &V) -> V {
        let mut v = like.zeros_like();
        for l in 0..V::LEAVES {
            for x in v.leaf_mut(l) {
                // Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
                self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut z = self.0;
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                *x = V::Scalar::of(((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 52) as f64 - 1.0);
            }
        }
        v
    }
}

/// The direction with each coordinate in proportion to that of `v`; where that is zero, to the largest, or to 1 where all are.
fn in_proportion<V: Space<Scalar: Float>>(direction: &V, v: &V) -> V {
    let largest = LInf.measure(v);
    let mut out = direction.clone();
    for l in 0..V::LEAVES {
        for (d, &x) in out.leaf_mut(l).iter_mut().zip(v.leaf(l)) {
            let size = [x.into().abs(), largest].into_iter().find(|s| *s > 0.0).unwrap_or(1.0);
            *d = *d * V::Scalar::of(size);
        }
    }
    out
}

/// The sum of the absolute products of coordinates.
fn weight<V: Space<Scalar: Float>>(u: &V, v: &V) -> f64 {
    let product = |(&x, &y): (&V::Scalar, &V::Scalar)| -> f64 { (x.into() * y.into()).abs() };
    (0..V::LEAVES).flat_map(|l| u.leaf(l).iter().zip(v.leaf(l))).map(product).sum()
}

fn moved<V: Space>(v: &V, c: f64, direction: &V) -> V {
    let mut out = v.zeros_like();
    combine(&mut out, v, [(c, direction)].into_iter());
    out
}

/// Every product of a field's VJP at one point: the value is that of `eval`; the products are linear in the costate, the same
/// when asked for one by one, those of central differences, and add up as weighted sums.
///
/// Tried in three directions made from `seed`, in which every coordinate moves by a part of its own size. The differences are
/// good to about 1e-10 of the size of the field for `f64` and 1e-5 for `f32`, as long as the field changes little over such a
/// part; the law allows a thousand times that. Near kinks and poles it may find fault with a right product.
///
/// # Errors
/// The first law broken, with both of its sides.
pub fn check_field<F: DifferentiableField>(
    field: &mut F,
    t: f64,
    y: &F::State,
    p: &F::Params,
    seed: u64,
) -> Result<(), Broken> {
    field.check(y, p)?;
    let unit: f64 = <<F::State as Space>::Scalar as num_traits::Float>::epsilon().into();
    let mut directions = Directions(seed);
    let zero = || <<F::State as Space>::Scalar as Zero>::zero();
    for _ in 0..3 {
        let (a, b) = (directions.next(y), directions.next(y));
        let (v, w) = (directions.next(y), directions.next(p));

        let (mut value, mut to_y, mut to_p, mut to_t) =
            (y.zeros_like(), y.zeros_like(), p.zeros_like(), zero());
        field.vjp(
            t,
            y,
            p,
            &a,
            Vjp {
                value: Some(&mut value),
                y: Some(&mut to_y),
                p: Some(&mut to_p),
                t: Some(&mut to_t),
                keep: Some(0),
            },
        );
        let mut f = y.zeros_like();
        field.eval(t, y, p, &mut f);
        let size = L2.measure(&f) + 1e-300;
        let rounding = 1e3 * unit;
        close("the VJP's value = f", L2.measure(&moved(&value, -1.0, &f)), 0.0, rounding * size)?;

        // One by one: an output must not depend on which others are asked for.
        let (mut y_alone, mut p_alone, mut t_alone) = (y.zeros_like(), p.zeros_like(), zero());
        field.vjp(t, y, p, &a, Vjp { y: Some(&mut y_alone), ..Vjp::default() });
        field.vjp(t, y, p, &a, Vjp { p: Some(&mut p_alone), ..Vjp::default() });
        field.vjp(t, y, p, &a, Vjp { t: Some(&mut t_alone), ..Vjp::default() });
        let (size_y, size_p) = (L2.measure(&to_y), L2.measure(&to_p));
        let to_t: f64 = to_t.into();
        let difference = L2.measure(&moved(&to_y, -1.0, &y_alone));
        close("the VJP in y alone = with others", difference, 0.0, rounding * size_y)?;
        let difference = L2.measure(&moved(&to_p, -1.0, &p_alone));
        close("the VJP in p alone = with others", difference, 0.0, rounding * size_p)?;
        close("the VJP in t alone = with others", t_alone.into(), to_t, rounding * to_t.abs())?;

        // Linear in the costate.
        let both = moved(&a, 2.0, &b);
        let (mut from_b, mut from_both) = (y.zeros_like(), y.zeros_like());
        field.vjp(t, y, p, &b, Vjp { y: Some(&mut from_b), ..Vjp::default() });
        field.vjp(t, y, p, &both, Vjp { y: Some(&mut from_both), ..Vjp::default() });
        let sum = moved(&to_y, 2.0, &from_b);
        let size = size_y + 2.0 * L2.measure(&from_b);
        let difference = L2.measure(&moved(&from_both, -1.0, &sum));
        close("VJP(a + 2 b) = VJP(a) + 2 VJP(b)", difference, 0.0, rounding * size)?;

        // Sums of products, of points that were kept and of points that were not.
        let mut q = p.zeros_like();
        field.vjp(t, y, p, &b, Vjp { y: Some(&mut from_b), keep: Some(1), ..Vjp::default() });
        let point =
            |a: &F::State, weights, kept| Point { t, y: y.clone(), a: a.clone(), weights, kept };
        for kept in [[Some(0), Some(1)], [None, None]] {
            let points = [point(&a, [2.0, 0.0], kept[0]), point(&b, [-1.0, 3.0], kept[1])];
            let (mut first, mut second) = (p.zeros_like(), p.zeros_like());
            // Sums are added to, in both halves of this loop.
            first.add_scaled(1.0, &to_p);
            field.accumulate(&points, p, &mut q, [&mut first, &mut second]);
            field.vjp(t, y, p, &b, Vjp { p: Some(&mut q), ..Vjp::default() });
            let (from_a, from_b) = (L2.measure(&to_p), L2.measure(&q));
            first.add_scaled(-3.0, &to_p);
            first.add_scaled(1.0, &q);
            second.add_scaled(-3.0, &q);
            let size = 3.0 * from_a + from_b;
            close("the first sum of products", L2.measure(&first), 0.0, rounding * size)?;
            close("the second", L2.measure(&second), 0.0, rounding * 3.0 * from_b)?;
        }

        // Differences along directions in which every coordinate moves by a part of its own size.
        let (v, w) = (in_proportion(&v, y), in_proportion(&w, p));
        // What rounds is not the field but its terms, which may cancel in it; each is seen in a product.
        let terms = weight(&to_y, y) + weight(&to_p, p) + (to_t * t).abs();
        let (mut moved_to, size) = (y.zeros_like(), L2.measure(&a) * L2.measure(&f) + terms);
        let mut slope = |hy: f64, hp: f64, ht: f64, h: f64| {
            let along = |c: f64| {
                let (cy, cp, ct) = (c * hy, c * hp, c * ht);
                field.eval(t + ct, &moved(y, cy, &v), &moved(p, cp, &w), &mut moved_to);
                Ok(a.dot(&moved_to))
            };
            richardson(along, h)
        };
        let step = unit.cbrt();
        // The error of the differences, a thousand times over: of their order, and of rounding in the values.
        let allowed =
            |slope: f64, h: f64| 1e3 * (step * step * (size + slope.abs()) + unit * size / h);
        let (expected, found) = (to_y.dot(&v), slope(1.0, 0.0, 0.0, step)?);
        close("VJP in y . v = a . df/dy v", expected, found, allowed(expected, step))?;
        let (expected, found) = (to_p.dot(&w), slope(0.0, 1.0, 0.0, step)?);
        close("VJP in p . w = a . df/dp w", expected, found, allowed(expected, step))?;
        let h = step * (1.0 + t.abs());
        let found = slope(0.0, 0.0, 1.0, h)?;
        close("VJP in t = a . df/dt", to_t, found, allowed(to_t, h))?;
    }
    Ok(())
}

/// A whole gradient, against differences of the loss of tight solves: along one direction in `y0`, one in `p`, and in `t0`
/// (with the observations held where they are; left out where an observation or a jump is too near).
///
/// `relative` is how far the two may be apart: relative to the gross gradient (the report's) for `p`, to `|a|` times the
/// direction for `y0`, and to `|a| |f|` for `t0`. Twenty times the strategy's `rtol` is what this library promises of its own.
/// The differences are Richardson's, of fourth order, and good to about 1e-7 of the loss in `f64` and 1e-2 in `f32`.
///
/// # Errors
/// The first law broken with both of its sides, or why there was nothing to compare.
pub fn check_gradient<F, A, L>(
    strategy: &mut A,
    field: &mut F,
    problem: &Problem<'_, F>,
    loss: &L,
    relative: f64,
) -> Result<Gradient<F::State, F::Params>, Broken>
where
    F: DifferentiableField,
    A: Adjoint<F>,
    L: Loss<StateOf<F>>,
{
    let gradient = strategy.gradient(field, problem, loss)?;
    let Problem { t0, t1, y0, p, jumps, running } = *problem;
    let mut directions = Directions(1);
    let (v, w) = (directions.next(y0), directions.next(p));
    let mut f0 = y0.zeros_like();
    field.eval(t0, y0, p, &mut f0);

    // A tight solve is good to about its tolerance, and differences are best at a step of its third root.
    let unit: f64 = <<F::State as Space>::Scalar as num_traits::Float>::epsilon().into();
    let accuracy = 500.0 * unit;
    let step = accuracy.cbrt();
    let zero = || <<F::State as Space>::Scalar as Zero>::zero();
    let mut value = |t0: f64, y0: &F::State, p: &F::Params| -> Result<f64, Broken> {
        let plan = Plan::new(t0, t1).save_at(loss.times(&problem.t1)).jumps_at(jumps);
        // The running cost as one more unknown: another way than any strategy goes.
        type WithCost<Y> = (Y, [<Y as Space>::Scalar; 1]);
        let field = |t: f64, (y, _): &WithCost<F::State>, (dy, dc): &mut WithCost<F::State>| {
            field.eval(t, y, p, dy);
            dc[0] = Scalar::of(running.map_or(0.0, |cost| cost.rate(t, y, p)));
        };
        let start = (y0.clone(), [zero()]);
        let solution =
            Solver::tsitouras(accuracy, accuracy).solve(field, &start, plan.stop_at_saves())?;
        let saved: Vec<F::State> = solution.saved.iter().map(|(y, _)| y.clone()).collect();
        let mut unused: Vec<F::State> = saved.iter().map(Space::zeros_like).collect();
        let cost: f64 = solution.y.1[0].into();
        Ok(loss.evaluate(&saved, &mut unused) + cost)
    };
    let floor = |slope: f64, h: f64| {
        let loss = gradient.loss.abs();
        10.0 * (step * step * (loss + slope.abs()) + accuracy * loss / h.abs())
    };

    let (v, w) = (in_proportion(&v, y0), in_proportion(&w, p));
    let h = step;
    let slope = richardson(|h| value(t0, &moved(y0, h, &v), p), h)?;
    let size = L2.measure(&gradient.y0) * L2.measure(&v);
    close("dL/dy0 . v", gradient.y0.dot(&v), slope, relative * size + floor(slope, h))?;

    let slope = richardson(|h| value(t0, y0, &moved(p, h, &w)), h)?;
    let size = gradient.report.gross * L2.measure(&w);
    close("dL/dp . w", gradient.p.dot(&w), slope, relative * size + floor(slope, h))?;

    let h = step * (1.0 + t0.abs());
    let near = |t: &f64| (t - t0).abs() <= 2.0 * h;
    if !(jumps.iter().any(near) || loss.times(&t1).iter().any(near) || near(&t1)) {
        let slope = richardson(|h| value(t0 + h, y0, p), h)?;
        let size = L2.measure(&gradient.y0) * L2.measure(&f0);
        close("dL/dt0", gradient.t0, slope, relative * size + floor(slope, h))?;
    }
    Ok(gradient)
}

/// The derivative of `f` at 0: central differences with steps h and h / 2, extrapolated to fourth order.
fn richardson(mut f: impl FnMut(f64) -> Result<f64, Broken>, h: f64) -> Result<f64, Broken> {
    let mut central = |h: f64| Ok::<f64, Broken>((f(h)? - f(-h)?) / (2.0 * h));
    let (coarse, fine) = (central(h)?, central(h / 2.0)?);
    Ok((4.0 * fine - coarse) / 3.0)
}
