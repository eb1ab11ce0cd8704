//! The p-norm and the power mean, over every exponent and magnitude.

use costate_norms::strategies::{extreme, factor, finite, nonzero, spoiled, wide, zeros};
use costate_norms::{
    Blocks, ElementNorm, L1, L2, LInf, Lp, MeasureError, PowerMean, Rms, Seminorm, Space, laws,
};
use proptest::{prelude::*, test_runner::TestCaseResult};

const INFINITY: f64 = f64::INFINITY;

/// Exponents that are taken in every way there is: as they are, by products, by repeated squaring, by `powf`, not at all.
fn exponent() -> impl Strategy<Value = f64> {
    prop_oneof![
        (1..12_u32).prop_map(f64::from),
        1.0..10.0_f64,
        prop_oneof![Just(100.0), Just(1e6), Just(4294967295.0), Just(4294967296.0), Just(1e300)],
        Just(INFINITY),
    ]
}

fn lp(p: f64) -> Lp {
    Lp::new(p).unwrap()
}

fn mean(p: f64) -> PowerMean {
    PowerMean::new(p).unwrap()
}

/// The natural logarithm of the p-norm, from logarithms of the coordinates: `max + ln(sum exp(p (l - max))) / p`.
fn log_norm(v: &[f64], p: f64) -> f64 {
    let logs: Vec<f64> = v.iter().filter(|x| **x != 0.0).map(|x| x.abs().ln()).collect();
    let largest = logs.iter().fold(f64::NEG_INFINITY, |m, &l| m.max(l));
    if largest == f64::NEG_INFINITY || p == INFINITY {
        return largest;
    }
    largest + logs.iter().map(|l| (p * (l - largest)).exp()).sum::<f64>().ln() / p
}

/// A logarithm, at most 746 here, rounds to half of 1.2e-13 and its difference to another to as much; p times that is what an
/// exponent is off by, and the p-th root divides by p again. A subnormal result is a multiple of 5e-324.
fn agrees(measure: f64, log: f64) -> TestCaseResult {
    if log == f64::NEG_INFINITY {
        prop_assert_eq!(measure, 0.0);
    } else if log > f64::MAX.ln() - 1e-12 {
        prop_assert!(measure > 0.99 * f64::MAX);
    } else {
        // In units of the smallest normal number where the result is below it.
        let unit = 5e-324 / f64::MIN_POSITIVE * (f64::MIN_POSITIVE.ln() - log).exp();
        let off = (measure.ln() - log).abs();
        prop_assert!(off <= 1e-12 || off <= 2.0 * unit, "ln {} against {}", measure.ln(), log);
    }
    Ok(())
}

fn laws_of<V: Space<Scalar: costate_norms::Float>>(p: f64, u: &V, v: &V, c: f64) -> TestCaseResult {
    laws::check_norm(&lp(p), u, v, c)?;
    laws::check_norm(&mean(p), u, v, c)?;
    Ok(())
}

