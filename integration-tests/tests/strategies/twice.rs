//! A gradient computed twice says how far off it is, wherever that is more than twenty tolerances and nowhere else.

use crate::ways::{distance, run};
use costate_adjoint::{
    Adjoint, Backsolve, Checked, Discrete, Equation, GradientError, Interpolating, Policy,
    Quadrature,
};
use costate_integration_tests::any_field::AnyField;
use costate_integration_tests::sensitivity::forward_sensitivities;
use costate_integration_tests::smooth::Case;
use costate_integration_tests::trials::{self, Visitor};

/// What was seen: gradients off by more than twenty tolerances, and the worst of those returned.
#[derive(Default)]
struct Seen {
    beyond: usize,
    worst: f64,
}

impl Visitor for Seen {
    fn visit<E: Equation + Copy + 'static>(&mut self, name: &'static str, case: &Case<E>) {
        let truth = forward_sensitivities(case, 1e-13).unwrap().p;
        self.hold(name, case, &truth, |r| Discrete::new(r, r));
        self.hold(name, case, &truth, |r| Backsolve::new(r, r).with_policy(Policy::Refuse));
        self.hold(name, case, &truth, |r| Quadrature::new(r, r).with_policy(Policy::Refuse));
        self.hold(name, case, &truth, |r| Interpolating::new(r, r));
    }
}

impl Seen {
    fn hold<E: Equation + Copy + 'static, A: Adjoint<AnyField>>(
        &mut self,
        name: &str,
        case: &Case<E>,
        truth: &[f64],
        strategy: impl Fn(f64) -> A,
    ) {
        for r in (3..=9).map(|e| 10.0_f64.powi(-e)) {
            let outcome = run(case, None, Checked::new(r, &strategy));
            // What strays is refused with or without a second look.
            let Ok(g) = outcome else { continue };
            let first = run(case, None, strategy(r)).unwrap();
            let in_tolerances = |error: f64| error / (r * g.report.gross);
            let [first, returned] = [&first.p, &g.p].map(|p| in_tolerances(distance(p, truth)));
            let said = g.report.gradient_error.unwrap() / r;
            // Exactly where it is true, but for a margin in which the second computation's own error, a tenth of the first's as
            // a rule, decides.
            if first > 25.0 {
                self.beyond += 1;
                assert!(said > 20.0, "{name} at {r:.0e}: {first:.1} and it says {said:.1}");
            } else if first < 16.0 {
                assert!(said <= 20.0, "{name} at {r:.0e}: {first:.1} and it says {said:.1}");
            }
            self.worst = self.worst.max(returned);
            // What is said bounds what is returned, above the errors of a tenth of a tolerance that may be anything.
            assert!(returned <= (1.5 * said).max(0.5), "{name} at {r:.0e}: {returned} of {said}");
        }
    }
}

#[test]
fn a_second_computation_says_what_no_guard_sees() {
    let mut seen = Seen::default();
    trials::all(&mut seen);
    println!("{} beyond; what was returned is at worst {:.1}", seen.beyond, seen.worst);
    assert!(seen.beyond > 0);
    // The promise of twenty tolerances, on every problem that is not refused.
    assert!(seen.worst <= 20.0, "{} tolerances", seen.worst);
}

#[test]
fn past_the_bound_it_is_refused_and_counts_are_of_both() {
    struct Refused;
    impl Visitor for Refused {
        fn visit<E: Equation + Copy + 'static>(&mut self, _: &'static str, case: &Case<E>) {
            let r = 1e-6;
            let strategy = |r: f64| Discrete::new(r, r);
            let g = run(case, None, Checked::new(r, strategy)).unwrap();
            let calls = |r: f64| run(case, None, strategy(r)).unwrap().report.backward.calls;
            assert_eq!(g.report.backward.calls, calls(r) + calls(r / 10.0));
            let error = g.report.gradient_error.unwrap();
            let outcome = run(case, None, Checked::new(r, strategy).refusing_past(error / 2.0));
            let Err(GradientError::Inaccurate { error: said, bound, report }) = outcome else {
                panic!("{outcome:?}")
            };
            assert_eq!((said, bound, report.gradient_error), (error, error / 2.0, Some(error)));
        }
    }
    trials::all(&mut Refused);
}
