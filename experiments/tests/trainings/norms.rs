use costate_adjoint::norms::{Blocks, LInf, Null, Rms, Seminorm, laws::check_seminorm};
use costate_experiments::reproduce::norms::Channels;
use proptest::prelude::*;

type Backward = (Vec<f64>, Vec<f64>, Vec<f64>);

fn backward() -> impl Strategy<Value = [Backward; 2]> {
    (1..6_usize, 1..40_usize).prop_flat_map(|(n, p)| {
        let list = |length| prop::collection::vec(-10.0..10.0_f64, length);
        let one = move || (list(n), list(n), list(p));
        [one(), one()]
    })
}

fn rms(x: &[f64]) -> f64 {
    if x.is_empty() { 0.0 } else { (x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64).sqrt() }
}

/// Two sums of the same squares in another order: each rounds once a term.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 100.0 * f64::EPSILON * b
}

proptest! {
    /// One list of everything, cut by counting.
    #[test]
    fn as_shipped_is_two_cuts_of_one_flat_list([z, other] in backward(), window in 1..60_usize, c in -3.0..3.0_f64) {
        let flat = [&z.0[..], &z.1, &z.2].concat();
        let cut = |from: usize, to: usize| &flat[from.min(flat.len())..to.min(flat.len())];
        let expected = rms(cut(0, window)).max(rms(cut(window, 2 * window)));
        let shipped = Channels::AsShipped { window };
        prop_assert!(close(shipped.measure(&z), expected));
        check_seminorm(&shipped, &z, &other, c).unwrap();
    }

    /// The others are values that the norms' crate has too.
    #[test]
    fn the_named_norms_are_those_of_the_crate([z, _] in backward(), cut in 0.0..1.0_f64) {
        let first = (cut * z.2.len() as f64) as usize;
        let lengths = vec![first, z.2.len() - first];
        prop_assert_eq!(Channels::Pooled.measure(&z), (Rms, Rms, Rms).measure(&z));
        prop_assert_eq!(Channels::Seminorm.measure(&z), (Rms, Rms, Null).measure(&z));
        let blocks = Blocks { lengths: lengths.clone(), norm: Rms };
        prop_assert_eq!(Channels::PerTensor(lengths).measure(&z), (Rms, Rms, blocks).measure(&z));
        for l in 0..3 {
            prop_assert_eq!(Seminorm::<Backward>::reads(&Channels::Seminorm, l), l < 2);
            prop_assert!(Seminorm::<Backward>::reads(&Channels::Pooled, l));
        }
    }

    /// A dropped NaN would become an accepted step.
    #[test]
    fn nan_stays([mut z, _] in backward(), at in 0.0..1.0_f64) {
        let place = (at * z.1.len() as f64) as usize;
        z.1[place] = f64::NAN;
        let all = [Channels::Pooled, Channels::PerTensor(vec![z.2.len()]), Channels::Seminorm, Channels::AsShipped { window: 1000 }];
        for channels in all {
            prop_assert!(channels.measure(&z).is_nan());
        }
    }
}

/// The published size: a window of (256, 8, 8) where the state is (256, 8).
#[test]
fn the_shipped_norm_counts_12288_and_16384_parameter_channels() {
    let (state, parameters) = (256 * 8, 509_108);
    let at = |index: usize| {
        let mut g = vec![0.0; parameters];
        g[index] = 1.0;
        let z = (vec![0.0; state], vec![0.0; state], g);
        Channels::AsShipped { window: 256 * 8 * 8 }.measure(&z)
    };
    // One of 16,384 numbers: the RMS is a 128th.
    for seen in [0, 12_287, 12_288, 12_288 + 16_383] {
        assert_eq!(at(seen), 1.0 / 128.0);
    }
    assert_eq!(at(12_288 + 16_384), 0.0);
}

/// A tuple state has an RMS for each member.
#[test]
fn members_of_a_tuple_are_measured_by_themselves() {
    let y = (vec![1.0; 8], vec![3.0]);
    let z = (y.clone(), (vec![0.0; 8], vec![0.0]), vec![0.0; 5]);
    assert_eq!(Channels::Seminorm.measure(&z), 3.0);
    assert_eq!(LInf.measure(&z), 3.0);
}