proptest! {
    #[test]
    fn axioms([u, v] in wide(zeros::<f64>(0..20)), p in exponent(), c in factor()) {
        laws_of(p, &u, &v, c)?;
        laws::check_norm(&Blocks { lengths: vec![u.len()], norm: mean(p) }, &u, &v, c)?;
    }

    #[test]
    fn axioms_of_many([u, v] in wide(zeros::<f64>(60..70)), p in exponent(), c in factor()) {
        laws_of(p, &u, &v, c)?;
    }

    #[test]
    fn axioms_of_tuples([u, v] in wide((zeros::<f64>(0..9), (Just(0.0), Just([0.0; 3])))), p in exponent(), c in factor()) {
        laws_of(p, &u, &v, c)?;
    }

    #[test]
    fn axioms_in_single_precision([u, v] in wide((zeros::<f32>(0..20), Just([0.0; 2]))), p in exponent(), c in factor()) {
        laws_of(p, &u, &v, c)?;
    }

    #[test]
    fn by_logarithms(v in extreme(zeros::<f64>(1..40)), p in exponent()) {
        let log = log_norm(&v, p);
        agrees(lp(p).measure(&v), log)?;
        // A mean below the smallest number is rounded up to it.
        let mean_log = log - (v.len() as f64).ln() / p;
        if mean_log > f64::MIN_POSITIVE.ln() {
            agrees(mean(p).measure(&v), mean_log)?;
        }
    }

    /// However the coordinates are cut into leaves. Every merge rounds a few times.
    #[test]
    fn leaves_are_one_vector(parts in (extreme(zeros::<f64>(0..9)), extreme(zeros(0..9)), extreme(zeros(0..9))), p in exponent()) {
        let all = [parts.0.clone(), parts.1.clone(), parts.2.clone()].concat();
        for (found, expected) in
            [(lp(p).measure(&parts), lp(p).measure(&all)), (mean(p).measure(&parts), mean(p).measure(&all))]
        {
            let tolerance = 100.0 * f64::EPSILON * expected + 5e-324;
            prop_assert!(found == expected || (found - expected).abs() <= tolerance, "{found} against {expected}");
        }
    }

    #[test]
    fn the_named_ones(v in extreme(zeros::<f64>(0..70))) {
        prop_assert_eq!(lp(2.0).measure(&v).to_bits(), L2.measure(&v).to_bits());
        prop_assert_eq!(lp(INFINITY).measure(&v).to_bits(), LInf.measure(&v).to_bits());
        prop_assert_eq!(mean(2.0).measure(&v).to_bits(), Rms.measure(&v).to_bits());
        prop_assert_eq!(mean(INFINITY).measure(&v).to_bits(), LInf.measure(&v).to_bits());
        let sum = L1.measure(&v);
        if sum < 1e290 {
            prop_assert_eq!(lp(1.0).measure(&v).to_bits(), sum.to_bits());
        }
    }

    /// The p-norm falls with p and the power mean grows (each root rounds; 40 terms).
    #[test]
    fn monotone_in_p(v in extreme(zeros::<f64>(1..40)), p in exponent(), q in exponent()) {
        let (p, q) = (p.min(q), p.max(q));
        let slack = 1.0 + 100.0 * f64::EPSILON;
        prop_assert!(lp(q).measure(&v) <= lp(p).measure(&v) * slack);
        prop_assert!(mean(p).measure(&v) <= mean(q).measure(&v) * slack + 5e-324);
        prop_assert!(mean(p).measure(&v).is_finite());
    }

    #[test]
    fn whole_exponents_are_real_ones(v in extreme(zeros::<f64>(1..20)), p in 3..40_u32) {
        // One unit in the last place beside an integer goes another way, and moves the measure by less than ln(20) / p units.
        let p = f64::from(p);
        let (whole, real) = (lp(p).measure(&v), lp(p.next_up()).measure(&v));
        prop_assert!(whole == real || (whole - real).abs() <= 100.0 * f64::EPSILON * whole + 5e-324);
    }

    #[test]
    fn a_lone_coordinate_is_its_absolute_value(x in finite::<f64>(), n in 0..70_usize, p in exponent()) {
        let mut v = vec![0.0; n + 1];
        v[n / 2] = x;
        prop_assert_eq!(lp(p).measure(&v), x.abs());
    }

    #[test]
    fn equal_coordinates_are_their_own_mean(x in nonzero::<f64>(), n in 1..70_usize, p in exponent()) {
        // A sum of n equal terms rounds n times at most.
        let found = mean(p).measure(&vec![x; n]);
        prop_assert!((found - x.abs()).abs() <= n as f64 * f64::EPSILON * x.abs());
    }

    #[test]
    fn extremes(v in extreme((zeros::<f64>(0..9), Just(0.0))), w in extreme(zeros::<f32>(0..20)), p in exponent()) {
        laws::check_extremes(&lp(p), &v)?;
        laws::check_extremes(&mean(p), &v)?;
        laws::check_extremes(&lp(p), &w)?;
        laws::check_extremes(&mean(p), &w)?;
    }

    /// Definite however small: one subnormal coordinate among many zeros.
    #[test]
    fn one_subnormal_among_zeros(bits in 1..20_u64, n in 1..300_usize, i in any::<prop::sample::Index>(), p in exponent()) {
        let mut v = vec![0.0; n];
        v[i.index(n)] = f64::from_bits(bits);
        prop_assert!(mean(p).measure(&v) > 0.0);
        prop_assert_eq!(lp(p).measure(&v), f64::from_bits(bits));
    }

    /// Leaves whose plain sums are finite and overflow together: their mean does not.
    #[test]
    fn a_mean_does_not_overflow_on_the_way(x in 0.3..0.9_f64, p in exponent()) {
        let x = x * f64::MAX;
        let found = mean(p).measure(&((x, x), [x], x));
        prop_assert!((found - x).abs() <= 8.0 * f64::EPSILON * x, "{found} against {x}");
    }

    /// NaN stays and infinity is infinite, in whichever leaf and beside whatever.
    #[test]
    fn not_finite((v, place) in spoiled(extreme((zeros::<f64>(0..70), zeros(1..9)))), p in exponent()) {
        let bad = v.coordinate(place).unwrap().abs();
        for found in [lp(p).measure(&v), mean(p).measure(&v)] {
            prop_assert!(found == bad || found.is_nan() && bad.is_nan(), "{found} from {bad}");
        }
        let both = (v, [INFINITY, -f64::NAN]);
        prop_assert!(lp(p).measure(&both).is_nan() && mean(p).measure(&both).is_nan());
    }

    #[test]
    fn no_norm_below_one(p in prop_oneof![-1e3..1.0_f64, Just(f64::NAN), Just(f64::NEG_INFINITY), Just(1.0_f64.next_down())]) {
        let same = |found| matches!(found, MeasureError::Exponent { p: q } if q.to_bits() == p.to_bits());
        prop_assert!(same(Lp::new(p).unwrap_err()) && same(PowerMean::new(p).unwrap_err()));
    }

    #[test]
    fn the_exponent_is_kept(p in exponent()) {
        prop_assert_eq!((lp(p).p(), mean(p).p()), (p, p));
    }
}

