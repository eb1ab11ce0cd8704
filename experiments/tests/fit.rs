//! Where fits end, from good starts and bad ones.

use costate_experiments::lynx_hare::fit::{BEST_KNOWN_LOSS, FitError, GOOD_LOSS, Verdict, fit};
use costate_experiments::lynx_hare::guess;
use costate_experiments::lynx_hare::model::{UNKNOWNS, Unknowns};
use proptest::prelude::*;

#[test]
fn the_default_start_reaches_the_published_optimum() {
    let fit = fit(guess::by_eye(), 1e-8, |_| {}).unwrap();
    assert!(fit.after() <= 1.02, "{}", fit.after());
    assert_eq!(fit.verdict(), Verdict::BestKnown);
    // Rates and populations to the digits they are published with.
    let published = [0.540, 0.0272, 0.796, 0.0237, 34.6, 5.84];
    for (found, published) in fit.fitted.values().iter().zip(published) {
        assert!((found / published - 1.0).abs() < 5e-3, "{found} for {published}");
    }
}

#[test]
fn eight_of_ten_seeds_reach_it_and_the_others_say_where_they_are() {
    let mut good = 0;
    for seed in 1..=10 {
        let fit = fit(guess::seeded(seed), 1e-8, |_| {}).unwrap();
        if fit.after() <= GOOD_LOSS {
            good += 1;
            assert_eq!(fit.verdict(), Verdict::BestKnown);
        } else {
            assert_ne!(fit.verdict(), Verdict::BestKnown);
        }
        // No fit is better than the best known: that would have to be written down.
        assert!(fit.after() > BEST_KNOWN_LOSS - 1e-4, "seed {seed}: {}", fit.after());
    }
    assert!(good >= 8, "{good} of 10");
}

#[test]
fn another_minimum_is_told_from_the_best() {
    // A fast predator that swings three times where the data swing twice.
    let start = Unknowns { rates: [0.728, 0.0437, 1.647, 0.0575], start: [22.3, 11.3] };
    let fit = fit(start, 1e-8, |_| {}).unwrap();
    assert!(fit.after() > 2.0, "{}", fit.after());
    assert_eq!(fit.verdict(), Verdict::AnotherMinimum);
}

#[test]
fn every_iteration_is_shown_and_none_goes_up() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let fit = fit(guess::seeded(1), 1e-8, move |i| sender.send(*i).unwrap()).unwrap();
    let shown: Vec<_> = receiver.iter().collect();
    assert_eq!(shown, fit.iterations[1..]);
    assert!(fit.iterations.windows(2).all(|w| w[1].loss <= w[0].loss));
    assert!(fit.iterations.windows(2).all(|w| w[1].evaluations >= w[0].evaluations));
}

#[test]
fn a_start_that_cannot_be_solved_is_an_error_that_says_what_to_do() {
    let start = Unknowns { rates: [1e200; 4], start: [1e200; 2] };
    let error = fit(start, 1e-8, |_| {}).unwrap_err();
    assert!(matches!(error, FitError::Start(_)));
    assert!(error.to_string().contains("--seed"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// From starts ten times too large or too small, where many solves fail, a fit still ends, no worse than it began.
    #[test]
    fn wild_starts_end_no_worse_than_they_began(
        moves in prop::array::uniform6(-10f64.ln()..10f64.ln()),
    ) {
        let logs = guess::by_eye().logs();
        let wild: [f64; UNKNOWNS] = core::array::from_fn(|i| logs[i] + moves[i]);
        match fit(Unknowns::from_logs(wild), 1e-6, |_| {}) {
            Ok(fit) => {
                prop_assert!(fit.after() <= fit.before());
                prop_assert!(fit.after() > BEST_KNOWN_LOSS - 1e-2);
                prop_assert!(fit.fitted.values().iter().all(|u| u.is_finite() && *u > 0.0));
            }
            Err(error) => prop_assert!(matches!(error, FitError::Start(_)), "{error}"),
        }
    }
}
