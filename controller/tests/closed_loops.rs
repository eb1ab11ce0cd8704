//! What the linear dynamics of a law promise, against steps that are taken.

use costate_controller::{
    ClosedLoop, Controller, Filter, History, I, Law, LawError, Limiter, Pi, Pid,
    norms::{Rms, Tolerance},
    strategies,
};
use proptest::prelude::*;

/// The size of a disturbance after so many steps of `law` on an error of `C h^k`, in `ln h`. It starts at 1e-6, as one step that
/// somebody else chose; it is over early when it has grown a thousandfold.
///
/// The goal is where the factor is 1, found by the law itself: `goal` is its ratio. That is below 1, and stays so.
fn disturbed(law: &impl Law, order: u32, goal: f64, steps: usize) -> f64 {
    let mut history = History::default();
    let error = |h: f64| goal * h.powi(order as i32);
    for _ in 0..3 {
        history.record(1.0, error(1.0), true);
    }
    let mut h: f64 = 1e-6_f64.exp();
    let mut disturbance = 0.0;
    for _ in 0..steps {
        history.step = h;
        let factor = law.factor(error(h), order, &history);
        history.record(h, error(h), true);
        h *= factor;
        disturbance = h.ln().abs();
        if disturbance > 1e-3 {
            break;
        }
    }
    disturbance
}

/// The ratio at which a safety outside of the powers is balanced: `safety = goal^(gain/k)`.
fn balance(safety: f64, gain: f64, order: u32) -> f64 {
    safety.powf(f64::from(order) / gain)
}

