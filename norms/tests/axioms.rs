//! The axioms of a norm, by the public laws, over every space and magnitude.

use costate_norms::strategies::{extreme, factor, wide, zeros};
use costate_norms::{
    Blocks, Float, L1, L2, LInf, Norm, Null, Pooled, Rms, Seminorm, Space, Weighted, laws,
};
use proptest::{prelude::*, test_runner::TestCaseResult};

fn failed(broken: laws::Broken) -> TestCaseError {
    TestCaseError::fail(broken.to_string())
}

fn norm<V, N>(norm: N, u: &V, v: &V, c: f64) -> TestCaseResult
where
    V: Space<Scalar: Float>,
    N: Norm<V>,
{
    laws::check_norm(&norm, u, v, c).map_err(failed)
}

fn seminorm<V, N>(seminorm: N, u: &V, v: &V, c: f64) -> TestCaseResult
where
    V: Space<Scalar: Float>,
    N: Seminorm<V>,
{
    laws::check_seminorm(&seminorm, u, v, c).map_err(failed)
}

/// What holds in every space: the space's own laws, the four norms, references to them, a weighted one and `Null`.
fn everywhere<V: Space<Scalar: Float>>(u: &V, v: &V, c: f64) -> TestCaseResult {
    laws::check_space(u, v, c).map_err(failed)?;
    norm(Rms, u, v, c)?;
    norm(L1, u, v, c)?;
    norm(L2, u, v, c)?;
    norm(LInf, u, v, c)?;
    let by_reference = &Rms;
    norm(by_reference, u, v, c)?;
    seminorm(Null, u, v, c)?;
    seminorm(Pooled(Rms), u, v, c)?;
    // Weights that grow by position, with zeros between: 0, 1, 2, 0, 4, 5, 0, ...
    let mut weights = u.zeros_like();
    for l in 0..V::LEAVES {
        for (i, w) in weights.leaf_mut(l).iter_mut().enumerate() {
            *w = costate_norms::Scalar::of(if i % 3 == 0 { 0.0 } else { i as f64 });
        }
    }
    seminorm(Weighted { weights: weights.clone(), norm: Rms }, u, v, c)?;
    seminorm(Weighted { weights: weights.clone(), norm: L1 }, u, v, c)?;
    seminorm(Weighted { weights: weights.clone(), norm: L2 }, u, v, c)?;
    seminorm(Weighted { weights, norm: LInf }, u, v, c)
}

/// Vectors around the lengths where lanes of 8 and blocks of 64 end.
fn lengths<T: Float>() -> impl Strategy<Value = Vec<T>> {
    prop_oneof![zeros(0..20), zeros(60..70), zeros(129)]
}

/// Lengths of blocks, some of them empty, and two vectors that they cover.
fn blocks<T: Float>() -> impl Strategy<Value = (Vec<usize>, [Vec<T>; 2])> {
    prop::collection::vec(0..12_usize, 0..5).prop_flat_map(|lengths| {
        let n: usize = lengths.iter().sum();
        (Just(lengths), wide(zeros(n)))
    })
}

