//! Laws of the scalar law: from an error ratio to a factor.

use costate_controller::{History, I, Law, Pi, laws};
use proptest::prelude::*;

fn failed(broken: laws::Broken) -> TestCaseError {
    TestCaseError::fail(broken.to_string())
}

/// Ratios of every size in ascending order, with 0, 1 and infinity.
fn ratios() -> impl Strategy<Value = Vec<f64>> {
    let ratio = prop_oneof![0.0..2.0_f64, (-300..300_i32).prop_map(|d| 10_f64.powi(d))];
    prop::collection::vec(ratio, 0..20).prop_map(|mut ratios| {
        ratios.extend([0.0, 1.0, 1.0 + f64::EPSILON, f64::INFINITY]);
        ratios.sort_by(f64::total_cmp);
        ratios
    })
}

fn history() -> impl Strategy<Value = History> {
    (prop::option::of(0.0..=1.0), prop::option::of(0.0..=1.0), 0..4_u32).prop_map(
        |(previous, before_previous, rejections)| History { previous, before_previous, rejections },
    )
}

fn integral() -> impl Strategy<Value = I> {
    (0.1..0.99, 0.01..0.9, 1.0..20.0, any::<bool>(), any::<bool>()).prop_map(
        |(safety, min_factor, max_factor, shrink_when_accepted, grow_after_rejection)| I {
            safety,
            min_factor,
            max_factor,
            shrink_when_accepted,
            grow_after_rejection,
        },
    )
}

fn proportional() -> impl Strategy<Value = Pi> {
    (0.1..1.0, 0.0..0.5, 0.5..0.99, 0.01..0.5, 1.0..20.0, 1e-6..1e-2).prop_map(
        |(alpha, beta, safety, min_factor, max_factor, least_ratio)| Pi {
            alpha,
            beta,
            safety,
            min_factor,
            max_factor,
            least_ratio,
        },
    )
}

fn order() -> impl Strategy<Value = u32> {
    1..15_u32
}

proptest! {
    #[test]
    fn presets_obey_the_laws(ratios in ratios(), order in order()) {
        laws::check_law(&I::CLASSIC, order, &ratios).map_err(failed)?;
        laws::check_law(&I::TORCHDIFFEQ, order, &ratios).map_err(failed)?;
        laws::check_law(&Pi::HAIRER_DOPRI5, order, &ratios).map_err(failed)?;
    }

    #[test]
    fn so_does_every_setting(i in integral(), pi in proportional(), ratios in ratios(), order in order()) {
        laws::check_law(&i, order, &ratios).map_err(failed)?;
        laws::check_law(&pi, order, &ratios).map_err(failed)?;
    }

    #[test]
    fn factors_stay_within_their_limits(
        i in integral(), pi in proportional(), ratios in ratios(), order in order(), history in history(),
    ) {
        for ratio in ratios {
            let factor = i.factor(ratio, order, &history);
            prop_assert!((i.min_factor..=i.max_factor).contains(&factor));
            let factor = pi.factor(ratio, order, &history);
            prop_assert!((pi.min_factor..=pi.max_factor).contains(&factor));
            if ratio > 1.0 {
                prop_assert!(factor <= pi.safety);
            }
        }
    }

    #[test]
    fn no_growth_right_after_a_rejection(ratio in 0.0..=1.0, order in order(), history in history()) {
        let rejected = History { rejections: history.rejections.max(1), ..history };
        prop_assert!(I::CLASSIC.factor(ratio, order, &rejected) <= 1.0);
        prop_assert!(Pi::HAIRER_DOPRI5.factor(ratio, order, &rejected) <= 1.0);
        // torchdiffeq's has no such rule.
        let passed = History { rejections: 0, ..history };
        let (after, before) = (I::TORCHDIFFEQ.factor(ratio, order, &rejected), I::TORCHDIFFEQ.factor(ratio, order, &passed));
        prop_assert_eq!(after, before);
    }

    /// What the I law is for: with an error of `C h^k`, the next step's error is safety^k of what is allowed.
    #[test]
    fn the_integral_law_aims_at_the_limit(ratio in 0.1..10.0_f64, order in 2..10_u32) {
        let law = I { min_factor: 1e-9, max_factor: 1e9, grow_after_rejection: true, ..I::CLASSIC };
        let next = ratio * law.factor(ratio, order, &History::default()).powi(order as i32);
        let expected = law.safety.powi(order as i32);
        // The exponent 1/k rounds, which counts k |ln r| times in the k-th power; so do k multiplications.
        prop_assert!((next / expected - 1.0).abs() < 8.0 * f64::from(order + 4) * f64::EPSILON);
    }

    /// Without its proportional part the PI law is the I law of the book.
    #[test]
    fn without_beta_it_is_integral(ratio in 0.0..10.0_f64, order in order(), history in history()) {
        let pi = Pi { alpha: 1.0, beta: 0.0, ..Pi::HAIRER_DOPRI5 };
        let (found, expected) = (pi.factor(ratio, order, &history), I::CLASSIC.factor(ratio, order, &history));
        prop_assert_eq!(found, expected);
    }

    /// torchdiffeq's formula: `min(10, max(0.9 r^(-1/5), d))`, `d = 0.2` if `r >= 1` else 1; 10 for `r = 0`.
    #[test]
    fn torchdiffeq(ratio in prop_oneof![0.0..3.0_f64, 0.999..1.001, 1e-12..1e-3, 1e3..1e12]) {
        let d = if ratio >= 1.0 { 0.2 } else { 1.0 };
        let expected = f64::min(10.0, f64::max(0.9 * ratio.powf(-0.2), d));
        let found = I::TORCHDIFFEQ.factor(ratio, 5, &History::default());
        // A power and a division against a power and a product.
        prop_assert!((found - expected).abs() <= 4.0 * f64::EPSILON * expected);
    }
}

