//! The comparison of the norms is consistent with itself and with the laws of the gradient.

use costate_experiments::lynx_hare::comparison::{Measure, TOLERANCES, Tried, compare};
use costate_experiments::lynx_hare::guess;

#[test]
fn every_norm_at_every_tolerance_has_an_accurate_row() {
    let mut parts = Vec::new();
    let comparison = compare(&guess::by_eye(), |part| parts.push(part)).unwrap();
    assert!(parts.windows(2).all(|w| w[0] < w[1]) && parts.last() == Some(&1.0));
    for rtol in TOLERANCES {
        for norm in Measure::ALL {
            let cost = comparison.cost(rtol, norm).unwrap();
            // The law of the gradient: an error of at most 20 r gross gradients. The logarithms weigh the channels anew, by
            // no more than their spread, which doubles it at most here.
            let allowed = 2.0 * 20.0 * rtol * cost.conditioning;
            assert!(cost.gradient_error <= allowed, "{rtol:e} {norm:?}: {:e}", cost.gradient_error);
            // Six evaluations an attempt with the last stage reused, and one more after each edit and at the start.
            assert!(cost.evaluations >= 6 * (cost.accepted + cost.rejected));
            // Every year is stopped at.
            assert!(cost.cut_short >= 20 && cost.accepted >= 20);
            let decided =
                cost.decided_by_state + cost.decided_by_costate + cost.decided_by_gradient;
            assert_eq!(decided, cost.accepted + cost.rejected);
        }
        for norm in [Measure::Seminorm, Measure::PooledSeminorm] {
            assert_eq!(comparison.cost(rtol, norm).unwrap().decided_by_gradient, 0);
        }
    }
}

#[test]
fn trails_are_the_attempts_of_their_rows() {
    let comparison = compare(&guess::by_eye(), |_| {}).unwrap();
    let norms: Vec<Measure> = comparison.trails.iter().map(|t| t.norm).collect();
    assert_eq!(norms, [Measure::Default, Measure::Seminorm]);
    for trail in &comparison.trails {
        let cost = comparison.cost(comparison.shown_rtol, trail.norm).unwrap();
        let (accepted, rejected): (Vec<&Tried>, Vec<&Tried>) =
            trail.attempts.iter().partition(|t| t.accepted);
        assert_eq!((accepted.len(), rejected.len()), (cost.accepted, cost.rejected));
        assert!(
            accepted.iter().all(|t| t.ratio <= 1.0) && rejected.iter().all(|t| !(t.ratio <= 1.0))
        );
        // Accepted steps lead from the last year to the first without a gap.
        let mut t = 20.0_f64;
        for step in accepted {
            assert!((step.t - t).abs() < 1e-12);
            t -= step.h;
        }
        assert!(t.abs() < 1e-9);
    }
}
