//! How far to go along a direction: bisection between too far and not far enough.

use argmin::core::{
    ArgminError, CostFunction, Error, Gradient, IterState, KV, LineSearch, Problem, Solver, State,
    TerminationReason, TerminationStatus,
};

/// A point as argmin's solvers see it.
pub(crate) type Point = IterState<Vec<f64>, Vec<f64>, (), (), (), f64>;

/// Finds a step that satisfies the weak Wolfe conditions, by doubling and halving.
///
/// (A. S. Lewis, M. L. Overton, "Nonsmooth optimization via quasi-Newton methods", Mathematical Programming 141, 2013,
/// algorithm 4.6.) A step is *too far* when the cost has not fallen by `c1` of what the slope promised, and *not far enough*
/// when the slope has not risen to `c2` of what it was. It compares and never interpolates, so an infinite cost (the model
/// could not be solved there) is nothing but too far.
#[derive(Debug, Clone)]
pub(crate) struct Bisection {
    /// No unknown moves by more than this, in its logarithm: the first direction of L-BFGS is a gradient, which knows
    /// nothing of a sensible length.
    longest_move: f64,
    direction: Vec<f64>,
    step: f64,
    origin: Vec<f64>,
    cost: f64,
    slope: f64,
    /// The longest step that was not far enough.
    near: f64,
    /// The shortest that was too far, once one was.
    far: Option<f64>,
    /// The step at which an unknown has moved as far as it may.
    limit: f64,
    trials: u32,
}

impl Bisection {
    /// Sufficient decrease (Nocedal and Wright, *Numerical Optimization*, section 3.1).
    const C1: f64 = 1e-4;
    /// Curvature for quasi-Newton directions (the same).
    const C2: f64 = 0.9;
    /// Thirty halvings are a step of 1e-9: past that the cost's own rounding decides.
    const MAX_TRIALS: u32 = 30;

    /// With this longest move of an unknown.
    pub(crate) fn new(longest_move: f64) -> Self {
        Bisection {
            longest_move,
            direction: Vec::new(),
            step: 1.0,
            origin: Vec::new(),
            cost: f64::INFINITY,
            slope: 0.0,
            near: 0.0,
            far: None,
            limit: f64::INFINITY,
            trials: 0,
        }
    }
}

fn dot(u: &[f64], v: &[f64]) -> f64 {
    u.iter().zip(v).map(|(a, b)| a * b).sum()
}

fn failed(text: &str) -> Error {
    ArgminError::ConditionViolated { text: text.to_owned() }.into()
}

impl LineSearch<Vec<f64>, f64> for Bisection {
    fn search_direction(&mut self, direction: Vec<f64>) {
        self.direction = direction;
    }

    fn initial_step_length(&mut self, step: f64) -> Result<(), Error> {
        self.step = step;
        Ok(())
    }
}

impl<O> Solver<O, Point> for Bisection
where
    O: CostFunction<Param = Vec<f64>, Output = f64>
        + Gradient<Param = Vec<f64>, Gradient = Vec<f64>>,
{
    fn name(&self) -> &str {
        "bisection for the weak Wolfe conditions"
    }

    fn init(&mut self, _: &mut Problem<O>, mut state: Point) -> Result<(Point, Option<KV>), Error> {
        let (origin, gradient) = (state.take_param(), state.take_gradient());
        let (Some(origin), Some(gradient)) = (origin, gradient) else {
            return Err(failed("a line search starts at a point with a gradient"));
        };
        self.cost = state.get_cost();
        self.slope = dot(&self.direction, &gradient);
        if !(self.slope < 0.0) {
            return Err(failed("the direction does not lead downhill"));
        }
        let longest = self.direction.iter().fold(0.0, |m: f64, d| m.max(d.abs()));
        self.limit = self.longest_move / longest;
        self.step = self.step.min(self.limit);
        (self.near, self.far, self.trials) = (0.0, None, 0);
        self.origin = origin;
        Ok((state, None))
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<O>,
        state: Point,
    ) -> Result<(Point, Option<KV>), Error> {
        if self.trials == Self::MAX_TRIALS {
            return Err(failed("no step along the direction lowers the cost"));
        }
        self.trials += 1;
        let step = self.step;
        let point: Vec<f64> =
            self.origin.iter().zip(&self.direction).map(|(x, d)| x + step * d).collect();
        let cost = problem.cost(&point)?;
        if !(cost <= self.cost + Self::C1 * step * self.slope) {
            self.far = Some(step);
        } else {
            let gradient = problem.gradient(&point)?;
            if dot(&self.direction, &gradient) >= Self::C2 * self.slope || step == self.limit {
                let state = state.param(point).cost(cost).gradient(gradient);
                return Ok((state.terminate_with(TerminationReason::SolverConverged), None));
            }
            self.near = step;
        }
        self.step = self.far.map_or((2.0 * step).min(self.limit), |far| 0.5 * (self.near + far));
        Ok((state, None))
    }

    fn terminate(&mut self, _: &Point) -> TerminationStatus {
        TerminationStatus::NotTerminated
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use argmin::core::Executor;

    /// `sum x^2 / 2`, and a wall: infinite where a coordinate is below -1.
    struct Bowl;

    impl CostFunction for Bowl {
        type Param = Vec<f64>;
        type Output = f64;
        fn cost(&self, x: &Vec<f64>) -> Result<f64, Error> {
            let inside = x.iter().all(|x| *x >= -1.0);
            Ok(if inside { dot(x, x) / 2.0 } else { f64::INFINITY })
        }
    }

    impl Gradient for Bowl {
        type Param = Vec<f64>;
        type Gradient = Vec<f64>;
        fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Error> {
            Ok(x.clone())
        }
    }

    /// From (1, 0) along a direction; the point found, or why there is none.
    fn search(direction: [f64; 2], longest_move: f64) -> Result<Vec<f64>, Error> {
        let mut search = Bisection::new(longest_move);
        search.search_direction(direction.to_vec());
        let origin = vec![1.0, 0.0];
        let result = Executor::new(Bowl, search)
            .configure(|s| s.param(origin.clone()).gradient(origin).cost(0.5))
            .run()?;
        let mut state = result.state;
        state.take_param().ok_or_else(|| failed("no point"))
    }

    #[test]
    fn a_wall_is_nothing_but_too_far() {
        for length in [3.0, 30.0, 1e6] {
            let found = search([-length, 0.0], f64::INFINITY).unwrap();
            // Weak Wolfe: lower than at the start, and not so near to it that the slope is as steep.
            assert!(found[0].abs() < 1.0 && found[0] <= 0.9, "{found:?}");
        }
    }

    #[test]
    fn a_short_direction_is_followed_far_enough() {
        let found = search([-1e-3, 0.0], f64::INFINITY).unwrap();
        assert!(found[0] <= 0.9, "{found:?}");
    }

    #[test]
    fn nothing_moves_further_than_it_may() {
        // The slope asks for more, and the limit of 0.05 ends it.
        assert_eq!(search([-1.0, 0.0], 0.05).unwrap(), [0.95, 0.0]);
    }

    #[test]
    fn a_direction_uphill_or_of_no_slope_is_refused() {
        assert!(search([1.0, 0.0], 1.0).is_err());
        assert!(search([0.0, 1.0], 1.0).is_err());
        assert!(search([f64::NAN, 0.0], 1.0).is_err());
    }
}
