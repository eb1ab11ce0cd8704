//! Laws of the scalar law: from an error ratio to a factor.

use costate_controller::{
    Accepted, Filter, History, I, Law, Limiter, Pi, Pid, laws,
    strategies::{self, filter, history, integral, order, pid, proportional, ratios},
};
use proptest::prelude::*;

fn failed(broken: laws::Broken) -> TestCaseError {
    TestCaseError::fail(broken.to_string())
}

proptest! {
    #[test]
    fn presets_obey_the_laws(ratios in ratios(), order in order()) {
        for law in [I::CLASSIC, I::TORCHDIFFEQ, I::HAIRER_DOP853] {
            laws::check_law(&law, order, &ratios).map_err(failed)?;
        }
        for law in [Pi::HAIRER_DOPRI5, Pi::ORDINARY_DIFF_EQ] {
            laws::check_law(&law, order, &ratios).map_err(failed)?;
        }
        for law in [Pid::DIFFRAX, Pid::diffrax(0.4, 1.0, 0.0), Pid::PI42, Pid::PI33, Pid::PI34] {
            laws::check_law(&law, order, &ratios).map_err(failed)?;
        }
        for law in [Filter::H211B, Filter::H211PI, Filter::H312B, Filter::H312PID, Filter::H0321, Filter::H321] {
            laws::check_law(&law, order, &ratios).map_err(failed)?;
        }
    }

    #[test]
    fn so_does_every_setting(
        i in integral(), pi in proportional(), pid in pid(), filter in filter(), ratios in ratios(), order in order(),
    ) {
        laws::check_law(&i, order, &ratios).map_err(failed)?;
        laws::check_law(&pi, order, &ratios).map_err(failed)?;
        laws::check_law(&pid, order, &ratios).map_err(failed)?;
        laws::check_law(&filter, order, &ratios).map_err(failed)?;
    }

    #[test]
    fn factors_stay_within_their_limits(
        i in integral(), pi in proportional(), pid in pid(), filter in filter(), ratio in strategies::ratio(),
        order in order(), history in history(),
    ) {
        let (least, most) = match filter.limiter {
            Limiter::Clamp { min_factor, max_factor } => (min_factor, max_factor),
            Limiter::Arctangent { kappa } => (1.0 - kappa * (1.0 / kappa).atan(), 1.0 + kappa * std::f64::consts::FRAC_PI_2),
        };
        let answers = [
            (i.factor(ratio, order, &history), i.min_factor, i.max_factor, i.safety),
            (pi.factor(ratio, order, &history), pi.min_factor, pi.max_factor, pi.safety),
            (pid.factor(ratio, order, &history), pid.min_factor, pid.max_factor, pid.safety),
            // The safety is one more upper limit to a rejected step, and may be below what the limiter leaves.
            (filter.factor(ratio, order, &history), least.min(filter.safety), most, filter.safety),
        ];
        for (factor, min, max, safety) in answers {
            prop_assert!((min..=max).contains(&factor));
            prop_assert!(ratio <= 1.0 || factor <= safety);
        }
    }

    #[test]
    fn no_growth_right_after_a_rejection(
        pi in proportional(), pid in pid(), filter in filter(), ratio in 0.0..=1.0, order in order(), history in history(),
    ) {
        let rejected = History { rejections: history.rejections.max(1), ..history };
        let passed = History { rejections: 0, ..history };
        fn check(law: impl Law, may: bool, ratio: f64, order: u32, rejected: &History, passed: &History) -> Result<(), TestCaseError> {
            let (after, free) = (law.factor(ratio, order, rejected), law.factor(ratio, order, passed));
            // What the rule allows is the other answer, cut to 1 where it forbids growth.
            prop_assert_eq!(after, if may { free } else { free.min(1.0) });
            Ok(())
        }
        check(I::CLASSIC, false, ratio, order, &rejected, &passed)?;
        check(I::TORCHDIFFEQ, true, ratio, order, &rejected, &passed)?;
        check(pi, pi.grow_after_rejection, ratio, order, &rejected, &passed)?;
        check(filter, filter.grow_after_rejection, ratio, order, &rejected, &passed)?;
        check(pid, pid.grow_after_rejection, ratio, order, &rejected, &passed)?;
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

    /// Without its proportional part the PI law is the I law of the book, and without D the PID law is a PI law, and without
    /// ratios of steps a filter is a PID law whose safety counts inside of the powers.
    #[test]
    fn the_laws_are_one_family(ratio in 1e-9..10.0_f64, order in order(), history in history()) {
        let close = |found: f64, expected: f64, logs: f64| {
            // A dozen roundings, and seven in each sum of logarithms.
            let bound = (12.0 + 7.0 * logs) * f64::EPSILON;
            prop_assert!((found / expected - 1.0).abs() <= bound, "{found} and {expected}");
            Ok(())
        };
        let log = |accepted: Option<Accepted>| accepted.map_or(0.0, |a| a.ratio.max(1e-300).ln().abs());
        let logs = ratio.ln().abs() + log(history.previous) + log(history.before_previous);

        let pi = Pi { alpha: 1.0, beta: 0.0, ..Pi::HAIRER_DOPRI5 };
        close(pi.factor(ratio, order, &history), I::CLASSIC.factor(ratio, order, &history), logs)?;
        let pid = Pid { p: 0.0, i: 1.0, d: 0.0, ..Pid::PI34 };
        close(pid.factor(ratio, order, &history), I::CLASSIC.factor(ratio, order, &history), logs)?;
        let filter = Filter { beta: [1.0, 0.0, 0.0], alpha: [0.0; 2], safety: 0.9, limiter: Limiter::Clamp { min_factor: 0.2, max_factor: 10.0 }, ..Filter::H211B };
        close(filter.factor(ratio, order, &history), I::CLASSIC.factor(ratio, order, &history), logs)?;

        // A PI law's memory of 1e-300 at least, and one that there is.
        let remembers = history.previous.is_some_and(|previous| previous.ratio > 1e-300) && ratio <= 1.0;
        let pi = Pi { alpha: 0.7, beta: 0.4, least_ratio: 1e-300, ..Pi::HAIRER_DOPRI5 };
        if remembers {
            close(Pid::PI34.factor(ratio, order, &history), pi.factor(ratio, order, &history), logs)?;
        }
    }

    /// The published formulas, a power for each ratio, where no limit interferes.
    #[test]
    fn sums_of_logarithms_are_products_of_powers(
        r in [1e-6..=1.0_f64, 1e-6..=1.0, 1e-6..=1.0], h in [0.1..1.0_f64, 0.1..1.0, 0.1..1.0],
        pi in proportional(), pid in pid(), filter in filter(), order in order(),
    ) {
        let history = History {
            step: h[0],
            previous: Some(Accepted::new(h[1], r[1])),
            before_previous: Some(Accepted::new(h[2], r[2])),
            rejections: 0,
        };
        let k = f64::from(order);
        let free = Limiter::Clamp { min_factor: 1e-300, max_factor: 1e300 };
        // Each |ln| is at most 14, each exponent at most 5.2 (p + 2 d and the like), each of the six terms rounds seven times,
        // and the products a dozen times; half of it all again for the powers they are compared with.
        let bound = (12.0 + 6.0 * 7.0 * 5.2 * 14.0) * f64::EPSILON;

        let pi = Pi { min_factor: 1e-300, max_factor: 1e300, ..pi };
        let expected = pi.safety * r[0].powf(-pi.alpha / k) * r[1].max(pi.least_ratio).powf(pi.beta / k);
        prop_assert!((pi.factor(r[0], order, &history) / expected - 1.0).abs() <= bound);

        let pid = Pid { min_factor: 1e-300, max_factor: 1e300, shrink_when_accepted: true, ..pid };
        let Pid { p, i, d, .. } = pid;
        // In the form of the papers: the error, its change, and the change of that.
        let expected = pid.safety
            * (1.0 / r[0]).powf(i / k)
            * (r[1] / r[0]).powf(p / k)
            * (r[1] * r[1] / (r[0] * r[2])).powf(d / k);
        prop_assert!((pid.factor(r[0], order, &history) / expected - 1.0).abs() <= bound);

        let filter = Filter { limiter: free, ..filter };
        let c = r.map(|r| filter.safety * r.powf(-1.0 / k));
        let expected = c[0].powf(filter.beta[0])
            * c[1].powf(filter.beta[1])
            * c[2].powf(filter.beta[2])
            * (h[0] / h[1]).powf(-filter.alpha[0])
            * (h[1] / h[2]).powf(-filter.alpha[1]);
        prop_assert!((filter.factor(r[0], order, &history) / expected - 1.0).abs() <= bound);
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
    assert_eq!((history.growth(), history.previous_growth()), (1.0, 1.0));
    history.record(0.4, 3.0, false);
    history.record(0.2, f64::INFINITY, false);
    assert_eq!((history.step, history.previous, history.rejections), (0.2, None, 2));
    history.record(0.1, 0.5, true);
    history.record(0.4, 2.0, false);
    history.record(0.2, 0.25, true);
    let expected = History {
        step: 0.2,
        previous: Some(Accepted::new(0.2, 0.25)),
        before_previous: Some(Accepted::new(0.1, 0.5)),
        rejections: 0,
    };
    assert_eq!(history, expected);
    assert_eq!((history.growth(), history.previous_growth()), (1.0, 2.0));
    history.step = 0.05; // cut, to land at a stop
    assert_eq!(history.growth(), 0.25);
    history.step = -0.05; // the other way
    assert_eq!(history.growth(), 1.0);
    history.rejections = u32::MAX;
    history.record(0.2, 2.0, false);
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
