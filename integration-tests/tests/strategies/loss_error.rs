//! The loss error guards the loss.

use crate::ways::all;
use costate_adjoint::{Equation, Policy};
use costate_integration_tests::sensitivity::forward_sensitivities;
use costate_integration_tests::smooth::Case;
use costate_integration_tests::trials::{self, Visitor};

/// Never under a fifth of the loss's true error, for whichever strategy; and within a factor of thirty at the median down to 1e-6. Below,
/// the solution is better than its estimate by a growing factor, since it is propagated by the rule of higher order.
#[test]
fn the_loss_error_is_seldom_far_off_and_never_low() {
    struct Ratios(std::collections::BTreeMap<&'static str, Vec<f64>>);
    impl Visitor for Ratios {
        fn visit<E: Equation + Copy + 'static>(&mut self, name: &'static str, case: &Case<E>) {
            let truth = forward_sensitivities(case, 1e-13).unwrap().loss;
            for e in 3..=9 {
                let r = 10.0_f64.powi(-e);
                for (way, outcome) in all(case, None, r, Policy::Repair) {
                    let g = outcome.unwrap();
                    let ratio = g.report.loss_error / (g.loss - truth).abs();
                    assert!(ratio >= 0.2, "{way} on {name} at {r:.0e}: {ratio:.2}");
                    if e <= 6 {
                        self.0.entry(way).or_default().push(ratio);
                    }
                }
            }
        }
    }
    let mut ratios = Ratios(Default::default());
    trials::all(&mut ratios);
    for (way, mut list) in ratios.0 {
        list.sort_by(f64::total_cmp);
        let (least, median) = (list[0], list[list.len() / 2]);
        println!("{way}: {least:.2} times the true error at the least, {median:.1} at the median");
        assert!(median <= 30.0, "{way}: {median}");
    }
}
