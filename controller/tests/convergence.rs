//! A whole integration by hand, with nothing but a controller and its norms.

use costate_controller::{
    Controller, Filter, I, Law, Pi, Pid, Start, StepControl,
    norms::{Rms, Seminorm, Tolerance, linear::combine},
};
use proptest::prelude::*;

/// Bogacki and Shampine's 3(2) pair (Applied Mathematics Letters 2, 1989) on y' = rate y, from 1 at time 0 to `end`. Returns
/// the last state and the number of attempts.
fn bogacki_shampine<N: Seminorm<f64>, L: Law>(
    mut controller: Controller<N, L>,
    rate: f64,
    end: f64,
) -> (f64, usize) {
    let mut f = |_: f64, y: &f64, dy: &mut f64| *dy = rate * y;
    let (mut t, mut y, mut attempts) = (0.0, 1.0, 0);
    let [mut k1, mut k2, mut k3, mut k4] = [0.0; 4];
    f(t, &y, &mut k1);
    controller.begin(3);
    let start = Start { t0: t, span: end, y0: &y, f0: &k1 };
    let (mut h, _) = controller.first_step(start, &mut f, [&mut 0.0, &mut 0.0]);
    while t != end && attempts < 100_000 {
        attempts += 1;
        let last = h.abs() >= (end - t).abs();
        if last {
            h = end - t;
        }
        let (mut stage, mut error) = (0.0, 0.0);
        combine(&mut stage, &y, [(h / 2.0, &k1)].into_iter());
        f(t + h / 2.0, &stage, &mut k2);
        combine(&mut stage, &y, [(0.75 * h, &k2)].into_iter());
        f(t + 0.75 * h, &stage, &mut k3);
        let weights = [2.0 / 9.0, 1.0 / 3.0, 4.0 / 9.0];
        combine(
            &mut stage,
            &y,
            [(weights[0] * h, &k1), (weights[1] * h, &k2), (weights[2] * h, &k3)].into_iter(),
        );
        f(t + h, &stage, &mut k4);
        let e = [-5.0 / 72.0, 1.0 / 12.0, 1.0 / 9.0, -1.0 / 8.0];
        combine(
            &mut error,
            &0.0,
            [(e[0] * h, &k1), (e[1] * h, &k2), (e[2] * h, &k3), (e[3] * h, &k4)].into_iter(),
        );
        let verdict = controller.judge(h, &y, &stage, &mut error);
        if verdict.accepted {
            (t, y, k1) = (if last { end } else { t + h }, stage, k4);
        }
        h = verdict.next;
    }
    (y, attempts)
}

/// On y' = l y with z = l h, the kept result is `P = 1 + z + z^2/2 + z^3/6` and the estimate `(z^3 + z^4)/48`, both times y.
/// For |z| <= 1/2, `|e^z - P|` is at most twice the estimate (1.82 times at z = -1/2, less elsewhere): that is where the
/// longest step is put.
///
/// A step that passed then errs by at most `2 tol (1 + max(|y0|, |y1|)) <= 4 tol max(1, |y|)`. `P` lies between 0 and
/// `e^z` there, so the numerical solution is never above the exact one, and what the exact flow makes of each step's error
/// is at most `4 tol` for decay and `4 tol` times the last value for growth.
fn solves<L: Law>(
    controller: Controller<Rms, L>,
    rate: f64,
    end: f64,
    tol: f64,
) -> Result<(), TestCaseError> {
    let controller = controller.with_max_step(0.5 / rate.abs());
    let (y, attempts) = bogacki_shampine(controller, rate, end);
    let exact = (rate * end).exp();
    let allowed = attempts as f64 * 4.0 * tol * exact.max(1.0);
    prop_assert!((y - exact).abs() <= allowed, "{y} against {exact} in {attempts}");
    // Nor does it take forever. The longest step that passes has z^3 1.5/48 = tol at least; a controller that aims at nine
    // tenths of it, with a few attempts to find it, needs no more than twice as many.
    let longest = (32.0 * tol).cbrt().min(0.5);
    let enough = 2.0 * (rate * end).abs() / longest + 50.0;
    prop_assert!((attempts as f64) < enough, "{attempts} attempts");
    Ok(())
}

proptest! {
    #[test]
    fn decay_and_growth_in_both_directions(
        rate in prop_oneof![-3.0..-0.1, 0.1..3.0_f64],
        end in prop_oneof![0.01..4.0, -4.0..-0.01_f64],
        tol in (-8..-1_i32).prop_map(|d| 10_f64.powi(d)),
    ) {
        solves(Controller::hairer_dopri5(Rms, tol, tol), rate, end, tol)?;
        solves(Controller::torchdiffeq(Rms, tol, tol), rate, end, tol)?;
        let classic = Controller::new(Rms, I::CLASSIC, Tolerance { rtol: tol, atol: tol });
        solves(classic.clone().with_law(Pi::ORDINARY_DIFF_EQ), rate, end, tol)?;
        solves(classic.clone().with_law(Pid::DIFFRAX), rate, end, tol)?;
        solves(classic.clone().with_law(Pid::PI42), rate, end, tol)?;
        solves(classic.clone().with_law(Filter::H211B), rate, end, tol)?;
        solves(classic.clone().with_law(Filter::H312B), rate, end, tol)?;
        solves(classic, rate, end, tol)?;
    }
}
