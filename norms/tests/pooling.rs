//! One mean over all members, and the largest of the members' means: two norms, and how they compare.

use costate_norms::strategies::{wide, zeros};
use costate_norms::{Blocks, Null, Pooled, Rms, Seminorm};
use proptest::prelude::*;

fn three() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, Vec<f64>)> {
    wide((zeros(0..30), zeros(0..30), zeros(0..30))).prop_map(|[v]| v)
}

proptest! {
    /// A mean of squares is at most the largest of its parts' means. Each sum rounds once a term.
    #[test]
    fn pooled_is_at_most_the_largest(v in three()) {
        let slack = 1.0 + 100.0 * f64::EPSILON;
        prop_assert!(Rms.measure(&v) <= (Rms, Rms, Rms).measure(&v) * slack);
        prop_assert!(Pooled((Rms, Null, Rms)).measure(&v) <= (Rms, Null, Rms).measure(&v) * slack);
    }

    #[test]
    fn pooled_over_everything_is_plain_rms(v in three()) {
        prop_assert_eq!(Pooled((Rms, Rms, Rms)).measure(&v).to_bits(), Rms.measure(&v).to_bits());
        prop_assert_eq!(Pooled(Rms).measure(&v).to_bits(), Rms.measure(&v).to_bits());
    }

    /// Pooling over some members is the mean over a tuple of only those.
    #[test]
    fn pooled_over_some_is_the_mean_of_those(v in three()) {
        let some = Rms.measure(&(v.0.clone(), v.2.clone()));
        prop_assert_eq!(Pooled((Rms, Null, Rms)).measure(&v).to_bits(), some.to_bits());
    }

    /// The largest over blocks of a vector is the largest over members of a tuple.
    #[test]
    fn blocks_are_a_tuple_cut_from_a_vector(v in three()) {
        let lengths = vec![v.0.len(), v.1.len(), v.2.len()];
        let flat = [v.0.clone(), v.1.clone(), v.2.clone()].concat();
        let blocks = Blocks { lengths, norm: Rms }.measure(&flat);
        prop_assert_eq!(blocks.to_bits(), (Rms, Rms, Rms).measure(&v).to_bits());
    }

    /// With a quiet channel of `n` coordinates beside one loud number x, the pooled mean is x / sqrt(n + 1).
    #[test]
    fn quiet_channels_dilute_a_pooled_mean(x in 1e-3..1e3_f64, n in 1..500_usize) {
        let v = (x, vec![0.0; n]);
        prop_assert_eq!((Rms, Rms).measure(&v), x);
        let expected = x / (n as f64 + 1.0).sqrt();
        // Square, division, root here; root, division there.
        prop_assert!((Rms.measure(&v) - expected).abs() <= 4.0 * f64::EPSILON * expected);
    }
}

#[test]
fn leaving_out_a_quiet_channel_can_make_a_pooled_norm_stricter() {
    // An error of twice the allowed in the state, and 999 parameters with none.
    let v = ([2.0], [0.0; 999]);
    assert!(Pooled((Rms, Rms)).measure(&v) < 0.1);
    assert_eq!(Pooled((Rms, Null)).measure(&v), 2.0);
    // The largest of the parts is never stricter with fewer parts.
    assert_eq!((Rms, Rms).measure(&v), (Rms, Null).measure(&v));
}
