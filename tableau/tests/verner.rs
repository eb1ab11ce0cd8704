//! Verner's pairs: their orders, which stages they share, and smooth joints between steps.

use costate_tableau::laws;
use costate_tableau::*;

#[test]
fn every_pair_is_what_it_claims() -> Result<(), TableauError> {
    laws::check_tableau(&VERNER_65)?;
    laws::check_tableau(&VERNER_76)?;
    laws::check_tableau(&VERNER_87)?;
    laws::check_tableau(&VERNER_98)
}

/// Order of the solution, of the error estimate, of the extension; extra stages.
#[test]
fn orders_and_stages() {
    fn claims<const S: usize>(method: &Tableau<S>) -> (u32, u32, u32, usize) {
        let error = method.error.as_ref().expect("a pair");
        (method.order, error.order, method.dense.order(), method.extra_stages())
    }
    assert_eq!(claims(&VERNER_65), (6, 5, 6, 3));
    assert_eq!(claims(&VERNER_76), (7, 6, 7, 6));
    assert_eq!(claims(&VERNER_87), (8, 7, 8, 8));
    assert_eq!(claims(&VERNER_98), (9, 8, 9, 10));
}

/// The smallest pair has the slope at the end of the step as its last stage, the others as the
/// first stage of their extension.
#[test]
fn the_slope_at_the_end_is_handed_on() {
    fn first_extra<const S: usize>(method: &Tableau<S>) {
        assert!(!method.fsal() && method.extension_ends_with_slope(), "{}", method.name);
        assert_eq!(method.extra_stage(0), Some((1.0, &method.b[..])), "{}", method.name);
    }
    assert!(VERNER_65.fsal() && !VERNER_65.extension_ends_with_slope());
    first_extra(&VERNER_76);
    first_extra(&VERNER_87);
    first_extra(&VERNER_98);
}

/// The extension's slope is that of the field at both ends, so that a solution put together from
/// steps has a continuous derivative: `b_j'(0)` is 1 for the first stage, `b_j'(1)` for the stage at
/// the end of the step, and 0 for the others.
///
/// `b_j'(1)` sums `rows[m][j] (m + 1)`. Each coefficient is rounded by half a unit, each of the at
/// most 9 products and 9 sums by another half of at most the absolute sum: 19 half units.
#[test]
fn steps_join_smoothly() {
    fn smooth<const S: usize>(method: &Tableau<S>, end: usize) {
        let Dense::Extended { rows, stages, .. } = &method.dense else { panic!("has stages") };
        for j in 0..S + stages.len() {
            assert_eq!(rows[0][j], if j == 0 { 1.0 } else { 0.0 }, "{}: {j}", method.name);
            let terms = (1..).zip(rows.iter()).map(|(power, row)| f64::from(power) * row[j]);
            let (slope, size) = terms.fold((0.0, 0.0), |(sum, size), x| (sum + x, size + x.abs()));
            let expected = if j == end { 1.0 } else { 0.0 };
            let tolerance = 19.0 * 0.5 * f64::EPSILON * size;
            assert!((slope - expected).abs() <= tolerance, "{}: {j}, {slope}", method.name);
        }
    }
    smooth(&VERNER_65, 8);
    smooth(&VERNER_76, 10);
    smooth(&VERNER_87, 13);
    smooth(&VERNER_98, 16);
}

/// The weights of Verner's page for the estimate of the 6(5) pair, in the last stage and in the one
/// that they leave out (`b_hat[6] = 0`, so that the weight is `b[6]`): the whole estimate is theirs
/// up to a factor.
#[test]
fn the_two_estimates_of_the_smallest_pair_are_proportional() {
    let weights = VERNER_65.error.expect("a pair").weights;
    let factor = VERNER_65.b[6] / weights[6];
    let published_last = 5.686_113_944_047_57e-2;
    assert!((factor * weights[8] + published_last).abs() < 1e-15, "{factor}");
}
