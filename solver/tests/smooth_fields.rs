//! The random fields have the solutions that they say, and solves of them are as good as was asked.

use costate_solver::strategies::smooth_fields;
use costate_solver::tableau::{BOGACKI_SHAMPINE_32, DORMAND_PRINCE_54, TSITOURAS_54};
use costate_solver::{Field, Plan, Solver, controller::Controller, norms::Rms};
use proptest::prelude::*;

proptest! {
    /// Against a difference of fourth order, at a step of 1e-3: it is off by at most h^4/30 max|s^(5)| = 2 x 3^5 / 30 x 1e-12
    /// and by roundings of 2 x 1.5 eps / h.
    #[test]
    fn the_solution_solves_the_field(mut field in smooth_fields::<4>(), place in 0.0..1.0_f64) {
        let t = field.t0 + place * (field.t1 - field.t0);
        let mut dy = [0.0; 4];
        field.eval(t, &field.exact(t), &mut dy);
        let h = 1e-3;
        for i in 0..4 {
            let s = |steps: f64| field.exact(t + steps * h)[i];
            let slope = (8.0 * (s(1.0) - s(-1.0)) - (s(2.0) - s(-2.0))) / (12.0 * h);
            prop_assert!((dy[i] - slope).abs() < 2e-11 + 1e-11, "{} and {}", dy[i], slope);
        }
    }

    /// Every step is off by at most the tolerance times 1 + |y| <= 3, in the root mean square over N = 3 coordinates and so
    /// by sqrt(3) times that in each; a solution that was off parts by at most e^(slope x span) until the end. The estimate is
    /// that of the lower method, which leaves a wide margin for what it misses.
    #[test]
    fn solves_are_as_good_as_was_asked(field in smooth_fields::<3>(), digits in 3.0..10.0_f64) {
        let tolerance = 10_f64.powf(-digits);
        let (t0, t1) = (field.t0, field.t1);
        let growth = (field.slope() * (t1 - t0).abs()).exp();
        macro_rules! check {
            ($($method:ident)*) => {$(
                let control = Controller::hairer_dopri5(Rms, tolerance, tolerance);
                let solution = Solver::new($method, control)
                    .solve(field, &field.exact(t0), Plan::new(t0, t1))
                    .map_err(|error| TestCaseError::fail(error.to_string()))?;
                let steps = solution.statistics.accepted as f64;
                let bound = growth * steps * 3.0_f64.sqrt() * 3.0 * tolerance;
                for (y, exact) in solution.y.iter().zip(field.exact(t1)) {
                    prop_assert!((y - exact).abs() <= bound, "{}: {y} and {exact}", $method.name);
                }
            )*};
        }
        check!(BOGACKI_SHAMPINE_32 DORMAND_PRINCE_54 TSITOURAS_54);
    }
}
