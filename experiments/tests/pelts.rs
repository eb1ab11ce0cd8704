//! The table of data against facts of the published one.

use costate_experiments::lynx_hare::guess;
use costate_experiments::lynx_hare::pelts::{PELTS, SPAN, times};

#[test]
fn the_years_are_the_published_ones_in_order() {
    let years: Vec<u16> = PELTS.iter().map(|c| c.year).collect();
    assert_eq!(years, (1900..=1920).collect::<Vec<u16>>());
    assert_eq!((times()[0], times()[20], SPAN), (0.0, 20.0, 20.0));
}

#[test]
fn the_sums_are_those_of_the_published_columns() {
    // Summed over the columns of the published file by another program, in tenths.
    let tenths = |of: fn(&costate_experiments::lynx_hare::pelts::Catch) -> f64| {
        PELTS.iter().map(|c| (10.0 * of(c)).round() as u32).sum::<u32>()
    };
    assert_eq!((tenths(|c| c.hares), tenths(|c| c.lynxes)), (7157, 4235));
}

#[test]
fn the_guess_rests_at_the_means_and_swings_in_ten_years() {
    let guess = guess::by_eye();
    let [a, b, c, d] = guess.rates;
    assert!((c / d - 715.7 / 21.0).abs() < 1e-9 && (a / b - 423.5 / 21.0).abs() < 1e-9);
    assert!((2.0 * std::f64::consts::PI / (a * c).sqrt() - 10.0).abs() < 1e-9);
    assert_eq!(guess.start, [30.0, 4.0]);
}

#[test]
fn seeded_starts_stay_within_their_factor_and_repeat() {
    let middle = guess::by_eye().values();
    for seed in 0..200 {
        let start = guess::seeded(seed);
        assert_eq!(start, guess::seeded(seed));
        for (u, m) in start.values().iter().zip(middle) {
            // Logarithm and exponential round by a few units in the last place.
            let factor = u / m;
            assert!((1.0 / 1.5 - 1e-12..=1.5 + 1e-12).contains(&factor), "seed {seed}: {factor}");
        }
    }
    assert_ne!(guess::seeded(1), guess::seeded(2));
}
