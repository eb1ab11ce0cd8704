//! The presets against the published logic they are named after, attempt by attempt.

use costate_controller::{
    Controller, Filter, I, Law, Limiter, Pi, Pid,
    norms::{Rms, Tolerance},
};
use proptest::prelude::*;

/// Errors of many sizes, none of them 0 or 1 exactly, where the codes differ and say so.
fn errors() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(
        prop_oneof![1e-3..3.0_f64, (-9..9_i32).prop_map(|d| 3.0 * 10_f64.powi(d))],
        1..60,
    )
    .prop_filter("not 1", |errors| errors.iter().all(|error| *error != 1.0))
}

/// Plays the same errors to both, and compares every decision and every size.
fn same<L: Law>(
    law: L,
    order: u32,
    errors: &[f64],
    mut theirs: impl FnMut(f64, f64) -> (bool, f64),
) -> Result<(), TestCaseError> {
    let mut ours = Controller::new(Rms, law, Tolerance { rtol: 0.0, atol: 1.0 }).with_order(order);
    let mut h = 0.1;
    for &error in errors {
        let found = ours.decide(h, error);
        let (accepted, next) = theirs(h, error);
        prop_assert_eq!(found.accepted, accepted);
        // Three exponents of at most 1.4 in units of 1/k, each logarithm at most 22, seven roundings in each of our terms and
        // as many in theirs, and a dozen more.
        let bound = (12.0 + 2.0 * 7.0 * 3.0 * 1.4 * 22.0 / f64::from(order)) * f64::EPSILON;
        prop_assert!((found.next / next - 1.0).abs() <= bound, "{} and {next}", found.next);
        h = next;
    }
    Ok(())
}

proptest! {
    /// `DP86CO` of `dop853.f`, under its own names, at its defaults.
    #[test]
    fn dop853(errors in errors()) {
        let (expo1, facc1, facc2, safe) = (1.0 / 8.0, 1.0 / 0.333, 1.0 / 6.0, 0.9);
        let mut reject = false;
        same(I::HAIRER_DOP853, 8, &errors, |h, err| {
            let fac11 = f64::powf(err, expo1);
            if err <= 1.0 {
                let fac = f64::max(facc2, f64::min(facc1, fac11 / safe));
                let hnew = h / fac;
                let hnew = if reject { f64::min(hnew, h) } else { hnew };
                reject = false;
                (true, hnew)
            } else {
                reject = true;
                (false, h / f64::min(facc1, fac11 / safe))
            }
        })?;
    }

    /// `_step_impl` of SciPy's `RungeKutta`.
    #[test]
    fn scipy(errors in errors(), order in 3..9_u32) {
        let mut step_rejected = false;
        same(I::CLASSIC, order, &errors, |h, error_norm| {
            let wanted = 0.9 * error_norm.powf(-1.0 / f64::from(order));
            if error_norm < 1.0 {
                let factor = f64::min(10.0, wanted);
                let factor = if step_rejected { f64::min(1.0, factor) } else { factor };
                step_rejected = false;
                (true, h * factor)
            } else {
                step_rejected = true;
                (false, h * f64::max(0.2, wanted))
            }
        })?;
    }

    /// `adapt_step_size` of diffrax's `PIDController`. With `d` it may answer a rejection by growth, which we cut; so 0 here.
    #[test]
    fn diffrax(errors in errors(), order in 2..9_u32, coefficients in prop::sample::select(vec![(0.0, 1.0), (0.4, 1.0), (0.4, 0.3), (0.3, 0.3), (0.2, 0.4), (0.1, 0.3)])) {
        let (pcoeff, icoeff) = coefficients;
        let error_order = f64::from(order);
        let mut prev_inv_scaled_error: f64 = 1.0;
        same(Pid::diffrax(pcoeff, icoeff, 0.0), order, &errors, |h, scaled_error| {
            let keep_step = scaled_error < 1.0;
            let inv_scaled_error = 1.0 / scaled_error;
            let factor1 = inv_scaled_error.powf((icoeff + pcoeff) / error_order);
            let factor2 = prev_inv_scaled_error.powf(-pcoeff / error_order);
            let factormin = if keep_step { 1.0 } else { 0.2 };
            let factor = (0.9 * factor1 * factor2).clamp(factormin, 10.0);
            // After an accepted error just below 1, ours keeps 0.9 of a rejected step at most; theirs has
            // 0.9 r^-(i + p) q^p <= 0.9 as well, with r > 1 >= q.
            if keep_step {
                prev_inv_scaled_error = inv_scaled_error;
            }
            (keep_step, h * factor)
        })?;
    }

    /// `stepsize_controller!`, `step_accept_controller!` and `step_reject_controller!` of OrdinaryDiffEq.jl's `PIController`.
    #[test]
    fn ordinary_diff_eq(errors in errors(), order in 2..9_u32) {
        let k = f64::from(order);
        let (beta1, beta2, qmin, qmax, gamma) = (0.7 / k, 0.4 / k, 0.2, 10.0, 0.9);
        let mut errold: f64 = 1e-4;
        same(Pi::ORDINARY_DIFF_EQ, order, &errors, |h, eest| {
            let q11 = eest.powf(beta1);
            if eest <= 1.0 {
                let q = (q11 / errold.powf(beta2) / gamma).clamp(1.0 / qmax, 1.0 / qmin);
                errold = eest.max(1e-4);
                (true, h / q)
            } else {
                (false, h / f64::min(1.0 / qmin, q11 / gamma))
            }
        })?;
    }

    /// `TSAdaptChoose_DSP` of PETSc on attempts that pass, from the third on: before, and after a rejection, the rules differ.
    /// It has no safety; and rejects by the factor, below 0.9.
    #[test]
    fn petsc(errors in prop::collection::vec(0.05..0.95_f64, 3..60), order in 2..9_u32, which in 0..4_usize) {
        let (beta, alpha, law) = [
            ([0.25, 0.25, 0.0], [0.25, 0.0], Filter::H211B),
            ([1.0 / 6.0, 1.0 / 6.0, 0.0], [0.0, 0.0], Filter::H211PI),
            ([0.125, 0.25, 0.125], [0.375, 0.125], Filter::H312B),
            ([1.0 / 18.0, 1.0 / 9.0, 1.0 / 18.0], [0.0, 0.0], Filter::H312PID),
        ][which];
        // As near to none as a safety may be: its logarithm is 1e-16, a thousandth of the bound.
        let law = Filter { safety: 1.0 - 1e-16, limiter: Limiter::Arctangent { kappa: 1.0 }, ..law };
        let (mut cerror, mut hratio) = ([1.0_f64; 2], [1.0_f64; 2]);
        let mut ours = Controller::new(Rms, law, Tolerance { rtol: 0.0, atol: 1.0 }).with_order(order);
        let mut h = 0.1;
        for (seen, error) in errors.into_iter().enumerate() {
            let found = ours.decide(h, error).next / h;
            let c = f64::powf(1.0 / error, 1.0 / f64::from(order));
            let rho = c.powf(beta[0]) * cerror[0].powf(beta[1]) * cerror[1].powf(beta[2])
                * hratio[0].powf(-alpha[0]) * hratio[1].powf(-alpha[1]);
            let rho = 1.0 + (rho - 1.0).atan();
            if seen >= 2 {
                prop_assert!((found - rho).abs() < 1e-13, "{found} and {rho}");
            }
            // What was done: their history is of the ratios of steps taken.
            (cerror, hratio) = ([c, cerror[0]], [found, hratio[0]]);
            h *= found;
        }
    }
}