/// Laws that are linear near their goal: wide limits, a goal far enough below 1.
fn agrees(
    law: &impl Law,
    closed_loop: ClosedLoop,
    order: u32,
    goal: f64,
) -> Result<(), TestCaseError> {
    let radius = closed_loop.spectral_radius();
    // Nearer to the circle it takes longer than this test waits; and a goal of nearly 0 rounds.
    prop_assume!((radius - 1.0).abs() > 0.02 && goal > 1e-200);
    match law.check(order) {
        // Between transients and rounding: 0.98^2000 = 3e-18.
        Ok(()) => {
            prop_assert!(radius < 1.0);
            let rest = disturbed(law, order, goal, 2000);
            prop_assert!(rest < 1e-9, "{rest} is left, with a radius of {radius}");
        }
        // 1.02^2000 = 2e17: seen, however small the share of the unstable root.
        Err(LawError::CannotConverge { radius: told, .. }) => {
            prop_assert!(radius > 1.0 && told == radius);
            let rest = disturbed(law, order, goal, 2000);
            prop_assert!(rest > 1e-3, "only {rest}, with a radius of {radius}");
        }
        Err(error) => prop_assert!(false, "{error}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn pi_laws_converge_or_are_refused(alpha in -0.5..3.0_f64, beta in -1.5..1.5_f64, order in 1..9_u32) {
        // An integral gain of nothing at all has no goal.
        prop_assume!((alpha - beta).abs() > 0.05);
        let law = Pi { alpha, beta, min_factor: 1e-9, max_factor: 1e9, least_ratio: 1e-250, ..Pi::HAIRER_DOPRI5 };
        if alpha > beta {
            return agrees(&law, law.closed_loop(), order, balance(law.safety, alpha - beta, order));
        }
        // A negative gain pushes away from the balance, which is above 1, where attempts fail.
        let refused = matches!(law.check(order), Err(LawError::CannotConverge { name: "alpha - beta", .. }));
        prop_assert!(refused && law.closed_loop().spectral_radius() > 1.0);
    }

    #[test]
    fn pid_laws_converge_or_are_refused(p in -1.0..1.0_f64, i in 0.05..2.5_f64, d in -1.2..1.2_f64, order in 1..9_u32) {
        let law = Pid { p, i, d, min_factor: 1e-9, max_factor: 1e9, ..Pid::PI34 };
        agrees(&law, law.closed_loop(), order, balance(law.safety, i, order))?;
    }

    #[test]
    fn filters_converge_or_are_refused(
        beta in [-1.0..1.5_f64, -1.0..1.0, -1.0..1.0], alpha in [-1.2..1.2_f64, -1.2..1.2], order in 1..9_u32, smooth: bool,
    ) {
        let gain: f64 = beta.iter().sum();
        prop_assume!(gain.abs() > 0.05);
        let limiter = if smooth { Limiter::Arctangent { kappa: 1.0 } } else { Limiter::Clamp { min_factor: 1e-9, max_factor: 1e9 } };
        let law = Filter { beta, alpha, limiter, ..Filter::H211B };
        // Its safety is inside of the powers: the goal is the same for every gain, even a negative one.
        agrees(&law, law.closed_loop(), order, law.safety.powi(order as i32))?;
    }

    /// The radius that Jury's criterion and the roots speak of is the same.
    #[test]
    fn two_ways_to_be_stable(beta in [-2.0..2.0_f64, -2.0..2.0, -2.0..2.0], alpha in [-2.0..2.0_f64, -2.0..2.0]) {
        let closed_loop = ClosedLoop { beta, alpha };
        let radius = closed_loop.spectral_radius();
        prop_assume!((radius - 1.0).abs() > 1e-4);
        prop_assert_eq!(closed_loop.check().is_ok(), radius < 1.0);
    }

    /// Roots first, constants after: (z - x)(z - u)(z - v) with u, v real or conjugate.
    #[test]
    fn the_radius_of_known_roots(x in -3.0..3.0_f64, u in -3.0..3.0_f64, v in 0.0..3.0_f64, conjugate: bool) {
        let (sum, product) = if conjugate { (2.0 * u, u * u + v * v) } else { (u + v, u * v) };
        let [c, b, a] = [-x * product, product + x * sum, -x - sum];
        // alpha = 0: the polynomial's coefficients are b3, b2, b1 - 1.
        let closed_loop = ClosedLoop { beta: [a + 1.0, b, c], alpha: [0.0; 2] };
        let expected = f64::max(x.abs(), if conjugate { product.sqrt() } else { u.abs().max(v.abs()) });
        // A root of multiplicity three moves by the cube root of a rounding, here of at most 1e-14.
        let found = closed_loop.spectral_radius();
        prop_assert!((found - expected).abs() < 1e-4, "{found} and {expected}");
    }

    /// The whole controller, far from its goal, with rejections and limits: the presets arrive.
    #[test]
    fn presets_arrive(log_h in -12.0..12.0_f64, order in 2..9_u32) {
        let tolerance = Tolerance { rtol: 0.0, atol: 1.0 };
        fn arrives<L: Law>(law: L, h: f64, order: u32, tolerance: Tolerance) -> Result<(), TestCaseError> {
            let mut controller = Controller::new(Rms, law, tolerance).with_order(order);
            let (mut h, mut last, mut settled) = (h, 0.0, 0);
            for _ in 0..600 {
                let verdict = controller.decide(h, h.powi(order as i32));
                (last, h) = (h, verdict.next);
                settled = if verdict.accepted && (h / last - 1.0).abs() < 1e-6 { settled + 1 } else { 0 };
                if settled == 20 {
                    return Ok(());
                }
            }
            prop_assert!(false, "{last}, then {h}");
            Ok(())
        }
        let h = log_h.exp();
        arrives(I::CLASSIC, h, order, tolerance)?;
        arrives(I::TORCHDIFFEQ, h, order, tolerance)?;
        arrives(I::HAIRER_DOP853, h, order, tolerance)?;
        arrives(Pi::HAIRER_DOPRI5, h, order, tolerance)?;
        arrives(Pi::ORDINARY_DIFF_EQ, h, order, tolerance)?;
        for law in [Pid::DIFFRAX, Pid::diffrax(0.4, 1.0, 0.0), Pid::diffrax(0.4, 0.3, 0.0), Pid::diffrax(0.3, 0.3, 0.0),
            Pid::diffrax(0.2, 0.4, 0.0), Pid::diffrax(0.1, 0.3, 0.0), Pid::PI42, Pid::PI33, Pid::PI34] {
            arrives(law, h, order, tolerance)?;
        }
        for law in [Filter::h211b(2.0), Filter::H211B, Filter::h211b(8.0), Filter::H211PI, Filter::h312b(4.0), Filter::H312B,
            Filter::h312b(16.0), Filter::H312PID, Filter::H0321, Filter::H321] {
            arrives(law, h, order, tolerance)?;
        }
    }

    /// H211b and H312b forget a step that the loop cut short: the one after next depends on it no more.
    #[test]
    fn filters_forget_a_cut_step(cut in 0.01..1.0_f64, b in 2.5..16.0_f64) {
        fn after<L: Law>(law: L, cut: f64) -> f64 {
            let mut controller = Controller::new(Rms, law, Tolerance { rtol: 0.0, atol: 1.0 });
            let ratio = |h: f64| (0.5 * h).powi(5);
            for h in [1.0, 1.0, cut, 1.0] {
                controller.decide(h, ratio(h));
            }
            controller.decide(1.0, ratio(1.0)).next
        }
        let clamp = Limiter::Clamp { min_factor: 1e-9, max_factor: 1e9 };
        for law in [Filter::h211b(b), Filter::h312b(b + 2.0)] {
            let law = Filter { limiter: clamp, ..law };
            // Powers with exponents up to 1 of ratios of sizes up to 100: some dozens of roundings.
            prop_assert!((after(law, cut) / after(law, 1.0) - 1.0).abs() < 1e-13);
        }
        // Without the ratios of steps a filter does not.
        if cut < 0.5 {
            let pid = Filter { limiter: clamp, ..Filter::H312PID };
            let difference = after(pid, cut) / after(pid, 1.0) - 1.0;
            prop_assert!(difference.abs() > 1e-3);
        }
    }

    #[test]
    fn constants_out_of_range_are_named(bad in prop_oneof![Just(f64::NAN), Just(f64::INFINITY), -9.0..=0.0_f64, 1.0..9.0_f64], order in 1..9_u32) {
        fn name(law: impl Law, order: u32) -> &'static str {
            match law.check(order) {
                Err(LawError::OutOfRange { name, .. } | LawError::CannotConverge { name, .. }) => name,
                _ => "none",
            }
        }
        prop_assert_eq!(name(I { safety: bad, ..I::CLASSIC }, order), "safety");
        prop_assert_eq!(name(Pi { min_factor: bad, ..Pi::HAIRER_DOPRI5 }, order), "min_factor");
        prop_assert_eq!(name(Pi { least_ratio: bad, ..Pi::HAIRER_DOPRI5 }, order), "least_ratio");
        prop_assert_eq!(name(Filter { safety: bad, ..Filter::H312B }, order), "safety");
        if !(bad >= 1.0 && bad.is_finite()) {
            prop_assert_eq!(name(Pid { max_factor: bad, ..Pid::DIFFRAX }, order), "max_factor");
        }
        if !(bad > 0.0 && bad.is_finite()) {
            let limiter = Limiter::Arctangent { kappa: bad };
            prop_assert_eq!(name(Filter { limiter, ..Filter::H211B }, order), "kappa");
        }
        if !bad.is_finite() {
            prop_assert_eq!(name(Pi { alpha: bad, ..Pi::HAIRER_DOPRI5 }, order), "alpha");
            prop_assert_eq!(name(Pid { d: bad, ..Pid::DIFFRAX }, order), "d");
            prop_assert_eq!(name(Filter { alpha: [0.0, bad], ..Filter::H211B }, order), "alpha_3");
        }
        prop_assert_eq!(name(I::CLASSIC, 0), "the order");
    }

    #[test]
    fn what_the_strategies_make_passes(i in strategies::integral(), pi in strategies::proportional(), pid in strategies::pid(), filter in strategies::filter(), order in strategies::order()) {
        prop_assert_eq!((i.check(order), pi.check(order), pid.check(order), filter.check(order)), (Ok(()), Ok(()), Ok(()), Ok(())));
    }
}