macro_rules! axioms {
    ($t:ident) => {
        mod $t {
            use super::*;

            proptest! {
                #[test]
                fn numbers([u, v] in wide(Just(0.0 as $t)), c in factor()) {
                    everywhere(&u, &v, c)?;
                }

                #[test]
                fn arrays([u, v] in wide(Just([0.0 as $t; 11])), c in factor()) {
                    everywhere(&u, &v, c)?;
                }

                #[test]
                fn vectors([u, v] in wide(lengths::<$t>()), c in factor()) {
                    everywhere(&u, &v, c)?;
                }

                #[test]
                fn blocks_of_a_vector((lengths, [u, v]) in blocks::<$t>(), c in factor()) {
                    norm(Blocks { lengths: lengths.clone(), norm: Rms }, &u, &v, c)?;
                    norm(Blocks { lengths: lengths.clone(), norm: L2 }, &u, &v, c)?;
                    norm(Blocks { lengths: lengths.clone(), norm: L1 }, &u, &v, c)?;
                    norm(Blocks { lengths, norm: LInf }, &u, &v, c)?;
                }

                #[test]
                fn tuples([u, v] in wide((lengths(), Just(0.0 as $t), Just([0.0; 3]))), c in factor()) {
                    everywhere(&u, &v, c)?;
                    norm((Rms, L1, LInf), &u, &v, c)?;
                    seminorm((Rms, Null, L2), &u, &v, c)?;
                    seminorm((Null, Null, Null), &u, &v, c)?;
                    seminorm(Pooled((Rms, Rms, Rms)), &u, &v, c)?;
                    seminorm(Pooled((Rms, Null, Rms)), &u, &v, c)?;
                    seminorm(Pooled((Null, Null, Null)), &u, &v, c)?;
                }

                #[test]
                fn nested_tuples(
                    [u, v] in wide((
                        (zeros(0..20), Just([0.0 as $t; 9])),
                        Just(0.0 as $t),
                        (Just(0.0 as $t), (zeros(0..20), Just([0.0; 9]))),
                        Just([0.0; 9]),
                    )),
                    c in factor(),
                ) {
                    everywhere(&u, &v, c)?;
                    norm((Rms, L1, (L2, (LInf, Rms)), Rms), &u, &v, c)?;
                    norm(((Rms, L1), L1, (L2, Rms), Rms), &u, &v, c)?;
                    seminorm(((Rms, Null), L1, (L2, (Null, Rms)), Null), &u, &v, c)?;
                    seminorm(Pooled(((Rms, Null), Rms, (Rms, (Null, Rms)), Null)), &u, &v, c)?;
                    seminorm((Pooled((Rms, Null)), Null, Pooled((Rms, Rms)), L2), &u, &v, c)?;
                }

                /// The four norms at any finite magnitude.
                #[test]
                fn extremes(u in extreme((zeros(0..20), Just([0.0 as $t; 3]), Just(0.0 as $t)))) {
                    laws::check_extremes(&Rms, &u)?;
                    laws::check_extremes(&L1, &u)?;
                    laws::check_extremes(&L2, &u)?;
                    laws::check_extremes(&LInf, &u)?;
                    laws::check_extremes(&(Rms, Null, L2), &u)?;
                    laws::check_extremes(&Pooled((Rms, Null, Rms)), &u)?;
                }

                #[cfg(feature = "nalgebra")]
                #[test]
                fn matrices(
                    [u, v] in wide((
                        Just(nalgebra::SMatrix::<$t, 3, 4>::zeros()),
                        Just(nalgebra::DMatrix::<$t>::zeros(3, 4)),
                        (0..20_usize).prop_map(nalgebra::DVector::<$t>::zeros),
                    )),
                    c in factor(),
                ) {
                    everywhere(&u.0, &v.0, c)?;
                    everywhere(&u.1, &v.1, c)?;
                    everywhere(&u.2, &v.2, c)?;
                    norm((Rms, L2, LInf), &u, &v, c)?;
                    seminorm((Rms, Null, L1), &u, &v, c)?;
                }
            }
        }
    };
}

axioms!(f64);
axioms!(f32);

#[test]
fn the_mean_of_nothing_is_zero() {
    let nothing: Vec<f64> = Vec::new();
    assert_eq!(Rms.measure(&nothing), 0.0);
    assert_eq!(Rms.measure(&(nothing.clone(), nothing.clone())), 0.0);
    assert_eq!((Rms, Rms).measure(&(nothing.clone(), nothing.clone())), 0.0);
    assert_eq!(Pooled((Rms, Rms)).measure(&(nothing.clone(), nothing.clone())), 0.0);
    assert_eq!(Pooled((Null, Null)).measure(&([1.0], [2.0])), 0.0);
    assert_eq!(Blocks { lengths: vec![0, 0], norm: Rms }.measure(&nothing), 0.0);
    assert_eq!(Weighted { weights: nothing.clone(), norm: Rms }.measure(&nothing), 0.0);
}
