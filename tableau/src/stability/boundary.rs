//! The curves on which `|R| = 1`.

use alloc::vec;
use alloc::vec::Vec;

use super::StabilityFunction;

/// A point of the complex plane: real and imaginary part.
type Point = (f64, f64);

/// Points at most on one curve; a curve with more is given as far as it was traced.
const MOST_POINTS: usize = 100_000;

impl<const S: usize> StabilityFunction<S> {
    /// The boundary of the stability region, `|R(z)| = 1`, as closed polygons: one for each of the parts
    /// that the region has. The first point is not repeated at the end.
    ///
    /// Neighbouring points are at most `step` apart, nearer where the curve bends. Along a boundary
    /// `R` runs round the unit circle, once for each root of `R` inside, so every curve passes through
    /// solutions of `R(z) = 1`. Those are found first, and each curve is followed from one of them
    /// until it comes back to it. Curves that meet in a point, where `R' = 0`, may be joined there.
    ///
    /// A polynomial whose last coefficients are small has roots far from 0, and the region a tiny part
    /// around each. Where the terms of `R` are so large that doubles do not add up to anything like 1, such
    /// a part is left out.
    ///
    /// Empty if `R` is constant or not finite, or if `step` is not a positive number.
    ///
    /// ```
    /// use costate_tableau::EULER;
    /// // The disk around -1.
    /// let boundary = EULER.stability().boundary(0.1);
    /// assert_eq!(boundary.len(), 1);
    /// assert!(boundary[0].iter().all(|(x, y)| ((x + 1.0).hypot(*y) - 1.0).abs() < 1e-12));
    /// ```
    pub fn boundary(&self, step: f64) -> Vec<Vec<(f64, f64)>> {
        if self.degree() == 0 || !self.is_finite() || !(step > 0.0 && step.is_finite()) {
            return vec![];
        }
        let mut starts = self.ones();
        starts.retain(|start| self.is_resolved(*start));
        let mut curves = vec![];
        while let Some(start) = starts.pop() {
            curves.push(self.follow(start, &mut starts, step));
        }
        curves
    }

    /// The solutions of `R(z) = 1`, by the simultaneous iteration of O. Aberth, "Iteration methods for
    /// finding all zeros of a polynomial simultaneously", Math. Comp. 27, 339-344 (1973).
    fn ones(&self) -> Vec<Point> {
        let degree = self.degree();
        // R(z) = 1 is z (r_1 + r_2 z + ..) = 0: no other root is larger than this.
        let leading = self.coefficient(degree).abs();
        let largest = |radius: f64| {
            let others = (1..degree).map(|k| self.coefficient(k).abs());
            others.fold(0.0, |sum, c| (sum + c) / radius) < leading
        };
        let mut radius = 1.0;
        for _ in 0..1100 {
            if largest(radius) {
                break;
            }
            radius *= 2.0;
        }
        let mut points = vec![(0.0, 0.0)];
        let mut start = (radius, 0.0);
        for _ in 1..degree {
            // By an angle that is no fraction of the full one.
            start = times(start, (0.6, 0.8));
            points.push(start);
        }
        for _ in 0..500 {
            let mut moved = 0.0;
            for i in 1..degree {
                let here = points[i];
                let (x, y) = self.at(here.0, here.1);
                let newton = over((x - 1.0, y), self.slope(here.0, here.1));
                let repulsion = (0..degree).filter(|&j| j != i).fold((0.0, 0.0), |sum, j| {
                    let away = over((1.0, 0.0), minus(here, points[j]));
                    (sum.0 + away.0, sum.1 + away.1)
                });
                let damped = times(newton, repulsion);
                let correction = over(newton, (1.0 - damped.0, -damped.1));
                if correction.0.is_finite() && correction.1.is_finite() {
                    points[i] = minus(here, correction);
                    moved = f64::max(moved, size(correction) / (1.0 + size(here)));
                }
            }
            if moved < 1e-13 {
                break;
            }
        }
        points
    }

