//! The gradient does not depend on the method: every adaptive method of the tableau crate, forwards and backwards, with two
//! error rows and with extensions that have stages of their own.

use costate_adjoint::solver::tableau::*;
use costate_adjoint::{AtTimes, Backsolve, Gradient, Problem, Traced};
use costate_integration_tests::fields::LotkaVolterra;

const Y0: [f64; 2] = [1.0, 1.5];
const P: [f64; 4] = [1.5, 1.0, 3.0, 1.0];

/// With observations that the forward solve steps on, or interpolates.
fn gradient<const S: usize>(
    tableau: Tableau<S>,
    tolerance: f64,
    stop: bool,
) -> Gradient<[f64; 2], [f64; 4]> {
    let loss = AtTimes {
        times: [0.7, 1.9, 3.0],
        loss: |y: &[[f64; 2]], a: &mut [[f64; 2]]| {
            a.copy_from_slice(y);
            y.iter().map(|y| (y[0] * y[0] + y[1] * y[1]) / 2.0).sum()
        },
    };
    let mut method = Backsolve::with_method(tableau, tolerance, tolerance);
    method.stop_at_observations = stop;
    let mut field = Traced::new(LotkaVolterra, &Y0, &P).unwrap();
    method.gradient(&mut field, &Problem::new(0.0, 3.0, &Y0, &P), &loss).unwrap()
}

/// Two gradients at a tolerance r, each within 20 r of the gross gradient (the law of `gradient_accuracy.rs`), are within 40 r
/// of each other; an interpolated observation adds the error of dense output, which is of the order of the method's own but
/// for cubic Hermite and quartic extensions: ten times that.
fn check<const S: usize>(tableau: Tableau<S>) {
    let name = tableau.name;
    let r = if tableau.order < 4 { 1e-5 } else { 1e-8 };
    let reference = gradient(DORMAND_PRINCE_54, 1e-11, true);
    for (stop, bound) in [(true, 40.0 * r), (false, 400.0 * r)] {
        let found = gradient(tableau.clone(), r, stop);
        let gross = found.report.gross.max(1.0);
        let pairs = found.p.iter().zip(&reference.p).chain(found.y0.iter().zip(&reference.y0));
        for (a, b) in pairs {
            assert!((a - b).abs() <= bound * gross, "{name}, stop {stop}: {a} and {b}");
        }
    }
}

#[test]
fn every_method_gives_the_gradient() {
    check(HEUN_EULER_21);
    check(BOGACKI_SHAMPINE_32);
    check(FEHLBERG_54);
    check(CASH_KARP_54);
    check(DORMAND_PRINCE_54);
    check(DORMAND_PRINCE_54_SHAMPINE);
    check(TSITOURAS_54);
    check(BOGACKI_SHAMPINE_54);
    check(VERNER_65);
    check(VERNER_76);
    check(VERNER_87);
    check(VERNER_98);
    check(DORMAND_PRINCE_853);
}