/// Table 1 of Söderlind 2003 by what its rows are for: the roots of the closed loop.
#[test]
fn filters_have_the_roots_they_were_designed_for() {
    let polynomial = |roots: [f64; 3]| {
        let [u, v, w] = roots;
        [-u * v * w, u * v + v * w + w * u, -u - v - w, 1.0]
    };
    let designed = [
        (Filter::h211b(2.0), [0.0; 3]),
        (Filter::H211B, [0.5, 0.0, 0.0]),
        (Filter::h211b(8.0), [0.75, 0.0, 0.0]),
        (Filter::H211PI, [0.5, 1.0 / 3.0, 0.0]),
        (Filter::h312b(4.0), [0.0; 3]),
        (Filter::H312B, [0.5, 0.0, 0.0]),
        (Filter::H312PID, [0.5, (2.0 + 13_f64.sqrt()) / 9.0, (2.0 - 13_f64.sqrt()) / 9.0]),
        (Filter::H0321, [0.0; 3]),
        (Filter::H321, [2.0 / 3.0, 0.5, 1.0 / 3.0]),
    ];
    for (filter, roots) in designed {
        let found = filter.closed_loop().polynomial();
        for (found, expected) in found.into_iter().zip(polynomial(roots)) {
            assert!(
                (found - expected).abs() < 4.0 * f64::EPSILON,
                "{filter:?}: {found}, {expected}"
            );
        }
    }
}

/// Each of Jury's conditions, broken alone, is told in the law's own words.
#[test]
fn the_broken_condition_is_named() {
    fn name(law: impl Law) -> &'static str {
        match law.check(5) {
            Err(LawError::CannotConverge { name, radius, .. }) if radius >= 1.0 => name,
            other => panic!("{other:?}"),
        }
    }
    let pi = |alpha, beta| name(Pi { alpha, beta, ..Pi::HAIRER_DOPRI5 });
    assert_eq!(pi(0.3, 0.3), "alpha - beta");
    assert_eq!(pi(1.8, 0.4), "alpha + beta");
    assert_eq!(pi(0.5, -1.2), "beta");
    let pid = |p, i, d| name(Pid { p, i, d, ..Pid::PI34 });
    assert_eq!(pid(0.4, 0.0, 0.0), "i");
    assert_eq!(pid(0.8, 0.6, 0.0), "i + 2 p + 4 d");
    assert_eq!(pid(-2.0, 0.5, 1.1), "d");
    assert_eq!(pid(-1.2, 0.5, 0.0), "1 - d^2 - |p + 2 d + d (p + i + d - 1)|");
    let filter = |beta, alpha| name(Filter { beta, alpha, ..Filter::H211B });
    assert_eq!(filter([0.5, -0.5, 0.0], [0.0; 2]), "beta_1 + beta_2 + beta_3");
    assert_eq!(
        filter([1.0, 0.0, 0.0], [1.0, 0.0]),
        "beta_1 - beta_2 + beta_3 + 2 (alpha_2 - alpha_3)"
    );
    assert_eq!(filter([1.0, 0.0, 0.0], [0.0, 1.1]), "beta_3 - alpha_3");
    assert_eq!(
        filter([0.5, 0.0, 0.0], [-1.2, 0.0]),
        "1 - c^2 - |b - a c|, in z^3 + a z^2 + b z + c,"
    );
}