/// Powers of small whole numbers are whole, and so are these roots.
#[test]
fn whole_numbers() {
    assert_eq!(lp(3.0).measure(&[3.0, -4.0, 5.0]), 6.0);
    assert_eq!(lp(4.0).measure(&vec![2.0; 16]), 4.0);
    assert_eq!(mean(1.0).measure(&(1.0, [-2.0, 6.0])), 3.0);
    assert_eq!(lp(5.0).measure(&vec![1.0; 32]), 2.0);
}

#[test]
fn nothing() {
    let nothing: Vec<f64> = Vec::new();
    for p in [1.0, 1.5, 2.0, 3.0, INFINITY] {
        assert_eq!(lp(p).measure(&nothing), 0.0);
        assert_eq!(mean(p).measure(&(nothing.clone(), nothing.clone())), 0.0);
        assert_eq!(mean(p).finish(Default::default(), 0), 0.0);
    }
}

#[test]
fn below_one_the_triangle_inequality_fails() {
    struct Half;
    impl Seminorm<[f64; 2]> for Half {
        fn measure(&self, v: &[f64; 2]) -> f64 {
            (v[0].abs().sqrt() + v[1].abs().sqrt()).powi(2)
        }
    }
    let broken = laws::check_seminorm(&Half, &[1.0, 0.0], &[0.0, 1.0], 4.0).unwrap_err();
    assert_eq!((broken.left, broken.right), (4.0, 2.0));
}
