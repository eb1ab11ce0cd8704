//! Random values of this crate's types, for property tests of one's own (feature `proptest`).
//!
//! Every law and controller from here passes its [`check`](crate::StepControl::check).
//!
//! ```
//! use costate_controller::{laws, strategies};
//! use proptest::prelude::*;
//!
//! proptest!(|(law in strategies::filter(), ratios in strategies::ratios(), order in strategies::order())| {
//!     prop_assert_eq!(laws::check_law(&law, order, &ratios), Ok(()));
//! });
//! ```

use crate::{Accepted, Controller, Filter, History, I, Law, Limiter, Pi, Pid};
use alloc::vec::Vec;
use costate_norms::{Rms, Tolerance};
use proptest::prelude::*;

/// The power of h that an error falls with: 1 to 14.
pub fn order() -> impl Strategy<Value = u32> {
    1..15_u32
}

/// A step size between 1e-9 and 1e9, evenly in its logarithm, in both directions of time.
pub fn step() -> impl Strategy<Value = f64> {
    (any::<bool>(), -9.0..9.0_f64)
        .prop_map(|(back, digits)| 10_f64.powf(digits) * if back { -1.0 } else { 1.0 })
}

/// An error ratio: near 1, very small, very large, 0 and infinite.
pub fn ratio() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => 0.0..2.0_f64,
        4 => (-300..300_i32).prop_map(|digits| 10_f64.powi(digits)),
        1 => Just(0.0),
        1 => Just(1.0),
        1 => Just(f64::INFINITY),
    ]
}

/// Ratios in ascending order, with 0, 1, the one above 1, and infinity, as [`check_law`](crate::laws::check_law) wants them.
pub fn ratios() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(ratio(), 0..20).prop_map(|mut ratios| {
        ratios.extend([0.0, 1.0, 1.0 + f64::EPSILON, f64::INFINITY]);
        ratios.sort_by(f64::total_cmp);
        ratios
    })
}

/// The ratios of up to 60 attempts, in any order.
pub fn attempts() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(ratio(), 1..60)
}

/// Any history that a solve can have: up to two accepted attempts, up to three rejected since.
pub fn history() -> impl Strategy<Value = History> {
    let accepted = || {
        let ratio =
            prop_oneof![0.0..=1.0_f64, (-300..0_i32).prop_map(|digits| 10_f64.powi(digits))];
        (-9.0..9.0_f64, ratio).prop_map(|(digits, ratio)| (10_f64.powf(digits), ratio))
    };
    (any::<bool>(), -9.0..9.0_f64, prop::collection::vec(accepted(), 0..=2), 0..4_u32).prop_map(
        |(back, digits, past, rejections)| {
            let sign = if back { -1.0 } else { 1.0 };
            let nth =
                |n: usize| past.get(n).map(|&(step, ratio)| Accepted::new(sign * step, ratio));
            History {
                step: sign * 10_f64.powf(digits),
                previous: nth(0),
                before_previous: nth(1),
                rejections,
            }
        },
    )
}

/// Tolerances between 1e-12 and 0.1, neither of them 0.
pub fn tolerance() -> impl Strategy<Value = Tolerance> {
    (-12.0..-1.0_f64, -12.0..-1.0_f64)
        .prop_map(|(rtol, atol)| Tolerance { rtol: 10_f64.powf(rtol), atol: 10_f64.powf(atol) })
}

/// Safety, lower and upper limit.
fn limits() -> impl Strategy<Value = (f64, f64, f64)> {
    (0.3..0.99_f64, 0.01..1.0_f64, 1.0..20.0_f64)
        .prop_map(|(safety, min, max)| (safety, safety * min, max))
}

/// An I law with any limits and rules.
pub fn integral() -> impl Strategy<Value = I> {
    (limits(), any::<[bool; 2]>()).prop_map(|((safety, min_factor, max_factor), rules)| I {
        safety,
        min_factor,
        max_factor,
        shrink_when_accepted: rules[0],
        grow_after_rejection: rules[1],
    })
}

/// A PI law that converges and answers a larger error with a shorter step: `alpha > 0`.
pub fn proportional() -> impl Strategy<Value = Pi> {
    (limits(), 0.01..2.0_f64, -1.0..1.0_f64, 1e-6..1e-2_f64, any::<bool>())
        .prop_map(|(limits, alpha, beta, least_ratio, grow_after_rejection)| {
            let (safety, min_factor, max_factor) = limits;
            Pi { alpha, beta, safety, min_factor, max_factor, least_ratio, grow_after_rejection }
        })
        .prop_filter("converges", |law| law.check(1).is_ok())
}

/// A PID law that converges and answers a larger error with a shorter step: `p + i + d > 0`.
pub fn pid() -> impl Strategy<Value = Pid> {
    (limits(), -0.6..1.0_f64, 0.01..2.0_f64, -0.4..0.4_f64, any::<[bool; 2]>())
        .prop_map(|((safety, min_factor, max_factor), p, i, d, rules)| Pid {
            p,
            i,
            d,
            safety,
            min_factor,
            max_factor,
            shrink_when_accepted: rules[0],
            grow_after_rejection: rules[1],
        })
        .prop_filter("converges, and falls with the error", |law| {
            law.check(1).is_ok() && law.p + law.i + law.d > 0.0
        })
}

/// A limiter of either kind.
pub fn limiter() -> impl Strategy<Value = Limiter> {
    prop_oneof![
        (0.01..0.9_f64, 1.0..20.0_f64)
            .prop_map(|(min_factor, max_factor)| Limiter::Clamp { min_factor, max_factor }),
        (0.1..10.0_f64).prop_map(|kappa| Limiter::Arctangent { kappa }),
    ]
}

/// A digital filter that converges and answers a larger error with a shorter step: H211b, H312b, or random exponents.
pub fn filter() -> impl Strategy<Value = Filter> {
    let random = (0.01..1.5_f64, [-1.0..1.0_f64, -1.0..1.0], [-1.0..1.0_f64, -1.0..1.0])
        .prop_map(|(b1, [b2, b3], alpha)| Filter { beta: [b1, b2, b3], alpha, ..Filter::H211B });
    let exponents = prop_oneof![
        (1.1..10.0_f64).prop_map(Filter::h211b),
        (2.1..20.0_f64).prop_map(Filter::h312b),
        random.prop_filter("converges", |law| law.check(1).is_ok()),
    ];
    (exponents, 0.3..0.99_f64, limiter(), any::<bool>()).prop_map(
        |(law, safety, limiter, grow_after_rejection)| Filter {
            safety,
            limiter,
            grow_after_rejection,
            ..law
        },
    )
}

/// A controller with this law, any tolerance, and a longest step now and then, on states of one norm.
pub fn controller<L: Law + core::fmt::Debug>(
    law: impl Strategy<Value = L>,
) -> impl Strategy<Value = Controller<Rms, L, Tolerance>> {
    let max_step = prop_oneof![Just(f64::INFINITY), 1e-3..1e3_f64];
    (law, tolerance(), order(), max_step).prop_map(|(law, tolerance, order, max_step)| {
        Controller::new(Rms, law, tolerance).with_order(order).with_max_step(max_step)
    })
}
