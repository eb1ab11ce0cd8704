//! The kernel of each seminorm is exactly what it leaves out.

use costate_norms::strategies::{nonzero, vectors, wide, zeros};
use costate_norms::{Float, LInf, Null, Pooled, Rms, Scalar, Seminorm, Space, Weighted};
use proptest::{prelude::*, test_runner::TestCaseResult};

/// `read(leaf, index)` says which coordinates count. Three claims: what does not count changes no bit, with NaN in it or
/// not; a vector that is zero where it counts has measure 0; one coordinate that counts and is not zero makes it positive.
fn kernel<V, N>(
    norm: &N,
    v: &V,
    other: &V,
    x: V::Scalar,
    read: impl Fn(usize, usize) -> bool,
) -> TestCaseResult
where
    V: Space<Scalar: Float>,
    N: Seminorm<V>,
{
    let mix = |counts: &V, rest: &V| {
        let mut mixed = counts.clone();
        for l in 0..V::LEAVES {
            for i in (0..v.leaf(l).len()).filter(|&i| !read(l, i)) {
                mixed.leaf_mut(l)[i] = rest.leaf(l)[i];
            }
        }
        mixed
    };
    let measure = norm.measure(v);
    let mut nan = v.clone();
    nan.fill(V::Scalar::of(f64::NAN));
    prop_assert_eq!(norm.measure(&mix(v, other)).to_bits(), measure.to_bits());
    prop_assert_eq!(norm.measure(&mix(v, &nan)).to_bits(), measure.to_bits());

    let none = mix(&v.zeros_like(), &nan);
    prop_assert_eq!(norm.measure(&none), 0.0);
    for l in 0..V::LEAVES {
        for i in (0..v.leaf(l).len()).filter(|&i| read(l, i)) {
            let mut one = none.clone();
            one.leaf_mut(l)[i] = x;
            prop_assert!(norm.measure(&one) > 0.0, "coordinate {} of leaf {} is not read", i, l);
        }
        if (0..v.leaf(l).len()).any(|i| read(l, i)) {
            prop_assert!(Seminorm::<V>::reads(norm, l));
        }
    }
    Ok(())
}

/// The backward state: costate of time, state, costate, parameter gradient.
type Backward<T> = (T, [T; 3], [T; 3], Vec<T>);

/// Two backward states of one shape.
fn pair<T: Float + Space<Scalar = T>>() -> impl Strategy<Value = [Backward<T>; 2]> {
    let three = || Just([T::of(0.0); 3]);
    wide((Just(T::of(0.0)), three(), three(), zeros(0..20)))
}

macro_rules! kernels {
    ($t:ident) => {
        mod $t {
            use super::*;

            proptest! {
                #[test]
                fn of_tuples([u, v] in pair::<$t>(), x in nonzero::<$t>()) {
                    kernel(&(Rms, Rms, Rms, Rms), &u, &v, x, |_, _| true)?;
                    kernel(&(Null, Rms, Rms, Null), &u, &v, x, |l, _| l == 1 || l == 2)?;
                    kernel(&(Rms, LInf, Rms, Null), &u, &v, x, |l, _| l != 3)?;
                    kernel(&(Null, Null, Null, Null), &u, &v, x, |_, _| false)?;
                }

                #[test]
                fn of_pooled([u, v] in pair::<$t>(), x in nonzero::<$t>()) {
                    kernel(&Pooled((Null, Rms, Rms, Null)), &u, &v, x, |l, _| l == 1 || l == 2)?;
                    kernel(&Pooled((Rms, Null, Rms, Rms)), &u, &v, x, |l, _| l != 1)?;
                }

                #[test]
                fn of_nested([u, v] in pair::<$t>(), x in nonzero::<$t>()) {
                    let (u, v) = (((u.0, u.1), u.2, u.3), ((v.0, v.1), v.2, v.3));
                    kernel(&((Null, Rms), Rms, Null), &u, &v, x, |l, _| l == 1 || l == 2)?;
                    kernel(&(Pooled((Rms, Null)), Null, Rms), &u, &v, x, |l, _| l == 0 || l == 3)?;
                    kernel(&(Null, Rms, Rms), &u, &v, x, |l, _| l >= 2)?;
                }

                #[test]
                fn of_weights(
                    ([u, v], weights) in zeros::<$t>(0..140).prop_flat_map(|shape| {
                        let weight = prop_oneof![Just(0.0 as $t), 1e-3..1e3 as $t, -1e3..-1e-3 as $t];
                        (wide(Just(shape.clone())), vectors(Just(shape), weight))
                    }),
                    x in nonzero::<$t>(),
                ) {
                    let norm = Weighted { weights: weights.clone(), norm: Rms };
                    kernel(&norm, &u, &v, x, |_, i| weights[i] != 0.0)?;
                    let norm = Weighted { weights: weights.clone(), norm: LInf };
                    kernel(&norm, &u, &v, x, |_, i| weights[i] != 0.0)?;
                }
            }
        }
    };
}

kernels!(f64);
kernels!(f32);

#[test]
fn unread_leaves_are_said_to_be() {
    let norm = ((Null, Rms), Rms, Null);
    let reads: Vec<bool> =
        (0..5).map(|l| Seminorm::<((f64, f64), f64, f64)>::reads(&norm, l)).collect();
    // The last two: a leaf that is there and not read, and one that is not there.
    assert_eq!(reads, [false, true, true, false, false]);
    let norm = Pooled((Rms, Null));
    assert!(Seminorm::<(f64, f64)>::reads(&norm, 0) && !Seminorm::<(f64, f64)>::reads(&norm, 1));
}
