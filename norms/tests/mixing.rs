//! Measures of a tuple's members, combined.

use costate_norms::strategies::{extreme, factor, spoiled, wide, zeros};
use costate_norms::{
    ElementNorm, Float, L1, L2, LInf, Lp, MeasureError, Mixed, Null, Pooled, PowerMean, Rms,
    Scaled, Seminorm, Space, laws,
};
use proptest::prelude::*;

type State = (Vec<f64>, f64, [f64; 3]);

fn shapes() -> impl Strategy<Value = State> {
    (zeros(0..9), Just(0.0), Just([0.0; 3]))
}

fn scaled<N>(factor: f64, norm: N) -> Scaled<N> {
    Scaled::new(factor, norm).unwrap()
}

proptest! {
    #[test]
    fn axioms([u, v] in wide(shapes()), c in factor(), p in 1.0..9.0_f64) {
        let parts = (Rms, scaled(0.1, LInf), scaled(30.0, L1));
        laws::check_norm(&Mixed { parts, by: L1 }, &u, &v, c)?;
        laws::check_norm(&Mixed { parts, by: L2 }, &u, &v, c)?;
        laws::check_norm(&Mixed { parts, by: LInf }, &u, &v, c)?;
        laws::check_norm(&Mixed { parts, by: Rms }, &u, &v, c)?;
        laws::check_norm(&Mixed { parts, by: Lp::new(p).unwrap() }, &u, &v, c)?;
        laws::check_norm(&Mixed { parts, by: PowerMean::new(p).unwrap() }, &u, &v, c)?;
        laws::check_seminorm(&Mixed { parts: (Rms, scaled(0.1, LInf), Null), by: L1 }, &u, &v, c)?;
        laws::check_seminorm(&Mixed { parts: (Null, Null, Null), by: Rms }, &u, &v, c)?;
    }

    #[test]
    fn in_single_precision([u, v] in wide((zeros::<f32>(0..9), Just(0.0_f32))), c in factor()) {
        laws::check_norm(&Mixed { parts: (Rms, scaled(1e-3, LInf)), by: L1 }, &u, &v, c)?;
        laws::check_norm(&scaled(1e3, Rms), &u, &v, c)?;
    }

    #[test]
    fn nested([u, v] in wide((shapes(), Just(0.0))), c in factor()) {
        let inner = Mixed { parts: (Rms, Null, LInf), by: L2 };
        laws::check_seminorm(&Mixed { parts: (inner, scaled(2.0, Rms)), by: L1 }, &u, &v, c)?;
        laws::check_seminorm(&(inner, Null), &u, &v, c)?;
    }

    /// Each rule, from the measures of the parts. Three terms, each rounded once or twice.
    #[test]
    fn the_rules([v] in wide(shapes())) {
        let parts = (Rms, scaled(0.5, LInf), L1);
        let m = [Rms.measure(&v.0), 0.5 * v.1.abs(), v.2.iter().map(|x| x.abs()).sum()];
        let sum = m[0] + m[1] + m[2];
        let root = m[0].hypot(m[1]).hypot(m[2]);
        let mean = PowerMean::new(1.0).unwrap();
        for (found, expected) in [
            (Mixed { parts, by: L1 }.measure(&v), sum),
            (Mixed { parts, by: L2 }.measure(&v), root),
            (Mixed { parts, by: Rms }.measure(&v), root / 3_f64.sqrt()),
            (Mixed { parts, by: mean }.measure(&v), sum / 3.0),
        ] {
            let close = (found - expected).abs() <= 8.0 * f64::EPSILON * expected;
            prop_assert!(close, "{found} against {expected}");
        }
        prop_assert_eq!(Mixed { parts, by: LInf }.measure(&v).to_bits(), parts.measure(&v).to_bits());
    }

    /// A part that reads nothing does not dilute a mean.
    #[test]
    fn null_is_not_counted([v] in wide(shapes())) {
        let two = Mixed { parts: (Rms, LInf), by: Rms }.measure(&(v.0.clone(), v.2));
        let three = Mixed { parts: (Rms, Null, LInf), by: Rms }.measure(&v);
        prop_assert_eq!(two.to_bits(), three.to_bits());
    }

    /// Members of one length each: then a mean of means is the mean over all, but for rounding in every sum.
    #[test]
    fn of_equal_lengths_it_is_pooled([v] in wide((Just([0.0; 5]), Just([0.0; 5])))) {
        let (mixed, pooled) = (Mixed { parts: (Rms, Rms), by: Rms }.measure(&v), Pooled((Rms, Rms)).measure(&v));
        prop_assert!((mixed - pooled).abs() <= 20.0 * f64::EPSILON * pooled);
    }

    #[test]
    fn extremes(v in extreme(shapes())) {
        laws::check_extremes(&Mixed { parts: (Rms, scaled(1e-3, LInf), L2), by: L1 }, &v)?;
        laws::check_extremes(&Mixed { parts: (Rms, scaled(1e-300, LInf), Null), by: Rms }, &v)?;
    }

    #[test]
    fn not_finite((v, place) in spoiled(extreme(shapes()))) {
        let bad = v.coordinate(place).unwrap();
        let found = Mixed { parts: (Rms, scaled(0.1, LInf), L1), by: L2 }.measure(&v);
        prop_assert!(found.is_nan() == bad.is_nan() && (bad.is_nan() || found == f64::INFINITY));
        let last_left_out = Mixed { parts: (Rms, LInf, Null), by: L1 }.measure(&v);
        let read = place < v.0.len() + 1;
        prop_assert_eq!(last_left_out.is_nan(), read && bad.is_nan());
    }

    #[test]
    fn bad_factors(bad in prop_oneof![-1e300..=0.0_f64, Just(f64::NAN), Just(f64::INFINITY)]) {
        let error = Scaled::new(bad, Rms).unwrap_err();
        let same = matches!(error, MeasureError::Factor { factor } if factor.to_bits() == bad.to_bits());
        prop_assert!(same);
    }
}

#[test]
fn leaves_that_are_read() {
    let norm = Mixed { parts: ((Null, Rms), scaled(2.0, Null), LInf), by: L1 };
    let reads = (0..5).map(|l| Seminorm::<((f64, f64), f64, f64)>::reads(&norm, l));
    assert!(reads.eq([false, true, false, true, false]));
}

/// A rule that falls when a part grows is no norm, and the laws say so.
#[test]
fn a_rule_that_is_not_monotone_is_caught() {
    struct Difference;
    impl ElementNorm for Difference {
        type Sum = f64;
        fn absorb<T: Float>(&self, sum: &mut f64, elements: &[T]) {
            elements.iter().for_each(|&x| *sum = x.into() - *sum);
        }
        fn finish(&self, sum: f64, _: usize) -> f64 {
            sum.abs()
        }
    }
    let norm = Mixed { parts: (Rms, Rms), by: Difference };
    let (u, v) = ((3.0, 3.0), (1.0, -1.0));
    let broken = laws::check_seminorm(&norm, &u, &v, 2.0).unwrap_err();
    assert_eq!(broken.law, "measure(u + v) <= measure(u) + measure(v)");
    assert_eq!(u.dimension(), 2);
}