    /// Whether the sum of the absolute terms of `R` leaves three digits of a value of size 1.
    fn is_resolved(&self, at: Point) -> bool {
        let radius = size(at);
        let terms = (0..=S).rev().fold(0.0, |sum, k| sum * radius + self.coefficient(k).abs());
        // Not true for a NaN.
        terms * f64::EPSILON * (S as f64) < 1e-3
    }

    /// The curve through `start`; the other solutions of `R(z) = 1` on it are taken from `starts`.
    fn follow(&self, start: Point, starts: &mut Vec<Point>, step: f64) -> Vec<Point> {
        let mut curve = vec![start];
        let mut here = start;
        while curve.len() < MOST_POINTS {
            let Some(next) = self.advance(here, step) else { break };
            let (before, after) = (self.at(here.0, here.1).1, self.at(next.0, next.1));
            // At the start itself R is 1 up to rounding, on either side.
            if curve.len() > 1 && before < 0.0 && after.1 >= 0.0 && after.0 > 0.0 {
                // R has come round to 1: which of its solutions is this?
                let here = self.one_near(next);
                let distance = |start: &Point| size(minus(*start, here));
                let nearest = (0..starts.len())
                    .min_by(|&i, &j| distance(&starts[i]).total_cmp(&distance(&starts[j])));
                match nearest.filter(|&i| distance(&starts[i]) < distance(&start)) {
                    Some(passed) => drop(starts.swap_remove(passed)),
                    None => break,
                }
            }
            curve.push(next);
            here = next;
        }
        curve
    }

    /// The solution of `R(z) = 1` next to a point, by Newton's iteration.
    fn one_near(&self, mut point: Point) -> Point {
        for _ in 0..8 {
            let (x, y) = self.at(point.0, point.1);
            point = minus(point, over((x - 1.0, y), self.slope(point.0, point.1)));
        }
        point
    }

    /// The next point in the direction in which the argument of `R` grows: along `i R / R'`, and back to
    /// `|R| = 1` by Newton's iteration across the curve. Halved where it would turn by more than a tenth.
    fn advance(&self, here: Point, step: f64) -> Option<Point> {
        let ahead = self.direction(here);
        let mut length = step;
        for _ in 0..30 {
            let straight = (here.0 + length * ahead.0, here.1 + length * ahead.1);
            let mut next = straight;
            let mut settled = false;
            for _ in 0..10 {
                let value = self.at(next.0, next.1);
                let excess = 1.0 / size(value) - 1.0;
                let shift = over((value.0 * excess, value.1 * excess), self.slope(next.0, next.1));
                next = (next.0 + shift.0, next.1 + shift.1);
                // The error is the square of the last shift: rounding is all that is left.
                settled = size(shift) <= 1e-9 * step.max(1e-3);
                if settled {
                    break;
                }
            }
            let then = self.direction(next);
            let turn = ahead.0 * then.1 - ahead.1 * then.0;
            let onward = ahead.0 * then.0 + ahead.1 * then.1 > 0.0;
            // From too far out the iteration may end anywhere on the curve, or on another one.
            let near = size(minus(next, straight)) <= 0.1 * length;
            // The argument must not jump over a whole turn either.
            let (from, to) = (self.at(here.0, here.1), self.at(next.0, next.1));
            let short = from.0 * to.0 + from.1 * to.1 > 0.5;
            if settled && onward && near && short && turn.abs() < 0.1 {
                return Some(next);
            }
            length /= 2.0;
        }
        None
    }

    fn direction(&self, at: Point) -> Point {
        let ratio = over(self.at(at.0, at.1), self.slope(at.0, at.1));
        let length = size(ratio);
        (-ratio.1 / length, ratio.0 / length)
    }
}

fn minus(a: Point, b: Point) -> Point {
    (a.0 - b.0, a.1 - b.1)
}

fn times(a: Point, b: Point) -> Point {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

fn over(a: Point, b: Point) -> Point {
    let square = b.0 * b.0 + b.1 * b.1;
    ((a.0 * b.0 + a.1 * b.1) / square, (a.1 * b.0 - a.0 * b.1) / square)
}

/// Square root and no `hypot`: the first is rounded the same way everywhere, so the pictures are.
fn size(a: Point) -> f64 {
    num_traits::Float::sqrt(a.0 * a.0 + a.1 * a.1)
}
