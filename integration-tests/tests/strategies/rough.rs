//! The witness: an integrand of the parameter gradient that is rougher than the state.

use crate::ways::{all, distance, run};
use costate_adjoint::norms::Rms;
use costate_adjoint::{Backsolve, Counts, Discrete, Equation, Interpolating, Policy, Quadrature};
use costate_integration_tests::sensitivity::forward_sensitivities;
use costate_integration_tests::smooth::Case;
use costate_integration_tests::trials::{self, Visitor, rough};

/// The witness speaks wherever the error passes a hundred tolerances of the gross gradient; there are such errors at every tolerance
/// but the loosest.
#[test]
fn the_witness_speaks() {
    let case = rough();
    let truth = forward_sensitivities(&case, 1e-13).unwrap().p;
    let gross = run(&case, None, Discrete::new(1e-11, 1e-11)).unwrap().report.gross;
    let mut spoken = 0;
    for e in 2..=6 {
        let r = 10.0_f64.powi(-e);
        for (way, outcome) in all(&case, None, r, Policy::Report) {
            let g = outcome.unwrap();
            let units = distance(&g.p, &truth) / (r * gross);
            println!(
                "{way} at {r:.0e}: {units:.1e} tolerances, the witness says {:.1e}",
                g.report.witness
            );
            if way.starts_with("discrete") || way.ends_with("norm") && !way.ends_with("seminorm") {
                // No quadrature, or one that is measured.
                assert_eq!(g.report.witness, 0.0, "{way}");
                continue;
            }
            assert!(
                units <= 100.0 || g.report.witness > 100.0,
                "{way} at {r:.0e}: {units} tolerances in silence"
            );
            spoken += usize::from(units > 100.0);
        }
    }
    assert!(spoken >= 12, "{spoken} chances to speak are no test");
}

/// On the smooth problems it is silent, and no step is refined.
#[test]
fn the_witness_is_silent_on_smooth_problems() {
    struct Silent(f64);
    impl Visitor for Silent {
        fn visit<E: Equation + Copy + 'static>(&mut self, name: &'static str, case: &Case<E>) {
            for e in 3..=9 {
                let r = 10.0_f64.powi(-e);
                for (way, outcome) in all(case, None, r, Policy::Report) {
                    // Where the way back explodes there is nothing to be smooth.
                    let Ok(g) = outcome else { continue };
                    if g.report.drift > 1000.0 {
                        continue;
                    }
                    assert!(g.report.witness <= 100.0, "{way} on {name} at {r:.0e}: {}", g.report);
                    self.0 = self.0.max(g.report.witness);
                }
            }
        }
    }
    let mut silent = Silent(0.0);
    trials::all(&mut silent);
    println!("at most {} tolerances", silent.0);
}

/// With a tolerance of its own, a quarter of what is allowed, the quadrature is within twenty tolerances of the solve, for fewer evaluations of f and products in y and p, taken
/// together, than the default norm.
#[test]
fn a_tolerance_of_its_own_is_cheaper_than_the_full_norm() {
    let case = rough();
    let truth = forward_sensitivities(&case, 1e-13).unwrap().p;
    let gross = run(&case, None, Discrete::new(1e-11, 1e-11)).unwrap().report.gross;
    for e in 2..=6 {
        let r = 10.0_f64.powi(-e);
        let units = |p: &[f64]| distance(p, &truth) / (r * gross);
        let cost = |c: Counts| c.f + c.vjp_y + c.vjp_p;
        let refined = Quadrature::new(r, r).refined(5.0 * r, 5.0 * r).with_witness(None);
        let refined = run(&case, None, refined).unwrap();
        let full = run(&case, None, Backsolve::new(r, r).with_norm((Rms, Rms, Rms))).unwrap();
        let (of_refined, of_full) = (refined.report.backward, full.report.backward);
        println!(
            "{r:.0e}: refined {:.1e} tolerances for {}, of which {} products in p; default norm {:.1e} for {}",
            units(&refined.p),
            cost(of_refined),
            of_refined.vjp_p,
            units(&full.p),
            cost(of_full),
        );
        assert!(units(&refined.p) <= 20.0);
        assert!(cost(of_refined) < cost(of_full), "at {r:.0e}");
    }
}

/// Along a recorded state, where nothing but a smooth costate chooses the steps, the witness alone finds the integrand, and its steps
/// are mended by default.
#[test]
fn what_the_witness_speaks_of_is_mended() {
    let case = rough();
    let truth = forward_sensitivities(&case, 1e-13).unwrap().p;
    let gross = run(&case, None, Discrete::new(1e-11, 1e-11)).unwrap().report.gross;
    for e in 3..=6 {
        let r = 10.0_f64.powi(-e);
        let mended = run(&case, None, Interpolating::new(r, r)).unwrap();
        let units = distance(&mended.p, &truth) / (r * gross);
        println!("{r:.0e}: {units:.1e} tolerances, {}", mended.report);
        assert!(units <= 20.0 && mended.report.steps_refined > 0, "{units}");
    }
}