#[test]
fn torchdiffeq_at_its_corners() {
    let factor = |ratio| I::TORCHDIFFEQ.factor(ratio, 5, &History::default());
    assert_eq!(factor(0.0), 10.0);
    assert_eq!(factor(1.0), 0.9);
    assert_eq!(factor(1.0 - f64::EPSILON), 1.0);
    assert_eq!(factor(f64::INFINITY), 0.2);
}

#[test]
fn history_counts_rejections_and_remembers_what_passed() {
    let mut history = History::default();
    history.record(3.0, false);
    history.record(f64::INFINITY, false);
    assert_eq!((history.previous, history.rejections), (None, 2));
    history.record(0.5, true);
    history.record(2.0, false);
    history.record(0.25, true);
    let expected = History { previous: Some(0.25), before_previous: Some(0.5), rejections: 0 };
    assert_eq!(history, expected);
    history.rejections = u32::MAX;
    history.record(2.0, false);
    assert_eq!(history.rejections, u32::MAX);
}

/// The law checker can fail.
#[test]
fn broken_laws_are_caught() {
    #[derive(Clone)]
    struct From(fn(f64, &History) -> f64);
    impl Law for From {
        fn factor(&self, ratio: f64, _: u32, history: &History) -> f64 {
            (self.0)(ratio, history)
        }
    }
    let ratios = [0.0, 0.5, 1.0, 2.0, f64::INFINITY];
    let law = |f| laws::check_law(&From(f), 5, &ratios).unwrap_err().law;
    assert_eq!(law(|_, _| 1.0), "a rejected step is followed by a shorter one");
    assert_eq!(law(|_, _| 0.0), "the factor is positive and finite");
    assert_eq!(law(|_, _| f64::NAN), "the factor is positive and finite");
    assert_eq!(law(|r, _| 0.9 / r), "the factor is positive and finite");
    let rises = "the factor does not rise with the error ratio";
    assert_eq!(law(|r, _| if r < 0.5 { 1.0 } else { 1.5 }), rises);
    assert_eq!(law(|r, _| if r < 1.5 { 1.0 } else { 0.9 - 0.1 / r }), rises);
    // Only after a rejection.
    assert_eq!(
        law(|r, history| if history.rejections == 1 { 1.0 + r.min(1.0) } else { 0.5 }),
        rises
    );
}
