//! The PI preset against the published logic of Hairer's DOPRI5, attempt by attempt.

use costate_controller::{Controller, norms::Rms};
use proptest::prelude::*;

/// The step-size formulas of subroutine `DOPCOR` in Hairer and Wanner's `dopri5.f`, under its own names and defaults: there
/// a step is *divided* by a factor that grows with the error.
struct Dopcor {
    facold: f64,
    reject: bool,
}

impl Dopcor {
    const SAFE: f64 = 0.9;
    const BETA: f64 = 0.04;
    const EXPO1: f64 = 0.2 - Self::BETA * 0.75;
    const FACC1: f64 = 1.0 / 0.2;
    const FACC2: f64 = 1.0 / 10.0;

    /// Whether the step of size `h` passes, and the next one.
    fn judge(&mut self, h: f64, err: f64, hmax: f64) -> (bool, f64) {
        let fac11 = err.powf(Self::EXPO1);
        if err <= 1.0 {
            let fac = fac11 / self.facold.powf(Self::BETA);
            let fac = Self::FACC2.max(Self::FACC1.min(fac / Self::SAFE));
            let mut hnew = h / fac;
            self.facold = err.max(1e-4);
            if hnew.abs() > hmax {
                hnew = hmax.copysign(h);
            }
            if self.reject {
                hnew = hnew.abs().min(h.abs()).copysign(h);
            }
            self.reject = false;
            (true, hnew)
        } else {
            self.reject = true;
            (false, h / Self::FACC1.min(fac11 / Self::SAFE))
        }
    }
}

proptest! {
    #[test]
    fn the_same_steps(
        ratios in prop::collection::vec(prop_oneof![0.0..3.0_f64, (-9..9_i32).prop_map(|d| 10_f64.powi(d))], 1..60),
        backwards in any::<bool>(),
        hmax in prop_oneof![Just(f64::INFINITY), 0.1..1e3],
    ) {
        let mut ours = Controller::hairer_dopri5(Rms, 0.0, 1.0).with_max_step(hmax);
        let mut theirs = Dopcor { facold: 1e-4, reject: false };
        let mut h = if backwards { -0.1 } else { 0.1 };
        for ratio in ratios {
            // With atol = 1 and rtol = 0 the error is the ratio.
            let found = ours.judge(h, &1.0, &1.0, &mut ratio.clone());
            let (accepted, next) = theirs.judge(h, ratio, hmax);
            prop_assert_eq!(found.accepted, accepted);
            // Exponents 0.17 and 0.04 are rounded otherwise, times |ln| of at most 21; then four roundings each.
            prop_assert!((found.next / next - 1.0).abs() < 32.0 * f64::EPSILON, "{} and {next}", found.next);
            h = next;
        }
    }
}
