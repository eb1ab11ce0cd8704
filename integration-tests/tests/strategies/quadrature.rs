//! A parameter gradient that has left the ODE is the one that was in it.

use crate::cases::cases;
use crate::ways::{distance, size};
use costate_adjoint::{
    AtTimes, Backsolve, CostateGradient, Interpolating, Policy, Problem, Quadrature, StateCostate,
    Workspace,
};
use costate_integration_tests::any_field::AnyField;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    /// Under the seminorm nothing depends on g: the same attempts to the bit, and sums of the same products to rounding, a few
    /// hundred terms each rounded to 1e-16 of its size.
    #[test]
    fn the_steps_are_the_same_and_the_gradient_to_rounding(case in cases(3.0), e in -9.0..-3.0_f64) {
        let r = 10.0_f64.powf(e);
        let mut field = AnyField::new(case.equation, &case.y0, &case.p);
        let problem = Problem::new(case.t0, case.t1, &case.y0, &case.p);
        let loss = AtTimes { times: &case.times, loss: |y: &[Vec<f64>], a: &mut [Vec<f64>]| case.loss(y, a) };
        macro_rules! attempts {
            ($method:expr, $layout:ty) => {{
                let mut workspace = Workspace::<_, 7, $layout>::new(&case.y0, &case.p);
                let mut attempts = Vec::new();
                let mut watch = |a: &costate_adjoint::BackwardAttempt<'_, AnyField, $layout>| {
                    attempts.push((a.step, a.ratio.to_bits(), a.accepted));
                };
                let mut method = $method.with_policy(Policy::Report);
                let g = method.gradient_watched(&mut workspace, &mut field, &problem, &loss, &mut watch).unwrap().clone();
                (attempts, g)
            }};
        }
        let pairs = [
            (
                attempts!(Backsolve::new(r, r), costate_adjoint::StateCostateGradient),
                attempts!(Quadrature::new(r, r), StateCostate),
            ),
            (
                attempts!(Interpolating::seminorm(r, r), CostateGradient),
                attempts!(Interpolating::new(r, r), costate_adjoint::CostateAlone),
            ),
        ];
        for ((channel_attempts, channel), (apart_attempts, apart)) in pairs {
            prop_assert_eq!(channel_attempts, apart_attempts);
            prop_assert_eq!(&channel.y0, &apart.y0);
            prop_assert_eq!((channel.t0, &channel.times), (apart.t0, &apart.times));
            let allowed = 1e-13 * (channel.report.gross + size(&channel.p));
            prop_assert!(distance(&channel.p, &apart.p) <= allowed);
            // The witness of both says the same, to the rounding of what it subtracts.
            let (one, other) = (channel.report.witness * r, apart.report.witness * r);
            prop_assert!((one - other).abs() <= 1e-12 + 1e-9 * one, "{one:e} and {other:e}");
        }
    }
}
